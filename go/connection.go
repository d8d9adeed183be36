package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"storj.io/common/rpc/rpcpool"
	"storj.io/drpc"
	"storj.io/uplink"
)

// defaultDialTimeout is the one of Go's library.
const defaultDialTimeout = 10 * time.Second

// networkContext is what calls to the network descend from.
func networkContext(config uplink.Config) context.Context {
	//lint:ignore SA1019 the C interface documents it
	timeout := config.DialTimeout
	if timeout == 0 {
		timeout = defaultDialTimeout
	}
	wrap := func(_ context.Context, dial rpcpool.Dialer) rpcpool.Dialer {
		return func(ctx context.Context) (rpcpool.RawConn, *tls.ConnectionState, error) {
			return dialWithin(ctx, timeout, dial)
		}
	}
	return rpcpool.WithDialerWrapper(context.Background(), wrap)
}

// dialWithin obeys the timeout, which Go's library no longer does since it dials only when a call needs a connection.
// The context lives as long as the connection: nodes with TCP Fast Open are dialed under it at the first write.
func dialWithin(ctx context.Context, timeout time.Duration, dial rpcpool.Dialer,
) (rpcpool.RawConn, *tls.ConnectionState, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	if timeout > 0 {
		timer := time.AfterFunc(timeout, func() { cancel(dialTimeout{timeout}) })
		defer timer.Stop()
	}
	conn, state, err := dial(ctx)
	if err != nil {
		if late, ok := context.Cause(ctx).(dialTimeout); ok {
			err = late
		}
		cancel(nil)
		return nil, nil, err
	}
	return &connection{RawConn: conn, cancel: cancel}, state, nil
}

// dialTimeout is not a net.Error: Go's library would try again and again, and multiply the time.
type dialTimeout struct{ after time.Duration }

func (d dialTimeout) Error() string { return fmt.Sprintf("no connection within %v", d.after) }

func (d dialTimeout) Is(target error) bool { return target == os.ErrDeadlineExceeded }

// connection is not used again once a call was canceled before the other side knew of it. DRPC (v1.0.0) then announces
// the end of a call that was never begun, for whose beginning the server waits: the next call on that connection would
// hang for ever. A call that waits for its answer looks the same from here, so it costs its connection, too; a stream
// that was begun does not.
type connection struct {
	rpcpool.RawConn
	cancel  context.CancelCauseFunc // of the dial
	retired atomic.Bool
}

var closedChannel = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func (c *connection) Invoke(ctx context.Context, rpc string, enc drpc.Encoding, in, out drpc.Message) error {
	err := c.RawConn.Invoke(ctx, rpc, enc, in, out)
	c.check(ctx, err)
	return err
}

func (c *connection) NewStream(ctx context.Context, rpc string, enc drpc.Encoding) (drpc.Stream, error) {
	stream, err := c.RawConn.NewStream(ctx, rpc, enc)
	c.check(ctx, err)
	return stream, err
}

// check does not wait for the closing, which on a network that stands still can take seconds.
func (c *connection) check(ctx context.Context, err error) {
	if err != nil && ctx.Err() != nil && !c.retired.Swap(true) {
		background(func() { _ = c.close() })
	}
}

func (c *connection) Close() error {
	if c.retired.Load() {
		return nil
	}
	return c.close()
}

func (c *connection) close() error {
	defer c.cancel(nil)
	return c.RawConn.Close()
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
