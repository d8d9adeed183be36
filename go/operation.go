package main

// #include "uplink.h"
import "C"

import (
	"context"
	"io"
	"sync"
	"time"
	"unsafe"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/pace"
)

// task is a call whose arguments were read, ready to be run here and now or as an operation.
type task[T any] struct {
	// The call ends when this context does: that of the project, mostly.
	parent context.Context
	// What is wrong with the arguments; then there is nothing to run.
	refused error
	run     func(ctx context.Context) (T, error)
	// Ends what nobody took.
	drop func(T)
	// The call fills the caller's memory, so it must not outlive its operation.
	fills bool
	// Closed once the call has copied what it reads from the caller's memory; nil if it reads nothing there.
	copied chan struct{}
	// What the call waits for before it runs, or nil: until then it has no goroutine, whose stack would be most of what a
	// waiting operation takes.
	claim *claim
}

func newTask[T any](args arguments, parent context.Context, run func(ctx context.Context) (T, error)) task[T] {
	return task[T]{parent: parent, refused: args.err, run: run}
}

// nothing is the value of a call that only fails or does not.
type nothing struct{}

// call runs a task on the caller's thread.
func call[T any](t task[T]) (value T, err error) {
	if t.refused != nil {
		return value, t.refused
	}
	value, err = guard.Call(func() (T, error) { return t.run(t.parent) })
	return value, fail.Attribute(t.parent, err)
}

var (
	errOperationCanceled = fail.Canceled("the call was canceled")
	errOperationEnded    = fail.Canceled("the call has ended")
)

// operation is a task under way.
type operation struct {
	id     uintptr
	ctx    context.Context
	cancel context.CancelCauseFunc
	fills  bool
	copied chan struct{}
	done   chan struct{}

	// Is told of the end, if there is one.
	watcher *queue

	mu       sync.Mutex
	ended    bool
	canceled bool
	detached bool
	outcome  any // an outcome[T]
	discard  func()
}

type outcome[T any] struct {
	value T
	err   error
}

// begin starts a task and answers its operation's number. The watcher is told of its end; there may be none.
func begin[T any](t task[T], watcher *queue) uintptr {
	if t.parent == nil {
		t.parent = context.Background()
	}
	op := &operation{id: handles.reserve(), fills: t.fills, copied: t.copied, watcher: watcher, done: make(chan struct{})}
	op.ctx, op.cancel = context.WithCancelCause(t.parent)
	handles.put(op.id, op)
	if t.refused != nil {
		end(op, t, outcome[T]{err: t.refused})
		return op.id
	}
	run := func() {
		value, err := guard.Call(func() (T, error) { return t.run(op.ctx) })
		end(op, t, outcome[T]{value, err})
	}
	if t.claim == nil {
		go run()
		return op.id
	}
	var once sync.Once
	proceed := func() { once.Do(func() { go run() }) }
	t.claim.enqueue(proceed)
	// Not before: a claim must be in the queue when it is given up.
	context.AfterFunc(op.ctx, proceed)
	return op.id
}

func end[T any](op *operation, t task[T], result outcome[T]) {
	op.mu.Lock()
	if op.canceled && result.err != nil && result.err != io.EOF && !fail.IsCanceled(result.err) {
		result.err = errOperationCanceled
	}
	result.err = fail.Attribute(op.ctx, result.err)
	op.outcome, op.ended = result, true
	if t.drop != nil && result.err == nil {
		op.discard = func() { t.drop(result.value) }
	}
	detached := op.detached
	op.mu.Unlock()

	op.cancel(errOperationEnded)
	close(op.done)
	if detached {
		guard.Run(op.drop)
		guard.Background.Add(-1)
	}
	if op.watcher != nil {
		op.watcher.push(op.id)
	}
}

// drop ends what the operation has opened. Nobody else knows the operation any more.
func (op *operation) drop() {
	if op.discard != nil {
		op.discard()
	}
}

func (op *operation) requestCancel() {
	op.mu.Lock()
	op.canceled = op.canceled || !op.ended
	op.mu.Unlock()
	op.cancel(errOperationCanceled)
}

func (op *operation) wait(timeout time.Duration) bool {
	select {
	case <-op.done:
		return true
	default:
	}
	switch {
	case timeout == 0:
		return false
	case timeout < 0:
		<-op.done
		return true
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-op.done:
		return true
	case <-timer.C:
		return false
	}
}

// take hands the outcome over, once.
func take[T any](handle *C.UplinkOperation) (value T, err error) {
	if handle == nil {
		return value, fail.InvalidArgument("operation is NULL")
	}
	id := handleNumber(unsafe.Pointer(handle))
	value, taken, err := takeOutcome[T](id)
	if taken {
		handle._handle = 0 // so that callers know that there is nothing left to detach
	}
	return value, err
}

func takeOutcome[T any](id uintptr) (value T, taken bool, err error) {
	op, ok := handles.get(id).(*operation)
	if !ok {
		return value, false, fail.InvalidHandle("operation")
	}
	op.mu.Lock()
	ended, result := op.ended, op.outcome
	op.mu.Unlock()
	if !ended {
		return value, false, fail.InvalidArgument("the operation has not ended yet")
	}
	own, ok := result.(outcome[T])
	if !ok {
		return value, false, fail.InvalidArgument("the operation has a result of another type")
	}
	if _, ok := handles.remove(id); !ok {
		return value, false, fail.InvalidHandle("operation")
	}
	return own.value, true, own.err
}

func detach(id uintptr) {
	if _, ok := handles.get(id).(*operation); !ok {
		return
	}
	value, found := handles.remove(id)
	if !found {
		return
	}
	op := value.(*operation)
	op.mu.Lock()
	ended := op.ended
	op.canceled = op.canceled || !ended
	if !ended && !op.fills {
		op.detached = true
		guard.Background.Add(1)
	}
	op.mu.Unlock()

	op.cancel(errOperationCanceled)
	switch {
	case ended:
		op.drop()
	case op.fills:
		// The memory is the caller's again when this returns; a canceled read ends within milliseconds.
		<-op.done
	case op.copied != nil:
		select {
		case <-op.copied:
		case <-op.done:
		}
	}
}

func start[T any](target *C.UplinkOperation, t task[T]) {
	if target == nil {
		return
	}
	var watcher *queue
	if target.queue != nil {
		var err error
		if watcher, err = lookup[*queue](unsafe.Pointer(target.queue), "queue"); err != nil {
			t.refused = err
		}
	}
	if t.parent != nil {
		repeatFor := max(microseconds(int64(target.repeat_microseconds)), 0)
		t.parent = pace.WithCaller(t.parent, repeatFor)
	}
	target._handle = C.size_t(begin(t, watcher))
}

func operationOf(handle *C.UplinkOperation) (*operation, bool) {
	if handle == nil {
		return nil, false
	}
	op, ok := handles.get(handleNumber(unsafe.Pointer(handle))).(*operation)
	return op, ok
}

//export uplink_operation_wait
func uplink_operation_wait(handle *C.UplinkOperation, timeout C.int64_t) C.bool {
	defer rescue(nil)
	op, ok := operationOf(handle)
	return C.bool(!ok || op.wait(microseconds(int64(timeout))))
}

func microseconds(count int64) time.Duration {
	const most = int64(1<<63-1) / int64(time.Microsecond)
	if count < 0 || count > most {
		return -1
	}
	return time.Duration(count) * time.Microsecond
}

//export uplink_operation_cancel
func uplink_operation_cancel(handle *C.UplinkOperation) {
	defer rescue(nil)
	if op, ok := operationOf(handle); ok {
		op.requestCancel()
	}
}

//export uplink_operation_detach
func uplink_operation_detach(handle *C.UplinkOperation) {
	defer rescue(nil)
	if handle != nil {
		detach(handleNumber(unsafe.Pointer(handle)))
		handle._handle = 0
	}
}

//export uplink_operation_abandon
func uplink_operation_abandon(handle *C.UplinkOperation, grace C.int64_t) {
	defer rescue(nil)
	if op, ok := operationOf(handle); ok {
		op.requestCancel()
		op.wait(microseconds(int64(grace)))
	}
	uplink_operation_detach(handle)
}

//export uplink_detached_operations
func uplink_detached_operations() C.size_t {
	defer rescue(nil)
	return C.size_t(guard.Background.Count())
}

// emptyResult is for calls that have nothing but an error to tell.
func emptyResult(_ nothing, err error) *C.UplinkError { return errorToC(err) }

//export uplink_operation_take_error
func uplink_operation_take_error(handle *C.UplinkOperation, target **C.UplinkError) {
	if target != nil {
		defer rescue(target)
		*target = emptyResult(take[nothing](handle))
	}
}
