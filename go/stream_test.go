package main

import (
	"context"
	"testing"

	"libuplink/internal/fail"
	"libuplink/internal/operation"
)

func testStream() stream {
	p := &project{}
	p.ctx, p.cancel = context.WithCancelCause(context.Background())
	return newStream(p, "")
}

func TestCanceledCallEndsItsStream(t *testing.T) {
	for range 1000 {
		s := testStream()
		ctx, cancel := context.WithCancelCause(s.project.ctx)
		untie := s.tie(ctx)
		cancel(operation.ErrCanceled)
		if untie() {
			t.Fatal("the cancel was not seen")
		}
		if s.failed() != errStreamEnded {
			t.Fatal("the stream goes on")
		}
	}
}

func TestEndedCallHasNoMorePower(t *testing.T) {
	s := testStream()
	ctx, cancel := context.WithCancelCause(s.project.ctx)
	if !s.tie(ctx)() {
		t.Fatal("it was not canceled")
	}
	cancel(operation.ErrCanceled)
	if err := s.failed(); err != nil {
		t.Fatal(err)
	}
}

func TestProjectEndsItsStreams(t *testing.T) {
	s := testStream()
	untie := s.tie(s.project.ctx)
	s.project.cancel(errProjectClosed)
	if !untie() || s.failed() != errProjectClosed {
		t.Fatal("the stream goes on")
	}
}

func TestFirstFailureStays(t *testing.T) {
	s := testStream()
	first, second := fail.InvalidHandle("first"), fail.InvalidHandle("second")
	if s.note(nil) != nil || s.note(first) != first || s.note(second) != second || s.failed() != first {
		t.Fatal("the first failure is not the one that stays")
	}
}

func TestWaitingForOnesTurnEndsWithTheCall(t *testing.T) {
	s := testStream()
	if err := s.enter(s.project.ctx); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(s.project.ctx)
	cancel(operation.ErrCanceled)
	if s.enter(ctx) != operation.ErrCanceled {
		t.Fatal("it had its turn")
	}
	s.leave()
	if err := s.enter(s.project.ctx); err != nil {
		t.Fatal(err)
	}
}
