package main

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
)

// stream is what an upload and a download have in common: a context of its own, which ends it, and one call at a time.
// The call that opened it has no power over it afterwards.
type stream struct {
	project *project.Project
	ctx     context.Context
	cancel  context.CancelCauseFunc
	turn    chan struct{}
	// The connections that it has; of those who have their turn.
	claim    *budget.Claim
	seat     *budget.Claim // of an upload in turn that needs no connections
	requests *satellite.Requests

	mu sync.Mutex
	// The first failure. A stream that failed stays failed.
	broken error
}

var (
	errStreamEnded = fail.Canceled("the stream was ended by a call that was canceled")
	errStreamFreed = fail.Canceled("the stream was freed")
)

// newStream makes a stream that writes to a key, or one that reads without a key.
func newStream(p *project.Project, key string) stream {
	own := satellite.NewRequests(p.Pace, key)
	ctx, cancel := context.WithCancelCause(satellite.WithRequests(network.WithFaults(p.Context), own))
	return stream{project: p, ctx: ctx, cancel: cancel, turn: make(chan struct{}, 1), requests: own}
}

// tie ends the stream when a call on it is canceled, until it is untied, which answers false where that came too late.
// A call that blocks on the project's own context cannot be canceled.
func (s *stream) tie(ctx context.Context) (untie func() bool) {
	if ctx == s.project.Context {
		return func() bool { return true }
	}
	if c, found := pace.FindCaller(ctx); found {
		s.requests.RepeatFor(c.RepeatFor())
	}
	end := func() {
		if cause := context.Cause(ctx); cause != operation.ErrCanceled {
			s.cancel(cause)
		}
		s.cancel(errStreamEnded)
	}
	stop := context.AfterFunc(ctx, end)
	return func() bool {
		onTime := stop()
		if !onTime {
			end() // the other one may not be through, and the next call must find the stream ended
		}
		return onTime
	}
}

// enter waits for the calls before this one.
func (s *stream) enter(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *stream) leave() { <-s.turn }

// work notes that a call is under way, which has its turn.
func (s *stream) work() (done func()) {
	if s.claim == nil {
		return func() {}
	}
	return budget.Process().Connections.Work()
}

// reserve gets the connections that the stream needs, once.
func (s *stream) reserve(weight int) error {
	if s.claim != nil {
		return nil
	}
	c, err := s.project.AcquireConnections(s.ctx, weight)
	if err == nil {
		s.claim = c
	}
	return err
}

// giveBack is for the last one who has a turn.
func (s *stream) giveBack() {
	if s.claim != nil {
		s.claim.Release()
		s.claim = nil
	}
	if s.seat != nil {
		s.seat.Release()
		s.seat = nil
	}
}

// note remembers what broke the stream. Where the stream was ended from outside that is the truth, whatever Go's library
// makes of it.
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

// explain returns why the stream was canceled, if it was, or else the error with the reason why nodes failed.
func (s *stream) explain(err error) error {
	return network.Explain(s.ctx, fail.Attribute(s.ctx, err))
}

func (s *stream) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil && s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	return s.broken
}
