// Package stream uploads and downloads objects.
package stream

import (
	"context"
	"sync"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/network"
	"libuplink/internal/operation"
	"libuplink/internal/pace"
	"libuplink/internal/project"
	"libuplink/internal/satellite"
	"libuplink/internal/stats"
)

// stream is the common part of an upload and a download. It has a context of its own, and ends with
// it: the operation that opened the stream cannot end it afterwards. It has a lock, so that one
// operation runs on it at a time.
type stream struct {
	project  *project.Project
	ctx      context.Context
	cancel   context.CancelCauseFunc
	requests *satellite.Requests
	// What happens in the context of the stream counts for the newest operation on it.
	counts *stats.Call
	// Holds a value while an operation has the lock.
	locked chan struct{}

	// Guarded by the lock. The claim of connections to nodes; nil while the stream needs none.
	connections *budget.Claim

	mu sync.Mutex
	// The first failure. A stream that failed stays failed.
	broken error
}

var (
	errEnded = fail.Canceled("the stream was ended by a call that was canceled")
	errFreed = fail.Canceled("the stream was freed")
)

// newStream returns a stream that writes to an object, or one that reads, for which path is "".
func newStream(p *project.Project, path string) stream {
	requests := satellite.NewRequests(p.Pace, path)
	counts := stats.NewCallOf(p.Context)
	parent := stats.WithCall(network.WithFaults(p.Context), counts)
	ctx, cancel := context.WithCancelCause(satellite.WithRequests(parent, requests))
	return stream{
		project: p, ctx: ctx, cancel: cancel, requests: requests, counts: counts, locked: make(chan struct{}, 1),
	}
}

// Context returns the context of the project, from which the contexts of operations on the stream
// descend.
func (s *stream) Context() context.Context { return s.project.Context }

// cancelWith cancels the stream if ctx ends before stop is called. ctx is the context of an
// operation; stop reports whether it was called first. A blocking call has the context of the
// project, and cannot be canceled.
func (s *stream) cancelWith(ctx context.Context) (stop func() bool) {
	if ctx == s.project.Context {
		return func() bool { return true }
	}
	if caller, found := pace.FindCaller(ctx); found {
		s.requests.SetRepeatFor(caller.RepeatFor())
	}
	s.counts.Relay(stats.Of(ctx))
	end := func() {
		if cause := context.Cause(ctx); cause != operation.ErrCanceled {
			s.cancel(cause)
		}
		s.cancel(errEnded)
	}
	unwatch := context.AfterFunc(ctx, end)
	return func() bool {
		first := unwatch()
		if !first {
			end() // AfterFunc may not have run it yet, but the next operation must find the stream canceled
		}
		return first
	}
}

// heldLock is the lock of a stream, held by an operation. A function in its place would cost each
// operation an allocation.
type heldLock struct {
	stream *stream
	stop   func() bool
}

// lock waits for the earlier operations on the stream. Until unlock, the end of ctx cancels the
// stream. lock fails if usable returns an error, before the wait or after it.
func (s *stream) lock(ctx context.Context, usable func() error) (heldLock, error) {
	stop := s.cancelWith(ctx)
	err := usable()
	if err == nil {
		err = s.acquireLock(ctx)
	}
	if err != nil {
		stop()
		return heldLock{}, err
	}
	h := heldLock{s, stop}
	if err := usable(); err != nil {
		h.unlock()
		return heldLock{}, err
	}
	return h, nil
}

func (h heldLock) unlock() {
	h.stop() // before the next operation has the lock, which must find the stream canceled
	h.stream.releaseLock()
}

func (s *stream) acquireLock(ctx context.Context) error {
	select {
	case s.locked <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *stream) releaseLock() { <-s.locked }

// work notes that an operation is under way that may use connections, until done is called. The
// caller has the lock.
func (s *stream) work() (done func()) {
	if s.connections == nil {
		return func() {}
	}
	return budget.Process().Connections.Work()
}

// acquireConnections acquires the connections to nodes that the stream needs, once. The caller has
// the lock.
func (s *stream) acquireConnections(count int) error {
	if s.connections != nil {
		return nil
	}
	claim, err := s.project.AcquireConnections(s.ctx, count)
	if err == nil {
		s.connections = claim
	}
	return err
}

// releaseConnections releases the connections at the end of the stream. The caller has the lock.
func (s *stream) releaseConnections() {
	if s.connections != nil {
		s.connections.Release()
		s.connections = nil
	}
}

// note explains an error and returns it. The first one breaks the stream.
func (s *stream) note(err error) error {
	if err == nil {
		return nil
	}
	err = s.explain(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.broken = err
	}
	return err
}

// explain returns why the stream was canceled, if it was, or else the error with the reason why
// nodes failed.
func (s *stream) explain(err error) error {
	return network.Explain(s.ctx, fail.Cause(s.ctx, err))
}

// failed returns what broke the stream, or nil.
func (s *stream) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil && s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	return s.broken
}
