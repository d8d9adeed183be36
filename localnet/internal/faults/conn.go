package faults

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// conn is a connection with the faults of its site. While nothing is wrong,
// reads and writes go straight to the inner connection.
type conn struct {
	net.Conn
	site     *Site
	accepted time.Time

	// closed is closed by Close; gone is closed with the inner connection, when
	// all that was written before Close is sent.
	closed, gone         chan struct{}
	closeOnce, breakOnce sync.Once

	// in and out are the two directions of the link from the moment it became
	// slow, nil before.
	in, out atomic.Pointer[line]
	// callCut is the number of bytes until a call's fault cuts the connection,
	// nil without such a fault.
	callCut atomic.Pointer[allowance]
	// frozenBy is the last fault that froze the connection.
	frozenBy atomic.Pointer[active]

	// mu guards the making of in and out, and the counts below.
	mu sync.Mutex
	// passed counts bytes since the site's fault countedFor began to count.
	passed     int64
	countedFor *active
}

// allowance is a number of bytes that may pass. It is guarded by conn.mu.
type allowance struct{ left int64 }

var errCut = errors.New("the connection was cut on demand")

// Read returns bytes that have arrived.
func (c *conn) Read(p []byte) (int, error) {
	l := c.in.Load()
	if l == nil && c.site.effects.Load().shaped() {
		l = c.line(&c.in, c.receive)
	}
	if l != nil {
		return c.readLine(l, p)
	}
	n, err := c.Conn.Read(p)
	if n == 0 {
		return n, err
	}
	// The link may have become slow during the read.
	if e := c.site.effects.Load(); e.rtt > 0 {
		c.sleep(e.rtt/2, c.closed)
	}
	if failed := c.thaw(c.closed); failed != nil {
		return 0, failed
	}
	allowed, cut := c.admit(n)
	if cut {
		c.cut()
		return 0, errCut
	}
	return allowed, err
}

// Write sends bytes, or puts them on a slow link.
func (c *conn) Write(p []byte) (int, error) {
	if err := c.thaw(c.closed); err != nil {
		return 0, err
	}
	l := c.out.Load()
	if l == nil && c.site.effects.Load().shaped() {
		l = c.line(&c.out, c.send)
	}
	if l != nil {
		return c.writeLine(l, p)
	}
	return c.pass(p)
}

// pass writes to the inner connection, up to the byte after which a fault cuts
// the connection.
func (c *conn) pass(p []byte) (int, error) {
	allowed, cut := c.admit(len(p))
	n, err := c.Conn.Write(p[:allowed])
	if cut {
		c.cut()
		return n, errCut
	}
	return n, err
}

// SetDeadline sets both deadlines; see SetWriteDeadline.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetWriteDeadline has no effect on a slow link: what is on it is sent, however
// long that takes.
func (c *conn) SetWriteDeadline(t time.Time) error {
	if c.out.Load() != nil {
		t = time.Time{}
	}
	return c.Conn.SetWriteDeadline(t)
}

// Close closes the connection when all that was written is sent.
func (c *conn) Close() (err error) {
	c.closeOnce.Do(func() {
		close(c.closed)
		if l := c.out.Load(); l != nil {
			l.put(parcel{err: net.ErrClosed}, c.gone)
			return
		}
		err = c.shut()
	})
	return err
}

// shut closes the inner connection.
func (c *conn) shut() (err error) {
	c.breakOnce.Do(func() {
		close(c.gone)
		c.site.remove(c)
		err = c.Conn.Close()
	})
	return err
}

// thaw waits while the site is frozen. It returns an error if over is closed
// first.
func (c *conn) thaw(over <-chan struct{}) error {
	for {
		e := c.site.effects.Load()
		if e.frozen == nil {
			return nil
		}
		if c.frozenBy.Swap(e.frozen) != e.frozen {
			e.frozen.hits.Add(1)
		}
		select {
		case <-e.replaced:
		case <-over:
			return net.ErrClosed
		}
	}
}

// sleepUntil reports whether the moment came before over was closed.
func (c *conn) sleepUntil(moment time.Time, over <-chan struct{}) bool {
	return c.sleep(time.Until(moment), over)
}

// sleep reports whether the duration passed before over was closed.
func (c *conn) sleep(d time.Duration, over <-chan struct{}) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-over:
		return false
	}
}
