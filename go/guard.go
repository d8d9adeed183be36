package main

// #include "uplink.h"
import "C"

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
	defer func() {
		if thrown := recover(); thrown != nil {
			err = panicError(thrown)
		}
	}()
	return run()
}

func panicError(thrown any) error {
	return fail(codeInternal, detailPanic, "a defect in libuplink: %v", thrown)
}
