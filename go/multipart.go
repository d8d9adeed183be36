package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"storj.io/uplink"
	private "storj.io/uplink/private/multipart"

	"libuplink/internal/listing"
	"libuplink/internal/multipart"
	"libuplink/internal/objects"
	"libuplink/internal/operation"
	"libuplink/internal/project"
)

// Uploads that were begun, and neither committed nor aborted. A bucket that has any cannot be
// deleted. Their parts are in parts.go.

// pending reads the bucket, the key and the ID of a pending upload.
func (a *arguments) pending(o object, id *C.uplink_const_char) multipart.Upload {
	u := multipart.Upload{Bucket: a.bucket(o.bucket), Key: a.key(o.key), ID: a.text(id, "upload_id")}
	a.note(u.Check())
	return u
}

// ---- Begin ----

func prepareBeginUpload(args arguments, p *project.Project, o object, options *private.UploadOptions,
) operation.Call[*uplink.UploadInfo] {
	to := args.place(o)
	if args.err != nil {
		return operation.Refuse[*uplink.UploadInfo](args.err)
	}
	abort := func(info *uplink.UploadInfo) {
		multipart.AbortLater(p.Context, p.Project, multipart.Upload{Bucket: to.Bucket, Key: to.Key, ID: info.UploadID})
	}
	call := prepare(args, p.Context, func(ctx context.Context) (*uplink.UploadInfo, error) {
		return multipart.BeginOnTime(ctx, func() (*uplink.UploadInfo, error) {
			return project.AskToWrite(ctx, p, project.Path(to.Bucket, to.Key), func() (*uplink.UploadInfo, error) {
				return multipart.Begin(ctx, p.Project, to.Bucket, to.Key, options)
			})
		}, abort)
	})
	call.Close = abort
	return call
}

//export uplink_begin_upload
func uplink_begin_upload(handle *C.UplinkProject, bucket, key *C.uplink_const_char, options *C.UplinkUploadOptions,
) (result C.UplinkUploadInfoResult) {
	defer rescue(&result.error)
	var args arguments
	p, read := args.project(handle), &private.UploadOptions{}
	if options != nil {
		read.Expires = args.expires(options.expires, 0)
	}
	info, err := prepareBeginUpload(args, p, object{bucket, keyUntilNUL(key)}, read).Do()
	if result.error = errorToC(err); err == nil {
		result.info = newUploadInfo(info)
	}
	return result
}

//export uplink_start_begin_upload
func uplink_start_begin_upload(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, options *C.UplinkStartBeginUploadOptions) {
	defer rescueStart[*uplink.UploadInfo](op)
	var args arguments
	p, read := args.project(handle), readOptions(&args, options)
	begin := &private.UploadOptions{
		Expires: args.expires(read.expires, read.expires_nanoseconds), CustomMetadata: args.metadata(read.custom),
		Retention: args.retention(read.retention), LegalHold: bool(read.legal_hold),
	}
	start(op, prepareBeginUpload(args, p, object{bucket, keyOfLength(key, length)}, begin))
}

func uploadRecordResult(info *uplink.UploadInfo, err error) (result C.UplinkUploadRecordResult) {
	if result.error = errorToC(err); err == nil {
		result.upload = allocate[C.UplinkUploadRecord](1)
		fillUploadRecord(result.upload, info)
	}
	return result
}

//export uplink_operation_take_upload_record
func uplink_operation_take_upload_record(op *C.UplinkOperation, result *C.UplinkUploadRecordResult) {
	takeInto(op, result, uploadRecordResult)
}

//export uplink_free_upload_record_result
func uplink_free_upload_record_result(result C.UplinkUploadRecordResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if result.upload != nil {
		freeUploadRecordFields(result.upload)
		free(unsafe.Pointer(result.upload))
	}
}

//export uplink_free_upload_info_result
func uplink_free_upload_info_result(result C.UplinkUploadInfoResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	uplink_free_upload_info(result.info)
}

// ---- Commit ----

func prepareCommitUpload(args arguments, p *project.Project, u multipart.Upload, options *multipart.CommitOptions,
) operation.Call[*objects.Record] {
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (*objects.Record, error) {
		return multipart.Commit(ctx, p, u, options)
	})
}

//export uplink_commit_upload
func uplink_commit_upload(handle *C.UplinkProject, bucket, key, id *C.uplink_const_char,
	options *C.UplinkCommitUploadOptions) (result C.UplinkCommitUploadResult) {
	defer rescue(&result.error)
	var args arguments
	p, u, read := args.project(handle), args.pending(object{bucket, keyUntilNUL(key)}, id), multipart.CommitOptions{}
	if options != nil {
		read.CustomMetadata = args.metadata(options.custom_metadata)
	}
	// The two results differ only in their names.
	return C.UplinkCommitUploadResult(objectResult(prepareCommitUpload(args, p, u, &read).Do()))
}

//export uplink_start_commit_upload
func uplink_start_commit_upload(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, id *C.uplink_const_char, options *C.UplinkStartCommitUploadOptions) {
	defer rescueStart[*objects.Record](op)
	var args arguments
	p, u := args.project(handle), args.pending(object{bucket, keyOfLength(key, length)}, id)
	read := readOptions(&args, options)
	commit := &multipart.CommitOptions{
		CustomMetadata: args.metadata(read.custom),
		IfNoneMatch:    args.ifNoneMatch(read.if_none_match),
		ETag:           args.bytes(read.etag, read.etag_length, "etag"),
	}
	start(op, prepareCommitUpload(args, p, u, commit))
}

//export uplink_free_commit_upload_result
func uplink_free_commit_upload_result(result C.UplinkCommitUploadResult) {
	defer rescue(nil)
	uplink_free_object_result(C.UplinkObjectResult(result))
}

// ---- Abort ----

func prepareAbortUpload(handle *C.UplinkProject, o object, id *C.uplink_const_char) operation.Call[operation.Nothing] {
	var args arguments
	p, u := args.project(handle), args.pending(o, id)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		return operation.Nothing{}, multipart.Abort(ctx, p, u)
	})
}

//export uplink_abort_upload
func uplink_abort_upload(handle *C.UplinkProject, bucket, key, id *C.uplink_const_char) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(prepareAbortUpload(handle, object{bucket, keyUntilNUL(key)}, id).Do())
}

//export uplink_start_abort_upload
func uplink_start_abort_upload(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, id *C.uplink_const_char) {
	defer rescueStart[operation.Nothing](op)
	start(op, prepareAbortUpload(handle, object{bucket, keyOfLength(key, length)}, id))
}

// ---- Pages ----

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
	page := args.page(readOptions(&args, options))
	read := (*uplink.ListUploadsOptions)(&page.ListObjectsOptions)
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (uploadPage, error) {
		return listing.ReadPage(p.ListUploads(listing.WithLimit(ctx, page.Limit), inBucket, read), page.Limit)
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
	return newUploadInfo(info)
}

func newUploadInfo(info *uplink.UploadInfo) *C.UplinkUploadInfo {
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
