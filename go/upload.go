package main

// #include "uplink.h"
import "C"

import (
	"context"
	"time"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/checksum"
	"libuplink/internal/objects"
	"libuplink/internal/operation"
	"libuplink/internal/project"
	"libuplink/internal/stream"
)

// expires reads when an object expires: never if the time is not positive.
func (a *arguments) expires(seconds C.int64_t, nanoseconds C.int32_t) time.Time {
	return a.time(max(seconds, 0), nanoseconds, "expires")
}

// object reads what an upload creates.
func (a *arguments) object(bucket *C.uplink_const_char, key objectKey, options stream.Options) stream.Object {
	return stream.Object{Bucket: a.bucket(bucket), Key: a.key(key), Options: options}
}

// openedObject is object for the options of an operation.
func (a *arguments) openedObject(bucket *C.uplink_const_char, key objectKey, read C.UplinkOpenUploadOptions,
) stream.Object {
	object := a.object(bucket, key, stream.Options{
		Expires: a.expires(read.expires, read.expires_nanoseconds), IfNoneMatch: a.ifNoneMatch(read.if_none_match),
		Retention: a.retention(read.retention), LegalHold: bool(read.legal_hold),
	})
	object.ETag = a.bytes(read.etag, read.etag_length, "etag")
	object.Checksum = a.checksum(read.checksum, nil)
	return object
}

// checksum reads which checksum an upload stores beside metadata.
func (a *arguments) checksum(algorithm C.int32_t, custom uplink.CustomMetadata) checksum.Algorithm {
	read := checksum.Algorithm(algorithm)
	a.note(checksum.Check(read, custom))
	return read
}

// onStream returns a call that runs on an upload, an upload of a part, or a download.
func onStream[S interface{ Context() context.Context }, T any](handle unsafe.Pointer, name string,
	run func(s S, ctx context.Context) (T, error)) operation.Call[T] {
	var args arguments
	s := handleArgument[S](&args, handle, name)
	if args.err != nil {
		return operation.Refuse[T](args.err)
	}
	return prepare(args, s.Context(), func(ctx context.Context) (T, error) { return run(s, ctx) })
}

func onUpload[T any](handle *C.UplinkUpload, run func(u *stream.Upload, ctx context.Context) (T, error),
) operation.Call[T] {
	return onStream(unsafe.Pointer(handle), "upload", run)
}

// ---- Open ----

func prepareUploadObject(args arguments, p *project.Project, object stream.Object) operation.Call[*stream.Upload] {
	if args.err != nil {
		return operation.Refuse[*stream.Upload](args.err)
	}
	call := prepare(args, p.Context, func(ctx context.Context) (*stream.Upload, error) {
		return stream.OpenUpload(ctx, p, object)
	})
	call.Close = (*stream.Upload).Free
	return call
}

func uploadResult(u *stream.Upload, err error) (result C.UplinkUploadResult) {
	if result.error = errorToC(err); err == nil {
		result.upload = (*C.UplinkUpload)(newHandle(u))
	}
	return result
}

//export uplink_upload_object
func uplink_upload_object(handle *C.UplinkProject, bucket, key *C.uplink_const_char, options *C.UplinkUploadOptions,
) (result C.UplinkUploadResult) {
	defer rescue(&result.error)
	var args arguments
	p, read := args.project(handle), stream.Options{}
	if options != nil {
		read.Expires = args.expires(options.expires, 0)
	}
	object := args.object(bucket, keyUntilNUL(key), read)
	return uploadResult(prepareUploadObject(args, p, object).Do())
}

//export uplink_start_upload_object
func uplink_start_upload_object(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, options *C.UplinkOpenUploadOptions) {
	defer rescueStart[*stream.Upload](op)
	var args arguments
	p, read := args.project(handle), readOptions(&args, options)
	object := args.openedObject(bucket, keyOfLength(key, length), read)
	start(op, prepareUploadObject(args, p, object))
}

// claimFor returns the claim of an upload that waits for the budgets: of memory for an inline
// object, which the satellite keeps itself, or of connections.
func claimFor(p *project.Project, inline bool, weight int) *budget.Claim {
	if inline {
		return p.ClaimInline(weight)
	}
	return p.ClaimConnections()
}

//export uplink_start_upload_in_turn
func uplink_start_upload_in_turn(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, options *C.UplinkOpenUploadOptions) {
	defer rescueStart[*stream.Upload](op)
	var args arguments
	p, read := args.project(handle), readOptions(&args, options)
	object := args.openedObject(bucket, keyOfLength(key, length), read)
	if args.err != nil {
		start(op, operation.Refuse[*stream.Upload](args.err))
		return
	}
	inline := options != nil && read.size >= 0 && read.size <= budget.LargestInline
	claim := claimFor(p, inline, budget.WeightOfStream)
	call := prepare(args, p.Context, func(ctx context.Context) (*stream.Upload, error) {
		return stream.OpenWithClaim(ctx, p, object, claim, inline)
	})
	call.Claim, call.Close = claim, (*stream.Upload).Free
	start(op, call)
}

//export uplink_operation_take_upload
func uplink_operation_take_upload(op *C.UplinkOperation, result *C.UplinkUploadResult) {
	takeInto(op, result, uploadResult)
}

//export uplink_free_upload_result
func uplink_free_upload_result(result C.UplinkUploadResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if u, found := freeHandle[*stream.Upload](unsafe.Pointer(result.upload)); found {
		u.Free()
	}
}

// ---- Write ----

// written is the number of bytes that a write accepted.
type written int

// writer is an upload of an object, or of a part.
type writer interface {
	Context() context.Context
	Write(ctx context.Context, data []byte) (int, error)
}

// prepareWrite returns a call that writes data, unless an error of the data is given. done is called
// when the data is not used any more.
func prepareWrite[U writer](handle unsafe.Pointer, name string, data []byte, wrong error, done func(),
) operation.Call[written] {
	call := onStream(handle, name, func(u U, ctx context.Context) (written, error) {
		defer done()
		count, err := u.Write(ctx, data)
		return written(count), err
	})
	if call.Refused == nil {
		call.Refused = wrong
	}
	if call.Refused != nil {
		done()
	}
	return call
}

func writeResult(count written, err error) C.UplinkWriteResult {
	return C.UplinkWriteResult{bytes_written: C.size_t(count), error: errorToC(err)}
}

//export uplink_upload_write
func uplink_upload_write(handle *C.UplinkUpload, bytes unsafe.Pointer, length C.size_t) (result C.UplinkWriteResult) {
	defer rescue(&result.error)
	data, err := cBytes(bytes, length, "bytes")
	return writeResult(prepareWrite[*stream.Upload](unsafe.Pointer(handle), "upload", data, err, func() {}).Do())
}

//export uplink_start_upload_write
func uplink_start_upload_write(op *C.UplinkOperation, handle *C.UplinkUpload, bytes unsafe.Pointer, length C.size_t) {
	defer rescueStart[written](op)
	data, err := limitedBytes(bytes, length, largestCopy, "bytes")
	own := stream.CopyToBuffer(data)
	start(op, prepareWrite[*stream.Upload](unsafe.Pointer(handle), "upload", own.Bytes, err, own.Release))
}

//export uplink_operation_take_write
func uplink_operation_take_write(op *C.UplinkOperation, result *C.UplinkWriteResult) {
	takeInto(op, result, writeResult)
}

//export uplink_free_write_result
func uplink_free_write_result(result C.UplinkWriteResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
}

// ---- Commit and abort ----

//export uplink_upload_commit
func uplink_upload_commit(handle *C.UplinkUpload) (failed *C.UplinkError) {
	defer rescue(&failed)
	_, err := onUpload(handle, (*stream.Upload).Commit).Do()
	return errorToC(err)
}

//export uplink_start_upload_commit
func uplink_start_upload_commit(op *C.UplinkOperation, handle *C.UplinkUpload) {
	defer rescueStart[*objects.Record](op)
	start(op, onUpload(handle, (*stream.Upload).Commit))
}

func prepareAbort(handle *C.UplinkUpload) operation.Call[operation.Nothing] {
	return onUpload(handle, func(u *stream.Upload, _ context.Context) (operation.Nothing, error) {
		return operation.Nothing{}, u.Abort()
	})
}

//export uplink_upload_abort
func uplink_upload_abort(handle *C.UplinkUpload) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(prepareAbort(handle).Do())
}

//export uplink_start_upload_abort
func uplink_start_upload_abort(op *C.UplinkOperation, handle *C.UplinkUpload) {
	defer rescueStart[operation.Nothing](op)
	start(op, prepareAbort(handle))
}

// ---- Records ----

//export uplink_upload_info
func uplink_upload_info(handle *C.UplinkUpload) (result C.UplinkObjectResult) {
	defer rescue(&result.error)
	return objectResult(streamRecord[*stream.Upload](unsafe.Pointer(handle), "upload"))
}

//export uplink_upload_record
func uplink_upload_record(handle *C.UplinkUpload) (result C.UplinkRecordResult) {
	defer rescue(&result.error)
	return recordResult(streamRecord[*stream.Upload](unsafe.Pointer(handle), "upload"))
}

//export uplink_upload_set_custom_metadata
func uplink_upload_set_custom_metadata(handle *C.UplinkUpload, custom C.UplinkCustomMetadata) (failed *C.UplinkError) {
	defer rescue(&failed)
	var args arguments
	u, metadata := handleArgument[*stream.Upload](&args, unsafe.Pointer(handle), "upload"), args.metadata(custom)
	if args.err != nil {
		return errorToC(args.err)
	}
	return errorToC(u.SetMetadata(metadata))
}

// ---- A whole object in one operation ----

//export uplink_start_put_object
func uplink_start_put_object(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	keyLength C.size_t, bytes unsafe.Pointer, length C.size_t, options *C.UplinkPutObjectOptions) {
	defer rescueStart[*objects.Record](op)
	var args arguments
	p, read := args.project(handle), readOptions(&args, options)
	object := args.object(bucket, keyOfLength(key, keyLength), stream.Options{
		Expires: args.expires(read.expires, read.expires_nanoseconds), IfNoneMatch: args.ifNoneMatch(read.if_none_match),
		Retention: args.retention(read.retention), LegalHold: bool(read.legal_hold),
	})
	object.ETag = args.bytes(read.etag, read.etag_length, "etag")
	metadata := args.metadata(read.custom)
	object.Checksum = args.checksum(read.checksum, metadata)
	data, err := limitedBytes(bytes, length, largestCopy, "bytes")
	args.note(err)
	if args.err != nil {
		start(op, operation.Refuse[*objects.Record](args.err))
		return
	}
	put := &stream.Put{Object: object, Custom: metadata, Data: stream.Lend(data)}
	put.Claim = claimFor(p, put.Data.Inline(), budget.WeightOfPut)
	call := prepare(args, p.Context, func(ctx context.Context) (*objects.Record, error) { return put.Run(ctx, p) })
	call.Claim, call.Copied = put.Claim, put.Data.Copied()
	start(op, call)
}
