package faults

import "net"

// cut breaks the connection at once; the client sees a reset.
func (c *conn) cut() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.shut()
	c.closeOnce.Do(func() { close(c.closed) })
}

// cutAfter breaks the connection when n more bytes have passed.
func (c *conn) cutAfter(n int64) { c.callCut.Store(&allowance{left: n}) }

// admit counts n bytes. It returns how many of them may pass, and whether the
// connection must be cut after them.
func (c *conn) admit(n int) (allowed int, cut bool) {
	linkCut, callCut := c.site.effects.Load().cut, c.callCut.Load()
	if linkCut == nil && callCut == nil {
		return n, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	limit := int64(n)
	if linkCut != nil {
		if c.countedFor != linkCut {
			c.countedFor, c.passed = linkCut, 0
		}
		limit = min(limit, *linkCut.CutAfter-c.passed)
		if limit < int64(n) {
			linkCut.hits.Add(1)
		}
	}
	if callCut != nil {
		limit = min(limit, callCut.left)
		callCut.left -= limit
	}
	c.passed += limit
	return int(limit), limit < int64(n)
}
