package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/listing"
	"libuplink/internal/multipart"
	"libuplink/internal/operation"
)

// Uploads that were begun, and neither committed nor aborted. A bucket that has any cannot be
// deleted.

func prepareAbortUpload(handle *C.UplinkProject, bucket *C.uplink_const_char, key objectKey, id *C.uplink_const_char,
) operation.Call[operation.Nothing] {
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(key)
	uploadID := args.text(id, "upload_id")
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		return operation.Nothing{}, multipart.Abort(ctx, p, inBucket, objectKey, uploadID)
	})
}

func objectOfUpload(info *uplink.UploadInfo) *uplink.Object {
	return &uplink.Object{Key: info.Key, IsPrefix: info.IsPrefix, System: info.System, Custom: info.Custom}
}

type uploadPage = listing.Page[*uplink.UploadInfo]

func uploadPageResult(page uploadPage, err error) (result C.UplinkUploadPageResult) {
	if result.error = errorToC(err); err == nil {
		result.page = allocate[C.UplinkUploadPage](1)
		result.page.items, result.page.count = newItems(page.Items, fillUploadRecord)
		result.page.more = C.bool(page.More)
	}
	return result
}

func fillUploadRecord(target *C.UplinkUploadRecord, info *uplink.UploadInfo) {
	target.upload_id = C.CString(info.UploadID)
	fillRecord(&target.record, objectOfUpload(info))
}

func freeUploadRecordFields(record *C.UplinkUploadRecord) {
	freeString(record.upload_id)
	freeRecordFields(&record.record)
}

//export uplink_start_list_uploads
func uplink_start_list_uploads(op *C.UplinkOperation, handle *C.UplinkProject, bucket *C.uplink_const_char,
	options *C.UplinkListPageOptions) {
	defer rescueStart[uploadPage](op)
	var args arguments
	p, inBucket := args.project(handle), args.bucket(bucket)
	objects, limit := args.page(options)
	read := (*uplink.ListUploadsOptions)(objects)
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (uploadPage, error) {
		return listing.ReadPage(p.ListUploads(listing.WithLimit(ctx, limit), inBucket, read), limit)
	}))
}

//export uplink_operation_take_upload_page
func uplink_operation_take_upload_page(op *C.UplinkOperation, result *C.UplinkUploadPageResult) {
	takeInto(op, result, uploadPageResult)
}

//export uplink_free_upload_page_result
func uplink_free_upload_page_result(result C.UplinkUploadPageResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if page := result.page; page != nil {
		freeItems(page.items, page.count, freeUploadRecordFields)
		free(unsafe.Pointer(page))
	}
}

//export uplink_abort_upload
func uplink_abort_upload(handle *C.UplinkProject, bucket, key, id *C.uplink_const_char) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(prepareAbortUpload(handle, bucket, keyUntilNUL(key), id).Do())
}

//export uplink_start_abort_upload
func uplink_start_abort_upload(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, id *C.uplink_const_char) {
	defer rescueStart[operation.Nothing](op)
	start(op, prepareAbortUpload(handle, bucket, keyOfLength(key, length), id))
}

// ---- Iterator ----

func uploadInPart1(info *uplink.UploadInfo) error { return keyInPart1(objectOfUpload(info)) }

//export uplink_list_uploads
func uplink_list_uploads(handle *C.UplinkProject, bucket *C.uplink_const_char, options *C.UplinkListUploadsOptions,
) *C.UplinkUploadIterator {
	defer rescue(nil)
	var args arguments
	p, inBucket := args.project(handle), args.bucket(bucket)
	// The two structs differ only in their names.
	read := (*uplink.ListUploadsOptions)(objectOptions((*C.UplinkListObjectsOptions)(unsafe.Pointer(options))))
	list := func(ctx context.Context) listing.Cursor[*uplink.UploadInfo] {
		return p.ListUploads(ctx, inBucket, read)
	}
	return (*C.UplinkUploadIterator)(newIterator(args, p, uploadInPart1, list))
}

//export uplink_upload_iterator_next
func uplink_upload_iterator_next(handle *C.UplinkUploadIterator) C.bool {
	defer rescue(nil)
	return iteratorNext[uplink.UploadInfo](unsafe.Pointer(handle))
}

//export uplink_upload_iterator_err
func uplink_upload_iterator_err(handle *C.UplinkUploadIterator) (failed *C.UplinkError) {
	defer rescue(&failed)
	return iteratorError[uplink.UploadInfo](unsafe.Pointer(handle))
}

//export uplink_upload_iterator_item
func uplink_upload_iterator_item(handle *C.UplinkUploadIterator) *C.UplinkUploadInfo {
	defer rescue(nil)
	info := iteratorItem[uplink.UploadInfo](unsafe.Pointer(handle))
	if info == nil {
		return nil
	}
	item := allocate[C.UplinkUploadInfo](1)
	*item = C.UplinkUploadInfo{
		upload_id: C.CString(info.UploadID),
		key:       C.CString(info.Key),
		is_prefix: C.bool(info.IsPrefix),
		system:    systemToC(info.System),
		custom:    customToC(info.Custom),
	}
	return item
}

//export uplink_free_upload_iterator
func uplink_free_upload_iterator(handle *C.UplinkUploadIterator) {
	defer rescue(nil)
	freeIterator[uplink.UploadInfo](unsafe.Pointer(handle))
}

//export uplink_free_upload_info
func uplink_free_upload_info(info *C.UplinkUploadInfo) {
	defer rescue(nil)
	if info != nil {
		freeString(info.upload_id)
		freeString(info.key)
		freeCustom(info.custom)
		free(unsafe.Pointer(info))
	}
}
