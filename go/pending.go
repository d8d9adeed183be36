package main

// #include "uplink.h"
import "C"

import (
	"context"
	"errors"
	"unsafe"

	"storj.io/uplink"
	"storj.io/uplink/private/testuplink"

	"libuplink/internal/fail"
	"libuplink/internal/operation"
)

// Uploads that were begun, and neither committed nor aborted. A bucket that has any cannot be deleted.

func prepareListUploads(handle *C.UplinkProject, bucket *C.uplink_const_char, options *C.UplinkListPageOptions,
	limit C.size_t) operation.Call[[]*uplink.UploadInfo] {
	var args arguments
	p, inBucket, read, count := args.project(handle), args.bucket(bucket), args.pageOptions(options), pageLimit(limit)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) ([]*uplink.UploadInfo, error) {
		ctx = testuplink.WithListLimit(ctx, min(count, largestRequest))
		return collect(p.ListUploads(ctx, inBucket, (*uplink.ListUploadsOptions)(read)), count)
	})
}

func prepareAbortUpload(handle *C.UplinkProject, bucket *C.uplink_const_char, key objectKey, id *C.uplink_const_char,
) operation.Call[operation.Nothing] {
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(key)
	uploadID := args.text(id, "upload_id")
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		if len(uploadID) > longestSerialized {
			return operation.Nothing{}, fail.New(fail.CodeObjectNotFound, fail.DetailUploadNotFound,
				"the upload ID has %d characters, which are more than %d", len(uploadID), longestSerialized)
		}
		err := p.AbortUpload(ctx, inBucket, objectKey, uploadID)
		if errors.Is(err, uplink.ErrObjectNotFound) {
			err = fail.New(fail.CodeObjectNotFound, fail.DetailUploadNotFound, "%s", fail.Message(err))
		}
		return operation.Nothing{}, err
	})
}

func objectOfUpload(info *uplink.UploadInfo) *uplink.Object {
	return &uplink.Object{Key: info.Key, IsPrefix: info.IsPrefix, System: info.System, Custom: info.Custom}
}

func uploadPageResult(page []*uplink.UploadInfo, err error) (result C.UplinkUploadPageResult) {
	if result.error = errorToC(err); err != nil {
		return result
	}
	result.page = allocate[C.UplinkUploadPage](1)
	result.page.items, result.page.count = allocate[C.UplinkUploadRecord](len(page)), C.size_t(len(page))
	items := unsafe.Slice(result.page.items, len(page))
	for i, info := range page {
		items[i].upload_id = C.CString(info.UploadID)
		fillRecord(&items[i].record, objectOfUpload(info))
	}
	return result
}

//export uplink_start_list_uploads
func uplink_start_list_uploads(op *C.UplinkOperation, handle *C.UplinkProject, bucket *C.uplink_const_char,
	options *C.UplinkListPageOptions, limit C.size_t) {
	defer rescueStart[[]*uplink.UploadInfo](op)
	start(op, prepareListUploads(handle, bucket, options, limit))
}

//export uplink_operation_take_upload_page
func uplink_operation_take_upload_page(op *C.UplinkOperation, result *C.UplinkUploadPageResult) {
	if result != nil {
		defer rescue(&result.error)
		*result = uploadPageResult(take[[]*uplink.UploadInfo](op))
	}
}

//export uplink_free_upload_page_result
func uplink_free_upload_page_result(result C.UplinkUploadPageResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if result.page == nil {
		return
	}
	items := unsafe.Slice(result.page.items, int(result.page.count))
	for i := range items {
		freeString(items[i].upload_id)
		freeRecord(&items[i].record)
	}
	free(unsafe.Pointer(result.page.items))
	free(unsafe.Pointer(result.page))
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
	// The two structs are the same but for their names.
	read := (*uplink.ListUploadsOptions)(objectOptions((*C.UplinkListObjectsOptions)(unsafe.Pointer(options))))
	return (*C.UplinkUploadIterator)(newIterator(args, p, uploadInPart1,
		func(ctx context.Context) cursor[*uplink.UploadInfo] { return p.ListUploads(ctx, inBucket, read) }))
}

//export uplink_upload_iterator_next
func uplink_upload_iterator_next(handle *C.UplinkUploadIterator) C.bool {
	defer rescue(nil)
	return iteratorNext[uplink.UploadInfo](unsafe.Pointer(handle))
}

//export uplink_upload_iterator_err
func uplink_upload_iterator_err(handle *C.UplinkUploadIterator) (failed *C.UplinkError) {
	defer rescue(&failed)
	_, err := iteratorCurrent[uplink.UploadInfo](unsafe.Pointer(handle))
	return errorToC(err)
}

//export uplink_upload_iterator_item
func uplink_upload_iterator_item(handle *C.UplinkUploadIterator) *C.UplinkUploadInfo {
	defer rescue(nil)
	info, _ := iteratorCurrent[uplink.UploadInfo](unsafe.Pointer(handle))
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
