package faults

import (
	"context"
	"net"
	"strings"
	"time"

	"storj.io/common/rpc/rpcstatus"
	"storj.io/drpc"
	"storj.io/drpc/drpcctx"
)

// Handler puts the site's faults in front of its calls.
func (s *Site) Handler(inner drpc.Handler) drpc.Handler { return handler{s, inner} }

type handler struct {
	site  *Site
	inner drpc.Handler
}

// HandleRPC runs a call, unless a fault makes it fail.
func (h handler) HandleRPC(stream drpc.Stream, rpc string) error {
	c := &call{Stream: stream, site: h.site, name: callName(rpc)}
	h.site.CountCall(c.name)
	if err := c.begin(stream.Context()); err != nil {
		return err
	}
	return h.inner.HandleRPC(c, rpc)
}

// call is a running call and its stream.
type call struct {
	drpc.Stream
	site *Site
	name string
	// replyLost is the fault that happens in place of the reply, or nil.
	replyLost *active
}

type callKey struct{}

// BeforeRequest returns the error with which a fault makes a request of a batch
// fail. The context is the batch's, and the name is that of the call that does
// the same.
func (s *Site) BeforeRequest(ctx context.Context, name string) error {
	e := s.effects.Load()
	if len(e.calls) == 0 {
		return nil
	}
	c, _ := ctx.Value(callKey{}).(*call)
	if c == nil {
		return nil
	}
	return c.strike(ctx, e, name)
}

// begin returns the error with which a fault makes the call fail before it
// begins, and counts the faults that happen to it later.
func (c *call) begin(ctx context.Context) error {
	e := c.site.effects.Load()
	if e.none {
		return nil
	}
	upload, download := c.name == uploadCall, c.name == downloadCall
	switch {
	case e.refusing != nil:
		c.site.countHit(e.refusing, c.name)
		return e.refusing.failure()
	case e.losing != nil && download:
		c.site.countHit(e.losing, c.name)
		return rpcstatus.Error(rpcstatus.NotFound, "the piece is lost")
	case e.full != nil && upload:
		c.site.countHit(e.full, c.name)
		return rpcstatus.Error(rpcstatus.ResourceExhausted, "the disk is full")
	}
	if e.slow != nil {
		c.site.countHit(e.slow, c.name)
	}
	if e.corrupting != nil && download {
		c.site.countHit(e.corrupting, c.name)
	}
	return c.strike(ctx, e, c.name)
}

// strike puts the faults of calls with this name into effect.
func (c *call) strike(ctx context.Context, e *effects, name string) error {
	for _, a := range e.calls {
		if !strings.EqualFold(a.Call, name) || !a.strikes(int(a.seen.Add(1))) {
			continue
		}
		c.site.countHit(a, name)
		if a.After {
			c.replyLost = a
			continue
		}
		if err := c.fail(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// fail delays the call, cuts its connection, or returns an error, as the fault
// demands.
func (c *call) fail(ctx context.Context, a *active) error {
	if err := wait(ctx, a.Delay.Duration()); err != nil {
		return err
	}
	switch {
	case a.CutAfter != nil:
		return c.cut(*a.CutAfter)
	case a.Code != "":
		return a.failure()
	}
	return nil
}

// cut breaks the call's connection after so many bytes.
func (c *call) cut(after int64) error {
	under := c.conn()
	if under == nil {
		return errCut
	}
	if after > 0 {
		under.cutAfter(after)
		return nil
	}
	under.cut()
	return errCut
}

// conn returns the connection of the call, below TLS or Noise, or nil.
func (c *call) conn() *conn {
	var transport any
	transport, _ = drpcctx.Transport(c.Stream.Context())
	for {
		switch t := transport.(type) {
		case *conn:
			return t
		case interface{ NetConn() net.Conn }:
			transport = t.NetConn()
		default:
			return nil
		}
	}
}

// Context returns the stream's context, in which BeforeRequest finds the call.
func (c *call) Context() context.Context {
	ctx := c.Stream.Context()
	if len(c.site.effects.Load().calls) == 0 {
		return ctx
	}
	return context.WithValue(ctx, callKey{}, c)
}

// MsgRecv receives a message, later if the site is slow.
func (c *call) MsgRecv(msg drpc.Message, enc drpc.Encoding) error {
	if err := c.Stream.MsgRecv(msg, enc); err != nil {
		return err
	}
	if e := c.site.effects.Load(); e.delay > 0 {
		return wait(c.Stream.Context(), e.delay)
	}
	return nil
}

// MsgSend sends a reply, unless a fault happens in its place.
func (c *call) MsgSend(msg drpc.Message, enc drpc.Encoding) error {
	if c.replyLost != nil {
		if err := c.fail(c.Stream.Context(), c.replyLost); err != nil {
			return err
		}
	}
	if e := c.site.effects.Load(); !e.none && c.name == downloadCall {
		if err := wait(c.Stream.Context(), e.delay); err != nil {
			return err
		}
		if e.corrupting != nil {
			msg = flipped(msg)
		}
	}
	return c.Stream.MsgSend(msg, enc)
}

// RawFlush sends the buffered data.
func (c *call) RawFlush() error {
	if flusher, ok := c.Stream.(interface{ RawFlush() error }); ok {
		return flusher.RawFlush()
	}
	return nil
}

// wait returns after the duration, or with the context's error when it ends.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
