package faults

import (
	"errors"
	"net"
	"sync"
	"time"
)

// listener can go away and come back at the same address.
type listener struct {
	site *Site
	addr net.Addr
	// listen makes it anew at an address.
	listen func(address string) (net.Listener, error)

	mu    sync.Mutex
	inner net.Listener // nil while it is away
	// changed is closed when inner is another.
	changed chan struct{}
	closed  bool
}

// Listener puts the site's faults in front of a listener. It calls listen with
// the listener's address when the site comes back after it was down.
func (s *Site) Listener(inner net.Listener, listen func(address string) (net.Listener, error)) (net.Listener, error) {
	l := &listener{site: s, addr: inner.Addr(), listen: listen, inner: inner, changed: make(chan struct{})}
	s.mu.Lock()
	s.listener = l
	down := s.effects.Load().down != nil
	s.mu.Unlock()
	return l, l.set(down)
}

func (l *listener) Addr() net.Addr { return l.addr }

func (l *listener) Accept() (net.Conn, error) {
	for {
		l.mu.Lock()
		inner, changed, closed := l.inner, l.changed, l.closed
		l.mu.Unlock()
		if closed {
			return nil, net.ErrClosed
		}
		if inner == nil {
			<-changed
			continue
		}
		accepted, err := inner.Accept()
		if err == nil {
			return l.site.adopt(accepted), nil
		}
		if !errors.Is(err, net.ErrClosed) {
			return nil, err
		}
	}
}

func (l *listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return net.ErrClosed
	}
	l.closed = true
	return l.replace(nil)
}

// replace is called with the lock held.
func (l *listener) replace(inner net.Listener) (err error) {
	if l.inner != nil {
		err = l.inner.Close()
	}
	l.inner = inner
	close(l.changed)
	l.changed = make(chan struct{})
	return err
}

// Somebody else may hold the port for a moment, as a connection does that goes
// out from this machine.
const (
	returnAttempts = 40
	returnPause    = 50 * time.Millisecond
)

// set lets the listener go away, or come back.
func (l *listener) set(down bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || down == (l.inner == nil) {
		return nil
	}
	if down {
		return l.replace(nil)
	}
	var err error
	for range returnAttempts {
		var inner net.Listener
		if inner, err = l.listen(l.addr.String()); err == nil {
			return l.replace(inner)
		}
		time.Sleep(returnPause)
	}
	return err
}
