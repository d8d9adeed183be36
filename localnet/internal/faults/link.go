package faults

import (
	"net"
	"sync/atomic"
	"time"
)

// line returns one direction of a slow link. The first time it makes the line
// and starts run, which moves bytes between the line and the inner connection.
func (c *conn) line(place *atomic.Pointer[line], run func(*line)) *line {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := place.Load()
	if l == nil {
		l = newLine()
		place.Store(l)
		go run(l)
	}
	return l
}

// receive puts bytes from the inner connection on the line, with the time at
// which they arrive.
func (c *conn) receive(l *line) {
	for {
		e := c.site.effects.Load()
		buf := make([]byte, e.parcelSize())
		n, err := c.Conn.Read(buf)
		if n > 0 {
			// A connection takes a round trip before anything is sent on it.
			sent := time.Now()
			e = c.site.effects.Load()
			if first := c.accepted.Add(e.rtt); sent.Before(first) {
				sent = first
			}
			l.put(parcel{data: buf[:n], due: l.due(e, sent, n)}, c.closed)
			if !l.pace(c) {
				return
			}
		}
		if err != nil {
			l.put(parcel{err: err}, c.closed)
			return
		}
	}
}

// readLine returns bytes from the line when they are due.
func (c *conn) readLine(l *line, p []byte) (int, error) {
	l.readMu.Lock()
	defer l.readMu.Unlock()
	if len(l.rest) == 0 {
		next, ok := l.take(c.closed)
		if !ok {
			return 0, net.ErrClosed
		}
		if next.err != nil {
			l.put(next, c.closed) // for the next read
			return 0, next.err
		}
		if !c.sleepUntil(next.due, c.closed) {
			return 0, net.ErrClosed
		}
		l.rest = next.data
	}
	if err := c.thaw(c.closed); err != nil {
		return 0, err
	}
	n := min(len(p), len(l.rest))
	if _, cut := c.admit(n); cut {
		c.cut()
		return 0, errCut
	}
	copy(p, l.rest[:n])
	l.rest = l.rest[n:]
	return n, nil
}

// writeLine puts bytes on the line at the speed of the link.
func (c *conn) writeLine(l *line, p []byte) (written int, err error) {
	for {
		if err := l.failed(); err != nil {
			return written, err
		}
		e := c.site.effects.Load()
		n := min(len(p)-written, e.parcelSize())
		l.put(parcel{data: append([]byte(nil), p[written:written+n]...), due: l.due(e, time.Now(), n)}, c.closed)
		if !l.pace(c) {
			return written, net.ErrClosed
		}
		if written += n; written == len(p) {
			return written, nil
		}
	}
}

// send writes bytes from the line to the inner connection when they are due.
func (c *conn) send(l *line) {
	for {
		next, ok := l.take(c.gone)
		if !ok {
			return
		}
		if next.err != nil { // closed, and all is sent
			c.shut()
			return
		}
		if !c.sleepUntil(next.due, c.gone) || c.thaw(c.gone) != nil {
			return
		}
		if _, err := c.pass(next.data); err != nil {
			l.fail(err)
		}
	}
}
