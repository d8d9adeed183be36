package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"storj.io/uplink"
	privateobject "storj.io/uplink/private/object"

	"libuplink/internal/fail"
	"libuplink/internal/objects"
	"libuplink/internal/operation"
)

// items copies the objects to delete, and their versions.
func (a *arguments) items(first *C.UplinkDeleteItem, count C.size_t) []objects.Item {
	a.note(objects.CheckItems(int(min(count, 1<<30))))
	if first == nil && count > 0 {
		a.note(fail.InvalidArgument("items is NULL"))
	}
	if a.err != nil {
		return nil
	}
	read := make([]objects.Item, count)
	for i, item := range unsafe.Slice(first, int(count)) {
		read[i] = objects.Item{
			ObjectKey: a.key(keyOfLength(item.key, item.key_length)),
			Version:   a.version(item.version, item.version_length),
		}
	}
	return read
}

func prepareDeleteObjects(handle *C.UplinkProject, bucket *C.uplink_const_char, first *C.UplinkDeleteItem,
	count C.size_t, options *C.UplinkDeleteObjectsOptions) operation.Call[[]objects.Deletion] {
	var args arguments
	p, inBucket := args.project(handle), args.bucket(bucket)
	items, read := args.items(first, count), readOptions(&args, options)
	passed := privateobject.DeleteObjectsOptions{BypassGovernanceRetention: bool(read.bypass_governance_retention)}
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) ([]objects.Deletion, error) {
		return objects.DeleteAll(ctx, p, inBucket, items, passed)
	})
}

//export uplink_start_delete_objects
func uplink_start_delete_objects(op *C.UplinkOperation, handle *C.UplinkProject, bucket *C.uplink_const_char,
	items *C.UplinkDeleteItem, count C.size_t, options *C.UplinkDeleteObjectsOptions) {
	defer rescueStart[[]objects.Deletion](op)
	start(op, prepareDeleteObjects(handle, bucket, items, count, options))
}

func deletionsResult(deletions []objects.Deletion, err error) (result C.UplinkDeletionsResult) {
	if result.error = errorToC(err); err == nil {
		result.deletions = allocate[C.UplinkDeletions](1)
		result.deletions.items, result.deletions.count = newItems(deletions, fillDeletion)
	}
	return result
}

func fillDeletion(target *C.UplinkDeletion, deletion objects.Deletion) {
	target.status = C.int32_t(deletion.Status)
	if removed := deletion.Removed; removed != nil {
		target.version, target.version_length = bytesToC(removed.Version)
		target.was_delete_marker = C.bool(removed.IsDeleteMarker)
	}
	if marker := deletion.Marker; marker != nil {
		target.delete_marker, target.delete_marker_length = bytesToC(marker.Version)
	}
}

func freeDeletionFields(deletion *C.UplinkDeletion) {
	freeString(deletion.version)
	freeString(deletion.delete_marker)
}

//export uplink_operation_take_deletions
func uplink_operation_take_deletions(op *C.UplinkOperation, result *C.UplinkDeletionsResult) {
	takeInto(op, result, deletionsResult)
}

//export uplink_free_deletions_result
func uplink_free_deletions_result(result C.UplinkDeletionsResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if deletions := result.deletions; deletions != nil {
		freeItems(deletions.items, deletions.count, freeDeletionFields)
		free(unsafe.Pointer(deletions))
	}
}
