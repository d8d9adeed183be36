package faults

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
)

// Set has all faults of a network.
type Set struct {
	// Satellite and Nodes are the sites at which faults happen.
	Satellite *Site
	Nodes     []*Site

	mu sync.Mutex
	// base are the faults from the network's start, which are never undone.
	base []*active
	// added are the faults in effect, oldest first.
	added []*active
	// ever are all faults that were added; the fault with ID n is at n-1.
	ever []*active
}

// active is a fault that was added, with its counts.
type active struct {
	Fault
	// seen counts the calls that have the name of the fault's call.
	seen atomic.Int64
	// hits counts how often the fault struck.
	hits atomic.Int64
}

func (a *active) status() Status { return Status{a.Fault, a.hits.Load()} }

// Status is a fault and its hits.
type Status struct {
	Fault
	// Hits counts calls that the fault refused, delayed, corrupted or cut, or
	// connections that it delayed or cut.
	Hits int64 `json:"hits"`
}

// InvalidError is the error of a fault that makes no sense.
type InvalidError struct{ error }

// NewSet makes the sites of a satellite and of nodes. Clear does not undo the
// base.
func NewSet(nodes int, base ...Fault) (*Set, error) {
	s := &Set{Satellite: newSite(end{satellite: true})}
	for number := range nodes {
		s.Nodes = append(s.Nodes, newSite(end{node: number}))
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

// Remove undoes a fault, and reports whether it was in effect.
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

// Clear undoes all faults that were added.
func (s *Set) Clear() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.added = nil
	return s.apply()
}

// List returns the faults that were added and not undone, oldest first.
func (s *Set) List() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Status, 0, len(s.added))
	for _, a := range s.added {
		list = append(list, a.status())
	}
	return list
}

// Find returns the fault with an ID, even if it was undone, and reports whether
// there ever was one.
func (s *Set) Find(id int) (Status, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id < 1 || id > len(s.ever) {
		return Status{}, false
	}
	return s.ever[id-1].status(), true
}

// apply puts the faults into effect at all sites. It is called with the lock
// held, or before the set is shared.
func (s *Set) apply() error {
	all := append(slices.Clone(s.base), s.added...)
	failed := []error{s.Satellite.apply(all)}
	for _, site := range s.Nodes {
		failed = append(failed, site.apply(all))
	}
	return errors.Join(failed...)
}
