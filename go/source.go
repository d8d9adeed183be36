package main

import (
	"context"
	"sync"
	"time"

	"storj.io/uplink/private/object"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/network"
)

const (
	// patienceOfReads is how long a read waits without a byte from any node before it asks all nodes that have pieces.
	patienceOfReads = 2 * time.Second
	// The satellite names few more nodes than are required. When two of them have failed, Go's library (v1.14.5) may
	// wait for the others, which wait for the reader, until it gives up after five seconds.
	failuresToDoubt = 2
	patienceInDoubt = 200 * time.Millisecond
)

var errTooFewNodes = fail.Internal(fail.DetailNodesUnavailable, "too few storage nodes answered in time")

// source is a download of Go's library, with a context of its own.
type source struct {
	*object.VersionedDownload
	ctx  context.Context
	stop context.CancelCauseFunc

	// Whether it was opened with all nodes, so that a failure of two is no reason to open it anew.
	hasAll bool

	mu sync.Mutex
	// Number of connections to nodes that failed.
	failed int
	// The connections to nodes that are in use.
	meters map[network.Meter]struct{}
	// Looks whether the read under way gets bytes. nil between reads.
	alarm *time.Timer
	// The time at which silence began, and how many bytes had moved then.
	silent time.Time
	moved  uint64
}

func newSource(parent context.Context, hasAll bool) *source {
	s := &source{hasAll: hasAll, meters: map[network.Meter]struct{}{}}
	ctx, stop := context.WithCancelCause(parent)
	s.ctx, s.stop = network.WithObserver(ctx, s), stop
	return s
}

// close closes before it stops, so that the connections can be used again.
func (s *source) close() error {
	defer s.stop(errDownloadClosed)
	return s.Close()
}

// limitRead stops the source when a read gets no byte from any node for too long, until stop is called. All nodes are
// asked then.
func (s *source) limitRead() (stop func()) {
	return s.limitSilence(func() time.Duration {
		if s.failed >= failuresToDoubt && !s.hasAll {
			return patienceInDoubt
		}
		return patienceOfReads
	}, errTooFewNodes)
}

// limitStall is limitRead for a read that has asked all nodes already.
func (s *source) limitStall(limit time.Duration) (stop func()) {
	failure := fail.Internal(fail.DetailDeadlineExceeded, "%v: %s", network.Stalled{After: limit}, errTooFewNodes.Text)
	failure.Unchanged = true // another try would take as long
	return s.limitSilence(func() time.Duration { return limit }, failure)
}

// looksPerLimit is how often the alarm looks whether bytes have moved.
const looksPerLimit = 5

// limitSilence stops the source when no byte has moved for as long as limit returns. On a slow link, the bytes of many
// nodes can move for a minute before a read gets its first one.
func (s *source) limitSilence(limit func() time.Duration, reason error) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var alarm *time.Timer
	first := true
	s.silent = time.Now()
	alarm = guard.After(limit()/looksPerLimit, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.alarm != alarm {
			return
		}
		s.listen(first)
		first = false
		if time.Since(s.silent) >= limit() {
			s.stop(reason)
			return
		}
		alarm.Reset(limit() / looksPerLimit)
	})
	s.alarm = alarm
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		alarm.Stop()
		s.alarm = nil
	}
}

// listen notes whether bytes have moved since the last look. The first look of a read only counts them: counting when the
// read begins would slow down all reads.
func (s *source) listen(first bool) {
	var moved uint64
	for m := range s.meters {
		moved += m.Moved()
	}
	if moved > s.moved && !first {
		s.silent = time.Now()
	}
	s.moved = moved
}

// Use counts the bytes of a connection until Unuse.
func (s *source) Use(m network.Meter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meters[m] = struct{}{}
}

func (s *source) Unuse(m network.Meter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.meters, m)
}

// NodeFailed counts a failure of a node.
func (s *source) NodeFailed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed++
	if s.failed == failuresToDoubt && !s.hasAll && s.alarm != nil {
		s.silent = time.Now()
		s.alarm.Reset(patienceInDoubt / looksPerLimit)
	}
}
