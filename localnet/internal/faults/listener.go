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
	state listenerState
	// inner is used while the state is listenerOpen.
	inner net.Listener
	// changed is closed when the state has changed.
	changed chan struct{}
}

// listenerState is the state of a listener.
type listenerState int

const (
	listenerOpen listenerState = iota
	listenerDown
	listenerClosed
)

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
		state, inner, changed := l.state, l.inner, l.changed
		l.mu.Unlock()
		switch state {
		case listenerClosed:
			return nil, net.ErrClosed
		case listenerDown:
			<-changed
			continue
		}
		accepted, err := inner.Accept()
		if err == nil {
			return l.site.adopt(accepted), nil
		}
		// A closed inner listener is a change of the state.
		if !errors.Is(err, net.ErrClosed) {
			return nil, err
		}
	}
}

// Close closes the listener for good.
func (l *listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state == listenerClosed {
		return net.ErrClosed
	}
	return l.stop(listenerClosed)
}

// stop closes the inner listener, if there is one. It is called with the lock
// held.
func (l *listener) stop(state listenerState) (err error) {
	if l.state == listenerOpen {
		err = l.inner.Close()
	}
	l.change(state)
	return err
}

// change sets the state and wakes Accept. It is called with the lock held.
func (l *listener) change(state listenerState) {
	l.state = state
	close(l.changed)
	l.changed = make(chan struct{})
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
	switch {
	case l.state == listenerOpen && down:
		return l.stop(listenerDown)
	case l.state == listenerDown && !down:
		return l.listenAgain()
	}
	return nil
}

// listenAgain makes the inner listener anew. It is called with the lock held.
func (l *listener) listenAgain() error {
	var err error
	for range returnAttempts {
		var inner net.Listener
		if inner, err = l.listen(l.addr.String()); err == nil {
			l.inner = inner
			l.change(listenerOpen)
			return nil
		}
		time.Sleep(returnPause)
	}
	return err
}
