package stream

import (
	"context"
	"sync"
	"time"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/network"
)

const (
	// askAllAfter is how long a read waits without a byte from any node before it asks all nodes
	// that have pieces.
	askAllAfter = 2 * time.Second
	// The satellite names few more nodes than are required. When two of them have failed, Go's
	// library (v1.14.5) may wait five seconds for the other nodes, which wait for the reader. So
	// the read then asks all nodes sooner.
	manyFailures        = 2
	askAllAfterFailures = 200 * time.Millisecond
	// How often the alarm checks within the limit of a silence.
	checksPerLimit = 5
)

var errTooFewNodes = fail.Internal(fail.DetailNodesUnavailable,
	"too few storage nodes answered in time")

// silence ends a download on which no byte moves for too long while a read waits. It observes the
// connections to the nodes: on a slow link, the bytes of many nodes can move for a minute before a
// read gets its first one.
type silence struct {
	// Ends the download.
	cancel context.CancelCauseFunc
	// Whether the download was opened with all nodes. If so, failures do not shorten the wait.
	hasAll bool

	mu       sync.Mutex
	failures int                        // failed calls to nodes
	meters   map[network.Meter]struct{} // the connections in use
	alarm    *time.Timer                // checks whether bytes move; nil between reads
	since    time.Time                  // when a byte last moved, or the read began
	moved    uint64                     // the bytes that had moved at the last check
}

// limitRead cancels the download with errTooFewNodes if no byte moves for too long before stop is
// called.
func (s *silence) limitRead() (stop func()) {
	return s.limit(func() time.Duration {
		if s.failures >= manyFailures && !s.hasAll {
			return askAllAfterFailures
		}
		return askAllAfter
	}, errTooFewNodes)
}

// limitStall is limitRead for a read that has asked all nodes already. It has a limit of its own,
// and its reason is a timeout.
func (s *silence) limitStall(limit time.Duration) (stop func()) {
	failure := fail.Internal(fail.DetailDeadlineExceeded,
		"%v: %s", network.Stalled{After: limit}, errTooFewNodes.Text)
	failure.Unchanged = true // another try would take as long
	return s.limit(func() time.Duration { return limit }, failure)
}

// limit cancels the download with the reason if no byte moves for as long as span returns before
// stop is called.
func (s *silence) limit(span func() time.Duration, reason error) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var alarm *time.Timer
	first := true
	s.since = time.Now()
	alarm = guard.After(span()/checksPerLimit, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.alarm != alarm {
			return // stop was called meanwhile
		}
		s.check(first)
		first = false
		if time.Since(s.since) >= span() {
			s.cancel(reason)
			return
		}
		alarm.Reset(span() / checksPerLimit)
	})
	s.alarm = alarm
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		alarm.Stop()
		s.alarm = nil
	}
}

// check begins the silence anew if bytes have moved since the last check. The first check of a read
// only counts them: to count when the read begins would slow down all reads.
func (s *silence) check(first bool) {
	var moved uint64
	for m := range s.meters {
		moved += m.Moved()
	}
	if moved > s.moved && !first {
		s.since = time.Now()
	}
	s.moved = moved
}

// Use counts the bytes of a connection from now on.
func (s *silence) Use(m network.Meter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meters[m] = struct{}{}
}

// count returns the number of connections in use.
func (s *silence) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.meters)
}

// Unuse ends the counting of Use.
func (s *silence) Unuse(m network.Meter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.meters, m)
}

// NodeFailed counts a failed call to a node. After the second one, the read under way has less
// time.
func (s *silence) NodeFailed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures++
	if s.failures == manyFailures && !s.hasAll && s.alarm != nil {
		s.since = time.Now()
		s.alarm.Reset(askAllAfterFailures / checksPerLimit)
	}
}
