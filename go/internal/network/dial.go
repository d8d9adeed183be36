// Package network opens the connections to satellites and nodes, and notices which of them fail.
package network

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"storj.io/common/netutil"
	"storj.io/common/rpc/rpcpool"
	"storj.io/common/socket"
	"storj.io/common/storj"
	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/stats"
)

// defaultDialTimeout is the default of Go's library, too.
const defaultDialTimeout = 10 * time.Second

// dialer opens the connections of a project, or of a request for an access.
type dialer struct {
	satellite  string        // host:port
	timeout    time.Duration // negative: none
	patience   Patience
	background bool // whether other traffic of the machine goes first
	counts     *stats.Project
	down       downNodes
}

// Configure makes Go's library open its connections by this package. It returns the context that
// all calls with the configuration have to descend from. With background, other traffic of the
// machine goes first. What happens on the connections is counted for one project, which stats.Of
// finds in the context.
func Configure(config *uplink.Config, satelliteURL string, patience Patience, background bool) (context.Context, error) {
	url, err := storj.ParseNodeURL(satelliteURL)
	if err != nil {
		return nil, err
	}
	d := &dialer{
		satellite: url.Address, patience: patience.OrDefault(), background: background,
		counts: stats.NewProject(url.Address),
		//lint:ignore SA1019 the C interface documents it
		timeout: config.DialTimeout,
	}
	if d.timeout == 0 {
		d.timeout = defaultDialTimeout
	}
	// Without this, Go's library dials nodes with TCP Fast Open at the first write, on two sockets.
	// It then notices too late that a node is down, and asks no other node. Without Fast Open, a
	// node costs one more round trip where the kernel has its cookie.
	//lint:ignore SA1019 nothing else chooses how sockets are opened
	config.DialContext = d.open
	wrap := func(_ context.Context, dial rpcpool.Dialer) rpcpool.Dialer {
		return func(ctx context.Context) (rpcpool.RawConn, *tls.ConnectionState, error) { return d.dial(ctx, dial) }
	}
	ctx := stats.WithCall(context.Background(), stats.NewCall(d.counts))
	return rpcpool.WithDialerWrapper(ctx, wrap), nil
}

// attempt is one attempt to connect. Its context holds it, so that open can record the socket
// there.
type attempt struct {
	address string // "" until open is called
	socket  net.Conn
	meter   Meter
}

type attemptKey struct{}

// open opens a socket as Go's library does, but without TCP Fast Open.
func (d *dialer) open(ctx context.Context, network, address string) (net.Conn, error) {
	a, ok := ctx.Value(attemptKey{}).(*attempt)
	if !ok {
		a = &attempt{} // the context does not descend from the one of dial
	}
	a.address = address
	sockets := socket.ExtendedDialer{LowPrioCongestionControl: d.background, LowEffortQoS: d.background}
	conn, err := sockets.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	a.socket, a.meter = metered(conn)
	return &aheadConn{Conn: d.counts.CountConnection(a.socket, address)}, nil
}

// dial connects to a satellite or a node. It tries a satellite as often as the patience allows, and
// a node once: Go's library takes another node instead.
func (d *dialer) dial(ctx context.Context, dial rpcpool.Dialer,
) (_ rpcpool.RawConn, _ *tls.ConnectionState, err error) {
	defer guard.Catch(&err)
	for tried := 1; ; tried++ {
		a, started := &attempt{}, clock()
		conn, state, err := d.dialWithin(context.WithValue(ctx, attemptKey{}, a), dial)
		if err == nil {
			return d.connection(a, conn), state, nil
		}
		if a.address != d.satellite {
			if a.address != "" && (ctx.Err() == nil || clock()-started >= int64(slowAfter)) {
				d.down.add(a.address)
				d.counts.Down(a.address, time.Duration(clock()-started))
			}
			nodeFailed(ctx, err)
			return nil, nil, err
		}
		if ctx.Err() != nil {
			return nil, nil, err
		}
		if errors.Is(err, os.ErrDeadlineExceeded) || tried >= d.patience.Attempts {
			return nil, nil, unreachable(err)
		}
		pause := d.patience.Wait(tried)
		stats.Of(ctx).Redial(pause)
		select {
		case <-ctx.Done():
			return nil, nil, context.Cause(ctx)
		case <-time.After(pause):
		}
	}
}

// connection returns the connection of a successful attempt.
func (d *dialer) connection(a *attempt, conn rpcpool.RawConn) *connection {
	c := &connection{RawConn: conn, address: a.address, down: &d.down, counts: d.counts}
	c.watch.limit, c.watch.meter = d.patience.Stall, a.meter
	c.watch.disconnect = func() {
		d.counts.Stall(a.address, d.patience.Stall)
		_ = conn.Close()
	}
	if tcp, ok := a.socket.(*net.TCPConn); ok && c.watch.limit > 0 {
		// The kernel notices when the other end does not acknowledge what was sent.
		_ = netutil.SetUserTimeout(tcp, c.watch.limit)
	}
	return c
}

// dialWithin dials within the timeout. Go's library does not obey the timeout: its pool dials only
// when a call needs a connection.
func (d *dialer) dialWithin(ctx context.Context, dial rpcpool.Dialer) (rpcpool.RawConn, *tls.ConnectionState, error) {
	if d.timeout < 0 {
		return dial(ctx)
	}
	started := time.Now()
	limited, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	conn, state, err := dial(limited)
	if err != nil && ctx.Err() == nil && time.Since(started) >= d.timeout {
		err = dialTimeout{d.timeout}
	}
	return conn, state, err
}

// dialTimeout is a net.Error, after which Go's library takes another node.
type dialTimeout struct{ after time.Duration }

func (d dialTimeout) Error() string { return fmt.Sprintf("no connection within %v", d.after) }

func (d dialTimeout) Timeout() bool { return true }

func (d dialTimeout) Temporary() bool { return true }

func (d dialTimeout) Is(target error) bool { return target == os.ErrDeadlineExceeded }

// unreachable returns the error in a form that Go's library does not recognise. Otherwise Go's
// library would dial again for six seconds by its own policy.
func unreachable(err error) error {
	e := *fail.Classify(err)
	if e.Detail != fail.DetailDeadlineExceeded {
		e.Detail = fail.DetailConnection
	}
	e.Unchanged = true
	return &e
}
