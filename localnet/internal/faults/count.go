package faults

import (
	"slices"
	"strings"
	"sync/atomic"
)

// Count has how often a call came to the satellite or a node.
type Count struct {
	// End is "satellite", or a node's number.
	End  any    `json:"end"`
	Call string `json:"call"`
	// Came counts all calls, and Hit those that a fault struck.
	Came int64 `json:"came"`
	Hit  int64 `json:"hit"`
}

// counter is the running count of one call at one end.
type counter struct{ came, hit atomic.Int64 }

// newCounters returns a counter for each call of an end.
func newCounters(at end) map[string]*counter {
	names := nodeCalls
	if at.satellite {
		names = satelliteCalls
	}
	counters := map[string]*counter{}
	for _, name := range names {
		counters[name] = new(counter)
	}
	return counters
}

// CountCall counts a call. For a request of a batch, the name is that of the
// call that does the same.
func (s *Site) CountCall(name string) {
	if c := s.counters[name]; c != nil {
		c.came.Add(1)
	}
}

// countHit counts that a fault struck a call.
func (s *Site) countHit(a *active, name string) {
	a.hits.Add(1)
	if c := s.counters[name]; c != nil {
		c.hit.Add(1)
	}
}

// Counts returns how often each call came, the satellite's calls first.
func (s *Set) Counts() []Count {
	list := []Count{}
	for _, site := range append([]*Site{s.Satellite}, s.Nodes...) {
		from := len(list)
		for name, c := range site.counters {
			if came := c.came.Load(); came > 0 {
				list = append(list, Count{End: site.end.value(), Call: name, Came: came, Hit: c.hit.Load()})
			}
		}
		slices.SortFunc(list[from:], func(a, b Count) int { return strings.Compare(a.Call, b.Call) })
	}
	return list
}
