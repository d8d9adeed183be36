package main

// #include "uplink.h"
import "C"

import (
	"unsafe"

	"libuplink/internal/fail"
	"libuplink/internal/handle"
	"libuplink/internal/operation"
)

// handleNumber returns the number in a handle. A handle of each type is a struct that begins with
// its number.
func handleNumber(pointer unsafe.Pointer) uintptr {
	return uintptr((*C.UplinkHandle)(pointer)._handle)
}

// lookup returns the value of a handle.
func lookup[T any](pointer unsafe.Pointer, name string) (value T, err error) {
	if pointer == nil {
		return value, fail.InvalidArgument("%s is NULL", name)
	}
	return handle.Lookup[T](handleNumber(pointer), name)
}

// newHandle returns a new handle for a value.
func newHandle(value any) unsafe.Pointer {
	target := allocate[C.UplinkHandle](1)
	target._handle = C.size_t(handle.Add(value))
	return unsafe.Pointer(target)
}

// freeHandle frees a handle and returns its value, if that was not freed before.
func freeHandle[T any](pointer unsafe.Pointer) (value T, found bool) {
	if pointer == nil {
		return value, false
	}
	id := handleNumber(pointer)
	free(pointer)
	return handle.Remove[T](id)
}

//export uplink_handle_adopt
func uplink_handle_adopt(target *C.UplinkHandle, source **C.UplinkHandle) {
	defer rescue(nil)
	if target == nil || source == nil || *source == nil {
		return
	}
	target._handle = (*source)._handle
	free(unsafe.Pointer(*source))
	*source = nil
}

//export uplink_handle_release
func uplink_handle_release(target *C.UplinkHandle) {
	defer rescue(nil)
	if target == nil {
		return
	}
	id := handleNumber(unsafe.Pointer(target))
	switch handle.Get(id).(type) {
	case *operation.Operation, *operation.Queue:
		return // these have functions of their own
	}
	value, found := handle.Remove[any](id)
	if owner, ok := value.(interface{ Free() }); found && ok {
		owner.Free()
	}
}

//export uplink_internal_UniverseIsEmpty
func uplink_internal_UniverseIsEmpty() C.bool {
	defer rescue(nil)
	return C.bool(handle.Empty())
}
