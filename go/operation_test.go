package main

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
)

func taskOf(run func(ctx context.Context) (int, error)) task[int] {
	return task[int]{parent: context.Background(), run: run}
}

// untilCanceled is a call that does nothing but wait for its end.
func untilCanceled(ctx context.Context) (int, error) {
	<-ctx.Done()
	return 0, errors.New("something misleading")
}

func operationAt(t *testing.T, id uintptr) *operation {
	t.Helper()
	op, ok := handles.get(id).(*operation)
	if !ok {
		t.Fatal("the operation is not known")
	}
	return op
}

func checkEmpty(t *testing.T) {
	t.Helper()
	waitFor(t, "the universe to be empty and nothing to be detached", func() bool {
		return handles.empty() && guard.Background.Count() == 0
	})
}

func waitFor(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !reached(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func expect(t *testing.T, err error, code fail.Code, detail fail.Detail) {
	t.Helper()
	f, ok := err.(*fail.Error)
	if !ok || f.Code != code || f.Detail != detail {
		t.Fatalf("expected code %d, detail %d, but got %#v", code, detail, err)
	}
}

func TestResultIsTakenOnce(t *testing.T) {
	id := begin(taskOf(func(context.Context) (int, error) { return 7, nil }), nil)
	if !operationAt(t, id).wait(-1) {
		t.Fatal("it has not ended")
	}
	if _, _, err := takeOutcome[string](id); err == nil {
		t.Fatal("a result of another type was taken")
	} else {
		expect(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	}
	if value, _, err := takeOutcome[int](id); value != 7 || err != nil {
		t.Fatal(value, err)
	}
	_, _, err := takeOutcome[int](id)
	expect(t, err, fail.CodeInvalidHandle, fail.DetailNone)
	detach(id)
	checkEmpty(t)
}

func TestRunningOperationIsNotTaken(t *testing.T) {
	id := begin(taskOf(untilCanceled), nil)
	op := operationAt(t, id)
	if op.wait(0) || op.wait(time.Millisecond) {
		t.Fatal("it has ended")
	}
	_, _, err := takeOutcome[int](id)
	expect(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	op.requestCancel()
	op.wait(-1)
	_, _, err = takeOutcome[int](id)
	expect(t, err, fail.CodeCanceled, fail.DetailNone)
	checkEmpty(t)
}

func TestRefusedArgumentsEndAtOnce(t *testing.T) {
	id := begin(task[int]{refused: fail.InvalidArgument("no")}, nil)
	if !operationAt(t, id).wait(0) {
		t.Fatal("it has not ended")
	}
	_, _, err := takeOutcome[int](id)
	expect(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	checkEmpty(t)
}

func TestSuccessIsFasterThanCancel(t *testing.T) {
	for _, result := range []error{nil, io.EOF} {
		asked := make(chan struct{})
		id := begin(taskOf(func(context.Context) (int, error) { <-asked; return 3, result }), nil)
		operationAt(t, id).requestCancel()
		close(asked)
		operationAt(t, id).wait(-1)
		if value, _, err := takeOutcome[int](id); value != 3 || err != result {
			t.Fatal(value, err)
		}
	}
	checkEmpty(t)
}

func TestCancelAfterTheEndChangesNothing(t *testing.T) {
	id := begin(taskOf(func(context.Context) (int, error) { return 0, fail.InvalidHandle("thing") }), nil)
	operationAt(t, id).wait(-1)
	operationAt(t, id).requestCancel()
	_, _, err := takeOutcome[int](id)
	expect(t, err, fail.CodeInvalidHandle, fail.DetailNone)
	checkEmpty(t)
}

func TestPanicIsAnError(t *testing.T) {
	id := begin(taskOf(func(context.Context) (int, error) { panic("oh") }), nil)
	operationAt(t, id).wait(-1)
	_, _, err := takeOutcome[int](id)
	expect(t, err, fail.CodeInternal, fail.DetailPanic)
	_, err = call(taskOf(func(context.Context) (int, error) { panic("oh") }))
	expect(t, err, fail.CodeInternal, fail.DetailPanic)
	checkEmpty(t)
}

func TestProjectsEndIsTheReason(t *testing.T) {
	parent, cancel := context.WithCancelCause(context.Background())
	id := begin(task[int]{parent: parent, run: untilCanceled}, nil)
	cancel(errProjectClosed)
	operationAt(t, id).wait(-1)
	if _, _, err := takeOutcome[int](id); err != errProjectClosed {
		t.Fatal(err)
	}
	checkEmpty(t)
}

func TestDetachedResultIsDropped(t *testing.T) {
	var dropped atomic.Int32
	counted := func(run func(ctx context.Context) (int, error)) task[int] {
		t := taskOf(run)
		t.drop = func(int) { dropped.Add(1) }
		return t
	}
	ended := begin(counted(func(context.Context) (int, error) { return 1, nil }), nil)
	operationAt(t, ended).wait(-1)
	detach(ended)
	if dropped.Load() != 1 {
		t.Fatal("the result of an ended operation was not dropped")
	}

	release := make(chan struct{})
	deaf := begin(counted(func(context.Context) (int, error) { <-release; return 1, nil }), nil)
	detach(deaf)
	detach(deaf)
	if guard.Background.Count() != 1 {
		t.Fatalf("%d are detached", guard.Background.Count())
	}
	close(release)
	waitFor(t, "the drop", func() bool { return dropped.Load() == 2 })

	failed := begin(counted(untilCanceled), nil)
	detach(failed)
	checkEmpty(t)
	if dropped.Load() != 2 {
		t.Fatal("a failure was dropped")
	}
}

func TestDetachingAReadWaitsForItsEnd(t *testing.T) {
	var ended atomic.Bool
	read := taskOf(func(ctx context.Context) (int, error) {
		<-ctx.Done()
		time.Sleep(20 * time.Millisecond)
		ended.Store(true)
		return 0, ctx.Err()
	})
	read.fills = true
	detach(begin(read, nil))
	if !ended.Load() {
		t.Fatal("the memory was given back too early")
	}
	checkEmpty(t)
}

// Everything that may happen to an operation at once must leave nothing behind.
func TestStorm(t *testing.T) {
	before := runtime.NumGoroutine()
	q := &queue{wake: func() {}}
	var opened, closed atomic.Int64
	var all sync.WaitGroup
	for i := range 400 {
		step := taskOf(func(ctx context.Context) (int, error) {
			select {
			case <-ctx.Done():
				return 0, ctx.Err()
			case <-time.After(time.Duration(i%7) * 100 * time.Microsecond):
				opened.Add(1)
				return i, nil
			}
		})
		step.drop = func(int) { closed.Add(1) }
		id := begin(step, q)
		op := operationAt(t, id)
		all.Go(op.requestCancel)
		all.Go(func() {
			if _, _, err := takeOutcome[int](id); err == nil {
				closed.Add(1)
			}
		})
		all.Go(func() { op.wait(time.Millisecond); detach(id) })
	}
	all.Wait()
	checkEmpty(t)
	if opened.Load() != closed.Load() {
		t.Fatalf("%d were opened, %d closed", opened.Load(), closed.Load())
	}
	q.close()
	waitFor(t, "the goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
}
