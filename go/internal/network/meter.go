package network

import (
	"net"
	"sync/atomic"
)

// Meter counts the bytes that moved on a connection.
type Meter interface {
	// Moved returns the number of bytes that the other end has received or sent.
	Moved() uint64
}

// countedConn counts bytes where the kernel does not. It counts what was written, whether it has
// arrived or not.
type countedConn struct {
	net.Conn
	count atomic.Uint64
}

// countBytes returns the connection with a meter for it.
func countBytes(conn net.Conn) (net.Conn, Meter) {
	counted := &countedConn{Conn: conn}
	return counted, counted
}

func (c *countedConn) Moved() uint64 { return c.count.Load() }

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
