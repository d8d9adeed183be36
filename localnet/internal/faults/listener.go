package faults

import (
	"errors"
	"net"
	"sync"
	"time"
)

// listener is a listener that closes while its site is down, and listens again
// at the same address afterwards.
type listener struct {
	site *Site
	addr net.Addr
	// listen makes an inner listener at an address.
	listen func(address string) (net.Listener, error)

	mu    sync.Mutex
	inner net.Listener // nil while the site is down, and when closed
	// changed is closed when inner was replaced.
	changed chan struct{}
	closed  bool
}

// Listener puts the site's faults in front of a listener. It calls listen with
// the listener's address when the site is no longer down.
func (s *Site) Listener(inner net.Listener, listen func(address string) (net.Listener, error)) (net.Listener, error) {
	l := &listener{site: s, addr: inner.Addr(), listen: listen, inner: inner, changed: make(chan struct{})}
	s.mu.Lock()
	s.listener = l
	down := s.effects.Load().down != nil
	s.mu.Unlock()
	return l, l.setDown(down)
}

func (l *listener) Addr() net.Addr { return l.addr }

// Accept returns the next connection; while the site is down, it waits.
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

// Close closes the listener for good.
func (l *listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return net.ErrClosed
	}
	l.closed = true
	return l.replace(nil)
}

// replace closes the inner listener and sets another. It is called with the
// lock held.
func (l *listener) replace(inner net.Listener) (err error) {
	if l.inner != nil {
		err = l.inner.Close()
	}
	l.inner = inner
	close(l.changed)
	l.changed = make(chan struct{})
	return err
}

// Another program may hold the port for a moment, for example with an outgoing
// connection.
const (
	returnAttempts = 40
	returnPause    = 50 * time.Millisecond
)

// setDown closes the inner listener, or makes it anew.
func (l *listener) setDown(down bool) error {
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
