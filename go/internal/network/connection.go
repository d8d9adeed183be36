package network

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"syscall"

	"storj.io/common/rpc/rpcpool"
	"storj.io/drpc"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/satellite"
	"libuplink/internal/stats"
)

// connection is a connection to a satellite or a node.
//
// A connection retires, and is not used again, when a call on it is canceled before the other end
// knows of the call. DRPC (v1.0.0) then announces the end of a call that was never begun. The
// server waits for its beginning, and the next call on the connection would hang for ever. This
// package cannot tell such a call from one that waits for its response, so both retire the
// connection. A stream that was begun does not.
type connection struct {
	rpcpool.RawConn
	watch   watch
	address string
	down    *downNodes
	counts  *stats.Project
	retired atomic.Bool
}

var closedChannel = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

const metainfo = "/metainfo.Metainfo/"

// Invoke makes a call that is no stream. Go's library does so at the satellite alone.
func (c *connection) Invoke(ctx context.Context, rpc string, enc drpc.Encoding, in, out drpc.Message) (err error) {
	defer guard.Catch(&err)
	invoke := func(ctx context.Context, in, out drpc.Message) error {
		stats.Of(ctx).Request()
		err := satellite.Transmit(ctx, c.RawConn, rpc, enc, in, out)
		if err == nil {
			if again := c.down.askAgain(in, out); again != nil {
				// If this fails, the first response is used.
				c.retireIfCanceled(ctx, c.RawConn.Invoke(ctx, rpc, enc, again, out))
			}
		}
		c.retireIfCanceled(ctx, err)
		return hideReset(err)
	}
	if r := satellite.RequestsOf(ctx); r != nil && strings.HasPrefix(rpc, metainfo) {
		return r.Send(ctx, in, out, invoke)
	}
	return invoke(ctx, in, out)
}

// hideReset returns the error in a form in which Go's library does not recognise a connection that
// was reset during a call. Otherwise Go's library would make the call again. If it then found no
// connection, the error would no longer show that the first call may have succeeded.
func hideReset(err error) error {
	var network net.Error
	if errors.As(err, &network) || errors.Is(err, syscall.ECONNRESET) {
		return fail.Classify(err)
	}
	return err
}

// NewStream begins a call that is a stream. Go's library does so at nodes alone.
func (c *connection) NewStream(ctx context.Context, rpc string, enc drpc.Encoding) (_ drpc.Stream, err error) {
	defer guard.Catch(&err)
	raw, err := c.RawConn.NewStream(ctx, rpc, enc)
	c.retireIfCanceled(ctx, err)
	if err != nil {
		nodeFailed(ctx, err)
		return nil, err
	}
	if o := observerOf(ctx); o != nil {
		o.Use(c.watch.meter)
	}
	return &nodeCall{Stream: raw, conn: c, ctx: ctx}, nil
}

// retireIfCanceled retires the connection if a call on it failed after its context had ended. It
// does not wait until the connection is closed, which takes seconds where the other end is frozen.
func (c *connection) retireIfCanceled(ctx context.Context, err error) {
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

// Closed returns a channel that is closed when the connection is. The pool checks it before it uses
// the connection again, as it does with Unblocked.
func (c *connection) Closed() <-chan struct{} {
	if c.retired.Load() {
		return closedChannel
	}
	return c.RawConn.Closed()
}

// Unblocked returns a channel that is closed when the connection can be used.
func (c *connection) Unblocked() <-chan struct{} {
	if c.retired.Load() {
		return closedChannel
	}
	return c.RawConn.Unblocked()
}
