package main

// #include "uplink.h"
import "C"

import (
	"context"
	"math"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/listing"
	"libuplink/internal/multipart"
	"libuplink/internal/operation"
	"libuplink/internal/project"
	"libuplink/internal/stream"
)

// Parts of pending uploads. An upload of a part is an upload whose commit stores a part.

func (a *arguments) partUpload(handle *C.UplinkPartUpload) *stream.PartUpload {
	return handleArgument[*stream.PartUpload](a, unsafe.Pointer(handle), "part upload")
}

// part reads what an upload of a part creates.
func (a *arguments) part(o object, id *C.uplink_const_char, number C.uint32_t) stream.Part {
	if number >= math.MaxInt32 {
		a.note(fail.InvalidArgument("part_number is %d; it takes less than %d", uint32(number), math.MaxInt32))
	}
	return stream.Part{Upload: a.pending(o, id), Number: uint32(number)}
}

// ---- Open ----

func prepareUploadPart(args arguments, p *project.Project, part stream.Part) operation.Call[*stream.PartUpload] {
	if args.err != nil {
		return operation.Refuse[*stream.PartUpload](args.err)
	}
	call := prepare(args, p.Context, func(ctx context.Context) (*stream.PartUpload, error) {
		return stream.OpenPart(ctx, p, part)
	})
	call.Close = closePart
	return call
}

func closePart(u *stream.PartUpload) { u.Free() }

// prepareUploadPartInTurn returns a call that waits for the budgets.
func prepareUploadPartInTurn(args arguments, p *project.Project, part stream.Part, size C.int64_t,
) operation.Call[*stream.PartUpload] {
	if args.err != nil {
		return operation.Refuse[*stream.PartUpload](args.err)
	}
	inline := size >= 0 && size <= budget.LargestInline
	claim := claimFor(p, inline, budget.WeightOfStream)
	call := prepare(args, p.Context, func(ctx context.Context) (*stream.PartUpload, error) {
		return stream.OpenPartWithClaim(ctx, p, part, claim, inline)
	})
	call.Claim, call.Close = claim, closePart
	return call
}

func partUploadResult(u *stream.PartUpload, err error) (result C.UplinkPartUploadResult) {
	if result.error = errorToC(err); err == nil {
		result.part_upload = (*C.UplinkPartUpload)(newHandle(u))
	}
	return result
}

//export uplink_upload_part
func uplink_upload_part(handle *C.UplinkProject, bucket, key, id *C.uplink_const_char, number C.uint32_t,
) (result C.UplinkPartUploadResult) {
	defer rescue(&result.error)
	var args arguments
	p, part := args.project(handle), args.part(object{bucket, keyUntilNUL(key)}, id, number)
	return partUploadResult(prepareUploadPart(args, p, part).Do())
}

//export uplink_start_upload_part
func uplink_start_upload_part(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, id *C.uplink_const_char, number C.uint32_t, options *C.UplinkStartUploadPartOptions) {
	defer rescueStart[*stream.PartUpload](op)
	var args arguments
	p, read := args.project(handle), readOptions(&args, options)
	part := args.part(object{bucket, keyOfLength(key, length)}, id, number)
	if read.in_turn {
		start(op, prepareUploadPartInTurn(args, p, part, read.size))
	} else {
		start(op, prepareUploadPart(args, p, part))
	}
}

//export uplink_operation_take_part_upload
func uplink_operation_take_part_upload(op *C.UplinkOperation, result *C.UplinkPartUploadResult) {
	takeInto(op, result, partUploadResult)
}

//export uplink_free_part_upload_result
func uplink_free_part_upload_result(result C.UplinkPartUploadResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if u, found := freeHandle[*stream.PartUpload](unsafe.Pointer(result.part_upload)); found {
		u.Free()
	}
}

// ---- Write, commit, abort ----

// onPartUpload returns a call that runs on an upload of a part.
func onPartUpload[T any](handle *C.UplinkPartUpload, run func(u *stream.PartUpload, ctx context.Context) (T, error),
) operation.Call[T] {
	return onStream(unsafe.Pointer(handle), "part upload", run)
}

//export uplink_part_upload_write
func uplink_part_upload_write(handle *C.UplinkPartUpload, bytes unsafe.Pointer, length C.size_t,
) (result C.UplinkWriteResult) {
	defer rescue(&result.error)
	data, err := cBytes(bytes, length, "bytes")
	return writeResult(prepareWrite[*stream.PartUpload](unsafe.Pointer(handle), "part upload", data, err, func() {}).Do())
}

//export uplink_start_part_upload_write
func uplink_start_part_upload_write(op *C.UplinkOperation, handle *C.UplinkPartUpload, bytes unsafe.Pointer,
	length C.size_t) {
	defer rescueStart[written](op)
	data, err := limitedBytes(bytes, length, largestCopy, "bytes")
	own := stream.CopyToBuffer(data)
	start(op, prepareWrite[*stream.PartUpload](unsafe.Pointer(handle), "part upload", own.Bytes, err, own.Release))
}

func prepareCommitPart(handle *C.UplinkPartUpload, etag []byte) operation.Call[*uplink.Part] {
	return onPartUpload(handle, func(u *stream.PartUpload, ctx context.Context) (*uplink.Part, error) {
		return u.Commit(ctx, etag)
	})
}

//export uplink_part_upload_commit
func uplink_part_upload_commit(handle *C.UplinkPartUpload) (failed *C.UplinkError) {
	defer rescue(&failed)
	_, err := prepareCommitPart(handle, nil).Do()
	return errorToC(err)
}

//export uplink_start_part_upload_commit
func uplink_start_part_upload_commit(op *C.UplinkOperation, handle *C.UplinkPartUpload,
	options *C.UplinkStartPartCommitOptions) {
	defer rescueStart[*uplink.Part](op)
	var args arguments
	read := readOptions(&args, options)
	etag := args.bytes(read.etag, read.etag_length, "etag")
	if args.err != nil {
		start(op, operation.Refuse[*uplink.Part](args.err))
		return
	}
	start(op, prepareCommitPart(handle, etag))
}

func prepareAbortPart(handle *C.UplinkPartUpload) operation.Call[operation.Nothing] {
	return onPartUpload(handle, func(u *stream.PartUpload, _ context.Context) (operation.Nothing, error) {
		return operation.Nothing{}, u.Abort()
	})
}

//export uplink_part_upload_abort
func uplink_part_upload_abort(handle *C.UplinkPartUpload) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(prepareAbortPart(handle).Do())
}

//export uplink_start_part_upload_abort
func uplink_start_part_upload_abort(op *C.UplinkOperation, handle *C.UplinkPartUpload) {
	defer rescueStart[operation.Nothing](op)
	start(op, prepareAbortPart(handle))
}

//export uplink_part_upload_set_etag
func uplink_part_upload_set_etag(handle *C.UplinkPartUpload, etag *C.uplink_const_char) (failed *C.UplinkError) {
	defer rescue(&failed)
	var args arguments
	u, text := args.partUpload(handle), args.text(etag, "etag")
	if args.err != nil {
		return errorToC(args.err)
	}
	return errorToC(u.SetETag([]byte(text)))
}

// ---- Records ----

func fillPart(target *C.UplinkPart, part *uplink.Part) {
	*target = C.UplinkPart{
		part_number: C.uint32_t(part.PartNumber),
		size:        C.size_t(part.Size),
		modified:    unixTime(part.Modified),
		etag:        C.CString(string(part.ETag)), etag_length: C.size_t(len(part.ETag)),
	}
}

func fillPartRecord(target *C.UplinkPartRecord, part *uplink.Part) {
	fillPart(&target.part, part)
	target.modified_nanoseconds = nanoseconds(part.Modified)
}

func freePartRecordFields(record *C.UplinkPartRecord) { freePartFields(&record.part) }

func freePartFields(part *C.UplinkPart) { freeString(part.etag) }

func newPart(part *uplink.Part) *C.UplinkPart {
	item := allocate[C.UplinkPart](1)
	fillPart(item, part)
	return item
}

func partResult(part *uplink.Part, err error) (result C.UplinkPartResult) {
	if result.error = errorToC(err); err == nil {
		result.part = newPart(part)
	}
	return result
}

//export uplink_part_upload_info
func uplink_part_upload_info(handle *C.UplinkPartUpload) (result C.UplinkPartResult) {
	defer rescue(&result.error)
	var args arguments
	u := args.partUpload(handle)
	if args.err != nil {
		return partResult(nil, args.err)
	}
	return partResult(u.Record(), nil)
}

//export uplink_operation_take_part
func uplink_operation_take_part(op *C.UplinkOperation, result *C.UplinkPartResult) {
	takeInto(op, result, partResult)
}

//export uplink_free_part_result
func uplink_free_part_result(result C.UplinkPartResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	uplink_free_part(result.part)
}

//export uplink_free_part
func uplink_free_part(part *C.UplinkPart) {
	defer rescue(nil)
	if part != nil {
		freePartFields(part)
		free(unsafe.Pointer(part))
	}
}

// ---- Pages ----

//export uplink_start_list_upload_parts
func uplink_start_list_upload_parts(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, id *C.uplink_const_char, options *C.UplinkListPartPageOptions) {
	defer rescueStart[partPage](op)
	var args arguments
	p, u := args.project(handle), args.pending(object{bucket, keyOfLength(key, length)}, id)
	read := readOptions(&args, options)
	limit := multipart.PageLimit(uint64(read.limit))
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (partPage, error) {
		if err := multipart.Verify(ctx, p, u); err != nil {
			return partPage{}, err
		}
		return listing.ReadPage(multipart.Parts(ctx, p, u, uint32(read.first)), limit)
	}))
}

type partPage = listing.Page[*uplink.Part]

func partPageResult(page partPage, err error) (result C.UplinkPartPageResult) {
	if result.error = errorToC(err); err == nil {
		result.page = allocate[C.UplinkPartPage](1)
		result.page.items, result.page.count = newItems(page.Items, fillPartRecord)
		result.page.more = C.bool(page.More)
	}
	return result
}

//export uplink_operation_take_part_page
func uplink_operation_take_part_page(op *C.UplinkOperation, result *C.UplinkPartPageResult) {
	takeInto(op, result, partPageResult)
}

//export uplink_free_part_page_result
func uplink_free_part_page_result(result C.UplinkPartPageResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if page := result.page; page != nil {
		freeItems(page.items, page.count, freePartRecordFields)
		free(unsafe.Pointer(page))
	}
}

// ---- Iterator ----

//export uplink_list_upload_parts
func uplink_list_upload_parts(handle *C.UplinkProject, bucket, key, id *C.uplink_const_char,
	options *C.UplinkListUploadPartsOptions) *C.UplinkPartIterator {
	defer rescue(nil)
	var args arguments
	p, u := args.project(handle), args.pending(object{bucket, keyUntilNUL(key)}, id)
	first := uint32(0)
	if options != nil {
		first = uint32(min(options.cursor, math.MaxInt32-1)) + 1
	}
	list := func(ctx context.Context) listing.Cursor[*uplink.Part] {
		return multipart.Parts(ctx, p.Project, u, first)
	}
	return (*C.UplinkPartIterator)(newIterator(args, p, func(*uplink.Part) error { return nil }, list))
}

//export uplink_part_iterator_next
func uplink_part_iterator_next(handle *C.UplinkPartIterator) C.bool {
	defer rescue(nil)
	return iteratorNext[uplink.Part](unsafe.Pointer(handle))
}

//export uplink_part_iterator_err
func uplink_part_iterator_err(handle *C.UplinkPartIterator) (failed *C.UplinkError) {
	defer rescue(&failed)
	return iteratorError[uplink.Part](unsafe.Pointer(handle))
}

//export uplink_part_iterator_item
func uplink_part_iterator_item(handle *C.UplinkPartIterator) *C.UplinkPart {
	defer rescue(nil)
	part := iteratorItem[uplink.Part](unsafe.Pointer(handle))
	if part == nil {
		return nil
	}
	return newPart(part)
}

//export uplink_free_part_iterator
func uplink_free_part_iterator(handle *C.UplinkPartIterator) {
	defer rescue(nil)
	freeIterator[uplink.Part](unsafe.Pointer(handle))
}
