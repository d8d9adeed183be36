package main

// #include <stdlib.h>
// #include "uplink.h"
import "C"

import (
	"math"
	"time"
	"unsafe"

	"libuplink/internal/argument"
	"libuplink/internal/fail"
)

// allocate returns zeroed C memory for a number of values. Without memory the process ends, as it
// does for Go's own.
func allocate[T any](count int) *T {
	var sample T
	size := max(count*int(unsafe.Sizeof(sample)), 1)
	memory := C.malloc(C.size_t(size))
	clear(unsafe.Slice((*byte)(memory), size))
	return (*T)(memory)
}

func free(memory unsafe.Pointer) { C.free(memory) }

func freeString(text *C.char) { C.free(unsafe.Pointer(text)) }

// newItems returns C memory with an item for each value, and their number.
func newItems[T, V any](values []V, fill func(target *T, value V)) (*T, C.size_t) {
	first := allocate[T](len(values))
	items := unsafe.Slice(first, len(values))
	for i, value := range values {
		fill(&items[i], value)
	}
	return first, C.size_t(len(values))
}

// freeItems frees what newItems has returned.
func freeItems[T any](first *T, count C.size_t, freeItem func(*T)) {
	items := unsafe.Slice(first, int(count))
	for i := range items {
		freeItem(&items[i])
	}
	free(unsafe.Pointer(first))
}

// largestCopy is the largest number of bytes that one operation copies.
const largestCopy = 1 << 30

// mostMemory is the number of bytes that a process can address.
const mostMemory = min(1<<47, math.MaxInt)

// cBytes returns bytes in C memory. It does not copy them.
func cBytes(memory unsafe.Pointer, length C.size_t, name string) ([]byte, error) {
	if length > mostMemory {
		return nil, fail.InvalidArgument("%s has a length of %d, which is more than any memory has", name, uint64(length))
	}
	if length == 0 {
		return nil, nil
	}
	if memory == nil {
		return nil, fail.InvalidArgument("%s is NULL", name)
	}
	return unsafe.Slice((*byte)(memory), int(length)), nil
}

// bytesToC copies bytes into C memory, with a NUL after them. It returns NULL for no bytes.
func bytesToC(data []byte) (*C.char, C.size_t) {
	if len(data) == 0 {
		return nil, 0
	}
	return C.CString(string(data)), C.size_t(len(data))
}

// limitedBytes is cBytes for bytes that will be copied. It fails if there are more than most:
// without memory for the copy the process would end.
func limitedBytes(memory unsafe.Pointer, length C.size_t, most int, name string) ([]byte, error) {
	bytes, err := cBytes(memory, length, name)
	if len(bytes) > most {
		return nil, fail.InvalidArgument("%s has %d bytes; it takes at most %d", name, len(bytes), most)
	}
	return bytes, err
}

// sizedText copies a text that may have a NUL in it.
func sizedText(start *C.uplink_const_char, length C.size_t, name string) (string, error) {
	bytes, err := limitedBytes(unsafe.Pointer(start), length, argument.LongestText, name)
	return string(bytes), err
}

// optionalText copies a text that may be NULL.
func optionalText(text *C.uplink_const_char) string {
	if text == nil {
		return ""
	}
	return C.GoString(text)
}

// nanoseconds returns the part of a time below a second.
func nanoseconds(t time.Time) C.int32_t { return C.int32_t(t.Nanosecond()) }

// unixTime returns seconds since 1970, or 0 for the zero time.
func unixTime(t time.Time) C.int64_t {
	if t.IsZero() {
		return 0
	}
	return C.int64_t(t.Unix())
}
