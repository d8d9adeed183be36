package main

// #include "uplink.h"
import "C"

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/objects"
	"libuplink/internal/operation"
)

type objectCall = func(ctx context.Context, p *uplink.Project, of objects.Place) (*objects.Record, error)

// prepareObject returns a call that takes an object, and returns its record.
func prepareObject(args arguments, handle *C.UplinkProject, of object, run objectCall,
) operation.Call[*objects.Record] {
	p, place := args.project(handle), args.place(of)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (*objects.Record, error) {
		return run(ctx, p, place)
	})
}

func prepareStat(handle *C.UplinkProject, of object, options *C.UplinkStatObjectOptions,
) operation.Call[*objects.Record] {
	var args arguments
	read := readOptions(&args, options)
	version := args.version(read.version, read.version_length)
	return prepareObject(args, handle, of,
		func(ctx context.Context, p *uplink.Project, of objects.Place) (*objects.Record, error) {
			return objects.Stat(ctx, p, of, version)
		})
}

func prepareDelete(handle *C.UplinkProject, of object, options *C.UplinkDeleteObjectOptions,
) operation.Call[*objects.Record] {
	var args arguments
	read := readOptions(&args, options)
	version := args.version(read.version, read.version_length)
	return prepareObject(args, handle, of,
		func(ctx context.Context, p *uplink.Project, of objects.Place) (*objects.Record, error) {
			return objects.Delete(ctx, p, of, version, bool(read.bypass_governance_retention))
		})
}

func prepareUpdateMetadata(handle *C.UplinkProject, of object, metadata C.UplinkCustomMetadata,
	options *C.UplinkUpdateMetadataOptions) operation.Call[operation.Nothing] {
	var args arguments
	p, place, custom := args.project(handle), args.place(of), args.metadata(metadata)
	read := readOptions(&args, options)
	etag := args.bytes(read.etag, read.etag_length, "etag")
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		return operation.Nothing{}, objects.UpdateMetadata(ctx, p, place, custom, etag)
	})
}

// prepareCopy returns a call that copies an object, and returns the copy.
func prepareCopy(handle *C.UplinkProject, from, to object, options *C.UplinkStartCopyOptions,
) operation.Call[*objects.Record] {
	var args arguments
	p, source, target := args.project(handle), args.place(from), args.target(to)
	read := readOptions(&args, options)
	version := args.version(read.version, read.version_length)
	with := objects.CopyOptions{
		Retention:   args.retention(read.retention),
		LegalHold:   bool(read.legal_hold),
		IfNoneMatch: args.ifNoneMatch(read.if_none_match),
	}
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (*objects.Record, error) {
		return objects.Copy(ctx, p, source, version, target, with)
	})
}

func prepareMove(handle *C.UplinkProject, from, to object, options *C.UplinkStartMoveOptions,
) operation.Call[operation.Nothing] {
	var args arguments
	p, source, target := args.project(handle), args.place(from), args.target(to)
	readOptions(&args, options)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		return operation.Nothing{}, objects.Move(ctx, p, source, target)
	})
}

//export uplink_stat_object
func uplink_stat_object(handle *C.UplinkProject, bucket, key *C.uplink_const_char) (result C.UplinkObjectResult) {
	defer rescue(&result.error)
	return objectResult(prepareStat(handle, object{bucket, keyUntilNUL(key)}, nil).Do())
}

//export uplink_start_stat_object
func uplink_start_stat_object(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t, options *C.UplinkStatObjectOptions) {
	defer rescueStart[*objects.Record](op)
	start(op, prepareStat(handle, object{bucket, keyOfLength(key, length)}, options))
}

//export uplink_delete_object
func uplink_delete_object(handle *C.UplinkProject, bucket, key *C.uplink_const_char) (result C.UplinkObjectResult) {
	defer rescue(&result.error)
	return objectResult(prepareDelete(handle, object{bucket, keyUntilNUL(key)}, nil).Do())
}

//export uplink_start_delete_object
func uplink_start_delete_object(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t, options *C.UplinkDeleteObjectOptions) {
	defer rescueStart[*objects.Record](op)
	start(op, prepareDelete(handle, object{bucket, keyOfLength(key, length)}, options))
}

//export uplink_update_object_metadata
func uplink_update_object_metadata(handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	metadata C.UplinkCustomMetadata, _ *C.UplinkUploadObjectMetadataOptions) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(prepareUpdateMetadata(handle, object{bucket, keyUntilNUL(key)}, metadata, nil).Do())
}

//export uplink_start_update_object_metadata
func uplink_start_update_object_metadata(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t, metadata C.UplinkCustomMetadata,
	options *C.UplinkUpdateMetadataOptions) {
	defer rescueStart[operation.Nothing](op)
	start(op, prepareUpdateMetadata(handle, object{bucket, keyOfLength(key, length)}, metadata, options))
}

//export uplink_copy_object
func uplink_copy_object(handle *C.UplinkProject, bucket, key, newBucket, newKey *C.uplink_const_char,
	_ *C.UplinkCopyObjectOptions) (result C.UplinkObjectResult) {
	defer rescue(&result.error)
	from, to := object{bucket, keyUntilNUL(key)}, object{newBucket, keyUntilNUL(newKey)}
	return objectResult(prepareCopy(handle, from, to, nil).Do())
}

//export uplink_start_copy_object
func uplink_start_copy_object(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t,
	newBucket, newKey *C.uplink_const_char, newLength C.size_t, options *C.UplinkStartCopyOptions) {
	defer rescueStart[*objects.Record](op)
	from, to := object{bucket, keyOfLength(key, length)}, object{newBucket, keyOfLength(newKey, newLength)}
	start(op, prepareCopy(handle, from, to, options))
}

//export uplink_move_object
func uplink_move_object(handle *C.UplinkProject, bucket, key, newBucket, newKey *C.uplink_const_char,
	_ *C.UplinkMoveObjectOptions) (failed *C.UplinkError) {
	defer rescue(&failed)
	from, to := object{bucket, keyUntilNUL(key)}, object{newBucket, keyUntilNUL(newKey)}
	return emptyResult(prepareMove(handle, from, to, nil).Do())
}

//export uplink_start_move_object
func uplink_start_move_object(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t,
	newBucket, newKey *C.uplink_const_char, newLength C.size_t, options *C.UplinkStartMoveOptions) {
	defer rescueStart[operation.Nothing](op)
	from, to := object{bucket, keyOfLength(key, length)}, object{newBucket, keyOfLength(newKey, newLength)}
	start(op, prepareMove(handle, from, to, options))
}

// ---- Results ----

// recordInC names the struct for tests, which cannot use cgo.
type recordInC = C.UplinkRecordResult

// An object has two forms in C: UplinkObject of part 1, whose key ends at its first NUL, and
// UplinkRecord of part 2, which has the length of its key.

// recordResult returns an object of part 2.
func recordResult(object *objects.Record, err error) C.UplinkRecordResult {
	result := C.UplinkRecordResult{error: errorToC(err)}
	if object != nil {
		result.record = allocate[C.UplinkRecord](1)
		fillVersion(result.record, object)
	}
	return result
}

// fillVersion fills in all fields of a record.
func fillVersion(target *C.UplinkRecord, object *objects.Record) {
	fillNamelessVersion(target, object)
	target.key = C.CString(object.Key)
}

// fillNamelessVersion is fillVersion without the key itself.
func fillNamelessVersion(target *C.UplinkRecord, object *objects.Record) {
	fillNamelessRecord(target, &object.Object)
	target.version, target.version_length = bytesToC(object.Version)
	target.etag, target.etag_length = bytesToC(object.ETag)
	target.is_versioned = C.bool(object.IsVersioned)
	target.is_latest = C.bool(object.IsLatest)
	target.is_delete_marker = C.bool(object.IsDeleteMarker)
	target.retention = retentionToC(object.Retention)
	if object.LegalHold != nil {
		target.has_legal_hold = true
		target.legal_hold = C.bool(*object.LegalHold)
	}
}

// fillRecord fills in a record of which no version is known.
func fillRecord(target *C.UplinkRecord, object *uplink.Object) {
	fillNamelessRecord(target, object)
	target.key = C.CString(object.Key)
}

// fillNamelessRecord is fillRecord without the key itself.
func fillNamelessRecord(target *C.UplinkRecord, object *uplink.Object) {
	*target = C.UplinkRecord{
		key_length: C.size_t(len(object.Key)),
		is_prefix:  C.bool(object.IsPrefix),
		system:     systemToC(object.System),
		custom:     customToC(object.Custom),

		created_nanoseconds: nanoseconds(object.System.Created),
		expires_nanoseconds: nanoseconds(object.System.Expires),
	}
}

// freeRecordFields frees what a record points to. It does not free the record, which may be an item
// of an array.
func freeRecordFields(record *C.UplinkRecord) {
	freeString(record.key)
	freeNamelessRecordFields(record)
}

// freeNamelessRecordFields is freeRecordFields without the key. Most records of a listing have
// nothing to free, and a call of C for each field would slow the listing down.
func freeNamelessRecordFields(record *C.UplinkRecord) {
	freeCustom(record.custom)
	for _, text := range [...]*C.char{record.version, record.etag} {
		if text != nil {
			freeString(text)
		}
	}
}

// objectResult returns an object of part 1, or an error if its key has a NUL: C would take what
// comes before the NUL for the key of another object.
func objectResult(record *objects.Record, err error) C.UplinkObjectResult {
	var object *uplink.Object
	if record != nil {
		object = &record.Object
	}
	return plainObjectResult(object, err)
}

func plainObjectResult(object *uplink.Object, err error) C.UplinkObjectResult {
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
	entries, count := newItems(slices.Sorted(maps.Keys(custom)), func(target *C.UplinkCustomMetadataEntry, key string) {
		value := custom[key]
		*target = C.UplinkCustomMetadataEntry{
			key: C.CString(key), key_length: C.size_t(len(key)),
			value: C.CString(value), value_length: C.size_t(len(value)),
		}
	})
	return C.UplinkCustomMetadata{entries: entries, count: count}
}

func freeCustom(custom C.UplinkCustomMetadata) {
	if custom.count == 0 {
		return // without a call of C, which a page would need for each of its objects
	}
	freeItems(custom.entries, custom.count, func(entry *C.UplinkCustomMetadataEntry) {
		freeString(entry.key)
		freeString(entry.value)
	})
}

// streamRecord returns the record of an upload or a download.
func streamRecord[T interface{ Record() *objects.Record }](handle unsafe.Pointer, name string) (*objects.Record, error) {
	s, err := lookup[T](handle, name)
	if err != nil {
		return nil, err
	}
	return s.Record(), nil
}

//export uplink_operation_take_record
func uplink_operation_take_record(op *C.UplinkOperation, result *C.UplinkRecordResult) {
	takeInto(op, result, recordResult)
}

//export uplink_free_record_result
func uplink_free_record_result(result C.UplinkRecordResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if result.record != nil {
		freeRecordFields(result.record)
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
