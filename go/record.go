package main

// #include "uplink.h"
import "C"

import (
	"maps"
	"slices"
	"strings"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/fail"
)

// recordInC names the struct for tests, which cannot use cgo.
type recordInC = C.UplinkRecordResult

// An object has two forms in C: UplinkObject of part 1, whose key ends at its first NUL, and
// UplinkRecord of part 2, which has the length of its key.

// recordResult returns an object of part 2.
func recordResult(object *uplink.Object, err error) C.UplinkRecordResult {
	result := C.UplinkRecordResult{error: errorToC(err)}
	if object != nil {
		result.record = allocate[C.UplinkRecord](1)
		fillRecord(result.record, object)
	}
	return result
}

func fillRecord(target *C.UplinkRecord, object *uplink.Object) {
	*target = C.UplinkRecord{
		key: C.CString(object.Key), key_length: C.size_t(len(object.Key)),
		is_prefix: C.bool(object.IsPrefix),
		system:    systemToC(object.System),
		custom:    customToC(object.Custom),
	}
}

// freeRecord frees what a record points to.
func freeRecord(record *C.UplinkRecord) {
	freeString(record.key)
	freeCustom(record.custom)
}

// objectResult returns an object of part 1, or an error if its key has a NUL: C would take what comes
// before the NUL for the key of another object.
func objectResult(object *uplink.Object, err error) C.UplinkObjectResult {
	if object != nil {
		if cut := keyInPart1(object); cut != nil {
			object, err = nil, cut
		}
	}
	result := C.UplinkObjectResult{error: errorToC(err)}
	if object != nil {
		result.object = allocate[C.UplinkObject](1)
		*result.object = C.UplinkObject{
			key:       C.CString(object.Key),
			is_prefix: C.bool(object.IsPrefix),
			system:    systemToC(object.System),
			custom:    customToC(object.Custom),
		}
	}
	return result
}

// keyInPart1 returns an error for an object that part 1 cannot represent, or nil.
func keyInPart1(object *uplink.Object) error {
	if strings.IndexByte(object.Key, 0) < 0 {
		return nil
	}
	return fail.New(fail.CodeObjectKeyInvalid, fail.DetailNone,
		"the key %q has a NUL in it, which only operations support, such as uplink_start_list_objects", object.Key)
}

func systemToC(system uplink.SystemMetadata) C.UplinkSystemMetadata {
	return C.UplinkSystemMetadata{
		created:        unixTime(system.Created),
		expires:        unixTime(system.Expires),
		content_length: C.int64_t(system.ContentLength),
	}
}

func customToC(custom uplink.CustomMetadata) C.UplinkCustomMetadata {
	if len(custom) == 0 {
		return C.UplinkCustomMetadata{}
	}
	first := allocate[C.UplinkCustomMetadataEntry](len(custom))
	entries := unsafe.Slice(first, len(custom))
	for i, key := range slices.Sorted(maps.Keys(custom)) {
		value := custom[key]
		entries[i] = C.UplinkCustomMetadataEntry{
			key: C.CString(key), key_length: C.size_t(len(key)),
			value: C.CString(value), value_length: C.size_t(len(value)),
		}
	}
	return C.UplinkCustomMetadata{entries: first, count: C.size_t(len(custom))}
}

func freeCustom(custom C.UplinkCustomMetadata) {
	for _, entry := range unsafe.Slice(custom.entries, int(custom.count)) {
		freeString(entry.key)
		freeString(entry.value)
	}
	free(unsafe.Pointer(custom.entries))
}

//export uplink_operation_take_record
func uplink_operation_take_record(op *C.UplinkOperation, result *C.UplinkRecordResult) {
	if result != nil {
		defer rescue(&result.error)
		*result = recordResult(take[*uplink.Object](op))
	}
}

//export uplink_free_record_result
func uplink_free_record_result(result C.UplinkRecordResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if result.record != nil {
		freeRecord(result.record)
		free(unsafe.Pointer(result.record))
	}
}

//export uplink_free_object_result
func uplink_free_object_result(result C.UplinkObjectResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	uplink_free_object(result.object)
}

//export uplink_free_object
func uplink_free_object(object *C.UplinkObject) {
	defer rescue(nil)
	if object != nil {
		freeString(object.key)
		freeCustom(object.custom)
		free(unsafe.Pointer(object))
	}
}
