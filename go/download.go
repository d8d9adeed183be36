package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/argument"
	"libuplink/internal/fail"
	"libuplink/internal/operation"
	"libuplink/internal/project"
	"libuplink/internal/ranges"
	"libuplink/internal/stream"
)

// origin reads what a download reads: a version of an object.
func (a *arguments) origin(of object, version *C.char, length C.size_t) stream.Version {
	return stream.Version{Bucket: a.bucket(of.bucket), Key: a.key(of.key), ID: a.version(version, length)}
}

// expected reads the object that a download expects.
func (a *arguments) expected(created C.int64_t, nanoseconds C.int32_t, size C.int64_t) stream.Expected {
	return stream.Expected{Created: a.time(created, nanoseconds, "expected_created"), Size: int64(size)}
}

// span reads the range of a download.
func (a *arguments) span(offset, length C.int64_t) uplink.DownloadOptions {
	read, err := argument.Range(int64(offset), int64(length))
	a.note(err)
	return read
}

// verify reads whether a download is verified. Only whole objects have a checksum.
func (a *arguments) verify(verify C.bool, span uplink.DownloadOptions) bool {
	if verify && (span.Offset != 0 || span.Length >= 0) {
		a.note(fail.InvalidArgument("a range of an object cannot be verified"))
	}
	return bool(verify)
}

var wholeObject = uplink.DownloadOptions{Length: -1}

// onDownload returns a call that runs on a download.
func onDownload[T any](handle *C.UplinkDownload, run func(d *stream.Download, ctx context.Context) (T, error),
) operation.Call[T] {
	return onStream(unsafe.Pointer(handle), "download", run)
}

// ---- Open ----

func prepareDownloadObject(args arguments, p *project.Project, from stream.Version, span uplink.DownloadOptions,
	verify bool) operation.Call[*stream.Download] {
	call := onProject(args, p, func(ctx context.Context, _ *uplink.Project) (*stream.Download, error) {
		d, err := stream.OpenDownload(ctx, p, from, span)
		if err == nil && verify {
			if err = d.Verify(); err != nil {
				d.Free()
				return nil, err
			}
		}
		return d, err
	})
	call.Close = (*stream.Download).Free
	return call
}

func downloadResult(d *stream.Download, err error) (result C.UplinkDownloadResult) {
	if result.error = errorToC(err); err == nil {
		result.download = (*C.UplinkDownload)(newHandle(d))
	}
	return result
}

//export uplink_download_object
func uplink_download_object(handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	options *C.UplinkDownloadOptions) (result C.UplinkDownloadResult) {
	defer rescue(&result.error)
	var args arguments
	span := wholeObject
	if options != nil {
		span = args.span(options.offset, options.length)
	}
	p, from := args.project(handle), args.origin(object{bucket, keyUntilNUL(key)}, nil, 0)
	return downloadResult(prepareDownloadObject(args, p, from, span, false).Do())
}

//export uplink_start_download_object
func uplink_start_download_object(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, options *C.UplinkOpenDownloadOptions) {
	defer rescueStart[*stream.Download](op)
	var args arguments
	read, span := readOptions(&args, options), wholeObject
	if options != nil {
		span = args.span(read.offset, read.length)
	}
	p, verify := args.project(handle), args.verify(read.verify, span)
	from := args.origin(object{bucket, keyOfLength(key, length)}, read.version, read.version_length)
	from.Expected = args.expected(read.expected_created, read.expected_created_nanoseconds, read.expected_size)
	start(op, prepareDownloadObject(args, p, from, span, verify))
}

//export uplink_operation_take_download
func uplink_operation_take_download(op *C.UplinkOperation, result *C.UplinkDownloadResult) {
	takeInto(op, result, downloadResult)
}

//export uplink_free_download_result
func uplink_free_download_result(result C.UplinkDownloadResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if d, found := freeHandle[*stream.Download](unsafe.Pointer(result.download)); found {
		d.Free()
	}
}

// ---- Read ----

// readCount is the number of bytes that a read got.
type readCount int

func prepareRead(handle *C.UplinkDownload, bytes unsafe.Pointer, length C.size_t,
	read func(ctx context.Context, d *stream.Download, memory []byte) (int, error)) operation.Call[readCount] {
	memory, err := cBytes(bytes, length, "bytes")
	call := onDownload(handle, func(d *stream.Download, ctx context.Context) (readCount, error) {
		count, err := read(ctx, d, memory)
		return readCount(count), err
	})
	if call.Refused == nil {
		call.Refused = err
	}
	call.FillsMemory = true
	return call
}

func readSome(ctx context.Context, d *stream.Download, memory []byte) (int, error) {
	return d.Read(ctx, memory, false)
}

func readResult(count readCount, err error) C.UplinkReadResult {
	return C.UplinkReadResult{bytes_read: C.size_t(count), error: errorToC(err)}
}

//export uplink_download_read
func uplink_download_read(handle *C.UplinkDownload, bytes unsafe.Pointer, length C.size_t,
) (result C.UplinkReadResult) {
	defer rescue(&result.error)
	return readResult(prepareRead(handle, bytes, length, readSome).Do())
}

//export uplink_start_download_read
func uplink_start_download_read(op *C.UplinkOperation, handle *C.UplinkDownload, bytes unsafe.Pointer,
	length C.size_t) {
	defer rescueStart[readCount](op)
	start(op, prepareRead(handle, bytes, length, ranges.Read))
}

//export uplink_operation_take_read
func uplink_operation_take_read(op *C.UplinkOperation, result *C.UplinkReadResult) {
	takeInto(op, result, readResult)
}

//export uplink_free_read_result
func uplink_free_read_result(result C.UplinkReadResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
}

// ---- Records ----

//export uplink_download_info
func uplink_download_info(handle *C.UplinkDownload) (result C.UplinkObjectResult) {
	defer rescue(&result.error)
	return objectResult(streamRecord[*stream.Download](unsafe.Pointer(handle), "download"))
}

//export uplink_download_record
func uplink_download_record(handle *C.UplinkDownload) (result C.UplinkRecordResult) {
	defer rescue(&result.error)
	return recordResult(streamRecord[*stream.Download](unsafe.Pointer(handle), "download"))
}

// ---- Close ----

// prepareCloseDownload returns a call that closes a download. To close no download is no error.
func prepareCloseDownload(handle *C.UplinkDownload) operation.Call[operation.Nothing] {
	if handle == nil {
		return prepare(arguments{}, context.Background(), func(context.Context) (operation.Nothing, error) {
			return operation.Nothing{}, nil
		})
	}
	return onDownload(handle, func(d *stream.Download, _ context.Context) (operation.Nothing, error) {
		d.Close()
		return operation.Nothing{}, nil
	})
}

//export uplink_close_download
func uplink_close_download(handle *C.UplinkDownload) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(prepareCloseDownload(handle).Do())
}

//export uplink_start_close_download
func uplink_start_close_download(op *C.UplinkOperation, handle *C.UplinkDownload) {
	defer rescueStart[operation.Nothing](op)
	start(op, prepareCloseDownload(handle))
}

// ---- A whole object in one operation ----

//export uplink_start_get_object
func uplink_start_get_object(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, options *C.UplinkGetObjectOptions) {
	defer rescueStart[*stream.Fetched](op)
	var args arguments
	read, span := readOptions(&args, options), wholeObject
	if options != nil {
		span = args.span(read.offset, read.length)
	}
	p, verify := args.project(handle), args.verify(read.verify, span)
	from := args.origin(object{bucket, keyOfLength(key, length)}, read.version, read.version_length)
	from.Expected = args.expected(read.expected_created, read.expected_created_nanoseconds, read.expected_size)
	if args.err != nil {
		start(op, operation.Refuse[*stream.Fetched](args.err))
		return
	}
	call := prepare(args, p.Context, func(ctx context.Context) (*stream.Fetched, error) {
		return stream.Get(ctx, p, from, span, verify, int64(min(read.most, largestCopy)))
	})
	call.Close = (*stream.Fetched).Close
	start(op, call)
}

func getResult(fetched *stream.Fetched, err error) (result C.UplinkGetResult) {
	switch result.error = errorToC(err); {
	case err != nil:
	case fetched.Download != nil:
		result.download = (*C.UplinkDownload)(newHandle(fetched.Download))
	default:
		result.bytes, result.length = C.CBytes(fetched.Data), C.size_t(len(fetched.Data))
	}
	return result
}

//export uplink_operation_take_get
func uplink_operation_take_get(op *C.UplinkOperation, result *C.UplinkGetResult) {
	takeInto(op, result, getResult)
}

//export uplink_free_get_result
func uplink_free_get_result(result C.UplinkGetResult) {
	defer rescue(nil)
	uplink_free_download_result(C.UplinkDownloadResult{download: result.download, error: result.error})
	free(result.bytes)
}
