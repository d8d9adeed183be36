package main

// #include <stdlib.h>
// #include "uplink.h"
import "C"

import (
	"math"
	"strings"
	"time"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/fail"
)

// allocate answers zeroed C memory for that many values. Without memory the process ends, as it does for Go's own.
func allocate[T any](count int) *T {
	var sample T
	size := max(count*int(unsafe.Sizeof(sample)), 1)
	memory := C.malloc(C.size_t(size))
	clear(unsafe.Slice((*byte)(memory), size))
	return (*T)(memory)
}

// longestText is far more than a satellite takes of a key or of metadata, and than anybody needs for a salt.
const longestText = 1 << 20

// largestCopy is what one operation writes at most.
const largestCopy = 1 << 30

func free(memory unsafe.Pointer) { C.free(memory) }

func freeString(text *C.char) { C.free(unsafe.Pointer(text)) }

// mostMemory is what a process can address.
const mostMemory = min(1<<47, math.MaxInt)

// cBytes answers C's bytes without copying them; they are C's.
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

func unixTime(t time.Time) C.int64_t {
	if t.IsZero() {
		return 0
	}
	return C.int64_t(t.Unix())
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

// time reads a time. Those outside of these years cannot be sent, nor stand in a grant.
func (a *arguments) time(seconds C.int64_t, name string) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	const year1, year10000 = -62135596800, 253402300800
	if seconds < year1 || seconds >= year10000 {
		a.note(fail.InvalidArgument("%s is %d; it takes seconds since 1970, of the years 1 to 9999", name, int64(seconds)))
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0)
}

func (a *arguments) text(text *C.uplink_const_char, name string) string {
	if text == nil {
		a.note(fail.InvalidArgument("%s is NULL", name))
		return ""
	}
	return C.GoString(text)
}

// bucket and key are looked at here, since Go's library says the same only after it has dialed.
func (a *arguments) bucket(text *C.uplink_const_char) string {
	name := a.text(text, "bucket_name")
	switch {
	case name == "":
		a.note(fail.New(fail.CodeBucketNameInvalid, fail.DetailNone, "%v: it is empty", uplink.ErrBucketNameInvalid))
	case len(name) > longestText:
		a.note(fail.New(fail.CodeBucketNameInvalid, fail.DetailNone, "%v: it has %d bytes", uplink.ErrBucketNameInvalid, len(name)))
	}
	return name
}

func (a *arguments) key(key objectKey) string {
	a.note(key.err)
	if key.text == "" {
		a.note(fail.New(fail.CodeObjectKeyInvalid, fail.DetailNone, "%v: it is empty", uplink.ErrObjectKeyInvalid))
	}
	// Encryption adds some 30 bytes to each part between slashes.
	if size := len(key.text) + 30*strings.Count(key.text, "/"); size > longestText {
		a.note(fail.New(fail.CodeObjectKeyInvalid, fail.DetailNone, "%v: it has about %d bytes when encrypted, at most %d can be sent",
			uplink.ErrObjectKeyInvalid, size, longestText))
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
		return objectKey{err: fail.InvalidArgument("object_key is NULL")}
	}
	text, err := sizedText(start, length, "object_key")
	if err != nil {
		err = fail.New(fail.CodeObjectKeyInvalid, fail.DetailNone, "%v: %v", uplink.ErrObjectKeyInvalid, err)
	}
	return objectKey{text, err}
}

// sizedText copies a text that may have a NUL in it.
func sizedText(start *C.uplink_const_char, length C.size_t, name string) (string, error) {
	bytes, err := limitedBytes(unsafe.Pointer(start), length, longestText, name)
	return string(bytes), err
}

// limitedBytes returns bytes that are to be copied, at most so many: without memory for the copy the process would end.
func limitedBytes(memory unsafe.Pointer, length C.size_t, most int, name string) ([]byte, error) {
	bytes, err := cBytes(memory, length, name)
	if len(bytes) > most {
		return nil, fail.InvalidArgument("%s has %d bytes; it takes at most %d", name, len(bytes), most)
	}
	return bytes, err
}

func argument[T any](a *arguments, handle unsafe.Pointer, name string) T {
	value, err := lookup[T](handle, name)
	a.note(err)
	return value
}
