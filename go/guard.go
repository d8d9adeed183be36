package main

// #include "uplink.h"
import "C"

import (
	"libuplink/internal/fail"
	"libuplink/internal/operation"
)

// A panic that left an exported function would end the process. So each export begins with a
// deferred rescue, which costs nothing without a panic.

// rescue recovers from a panic of an export, and sets the error of its result. An export whose
// result has no error passes nil.
func rescue(target **C.UplinkError) {
	if thrown := recover(); thrown != nil && target != nil {
		*target = errorToC(fail.Panic(thrown))
	}
}

// rescueStart recovers from a panic of an export that starts an operation. The operation ends with
// an error.
func rescueStart[T any](target *C.UplinkOperation) {
	if thrown := recover(); thrown != nil {
		start(target, operation.Refuse[T](fail.Panic(thrown)))
	}
}
