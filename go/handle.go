package main

// #include "uplink.h"
import "C"

import (
	"sync"
	"unsafe"

	"libuplink/internal/fail"
)

// universe keeps the Go values that C knows by number. Numbers are never used twice, so a stale handle is always
// noticed.
type universe struct {
	mu     sync.Mutex
	last   uintptr
	values map[uintptr]any
}

var handles = universe{values: map[uintptr]any{}}

// reserve gives a number to a value that will be there in a moment, or never.
func (u *universe) reserve() uintptr {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.last++
	return u.last
}

func (u *universe) put(id uintptr, value any) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.values[id] = value
}

func (u *universe) add(value any) uintptr {
	id := u.reserve()
	u.put(id, value)
	return id
}

func (u *universe) get(id uintptr) any {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.values[id]
}

// remove answers the value to exactly one of those who remove it.
func (u *universe) remove(id uintptr) (value any, found bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	value, found = u.values[id]
	delete(u.values, id)
	return value, found
}

func (u *universe) empty() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.values) == 0
}

// A handle in C is a struct with a number in it, whatever its type is called.
func handleNumber(handle unsafe.Pointer) uintptr {
	return uintptr((*C.UplinkHandle)(handle)._handle)
}

// lookup answers the value behind a handle that C gave.
func lookup[T any](handle unsafe.Pointer, name string) (value T, err error) {
	if handle == nil {
		return value, fail.InvalidArgument("%s is NULL", name)
	}
	value, ok := handles.get(handleNumber(handle)).(T)
	if !ok {
		return value, fail.InvalidHandle(name)
	}
	return value, nil
}

// newHandle makes a value known to C.
func newHandle(value any) unsafe.Pointer {
	handle := allocate[C.UplinkHandle](1)
	handle._handle = C.size_t(handles.add(value))
	return unsafe.Pointer(handle)
}

// freeHandle answers the value once more, for it to be ended, and nothing where somebody else did that.
func freeHandle[T any](handle unsafe.Pointer) (value T, found bool) {
	if handle == nil {
		return value, false
	}
	id := handleNumber(handle)
	free(handle)
	value, found = handles.get(id).(T)
	if !found {
		return value, false
	}
	_, found = handles.remove(id)
	return value, found
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
func uplink_handle_release(handle *C.UplinkHandle) {
	defer rescue(nil)
	if handle == nil {
		return
	}
	id := handleNumber(unsafe.Pointer(handle))
	switch handles.get(id).(type) {
	case *operation, *queue:
		return // They have functions of their own.
	}
	value, found := handles.remove(id)
	if lives, ok := value.(interface{ free() }); found && ok {
		lives.free()
	}
}
