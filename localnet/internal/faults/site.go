package faults

import (
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// end is the satellite or a node: the server's end of connections.
type end struct {
	satellite bool
	// node is the node's number, if this is not the satellite.
	node int
}

// value returns what JSON has for the end: "satellite", or a node's number.
func (e end) value() any {
	if e.satellite {
		return "satellite"
	}
	return e.node
}

func (e end) String() string {
	if e.satellite {
		return "the satellite"
	}
	return fmt.Sprintf("node %d", e.node)
}

// effects are all that is wrong at one site. They never change: new effects
// replace them.
type effects struct {
	// none is set when nothing is wrong.
	none bool

	// Each is the newest fault that has the effect, or nil.
	down, frozen, refusing, slow, corrupting, losing, full, cut *active

	delay     time.Duration
	skew      time.Duration
	rtt       time.Duration
	bandwidth float64 // bytes a second, 0 is without limit
	// calls are the faults of certain calls.
	calls []*active

	// replaced is closed when other effects have replaced these.
	replaced chan struct{}
}

// shaped reports whether bytes take time on the link.
func (e *effects) shaped() bool { return e.rtt > 0 || e.bandwidth > 0 }

// combine returns the effects of all faults that concern an end.
func combine(at end, all []*active) *effects {
	e := &effects{none: true, replaced: make(chan struct{})}
	for _, a := range all {
		if !a.concerns(at) {
			continue
		}
		e.none = false
		if a.Call != "" {
			e.calls = append(e.calls, a)
			continue
		}
		for _, effect := range effectsOf(&a.Fault) {
			effect.apply(e, a)
		}
	}
	return e
}

// Site is the satellite or a node, with its faults, counters and connections.
type Site struct {
	end     end
	effects atomic.Pointer[effects]
	// counters has one for each call of the end.
	counters map[string]*counter

	mu       sync.Mutex
	conns    map[*conn]struct{}
	listener *listener
}

func newSite(at end) *Site {
	site := &Site{end: at, counters: newCounters(at), conns: map[*conn]struct{}{}}
	site.effects.Store(combine(at, nil))
	return site
}

// apply replaces the site's effects, and puts a change between down and up into
// effect.
func (s *Site) apply(all []*active) error {
	now := combine(s.end, all)
	s.mu.Lock()
	before := s.effects.Swap(now)
	l := s.listener
	var cut []*conn
	if now.down != nil {
		for c := range s.conns {
			cut = append(cut, c)
		}
		now.down.hits.Add(int64(len(cut)))
	}
	s.mu.Unlock()
	close(before.replaced)
	var err error
	if l != nil {
		err = l.setDown(now.down != nil)
	}
	for _, c := range cut {
		c.cut()
	}
	if err != nil {
		return fmt.Errorf("%v cannot come back: %w", s.end, err)
	}
	return nil
}

// Now returns the site's clock.
func (s *Site) Now(clock func() time.Time) func() time.Time {
	if clock == nil {
		clock = time.Now
	}
	return func() time.Time {
		now := clock()
		if e := s.effects.Load(); e.skew != 0 {
			return now.Add(e.skew)
		}
		return now
	}
}

// adopt wraps an accepted connection, and cuts it if the site is down.
func (s *Site) adopt(inner net.Conn) *conn {
	c := &conn{Conn: inner, site: s, accepted: time.Now(), closed: make(chan struct{}), gone: make(chan struct{})}
	s.mu.Lock()
	s.conns[c] = struct{}{}
	down := s.effects.Load().down
	s.mu.Unlock()
	if down != nil {
		down.hits.Add(1)
		c.cut()
	}
	return c
}

// remove removes a connection that is closed.
func (s *Site) remove(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
}
