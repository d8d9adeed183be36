package faults

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// conn is a connection that obeys the faults of its site. While nothing is
// wrong, reading and writing go straight through.
type conn struct {
	net.Conn
	site     *Site
	accepted time.Time

	// closed is closed by Close, and gone when the connection is really gone:
	// what was written before Close is still sent.
	closed, gone         chan struct{}
	closeOnce, breakOnce sync.Once

	// in and out are what is on its way, once the link was slow; mu guards
	// their making and the counting.
	in, out atomic.Pointer[line]
	mu      sync.Mutex
	// passed counts bytes since the connection's fault was countedFor.
	passed     int64
	countedFor *active
	// left is how many bytes may pass until a call's fault cuts the
	// connection, negative without one.
	left    int64
	limited atomic.Bool
	// frozenBy is the last fault that froze the connection.
	frozenBy atomic.Pointer[active]
}

var errCut = errors.New("the connection was cut on demand")

// Read takes what has arrived.
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
	// The link may have become slow while this waited for data.
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

func (c *conn) readLine(l *line, p []byte) (int, error) {
	l.readMu.Lock()
	defer l.readMu.Unlock()
	if len(l.rest) == 0 {
		next, ok := l.take(c.closed)
		if !ok {
			return 0, net.ErrClosed
		}
		if next.err != nil {
			l.put(next, c.closed) // for whoever reads again
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

// Write sends, or hands over to the link.
func (c *conn) Write(p []byte) (int, error) {
	if err := c.thaw(c.closed); err != nil {
		return 0, err
	}
	l := c.out.Load()
	if l == nil && c.site.effects.Load().shaped() {
		l = c.line(&c.out, c.send)
	}
	if l == nil {
		return c.pass(p)
	}
	for written := 0; ; {
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

// pass writes as far as no fault cuts the connection.
func (c *conn) pass(p []byte) (int, error) {
	allowed, cut := c.admit(len(p))
	n, err := c.Conn.Write(p[:allowed])
	if cut {
		c.cut()
		return n, errCut
	}
	return n, err
}

// line makes one direction of a slow link, and starts what runs on it.
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

// receive takes bytes from the network and notes when they arrive.
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

// send writes what was handed over when it is due.
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

// SetDeadline is for reading alone when writing has a queue: the queue is
// sent, however long it takes.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetWriteDeadline does nothing when writing has a queue.
func (c *conn) SetWriteDeadline(t time.Time) error {
	if c.out.Load() != nil {
		t = time.Time{}
	}
	return c.Conn.SetWriteDeadline(t)
}

// Close closes the connection when all is sent.
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

func (c *conn) shut() (err error) {
	c.breakOnce.Do(func() {
		close(c.gone)
		c.site.forget(c)
		err = c.Conn.Close()
	})
	return err
}

// cut breaks the connection at once; the other side sees a reset.
func (c *conn) cut() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.shut()
	c.closeOnce.Do(func() { close(c.closed) })
}

// cutAfter breaks the connection when so many more bytes have passed.
func (c *conn) cutAfter(n int64) {
	c.mu.Lock()
	c.left = n
	c.mu.Unlock()
	c.limited.Store(true)
}

// admit counts bytes: it returns how many of them may pass, and whether the
// connection is to be cut then.
func (c *conn) admit(n int) (allowed int, cut bool) {
	e := c.site.effects.Load()
	if e.cut == nil && !c.limited.Load() {
		return n, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	limit := int64(n)
	if e.cut != nil {
		if c.countedFor != e.cut {
			c.countedFor, c.passed = e.cut, 0
		}
		limit = min(limit, *e.cut.CutAfter-c.passed)
		if limit < int64(n) {
			e.cut.hits.Add(1)
		}
	}
	if c.left >= 0 {
		limit = min(limit, c.left)
		c.left -= limit
	}
	c.passed += limit
	return int(limit), limit < int64(n)
}

// thaw waits while the site is frozen.
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

func (c *conn) sleepUntil(moment time.Time, over <-chan struct{}) bool {
	return c.sleep(time.Until(moment), over)
}

// sleep tells whether the time went by without the connection's end.
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
