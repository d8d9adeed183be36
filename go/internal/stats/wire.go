package stats

import (
	"net"
	"sync"
	"sync/atomic"
)

// wire is a connection whose bytes are counted.
type wire struct {
	net.Conn
	project *Project
	closed  func()
}

// CountConnection returns the connection with counts of its bytes. It is open until its Close.
func (p *Project) CountConnection(conn net.Conn, address string) net.Conn {
	open := &p.toNodes
	if address == p.satellite {
		open = &p.toSatellite
	}
	return &wire{conn, p, countOpen(open)}
}

// countOpen adds one to a count, and returns a function that takes it off once.
func countOpen(open *atomic.Int64) (closed func()) {
	open.Add(1)
	return sync.OnceFunc(func() { open.Add(-1) })
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.project.wireReceived.Add(int64(n))
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	w.project.wireSent.Add(int64(n))
	return n, err
}

func (w *wire) Close() error {
	w.closed()
	return w.Conn.Close()
}
