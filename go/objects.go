package main

// #include "uplink.h"
import "C"

import (
	"context"
	"maps"
	"slices"
	"unsafe"

	"storj.io/uplink"
)

type objectCall = func(p *uplink.Project, ctx context.Context, bucket, key string) (*uplink.Object, error)

// prepareObject is for the calls that take a bucket and a key and answer the object.
func prepareObject(handle *C.UplinkProject, bucket, key *C.uplink_const_char, run objectCall) task[*uplink.Object] {
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(key)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (*uplink.Object, error) {
		return run(p, ctx, inBucket, objectKey)
	})
}

func prepareUpdateMetadata(handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	metadata C.UplinkCustomMetadata) task[nothing] {
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(key)
	custom := args.metadata(metadata)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (nothing, error) {
		return nothing{}, p.UpdateObjectMetadata(ctx, inBucket, objectKey, custom, nil)
	})
}

// metadata is verified here since Go's library does that for uploads only.
func (a *arguments) metadata(custom C.UplinkCustomMetadata) uplink.CustomMetadata {
	read := uplink.CustomMetadata{}
	const most = 1 << 20 // far more than a satellite takes
	if custom.count > most || custom.count > 0 && custom.entries == nil {
		a.note(invalidArgument("the metadata has a count of %d without so many entries", custom.count))
		return read
	}
	for _, entry := range unsafe.Slice(custom.entries, int(custom.count)) {
		key, err := cBytes(unsafe.Pointer(entry.key), entry.key_length, "a metadata key")
		a.note(err)
		value, err := cBytes(unsafe.Pointer(entry.value), entry.value_length, "a metadata value")
		a.note(err)
		read[string(key)] = string(value)
	}
	if err := read.Verify(); err != nil {
		a.note(fail(codeInternal, detailInvalidMetadata, "custom metadata: %v", err))
	}
	return read
}

func objectResult(object *uplink.Object, err error) C.UplinkObjectResult {
	result := C.UplinkObjectResult{error: errorToC(err)}
	if object != nil {
		result.object = allocate[C.UplinkObject](1)
		fillObject(result.object, object)
	}
	return result
}

func fillObject(target *C.UplinkObject, object *uplink.Object) {
	target.key = C.CString(object.Key)
	target.is_prefix = C.bool(object.IsPrefix)
	target.system = C.UplinkSystemMetadata{
		created:        unixTime(object.System.Created),
		expires:        unixTime(object.System.Expires),
		content_length: C.int64_t(object.System.ContentLength),
	}
	if len(object.Custom) == 0 {
		return
	}
	target.custom.entries = allocate[C.UplinkCustomMetadataEntry](len(object.Custom))
	target.custom.count = C.size_t(len(object.Custom))
	entries := unsafe.Slice(target.custom.entries, len(object.Custom))
	for i, key := range slices.Sorted(maps.Keys(object.Custom)) {
		value := object.Custom[key]
		entries[i] = C.UplinkCustomMetadataEntry{
			key: C.CString(key), key_length: C.size_t(len(key)),
			value: C.CString(value), value_length: C.size_t(len(value)),
		}
	}
}

// emptyObject frees what an object points to.
func emptyObject(object *C.UplinkObject) {
	freeString(object.key)
	for _, entry := range unsafe.Slice(object.custom.entries, int(object.custom.count)) {
		freeString(entry.key)
		freeString(entry.value)
	}
	free(unsafe.Pointer(object.custom.entries))
}

//export uplink_stat_object
func uplink_stat_object(handle *C.UplinkProject, bucket, key *C.uplink_const_char) C.UplinkObjectResult {
	return objectResult(call(prepareObject(handle, bucket, key, (*uplink.Project).StatObject)))
}

//export uplink_start_stat_object
func uplink_start_stat_object(operation *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char) {
	start(operation, prepareObject(handle, bucket, key, (*uplink.Project).StatObject))
}

//export uplink_delete_object
func uplink_delete_object(handle *C.UplinkProject, bucket, key *C.uplink_const_char) C.UplinkObjectResult {
	return objectResult(call(prepareObject(handle, bucket, key, (*uplink.Project).DeleteObject)))
}

//export uplink_start_delete_object
func uplink_start_delete_object(operation *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char) {
	start(operation, prepareObject(handle, bucket, key, (*uplink.Project).DeleteObject))
}

//export uplink_update_object_metadata
func uplink_update_object_metadata(handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	metadata C.UplinkCustomMetadata, _ *C.UplinkUploadObjectMetadataOptions) *C.UplinkError {
	return emptyResult(call(prepareUpdateMetadata(handle, bucket, key, metadata)))
}

//export uplink_start_update_object_metadata
func uplink_start_update_object_metadata(operation *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, metadata C.UplinkCustomMetadata) {
	start(operation, prepareUpdateMetadata(handle, bucket, key, metadata))
}

//export uplink_operation_take_object
func uplink_operation_take_object(operation *C.UplinkOperation, result *C.UplinkObjectResult) {
	if result != nil {
		*result = objectResult(take[*uplink.Object](operation))
	}
}

//export uplink_free_object_result
func uplink_free_object_result(result C.UplinkObjectResult) {
	uplink_free_error(result.error)
	uplink_free_object(result.object)
}

//export uplink_free_object
func uplink_free_object(object *C.UplinkObject) {
	if object != nil {
		emptyObject(object)
		free(unsafe.Pointer(object))
	}
}
