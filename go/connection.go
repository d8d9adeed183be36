package main

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"syscall"

	"libuplink/internal/fail"
	"libuplink/internal/guard"

	"storj.io/common/rpc/rpcpool"
	"storj.io/drpc"
)

// connection is not used again once a call was canceled before the other side knew of it. DRPC (v1.0.0) then announces
// the end of a call that was never begun, for whose beginning the server waits: the next call on that connection would
// hang for ever. A call that waits for its answer looks the same from here, so it costs its connection, too; a stream
// that was begun does not.
type connection struct {
	rpcpool.RawConn
	watch
	address string
	absent  *absentNodes
	retired atomic.Bool
}

var closedChannel = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func (c *connection) Invoke(ctx context.Context, rpc string, enc drpc.Encoding, in, out drpc.Message) (err error) {
	defer guard.Catch(&err)
	invoke := func(ctx context.Context, in, out drpc.Message) error {
		err := transmit(ctx, c.RawConn, rpc, enc, in, out)
		if err == nil {
			if again := c.absent.reconsider(in, out); again != nil {
				// If this fails, the first response is used.
				c.check(ctx, c.RawConn.Invoke(ctx, rpc, enc, again, out))
			}
		}
		c.check(ctx, err)
		return broken(err)
	}
	if r := requestsOf(ctx); r != nil && strings.HasPrefix(rpc, metainfo) {
		return r.send(ctx, in, out, invoke)
	}
	return invoke(ctx, in, out)
}

// broken hides from Go's library that a connection was reset during a call. It would make the call again; if that found
// no connection, the error would no longer say that the first call may have succeeded.
func broken(err error) error {
	var network net.Error
	if errors.As(err, &network) || errors.Is(err, syscall.ECONNRESET) {
		return fail.Classify(err)
	}
	return err
}

func (c *connection) NewStream(ctx context.Context, rpc string, enc drpc.Encoding) (_ drpc.Stream, err error) {
	defer guard.Catch(&err)
	raw, err := c.RawConn.NewStream(ctx, rpc, enc)
	c.check(ctx, err)
	if err != nil {
		nodeFailed(ctx, err)
		return nil, err
	}
	if s := sourceOf(ctx); s != nil {
		s.use(c.meter)
	}
	return &nodeCall{Stream: raw, conn: c, ctx: ctx}, nil
}

// check does not wait for the closing, which on a network that stands still can take seconds.
func (c *connection) check(ctx context.Context, err error) {
	if err != nil && ctx.Err() != nil && !c.retired.Swap(true) {
		guard.Background.Go(func() { _ = c.RawConn.Close() })
	}
}

// Close returns no error, since no caller could do anything about it.
func (c *connection) Close() error {
	if !c.retired.Load() {
		_ = c.RawConn.Close()
	}
	return nil
}

// Closed and Unblocked are what the pool looks at before it hands the connection out again.
func (c *connection) Closed() <-chan struct{} {
	if c.retired.Load() {
		return closedChannel
	}
	return c.RawConn.Closed()
}

func (c *connection) Unblocked() <-chan struct{} {
	if c.retired.Load() {
		return closedChannel
	}
	return c.RawConn.Unblocked()
}
