package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/operation"
)

type objectCall = func(p *uplink.Project, ctx context.Context, bucket, key string) (*uplink.Object, error)

// prepareObject is for the calls that take a bucket and a key and answer the object.
func prepareObject(handle *C.UplinkProject, bucket *C.uplink_const_char, key objectKey, run objectCall,
) operation.Call[*uplink.Object] {
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(key)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (*uplink.Object, error) {
		return run(p, ctx, inBucket, objectKey)
	})
}

func prepareUpdateMetadata(handle *C.UplinkProject, bucket *C.uplink_const_char, key objectKey,
	metadata C.UplinkCustomMetadata) operation.Call[operation.Nothing] {
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(key)
	custom := args.metadata(metadata)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		return operation.Nothing{}, p.UpdateObjectMetadata(ctx, inBucket, objectKey, custom, nil)
	})
}

// metadata is verified here since Go's library does that for uploads only.
func (a *arguments) metadata(custom C.UplinkCustomMetadata) uplink.CustomMetadata {
	read := uplink.CustomMetadata{}
	if custom.count > longestText || custom.count > 0 && custom.entries == nil {
		a.note(fail.InvalidArgument("the metadata has a count of %d without so many entries", uint64(custom.count)))
		return read
	}
	size := 0
	for _, entry := range unsafe.Slice(custom.entries, int(custom.count)) {
		key, err := cBytes(unsafe.Pointer(entry.key), entry.key_length, "a metadata key")
		a.note(err)
		value, err := cBytes(unsafe.Pointer(entry.value), entry.value_length, "a metadata value")
		a.note(err)
		if size += len(key) + len(value); size > longestText {
			a.note(invalidMetadata("it has more than %d bytes", longestText))
			return read
		}
		read[string(key)] = string(value)
	}
	if err := read.Verify(); err != nil {
		a.note(invalidMetadata("%v", err))
	}
	return read
}

func invalidMetadata(format string, args ...any) error {
	return fail.Internal(fail.DetailInvalidMetadata, "custom metadata: "+format, args...)
}

//export uplink_stat_object
func uplink_stat_object(handle *C.UplinkProject, bucket, key *C.uplink_const_char) (result C.UplinkObjectResult) {
	defer rescue(&result.error)
	return objectResult(prepareObject(handle, bucket, keyUntilNUL(key), (*uplink.Project).StatObject).Do())
}

//export uplink_start_stat_object
func uplink_start_stat_object(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t) {
	defer rescueStart[*uplink.Object](op)
	start(op, prepareObject(handle, bucket, keyOfLength(key, length), (*uplink.Project).StatObject))
}

//export uplink_delete_object
func uplink_delete_object(handle *C.UplinkProject, bucket, key *C.uplink_const_char) (result C.UplinkObjectResult) {
	defer rescue(&result.error)
	return objectResult(prepareObject(handle, bucket, keyUntilNUL(key), (*uplink.Project).DeleteObject).Do())
}

//export uplink_start_delete_object
func uplink_start_delete_object(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t) {
	defer rescueStart[*uplink.Object](op)
	start(op, prepareObject(handle, bucket, keyOfLength(key, length), (*uplink.Project).DeleteObject))
}

//export uplink_update_object_metadata
func uplink_update_object_metadata(handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	metadata C.UplinkCustomMetadata, _ *C.UplinkUploadObjectMetadataOptions) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(prepareUpdateMetadata(handle, bucket, keyUntilNUL(key), metadata).Do())
}

//export uplink_start_update_object_metadata
func uplink_start_update_object_metadata(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t, metadata C.UplinkCustomMetadata) {
	defer rescueStart[operation.Nothing](op)
	start(op, prepareUpdateMetadata(handle, bucket, keyOfLength(key, length), metadata))
}
