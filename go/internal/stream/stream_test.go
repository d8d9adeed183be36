package stream

import (
	"context"
	"testing"

	"libuplink/internal/fail"
	"libuplink/internal/operation"
	"libuplink/internal/pace"
	"libuplink/internal/project"
)

// testStream returns a stream of a project without a network.
func testStream() stream {
	p, _ := testProject()
	return newStream(p, "")
}

// testProject returns a project without a network.
func testProject() (p *project.Project, close func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	return &project.Project{Pace: pace.New(0), Context: ctx}, func() { cancel(project.ErrClosed) }
}

func TestCanceledCallEndsItsStream(t *testing.T) {
	for range 1000 {
		s := testStream()
		ctx, cancel := context.WithCancelCause(s.project.Context)
		stop := s.cancelWith(ctx)
		cancel(operation.ErrCanceled)
		if stop() {
			t.Fatal("the cancel was not seen")
		}
		if s.failed() != errEnded {
			t.Fatal("the stream goes on")
		}
	}
}

func TestAnEndedCallDoesNotCancelItsStream(t *testing.T) {
	s := testStream()
	ctx, cancel := context.WithCancelCause(s.project.Context)
	if !s.cancelWith(ctx)() {
		t.Fatal("the call was canceled before its end")
	}
	cancel(operation.ErrCanceled)
	if err := s.failed(); err != nil {
		t.Fatal(err)
	}
}

func TestProjectEndsItsStreams(t *testing.T) {
	p, closeProject := testProject()
	s := newStream(p, "")
	stop := s.cancelWith(s.project.Context)
	closeProject()
	if !stop() || s.failed() != project.ErrClosed {
		t.Fatal("the stream goes on")
	}
}

func TestFirstFailureStays(t *testing.T) {
	s := testStream()
	first, second := fail.InvalidHandle("first"), fail.InvalidHandle("second")
	if s.note(nil) != nil || s.note(first) != first || s.note(second) != second || s.failed() != first {
		t.Fatal("the first failure did not stay")
	}
}

func TestTheNextOperationFindsTheStreamCanceled(t *testing.T) {
	for range 1000 {
		s := testStream()
		ctx, cancel := context.WithCancelCause(s.project.Context)
		held, err := s.lock(ctx, s.failed)
		if err != nil {
			t.Fatal(err)
		}
		next := make(chan error)
		go func() {
			_, err := s.lock(s.project.Context, s.failed)
			next <- err
		}()
		cancel(operation.ErrCanceled)
		held.unlock()
		if err := <-next; err != errEnded {
			t.Fatal(err)
		}
	}
}

func TestWaitingForTheLockEndsWithTheCall(t *testing.T) {
	s := testStream()
	if err := s.acquireLock(s.project.Context); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(s.project.Context)
	cancel(operation.ErrCanceled)
	if s.acquireLock(ctx) != operation.ErrCanceled {
		t.Fatal("it got the lock")
	}
	s.releaseLock()
	if err := s.acquireLock(s.project.Context); err != nil {
		t.Fatal(err)
	}
}
