package main

import (
	"context"
	"sync"
	"time"

	"storj.io/uplink/private/object"
)

const (
	// patienceOfReads is how long a read waits for its first byte before it asks all nodes that have pieces.
	patienceOfReads = 2 * time.Second
	// The satellite names few more nodes than are required. When two of them have failed, Go's library (v1.14.5) may
	// wait for the others, which wait for the reader, until it gives up after five seconds.
	failuresToDoubt = 2
	patienceInDoubt = 200 * time.Millisecond
)

var errTooFewNodes = fail(codeInternal, detailNodesUnavailable, "too few storage nodes answered in time")

// source is a download of Go's library, with a context of its own.
type source struct {
	*object.VersionedDownload
	ctx  context.Context
	stop context.CancelCauseFunc

	mu sync.Mutex
	// Number of connections to nodes that failed.
	failed int
	// Stops the source during a read that gets nothing. nil between reads.
	alarm *time.Timer
}

type sourceKey struct{}

func newSource(parent context.Context) *source {
	s := &source{}
	ctx, stop := context.WithCancelCause(parent)
	s.ctx, s.stop = context.WithValue(ctx, sourceKey{}, s), stop
	return s
}

// close closes before it stops, so that the connections can be used again.
func (s *source) close() error {
	defer s.stop(errDownloadClosed)
	return s.Close()
}

// setAlarm limits how long the source is waited for, until the alarm is stopped.
func (s *source) setAlarm() (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	patience := patienceOfReads
	if s.failed >= failuresToDoubt {
		patience = patienceInDoubt
	}
	s.alarm = time.AfterFunc(patience, func() { s.stop(errTooFewNodes) })
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.alarm.Stop()
		s.alarm = nil
	}
}

// limitStall stops a source that gives no byte for so long, until it is told to stop that.
func (s *source) limitStall(limit time.Duration) (stop func()) {
	failure := fail(codeInternal, detailDeadlineExceeded, "%v: %s", stalled{limit}, errTooFewNodes.text)
	failure.unchanged = true // another try would take as long
	timer := time.AfterFunc(limit, func() { s.stop(failure) })
	return func() { timer.Stop() }
}

// nodeFailed counts a failure of a node for the source that the context belongs to, if any.
func nodeFailed(ctx context.Context) {
	s, ok := ctx.Value(sourceKey{}).(*source)
	if !ok || ctx.Err() != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed++
	if s.failed == failuresToDoubt && s.alarm != nil {
		s.alarm.Reset(patienceInDoubt)
	}
}
