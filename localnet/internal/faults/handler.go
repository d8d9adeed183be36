package faults

import (
	"context"
	"math/rand/v2"
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

// HandleRPC runs a call, unless a fault is in its way.
func (h handler) HandleRPC(stream drpc.Stream, rpc string) error {
	c := &call{Stream: stream, site: h.site, name: callName(rpc)}
	h.site.Came(c.name)
	if err := c.begin(stream.Context()); err != nil {
		return err
	}
	return h.inner.HandleRPC(c, rpc)
}

const (
	uploadCall   = "Upload"
	downloadCall = "Download"
)

// call is one call on its way.
type call struct {
	drpc.Stream
	site *Site
	name string
	// lost is the fault that takes the place of the answer.
	lost *active
}

type callKey struct{}

// Before is asked before each request of a batch, with the context of the
// batch and the name of the call that the request stands for.
func (s *Site) Before(ctx context.Context, name string) error {
	e := s.effects.Load()
	if len(e.calls) == 0 {
		return nil
	}
	c, _ := ctx.Value(callKey{}).(*call)
	if c == nil {
		return nil
	}
	return c.hit(ctx, e, name)
}

// begin lets happen what happens at the beginning of a call.
func (c *call) begin(ctx context.Context) error {
	e := c.site.effects.Load()
	switch {
	case e.none:
		return nil
	case e.refusing != nil:
		c.site.struck(e.refusing, c.name)
		return e.refusing.failure()
	case e.losing != nil && c.name == downloadCall:
		c.site.struck(e.losing, c.name)
		return rpcstatus.Error(rpcstatus.NotFound, "the piece is lost")
	case e.full != nil && c.name == uploadCall:
		c.site.struck(e.full, c.name)
		return rpcstatus.Error(rpcstatus.ResourceExhausted, "the disk is full")
	}
	if e.slow != nil {
		c.site.struck(e.slow, c.name)
	}
	if e.corrupting != nil && c.name == downloadCall {
		c.site.struck(e.corrupting, c.name)
	}
	return c.hit(ctx, e, c.name)
}

// hit counts the call, and lets happen what is to happen to it.
func (c *call) hit(ctx context.Context, e *effects, name string) error {
	for _, a := range e.calls {
		if !strings.EqualFold(a.Call, name) {
			continue
		}
		n := int(a.seen.Add(1))
		if n < *a.Nth || (*a.Times > 0 && n >= *a.Nth+*a.Times) {
			continue
		}
		c.site.struck(a, name)
		if a.After {
			c.lost = a
			continue
		}
		if err := c.suffer(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// suffer lets a fault happen to the call.
func (c *call) suffer(ctx context.Context, a *active) error {
	if err := wait(ctx, seconds(a.Delay)); err != nil {
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

// conn is the connection of the call, below TLS or Noise.
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

// Context is the stream's; requests of a batch find the call in it.
func (c *call) Context() context.Context {
	ctx := c.Stream.Context()
	if len(c.site.effects.Load().calls) == 0 {
		return ctx
	}
	return context.WithValue(ctx, callKey{}, c)
}

// MsgRecv takes a message, later if the site is slow.
func (c *call) MsgRecv(msg drpc.Message, enc drpc.Encoding) error {
	if err := c.Stream.MsgRecv(msg, enc); err != nil {
		return err
	}
	if e := c.site.effects.Load(); e.delay > 0 {
		return wait(c.Stream.Context(), e.delay)
	}
	return nil
}

// MsgSend sends an answer, or what takes its place.
func (c *call) MsgSend(msg drpc.Message, enc drpc.Encoding) error {
	if c.lost != nil {
		if err := c.suffer(c.Stream.Context(), c.lost); err != nil {
			return err
		}
	}
	if e := c.site.effects.Load(); !e.none && c.name == downloadCall {
		if err := wait(c.Stream.Context(), e.delay); err != nil {
			return err
		}
		if e.corrupting != nil {
			enc = flipping{enc}
		}
	}
	return c.Stream.MsgSend(msg, enc)
}

// RawFlush pushes out what is buffered.
func (c *call) RawFlush() error {
	if flusher, ok := c.Stream.(interface{ RawFlush() error }); ok {
		return flusher.RawFlush()
	}
	return nil
}

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

// flipEvery is so much that every share has a flipped bit: what few nodes send
// wrong, a client corrects share by share.
const flipEvery = 64

// flipping flips bits in what is sent. The data stand behind some numbers at
// the end of the message, so that the message stays well-formed.
type flipping struct{ drpc.Encoding }

func (f flipping) Marshal(msg drpc.Message) ([]byte, error) {
	return f.MarshalAppend(nil, msg)
}

func (f flipping) MarshalAppend(buf []byte, msg drpc.Message) ([]byte, error) {
	before := len(buf)
	var err error
	if appender, ok := f.Encoding.(interface {
		MarshalAppend([]byte, drpc.Message) ([]byte, error)
	}); ok {
		buf, err = appender.MarshalAppend(buf, msg)
	} else {
		var data []byte
		data, err = f.Encoding.Marshal(msg)
		buf = append(buf, data...)
	}
	if err != nil {
		return buf, err
	}
	for i := before + flipEvery; i < len(buf); i += flipEvery {
		buf[i-rand.IntN(flipEvery/2)] ^= 1 << rand.IntN(8)
	}
	return buf, nil
}
