package operation

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/handle"
)

var errClosed = fail.Canceled("the project was closed")

func callOf(run func(ctx context.Context) (int, error)) Call[int] {
	return Call[int]{Context: context.Background(), Run: run}
}

// untilCanceled waits until its context ends.
func untilCanceled(ctx context.Context) (int, error) {
	<-ctx.Done()
	return 0, errors.New("something misleading")
}

func operationAt(t *testing.T, id uintptr) *Operation {
	t.Helper()
	op, ok := handle.Find[*Operation](id)
	if !ok {
		t.Fatal("the operation is not known")
	}
	return op
}

func checkEmpty(t *testing.T) {
	t.Helper()
	check.Eventually(t, "the table to be empty and nothing to be detached", func() bool {
		return handle.Empty() && guard.Background.Count() == 0
	})
}

func TestResultIsTakenOnce(t *testing.T) {
	id := Start(callOf(func(context.Context) (int, error) { return 7, nil }), nil)
	if !operationAt(t, id).Wait(-1) {
		t.Fatal("it has not ended")
	}
	if _, _, err := Take[string](id); err == nil {
		t.Fatal("a result of another type was taken")
	} else {
		check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	}
	if value, _, err := Take[int](id); value != 7 || err != nil {
		t.Fatal(value, err)
	}
	_, _, err := Take[int](id)
	check.Error(t, err, fail.CodeInvalidHandle, fail.DetailNone)
	Detach(id)
	checkEmpty(t)
}

func TestRunningOperationIsNotTaken(t *testing.T) {
	id := Start(callOf(untilCanceled), nil)
	op := operationAt(t, id)
	if op.Wait(0) || op.Wait(time.Millisecond) {
		t.Fatal("it has ended")
	}
	_, _, err := Take[int](id)
	check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	op.Cancel()
	op.Wait(-1)
	_, _, err = Take[int](id)
	check.Error(t, err, fail.CodeCanceled, fail.DetailNone)
	checkEmpty(t)
}

func TestRefusedArgumentsEndAtOnce(t *testing.T) {
	id := Start(Call[int]{Refused: fail.InvalidArgument("no")}, nil)
	if !operationAt(t, id).Wait(0) {
		t.Fatal("it has not ended")
	}
	_, _, err := Take[int](id)
	check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	checkEmpty(t)
}

func TestSuccessIsFasterThanCancel(t *testing.T) {
	for _, result := range []error{nil, io.EOF} {
		asked := make(chan struct{})
		id := Start(callOf(func(context.Context) (int, error) { <-asked; return 3, result }), nil)
		operationAt(t, id).Cancel()
		close(asked)
		operationAt(t, id).Wait(-1)
		if value, _, err := Take[int](id); value != 3 || err != result {
			t.Fatal(value, err)
		}
	}
	checkEmpty(t)
}

func TestCancelAfterTheEndChangesNothing(t *testing.T) {
	id := Start(callOf(func(context.Context) (int, error) { return 0, fail.InvalidHandle("thing") }), nil)
	operationAt(t, id).Wait(-1)
	operationAt(t, id).Cancel()
	_, _, err := Take[int](id)
	check.Error(t, err, fail.CodeInvalidHandle, fail.DetailNone)
	checkEmpty(t)
}

func TestPanicIsAnError(t *testing.T) {
	id := Start(callOf(func(context.Context) (int, error) { panic("oh") }), nil)
	operationAt(t, id).Wait(-1)
	_, _, err := Take[int](id)
	check.Error(t, err, fail.CodeInternal, fail.DetailPanic)
	_, err = callOf(func(context.Context) (int, error) { panic("oh") }).Do()
	check.Error(t, err, fail.CodeInternal, fail.DetailPanic)
	checkEmpty(t)
}

func TestProjectsEndIsTheReason(t *testing.T) {
	parent, cancel := context.WithCancelCause(context.Background())
	id := Start(Call[int]{Context: parent, Run: untilCanceled}, nil)
	cancel(errClosed)
	operationAt(t, id).Wait(-1)
	if _, _, err := Take[int](id); err != errClosed {
		t.Fatal(err)
	}
	checkEmpty(t)
}

func TestDetachedResultIsClosed(t *testing.T) {
	var closed atomic.Int32
	counted := func(run func(ctx context.Context) (int, error)) Call[int] {
		t := callOf(run)
		t.Close = func(int) { closed.Add(1) }
		return t
	}
	ended := Start(counted(func(context.Context) (int, error) { return 1, nil }), nil)
	operationAt(t, ended).Wait(-1)
	Detach(ended)
	if closed.Load() != 1 {
		t.Fatal("the result of an ended operation was not closed")
	}

	release := make(chan struct{})
	deaf := Start(counted(func(context.Context) (int, error) { <-release; return 1, nil }), nil)
	Detach(deaf)
	Detach(deaf)
	if guard.Background.Count() != 1 {
		t.Fatalf("%d are detached", guard.Background.Count())
	}
	close(release)
	check.Eventually(t, "the close", func() bool { return closed.Load() == 2 })

	failed := Start(counted(untilCanceled), nil)
	Detach(failed)
	checkEmpty(t)
	if closed.Load() != 2 {
		t.Fatal("a failed call was closed")
	}
}

func TestDetachingAReadWaitsForItsEnd(t *testing.T) {
	var ended atomic.Bool
	read := callOf(func(ctx context.Context) (int, error) {
		<-ctx.Done()
		time.Sleep(20 * time.Millisecond)
		ended.Store(true)
		return 0, ctx.Err()
	})
	read.FillsMemory = true
	Detach(Start(read, nil))
	if !ended.Load() {
		t.Fatal("the memory was free too early")
	}
	checkEmpty(t)
}

// Everything that may happen to an operation at once must leave nothing behind.
func TestStorm(t *testing.T) {
	before := runtime.NumGoroutine()
	q := &Queue{wake: func() {}}
	var opened, closed atomic.Int64
	var all sync.WaitGroup
	for i := range 400 {
		step := callOf(func(ctx context.Context) (int, error) {
			select {
			case <-ctx.Done():
				return 0, ctx.Err()
			case <-time.After(time.Duration(i%7) * 100 * time.Microsecond):
				opened.Add(1)
				return i, nil
			}
		})
		step.Close = func(int) { closed.Add(1) }
		id := Start(step, q)
		op := operationAt(t, id)
		all.Go(op.Cancel)
		all.Go(func() {
			if _, _, err := Take[int](id); err == nil {
				closed.Add(1)
			}
		})
		all.Go(func() { op.Wait(time.Millisecond); Detach(id) })
	}
	all.Wait()
	checkEmpty(t)
	if opened.Load() != closed.Load() {
		t.Fatalf("%d were opened, %d closed", opened.Load(), closed.Load())
	}
	q.Close()
	check.Eventually(t, "the goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
}
