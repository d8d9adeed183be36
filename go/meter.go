package main

import (
	"net"
	"sync/atomic"
)

// countedConn counts bytes where the kernel does not. It counts what was written, whether it has arrived or not.
type countedConn struct {
	net.Conn
	count atomic.Uint64
}

func countBytes(conn net.Conn) (net.Conn, meter) {
	counted := &countedConn{Conn: conn}
	return counted, counted
}

func (c *countedConn) moved() uint64 { return c.count.Load() }

func (c *countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.count.Add(uint64(n))
	return n, err
}

func (c *countedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.count.Add(uint64(n))
	return n, err
}
