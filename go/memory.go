package main

// #include <stdlib.h>
// #include "uplink.h"
import "C"

import (
	"math/bits"
	"sync"
	"time"
	"unsafe"

	"storj.io/uplink"
)

// allocate answers zeroed C memory for that many values. Without memory the process ends, as it does for Go's own.
func allocate[T any](count int) *T {
	var sample T
	size := max(count*int(unsafe.Sizeof(sample)), 1)
	memory := C.malloc(C.size_t(size))
	clear(unsafe.Slice((*byte)(memory), size))
	return (*T)(memory)
}

func free(memory unsafe.Pointer) { C.free(memory) }

func freeString(text *C.char) { C.free(unsafe.Pointer(text)) }

// cBytes answers C's bytes without copying them; they are C's.
func cBytes(memory unsafe.Pointer, length C.size_t, name string) ([]byte, error) {
	count := int(length)
	if count < 0 || C.size_t(count) != length {
		return nil, invalidArgument("the length of %s is too large", name)
	}
	if count == 0 {
		return nil, nil
	}
	if memory == nil {
		return nil, invalidArgument("%s is NULL", name)
	}
	return unsafe.Slice((*byte)(memory), count), nil
}

func unixTime(t time.Time) C.int64_t {
	if t.IsZero() {
		return 0
	}
	return C.int64_t(t.Unix())
}

func goTime(seconds C.int64_t) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0)
}

// arguments collects the arguments of a call and remembers the first one that is wrong.
type arguments struct {
	err error
}

func (a *arguments) note(err error) {
	if a.err == nil {
		a.err = err
	}
}

func (a *arguments) text(text *C.uplink_const_char, name string) string {
	if text == nil {
		a.note(invalidArgument("%s is NULL", name))
		return ""
	}
	return C.GoString(text)
}

// bucket and key are looked at here, since Go's library says the same only after it has dialed.
func (a *arguments) bucket(text *C.uplink_const_char) string {
	name := a.text(text, "bucket_name")
	if name == "" {
		a.note(fail(codeBucketNameInvalid, detailNone, "%v: it is empty", uplink.ErrBucketNameInvalid))
	}
	return name
}

func (a *arguments) key(text *C.uplink_const_char) string {
	key := a.text(text, "object_key")
	if key == "" {
		a.note(fail(codeObjectKeyInvalid, detailNone, "%v: it is empty", uplink.ErrObjectKeyInvalid))
	}
	return key
}

func argument[T any](a *arguments, handle unsafe.Pointer, name string) T {
	value, err := lookup[T](handle, name)
	a.note(err)
	return value
}

// Buffers for the bytes to write, by powers of two: the caller's memory may be gone before the write has ended.
const (
	smallestBuffer = 10 // 1 KiB
	largestBuffer  = 22 // 4 MiB
)

var buffers [largestBuffer - smallestBuffer + 1]sync.Pool

type buffer struct {
	bytes []byte
	class int
}

func copyToBuffer(data []byte) *buffer {
	class := max(bits.Len(uint(max(len(data), 1)-1)), smallestBuffer)
	if class > largestBuffer {
		return &buffer{bytes: append([]byte(nil), data...), class: class}
	}
	b, ok := buffers[class-smallestBuffer].Get().(*buffer)
	if !ok {
		b = &buffer{bytes: make([]byte, 1<<class), class: class}
	}
	b.bytes = b.bytes[:copy(b.bytes[:cap(b.bytes)], data)]
	return b
}

func (b *buffer) release() {
	if b.class <= largestBuffer {
		buffers[b.class-smallestBuffer].Put(b)
	}
}
