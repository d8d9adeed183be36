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

// longestText is far more than a satellite takes of a key or of metadata.
const longestText = 1 << 20

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

func (a *arguments) key(key objectKey) string {
	a.note(key.err)
	if key.text == "" {
		a.note(fail(codeObjectKeyInvalid, detailNone, "%v: it is empty", uplink.ErrObjectKeyInvalid))
	}
	return key.text
}

// objectKey is a key as C gave it, and what is wrong with it.
type objectKey struct {
	text string
	err  error
}

// keyUntilNUL reads a key of part 1 of the interface.
func keyUntilNUL(start *C.uplink_const_char) objectKey {
	var args arguments
	text := args.text(start, "object_key")
	return objectKey{text, args.err}
}

// keyOfLength reads a key of part 2, which may have a NUL in it.
func keyOfLength(start *C.uplink_const_char, length C.size_t) objectKey {
	if start == nil {
		return objectKey{err: invalidArgument("object_key is NULL")}
	}
	text, err := sizedText(start, length, "object_key")
	if err != nil {
		err = fail(codeObjectKeyInvalid, detailNone, "%v: %v", uplink.ErrObjectKeyInvalid, err)
	}
	return objectKey{text, err}
}

// sizedText copies a text that may have a NUL in it.
func sizedText(start *C.uplink_const_char, length C.size_t, name string) (string, error) {
	if length > longestText {
		return "", invalidArgument("%s has a length of %d; it takes at most %d", name, uint64(length), longestText)
	}
	bytes, err := cBytes(unsafe.Pointer(start), length, name)
	return string(bytes), err
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
