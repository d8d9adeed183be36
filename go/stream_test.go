package main

import (
	"context"
	"testing"

	"libuplink/internal/fail"
	"libuplink/internal/operation"
	"libuplink/internal/project"
)

func testStream() stream {
	return newStream(&project.Project{Context: context.Background()}, "")
}

func TestCanceledCallEndsItsStream(t *testing.T) {
	for range 1000 {
		s := testStream()
		ctx, cancel := context.WithCancelCause(s.project.Context)
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
	ctx, cancel := context.WithCancelCause(s.project.Context)
	if !s.tie(ctx)() {
		t.Fatal("it was not canceled")
	}
	cancel(operation.ErrCanceled)
	if err := s.failed(); err != nil {
		t.Fatal(err)
	}
}

func TestProjectEndsItsStreams(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	s := newStream(&project.Project{Context: ctx}, "")
	untie := s.tie(ctx)
	cancel(project.ErrClosed)
	if !untie() || s.failed() != project.ErrClosed {
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
	if err := s.enter(s.project.Context); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(s.project.Context)
	cancel(operation.ErrCanceled)
	if s.enter(ctx) != operation.ErrCanceled {
		t.Fatal("it had its turn")
	}
	s.leave()
	if err := s.enter(s.project.Context); err != nil {
		t.Fatal(err)
	}
}
