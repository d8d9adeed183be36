package main

// #include <stdio.h>
// #include "uplink.h"
import "C"

import (
	"io"
	"strings"
	"unsafe"

	"libuplink/internal/fail"
)

// errorInC names the struct for tests, which cannot use cgo.
type errorInC = C.UplinkError

// errorToC copies an error into C memory. io.EOF itself is the end of a download; a wrapped one
// came from the network.
func errorToC(err error) *C.UplinkError {
	if err == nil {
		return nil
	}
	target := allocate[C.UplinkError](1)
	if err == io.EOF {
		target.code = C.EOF
		return target
	}
	f := fail.Classify(err)
	target.code, target.detail = C.int32_t(f.Code), C.int32_t(f.Detail)
	target.unchanged, target.of_target = C.bool(f.Unchanged), C.bool(f.OfTarget)
	target.system_error = C.int32_t(f.SystemError)
	if f.Path != "" {
		target.path = C.CString(f.Path)
	}
	if sums := f.Checksums; sums != nil {
		target.checksum_algorithm, target.stored_checksum = C.CString(sums.Algorithm), withoutNUL(sums.Stored)
		target.actual_checksum = C.CString(sums.Actual)
	}
	target.message = withoutNUL(f.Text)
	return target
}

// withoutNUL returns a text for C, which a NUL would cut off.
func withoutNUL(text string) *C.char { return C.CString(strings.ReplaceAll(text, "\x00", `\0`)) }

//export uplink_free_error
func uplink_free_error(err *C.UplinkError) {
	defer rescue(nil)
	if err != nil {
		freeString(err.message)
		freeString(err.path)
		freeString(err.checksum_algorithm)
		freeString(err.stored_checksum)
		freeString(err.actual_checksum)
		free(unsafe.Pointer(err))
	}
}
