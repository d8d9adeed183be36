package faults

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// satelliteSite is the satellite's number; nodes have theirs from 0 on.
const satelliteSite = -1

// Set is all that is wrong with a network.
type Set struct {
	// Satellite and Nodes are whom the faults happen to.
	Satellite *Site
	Nodes     []*Site

	mu    sync.Mutex
	base  []*active
	added []*active
	// ever has all that were added, the one with ID 1 first.
	ever []*active
}

// active is a fault that was added.
type active struct {
	Fault
	// seen counts the calls of its kind.
	seen atomic.Int64
	// hits counts how often it struck.
	hits atomic.Int64
}

func (a *active) status() Status { return Status{a.Fault, a.hits.Load()} }

// Status is a fault and what came of it.
type Status struct {
	Fault
	// Hits is how often the fault struck: how many calls it refused, delayed,
	// spoiled or cut, or how many connections it held up or cut.
	Hits int64 `json:"hits"`
}

// NewSet makes the sites of a satellite and so many nodes. What is in base is
// there from the beginning, and Clear leaves it.
func NewSet(nodes int, base ...Fault) (*Set, error) {
	s := &Set{Satellite: newSite(satelliteSite)}
	for number := range nodes {
		s.Nodes = append(s.Nodes, newSite(number))
	}
	for _, fault := range base {
		if err := fault.prepare(nodes); err != nil {
			return nil, err
		}
		s.base = append(s.base, &active{Fault: fault})
	}
	return s, s.apply()
}

// Add adds a fault, which is in effect when Add returns, and returns it with
// its ID.
func (s *Set) Add(fault Fault) (Fault, error) {
	fault.Nodes = slices.Clone(fault.Nodes)
	if err := fault.prepare(len(s.Nodes)); err != nil {
		return Fault{}, &InvalidError{err}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fault.ID = len(s.ever) + 1
	a := &active{Fault: fault}
	s.added, s.ever = append(s.added, a), append(s.ever, a)
	return fault, s.apply()
}

// InvalidError tells that a fault makes no sense.
type InvalidError struct{ error }

// Remove undoes a fault, and tells whether there was one of that ID.
func (s *Set) Remove(id int) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.added, func(a *active) bool { return a.ID == id })
	if i < 0 {
		return false, nil
	}
	s.added = slices.Delete(s.added, i, i+1)
	return true, s.apply()
}

// Clear undoes all that was added.
func (s *Set) Clear() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.added = nil
	return s.apply()
}

// List returns what was added and not undone, oldest first.
func (s *Set) List() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Status, 0, len(s.added))
	for _, a := range s.added {
		list = append(list, a.status())
	}
	return list
}

// Find returns the fault with an ID, also after it was undone, and whether
// there ever was one.
func (s *Set) Find(id int) (Status, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id < 1 || id > len(s.ever) {
		return Status{}, false
	}
	return s.ever[id-1].status(), true
}

func (s *Set) apply() error {
	all := append(slices.Clone(s.base), s.added...)
	failed := []error{s.Satellite.apply(all)}
	for _, site := range s.Nodes {
		failed = append(failed, site.apply(all))
	}
	return errors.Join(failed...)
}

// effects are the faults of one site, put together. They never change; others
// take their place.
type effects struct {
	// none is set when there is nothing wrong.
	none bool

	// These are nil, or the fault that has the effect.
	down, frozen, refusing, slow, corrupting, losing, full *active

	delay     time.Duration
	skew      time.Duration
	rtt       time.Duration
	bandwidth float64 // bytes a second, 0 is without limit
	cut       *active // of each connection
	calls     []*active

	// replaced is closed when others have taken the place of these.
	replaced chan struct{}
}

// shaped tells whether bytes take time on the link.
func (e *effects) shaped() bool { return e.rtt > 0 || e.bandwidth > 0 }

func combine(number int, all []*active) *effects {
	e := &effects{none: true, replaced: make(chan struct{})}
	for _, a := range all {
		if !a.concerns(number) {
			continue
		}
		e.none = false
		if a.Call != "" {
			e.calls = append(e.calls, a)
			continue
		}
		e.add(a)
	}
	return e
}

func (e *effects) add(a *active) {
	for effect, has := range map[**active]bool{
		&e.down: a.Down, &e.frozen: a.Frozen, &e.refusing: a.Refusing, &e.slow: a.Delay != 0,
		&e.corrupting: a.Corrupting, &e.losing: a.Losing, &e.full: a.Full, &e.cut: a.CutAfter != nil,
	} {
		if has {
			*effect = a
		}
	}
	if a.Delay != 0 {
		e.delay = seconds(a.Delay)
	}
	if a.Skew != 0 {
		e.skew = seconds(a.Skew)
	}
	if a.RTT != 0 {
		e.rtt = seconds(a.RTT)
	}
	if a.Mbit != 0 {
		e.bandwidth = a.Mbit * 1e6 / 8
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// Site is the satellite or a node.
type Site struct {
	number  int
	effects atomic.Pointer[effects]
	// counters has one for each call that there is.
	counters map[string]*counter

	mu       sync.Mutex
	conns    map[*conn]struct{}
	listener *listener
}

func newSite(number int) *Site {
	site := &Site{number: number, counters: newCounters(number), conns: map[*conn]struct{}{}}
	site.effects.Store(combine(number, nil))
	return site
}

func (s *Site) String() string {
	if s.number == satelliteSite {
		return "the satellite"
	}
	return fmt.Sprintf("node %d", s.number)
}

func (s *Site) apply(all []*active) error {
	now := combine(s.number, all)
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
		err = l.set(now.down != nil)
	}
	for _, c := range cut {
		c.cut()
	}
	if err != nil {
		return fmt.Errorf("%v cannot come back: %w", s, err)
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

// adopt makes a connection one of the site's.
func (s *Site) adopt(inner net.Conn) *conn {
	c := &conn{Conn: inner, site: s, accepted: time.Now(), closed: make(chan struct{}), gone: make(chan struct{}), left: -1}
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

func (s *Site) forget(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
}
