package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"time"

	"libuplink/internal/fail"
	"libuplink/internal/guard"

	"storj.io/common/netutil"
	"storj.io/common/rpc/rpcpool"
	"storj.io/common/socket"
	"storj.io/common/storj"
	"storj.io/uplink"
)

// defaultDialTimeout is the default of Go's library, too.
const defaultDialTimeout = 10 * time.Second

// dialer opens the connections of a project, or of a request for an access.
type dialer struct {
	satellite string // host:port
	timeout   time.Duration
	patience  patience
	absent    absentNodes
}

// configure makes the configuration open its sockets here, and returns the context that calls have to descend from.
func configure(config *uplink.Config, satelliteURL string, patience patience) (context.Context, error) {
	url, err := storj.ParseNodeURL(satelliteURL)
	if err != nil {
		return nil, err
	}
	//lint:ignore SA1019 the C interface documents it
	d := &dialer{satellite: url.Address, timeout: config.DialTimeout, patience: patience.orDefault()}
	if d.timeout == 0 {
		d.timeout = defaultDialTimeout
	}
	// Otherwise Go's library dials nodes with TCP Fast Open at the first write, on two sockets. It learns too late that
	// a node is down, and then asks no other. The price is one round trip, where the kernel has the node's cookie.
	//lint:ignore SA1019 nothing else chooses how sockets are opened
	config.DialContext = d.open
	wrap := func(_ context.Context, dial rpcpool.Dialer) rpcpool.Dialer {
		return func(ctx context.Context) (rpcpool.RawConn, *tls.ConnectionState, error) { return d.dial(ctx, dial) }
	}
	return rpcpool.WithDialerWrapper(context.Background(), wrap), nil
}

// attempt is what open knows of a dial, in whose context it is.
type attempt struct {
	address string
	socket  net.Conn
	meter   meter
}

type attemptKey struct{}

// open opens a socket as Go's library does, except for TCP Fast Open.
func (d *dialer) open(ctx context.Context, network, address string) (net.Conn, error) {
	a, ok := ctx.Value(attemptKey{}).(*attempt)
	if !ok {
		a = &attempt{} // Go's library has made a context of its own
	}
	a.address = address
	sockets := socket.ExtendedDialer{LowPrioCongestionControl: true, LowEffortQoS: true}
	conn, err := sockets.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	a.socket, a.meter = metered(conn)
	return a.socket, nil
}

// dial dials the satellite as often as the patience says, and a node once: for a node, Go's library takes another.
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
			if a.address != "" && (ctx.Err() == nil || clock()-started >= int64(answersLate)) {
				d.absent.add(a.address)
			}
			nodeFailed(ctx, err)
			return nil, nil, err
		}
		if ctx.Err() != nil {
			return nil, nil, err
		}
		if errors.Is(err, os.ErrDeadlineExceeded) || tried >= d.patience.attempts {
			return nil, nil, unreachable(err)
		}
		select {
		case <-ctx.Done():
			return nil, nil, context.Cause(ctx)
		case <-time.After(d.patience.wait(tried)):
		}
	}
}

func (d *dialer) connection(a *attempt, conn rpcpool.RawConn) *connection {
	c := &connection{RawConn: conn, address: a.address, absent: &d.absent}
	c.limit, c.meter = d.patience.stall, a.meter
	c.giveUp = func() { _ = conn.Close() }
	if tcp, ok := a.socket.(*net.TCPConn); ok && c.limit > 0 {
		// Where the other end is gone, the kernel notices.
		_ = netutil.SetUserTimeout(tcp, c.limit)
	}
	return c
}

// dialWithin obeys the timeout, which Go's library no longer does since it dials only when a call needs a connection.
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

// unreachable hides the error from Go's library, which would dial again for six seconds by a policy of its own.
func unreachable(err error) error {
	f := *fail.Classify(err)
	if f.Detail != fail.DetailDeadlineExceeded {
		f.Detail = fail.DetailConnection
	}
	f.Unchanged = true
	return &f
}

// patience is how long a project puts up with a network that fails.
type patience struct {
	// How often the satellite is dialled for a call, and how often a download fails without having got another byte.
	// With it, delay and longestDelay have no defaults.
	attempts int
	// The wait before the second try. It doubles up to longestDelay, and up to a half is taken off at random.
	delay, longestDelay time.Duration
	// After how long without progress a connection is given up; negative: never.
	stall time.Duration
}

func (p patience) orDefault() patience {
	if p.stall == 0 {
		p.stall = defaultStall
	}
	if p.attempts <= 0 {
		p.attempts, p.delay, p.longestDelay = 3, 250*time.Millisecond, 5*time.Second
	}
	return p
}

// refusals returns how long refused requests are repeated, or 0 for not at all.
func (p patience) refusals() time.Duration {
	if p.orDefault().attempts == 1 {
		return 0
	}
	return time.Minute
}

// wait returns the time to wait after so many tries.
func (p patience) wait(tried int) time.Duration {
	delay := p.delay
	for ; tried > 1 && delay < p.longestDelay; tried-- {
		delay *= 2
	}
	delay = min(delay, p.longestDelay)
	return delay - time.Duration(rand.Float64()*float64(delay)/2)
}
