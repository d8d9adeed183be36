package main

// #include "uplink.h"
import "C"

import (
	"context"
	"time"
	"unsafe"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/handle"
	"libuplink/internal/operation"
	"libuplink/internal/pace"
	"libuplink/internal/stats"
)

// operationHandle names the struct for tests, which cannot use cgo.
type operationHandle = C.UplinkOperation

// prepare returns a call with the arguments. It is refused if an argument is wrong.
func prepare[T any](args arguments, ctx context.Context, run func(ctx context.Context) (T, error)) operation.Call[T] {
	return operation.Call[T]{Context: ctx, Refused: args.err, Run: run}
}

// start starts a call and fills in the caller's struct.
func start[T any](target *C.UplinkOperation, call operation.Call[T]) {
	if target == nil {
		return
	}
	var queue *operation.Queue
	if target.queue != nil {
		var err error
		if queue, err = lookup[*operation.Queue](unsafe.Pointer(target.queue), "queue"); err != nil {
			call.Refused = err
		}
	}
	call = withCaller(call, max(microseconds(target.repeat_microseconds), 0))
	target._handle = C.size_t(operation.Start(call, queue))
}

// withCaller returns a call whose requests have a place of their own among those of all callers, and
// whose counts are its own. Its requests are repeated for the given time; 0 for as long as the project
// does.
func withCaller[T any](call operation.Call[T], repeatFor time.Duration) operation.Call[T] {
	if call.Context == nil {
		return call // a refused call may have none
	}
	call.Context = pace.WithCaller(call.Context, repeatFor)
	call.Counts = stats.NewCallOf(call.Context)
	call.Context = stats.WithCall(call.Context, call.Counts)
	return call
}

// take returns the outcome of an operation, once.
func take[T any](target *C.UplinkOperation) (value T, err error) {
	if target == nil {
		return value, fail.InvalidArgument("operation is NULL")
	}
	value, taken, err := operation.Take[T](handleNumber(unsafe.Pointer(target)))
	if taken {
		target._handle = 0 // there is nothing to detach any more
	}
	return value, err
}

// takeInto fills in the caller's struct with the outcome of an operation. A panic is the error of
// the result.
func takeInto[T, R any](op *C.UplinkOperation, result *R, convert func(T, error) R) {
	if result == nil {
		return
	}
	defer func() {
		if thrown := recover(); thrown != nil {
			var none T
			*result = convert(none, fail.Panic(thrown))
		}
	}()
	*result = convert(take[T](op))
}

func findOperation(target *C.UplinkOperation) (*operation.Operation, bool) {
	if target == nil {
		return nil, false
	}
	return handle.Find[*operation.Operation](handleNumber(unsafe.Pointer(target)))
}

// microseconds returns a time from C. It returns -1, for ever, for a negative time and for a time
// that Go cannot count.
func microseconds(count C.int64_t) time.Duration {
	const most = int64(1<<63-1) / int64(time.Microsecond)
	if count < 0 || int64(count) > most {
		return -1
	}
	return time.Duration(count) * time.Microsecond
}

//export uplink_operation_wait
func uplink_operation_wait(target *C.UplinkOperation, timeout C.int64_t) C.bool {
	defer rescue(nil)
	op, found := findOperation(target)
	return C.bool(!found || op.Wait(microseconds(timeout)))
}

//export uplink_operation_cancel
func uplink_operation_cancel(target *C.UplinkOperation) {
	defer rescue(nil)
	if op, found := findOperation(target); found {
		op.Cancel()
	}
}

//export uplink_operation_detach
func uplink_operation_detach(target *C.UplinkOperation) {
	defer rescue(nil)
	if target != nil {
		operation.Detach(handleNumber(unsafe.Pointer(target)))
		target._handle = 0
	}
}

//export uplink_operation_abandon
func uplink_operation_abandon(target *C.UplinkOperation, grace C.int64_t) {
	defer rescue(nil)
	if op, found := findOperation(target); found {
		op.Cancel()
		op.Wait(microseconds(grace))
	}
	uplink_operation_detach(target)
}

//export uplink_detached_operations
func uplink_detached_operations() C.size_t {
	defer rescue(nil)
	return C.size_t(guard.Background.Count())
}

//export uplink_operation_progress
func uplink_operation_progress(target *C.UplinkOperation, progress *C.UplinkProgress) C.bool {
	defer rescue(nil)
	op, found := findOperation(target)
	if !found || op.Progress() == nil {
		return false
	}
	counters := op.Progress()
	// The committed bytes are read first: bytes are transferred before they are committed.
	committed, transferred := counters.Committed.Load(), counters.Transferred.Load()
	return C.bool(fillStats(progress, C.UplinkProgress{
		total: C.int64_t(counters.Total.Load()), transferred: C.int64_t(transferred), committed: C.int64_t(committed),
	}))
}

// emptyResult returns the error of a call that has no other result.
func emptyResult(_ operation.Nothing, err error) *C.UplinkError { return errorToC(err) }

//export uplink_operation_take_error
func uplink_operation_take_error(op *C.UplinkOperation, target **C.UplinkError) {
	takeInto(op, target, emptyResult)
}
