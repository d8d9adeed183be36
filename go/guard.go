package main

// #include "uplink.h"
import "C"

import "time"

// A panic that left an exported function would end the process. So each export begins with a deferred rescue, which
// makes an error of it where the export has one; it costs nothing where nothing panics.

// rescue ends a panic of an export, and sets the error of its result. An export without one passes nil.
func rescue(target **C.UplinkError) {
	if thrown := recover(); thrown != nil && target != nil {
		*target = errorToC(panicError(thrown))
	}
}

// rescueStart ends a panic of an export that starts an operation, and makes the operation end with the error.
func rescueStart[T any](target *C.UplinkOperation) {
	if thrown := recover(); thrown != nil {
		start(target, task[T]{refused: panicError(thrown)})
	}
}

// guarded runs a call and makes an error of a panic, so that a defect costs one call and not the process.
func guarded[T any](run func() (T, error)) (value T, err error) {
	defer catch(&err)
	return run()
}

// catch makes an error of a panic. Deferred in each function that Go's library calls on a goroutine of its own.
func catch(err *error) {
	if thrown := recover(); thrown != nil {
		*err = panicError(thrown)
	}
}

// later is time.AfterFunc for a function whose panic must not end the process.
func later(delay time.Duration, run func()) *time.Timer {
	return time.AfterFunc(delay, func() {
		_, _ = guarded(func() (nothing, error) { run(); return nothing{}, nil }) // there is no call to fail
	})
}

func panicError(thrown any) error {
	return fail(codeInternal, detailPanic, "a defect in libuplink: %v", thrown)
}
