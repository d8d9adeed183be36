package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"libuplink/internal/argument"
	"libuplink/internal/objects"
	"libuplink/internal/operation"
	"libuplink/internal/progress"
	"libuplink/internal/project"
	"libuplink/internal/stream"
	"libuplink/internal/transfer"
)

// Files on this machine, which are read and written without the caller.

// path reads the path of a file. A relative path is resolved here, in the call of the caller.
func (a *arguments) path(path *C.uplink_const_char) string {
	text := a.text(path, "path")
	a.note(argument.CheckPath(text))
	return argument.AbsolutePath(text)
}

// duplicate returns an open file of the caller, unless an argument is wrong.
func (a *arguments) duplicate(descriptor, offset C.int64_t) (from *transfer.Opened) {
	if a.err == nil {
		var err error
		from, err = transfer.Duplicate(uintptr(descriptor), int64(offset))
		a.note(err)
	}
	return from
}

// uploadFileOptions reads what an upload of a file stores, and how.
func (a *arguments) uploadFileOptions(options *C.UplinkUploadFileOptions) transfer.UploadOptions {
	read := readOptions(a, options)
	a.note(argument.CheckPartSize(int64(read.part_size)))
	custom := a.metadata(read.custom)
	return transfer.UploadOptions{
		Object: stream.Options{
			Expires: a.expires(read.expires, read.expires_nanoseconds), IfNoneMatch: a.ifNoneMatch(read.if_none_match),
			Retention: a.retention(read.retention), LegalHold: bool(read.legal_hold),
		},
		ETag: a.bytes(read.etag, read.etag_length, "etag"), Custom: custom,
		Checksum: a.checksum(read.checksum, custom),
		NoResume: bool(read.no_resume), PartSize: int64(read.part_size),
	}
}

// transferOf returns a call that counts its progress. It is refused if an argument is wrong.
func transferOf(
	args arguments, p *project.Project, run func(context.Context, *progress.Counters) (*objects.Record, error),
) operation.Call[*objects.Record] {
	if args.err != nil {
		return operation.Refuse[*objects.Record](args.err) // there may be no project
	}
	counters := &progress.Counters{}
	call := prepare(args, p.Context, func(ctx context.Context) (*objects.Record, error) { return run(ctx, counters) })
	call.Progress = counters
	return call
}

//export uplink_start_download_file
func uplink_start_download_file(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	keyLength C.size_t, path *C.uplink_const_char, options *C.UplinkDownloadFileOptions) {
	defer rescueStart[*objects.Record](op)
	var args arguments
	read := readOptions(&args, options)
	p := args.project(handle)
	from := args.origin(object{bucket, keyOfLength(key, keyLength)}, read.version, read.version_length)
	to, with := args.path(path), transfer.DownloadOptions{
		NoResume: bool(read.no_resume), NoOverwrite: bool(read.no_overwrite), NoSync: bool(read.no_sync),
		Verify: bool(read.verify),
	}
	start(op, transferOf(args, p, func(ctx context.Context, counters *progress.Counters) (*objects.Record, error) {
		return transfer.DownloadFile(ctx, p, from, to, with, counters)
	}))
}

//export uplink_start_upload_memory
func uplink_start_upload_memory(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	keyLength C.size_t, bytes unsafe.Pointer, length C.size_t, options *C.UplinkUploadFileOptions) {
	defer rescueStart[*objects.Record](op)
	var args arguments
	p, to := args.project(handle), args.place(object{bucket, keyOfLength(key, keyLength)})
	data, err := cBytes(bytes, length, "bytes")
	args.note(err)
	read := args.uploadFileOptions(options)
	memory := transfer.Lend(data)
	call := transferOf(args, p, func(ctx context.Context, counters *progress.Counters) (*objects.Record, error) {
		return transfer.UploadMemory(ctx, p, to.Bucket, to.Key, memory, read, counters)
	})
	call.Copied = memory.Returned()
	start(op, call)
}

//export uplink_start_upload_file
func uplink_start_upload_file(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	keyLength C.size_t, path *C.uplink_const_char, options *C.UplinkUploadFileOptions) {
	defer rescueStart[*objects.Record](op)
	var args arguments
	p, to := args.project(handle), args.place(object{bucket, keyOfLength(key, keyLength)})
	from, read := args.path(path), args.uploadFileOptions(options)
	start(op, transferOf(args, p, func(ctx context.Context, counters *progress.Counters) (*objects.Record, error) {
		return transfer.UploadFile(ctx, p, to.Bucket, to.Key, from, read, counters)
	}))
}

//export uplink_start_upload_descriptor
func uplink_start_upload_descriptor(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	keyLength C.size_t, descriptor, offset C.int64_t, options *C.UplinkUploadFileOptions) {
	defer rescueStart[*objects.Record](op)
	var args arguments
	p, to := args.project(handle), args.place(object{bucket, keyOfLength(key, keyLength)})
	read := args.uploadFileOptions(options)
	args.note(argument.CheckDescriptor(int64(descriptor), int64(offset)))
	from := args.duplicate(descriptor, offset)
	start(op, transferOf(args, p, func(ctx context.Context, counters *progress.Counters) (*objects.Record, error) {
		return transfer.UploadOpened(ctx, p, to.Bucket, to.Key, from, read, counters)
	}))
}
