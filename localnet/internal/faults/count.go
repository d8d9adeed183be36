package faults

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"

	"storj.io/common/pb"
	"storj.io/drpc"
)

// The calls that the satellite answers, and those that nodes do.
var (
	satelliteCalls = methods(pb.DRPCMetainfoDescription{})
	nodeCalls      = []string{downloadCall, uploadCall}
)

func methods(service drpc.Description) (names []string) {
	for i := range service.NumMethods() {
		rpc, _, _, _, _ := service.Method(i)
		names = append(names, callName(rpc))
	}
	slices.Sort(names)
	return names
}

// callName is the last part of a call's full name.
func callName(rpc string) string { return rpc[strings.LastIndexByte(rpc, '/')+1:] }

// Count says how often a call came to the satellite or a node.
type Count struct {
	// End is "satellite", or a node's number.
	End  any    `json:"end"`
	Call string `json:"call"`
	// Came counts all, and Hit how often a fault struck one of them.
	Came int64 `json:"came"`
	Hit  int64 `json:"hit"`
}

// counter is what a Count is made from.
type counter struct{ came, hit atomic.Int64 }

func newCounters(number int) map[string]*counter {
	names := nodeCalls
	if number == satelliteSite {
		names = satelliteCalls
	}
	counters := map[string]*counter{}
	for _, name := range names {
		counters[name] = new(counter)
	}
	return counters
}

// Came counts a call, or a request of a batch by the name of the call that it
// stands for.
func (s *Site) Came(name string) {
	if c := s.counters[name]; c != nil {
		c.came.Add(1)
	}
}

// struck counts that a fault happened to a call.
func (s *Site) struck(a *active, name string) {
	a.hits.Add(1)
	if c := s.counters[name]; c != nil {
		c.hit.Add(1)
	}
}

// Counts returns which calls came how often, the satellite's first.
func (s *Set) Counts() []Count {
	list := []Count{}
	for _, site := range append([]*Site{s.Satellite}, s.Nodes...) {
		from := len(list)
		for name, c := range site.counters {
			if came := c.came.Load(); came > 0 {
				list = append(list, Count{End: site.end(), Call: name, Came: came, Hit: c.hit.Load()})
			}
		}
		slices.SortFunc(list[from:], func(a, b Count) int { return strings.Compare(a.Call, b.Call) })
	}
	return list
}

func (s *Site) end() any {
	if s.number == satelliteSite {
		return "satellite"
	}
	return s.number
}

// nearest returns the names, those first that are spelt most like the wanted one.
func nearest(wanted string, names []string) []string {
	sorted := slices.Clone(names)
	slices.SortStableFunc(sorted, func(a, b string) int { return cmp.Compare(distance(wanted, a), distance(wanted, b)) })
	return sorted
}

// distance is how many letters have to be added, taken away or replaced to get
// from one name to the other, whether they are capital or not.
func distance(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
