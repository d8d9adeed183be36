package main

// #include "uplink.h"
import "C"

import (
	"context"
	"errors"
	"io"
	"math"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/operation"
	"libuplink/internal/project"
)

type download struct {
	stream
	bucket, key string
	version     []byte // nil until the object is known
	info        *uplink.Object

	// Guarded by turn. nil after a source has failed, until the next one is open.
	inner *source
	// Offset in the object of the next byte, and number of bytes left.
	position, left int64
	// Number of failures since the last byte, and whether all nodes were asked since then.
	failures int
	askedAll bool

	// Guarded by the stream's mutex.
	closed bool
}

// readCount is how many bytes a read got.
type readCount int

var errDownloadClosed = fail.Canceled("the download was closed")

func openDownload(ctx context.Context, p *project.Project, bucket, key string, options uplink.DownloadOptions,
) (*download, error) {
	d := &download{stream: newStream(p, ""), bucket: bucket, key: key}
	untie := d.tie(ctx)
	err := d.open(options)
	onTime := untie()
	if err != nil {
		err = d.explain(rangeError(err, options))
		d.cancel(errStreamFreed)
		return nil, err
	}
	opened := d.inner.Info()
	d.info, d.version = &opened.Object, opened.Version
	size := d.info.System.ContentLength
	d.left = rangeLength(size, options)
	if d.position = options.Offset; options.Offset < 0 {
		d.position = size - d.left
	}
	switch {
	case !onTime:
		err = context.Cause(ctx)
	case options.Offset > size:
		err = fail.Internal(fail.DetailRangeInvalid, "the object has %d bytes, which end before the offset %d",
			size, options.Offset)
	default:
		return d, nil
	}
	d.Free()
	return nil, err
}

// rangeError recognizes a range that the satellite refuses: its status says no more than that an argument is wrong.
func rangeError(err error, options uplink.DownloadOptions) error {
	whole := options.Offset == 0 && options.Length < 0
	if !whole && fail.Classify(err).Detail == fail.DetailInvalidArgument {
		return fail.Internal(fail.DetailRangeInvalid, "the range lies outside the object: %s", fail.Message(err))
	}
	return err
}

// rangeLength is how many bytes of an object a range covers.
func rangeLength(size int64, options uplink.DownloadOptions) int64 {
	switch {
	case options.Offset < 0:
		return min(-options.Offset, size)
	case options.Length < 0:
		return max(size-options.Offset, 0)
	}
	return max(min(options.Length, size-options.Offset), 0)
}

func (d *download) usable() error {
	d.mu.Lock()
	closed := d.closed
	d.mu.Unlock()
	if closed {
		return fail.InvalidArgument("the download is closed")
	}
	return d.failed()
}

// read fills the memory where all of it is wanted, and else answers as soon as there is something.
func (d *download) read(ctx context.Context, memory []byte, all bool) (count readCount, err error) {
	defer d.tie(ctx)()
	if err := d.usable(); err != nil {
		return 0, err
	}
	if err := d.enter(ctx); err != nil {
		return 0, err
	}
	defer d.leave()
	if err := d.usable(); err != nil {
		return 0, err
	}
	if d.info.System.ContentLength > budget.LargestInline {
		if err := d.reserve(budget.ConnectionsOfDownload); err != nil {
			return 0, d.note(err)
		}
	}
	defer d.work()()
	for int(count) < len(memory) && (all || count == 0) {
		if d.left == 0 {
			return count, io.EOF
		}
		n, err := d.readSome(memory[count:])
		count += readCount(n)
		if err != nil {
			if err = d.resume(err); err != nil {
				return count, err
			}
		}
	}
	return count, nil
}

// readSome reads at least one byte, or returns why there is none.
func (d *download) readSome(memory []byte) (n int, err error) {
	inner := d.inner
	switch stall := d.project.Patience.Stall; {
	case d.claim == nil: // the satellite has it
	case !d.askedAll:
		defer inner.limitRead()()
	case stall > 0:
		defer inner.limitStall(stall)()
	}
	for tries := 0; n == 0 && err == nil && tries < 100; tries++ {
		n, err = inner.Read(memory)
	}
	if n > 0 {
		d.position, d.left = d.position+int64(n), d.left-int64(n)
		d.failures, d.askedAll = 0, false
	} else if err == nil {
		err = io.ErrNoProgress
	}
	switch {
	case d.left == 0:
		return n, nil
	case err != nil && inner.ctx.Err() != nil:
		err = context.Cause(inner.ctx)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrNoProgress):
		// Go's library also returns EOF for a connection that ended.
		err = fail.Internal(fail.DetailConnection, "the download broke off %d bytes before its end: %s",
			d.left, fail.Message(err))
	}
	return n, err
}

// close first ends a read under way: in Go's library the two must not meet. A read that waits would only delay it.
func (d *download) close() error {
	d.mu.Lock()
	closed := d.closed
	d.closed = true
	d.mu.Unlock()
	if closed {
		return nil
	}
	select {
	case d.turn <- struct{}{}:
	default:
		d.cancel(errDownloadClosed)
		d.turn <- struct{}{}
	}
	defer d.leave()
	defer d.giveBack()
	defer d.work()()
	failed := d.failed() != nil
	var err error
	if d.inner != nil {
		err = d.inner.close()
	}
	d.cancel(errDownloadClosed)
	if failed {
		return nil
	}
	return err
}

func (d *download) Free() {
	d.mu.Lock()
	closed := d.closed
	d.mu.Unlock()
	d.cancel(errStreamFreed)
	if !closed {
		guard.Background.Go(func() { _ = d.close() })
	}
}

// ---- Arguments and results ----

func (a *arguments) downloadOptions(options *C.UplinkDownloadOptions) uplink.DownloadOptions {
	if options == nil {
		return uplink.DownloadOptions{Length: -1}
	}
	offset, length := int64(options.offset), int64(options.length)
	switch {
	case offset < 0 && length >= 0:
		a.note(fail.InvalidArgument("a negative offset counts from the end of the object, and takes no length"))
	case offset < 0:
		offset = max(offset, -math.MaxInt64)
	case length > 0:
		length = min(length, math.MaxInt64-offset)
	}
	return uplink.DownloadOptions{Offset: offset, Length: length}
}

func prepareDownloadObject(handle *C.UplinkProject, bucket *C.uplink_const_char, key objectKey,
	options *C.UplinkDownloadOptions) operation.Call[*download] {
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(key)
	settings := args.downloadOptions(options)
	t := onProject(args, p, func(ctx context.Context, _ *uplink.Project) (*download, error) {
		return openDownload(ctx, p, inBucket, objectKey, settings)
	})
	t.Close = (*download).Free
	return t
}

func onDownload[T any](handle *C.UplinkDownload, run func(d *download, ctx context.Context) (T, error)) operation.Call[T] {
	var args arguments
	d := argument[*download](&args, unsafe.Pointer(handle), "download")
	if args.err != nil {
		return operation.Refuse[T](args.err)
	}
	return prepare(args, d.project.Context, func(ctx context.Context) (T, error) { return run(d, ctx) })
}

func prepareRead(handle *C.UplinkDownload, bytes unsafe.Pointer, length C.size_t, all bool) operation.Call[readCount] {
	memory, err := cBytes(bytes, length, "bytes")
	t := onDownload(handle, func(d *download, ctx context.Context) (readCount, error) {
		return d.read(ctx, memory, all)
	})
	if t.Refused == nil {
		t.Refused = err
	}
	t.FillsMemory = true
	return t
}

// Where there is no download there is nothing to close.
func prepareCloseDownload(handle *C.UplinkDownload) operation.Call[operation.Nothing] {
	if handle == nil {
		return prepare(arguments{}, context.Background(), func(context.Context) (operation.Nothing, error) {
			return operation.Nothing{}, nil
		})
	}
	return onDownload(handle, func(d *download, _ context.Context) (operation.Nothing, error) {
		return operation.Nothing{}, d.close()
	})
}

func downloadResult(d *download, err error) (result C.UplinkDownloadResult) {
	if result.error = errorToC(err); err == nil {
		result.download = (*C.UplinkDownload)(newHandle(d))
	}
	return result
}

func readResult(count readCount, err error) C.UplinkReadResult {
	return C.UplinkReadResult{bytes_read: C.size_t(count), error: errorToC(err)}
}

//export uplink_download_object
func uplink_download_object(handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	options *C.UplinkDownloadOptions) (result C.UplinkDownloadResult) {
	defer rescue(&result.error)
	return downloadResult(prepareDownloadObject(handle, bucket, keyUntilNUL(key), options).Do())
}

//export uplink_start_download_object
func uplink_start_download_object(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t, options *C.UplinkDownloadOptions) {
	defer rescueStart[*download](op)
	start(op, prepareDownloadObject(handle, bucket, keyOfLength(key, length), options))
}

//export uplink_download_read
func uplink_download_read(handle *C.UplinkDownload, bytes unsafe.Pointer, length C.size_t,
) (result C.UplinkReadResult) {
	defer rescue(&result.error)
	return readResult(prepareRead(handle, bytes, length, false).Do())
}

//export uplink_start_download_read
func uplink_start_download_read(op *C.UplinkOperation, handle *C.UplinkDownload, bytes unsafe.Pointer,
	length C.size_t) {
	defer rescueStart[readCount](op)
	start(op, prepareRead(handle, bytes, length, true))
}

//export uplink_download_info
func uplink_download_info(handle *C.UplinkDownload) (result C.UplinkObjectResult) {
	defer rescue(&result.error)
	d, err := lookup[*download](unsafe.Pointer(handle), "download")
	if err != nil {
		return objectResult(nil, err)
	}
	return objectResult(d.info, nil)
}

//export uplink_download_record
func uplink_download_record(handle *C.UplinkDownload) (result C.UplinkRecordResult) {
	defer rescue(&result.error)
	d, err := lookup[*download](unsafe.Pointer(handle), "download")
	if err != nil {
		return recordResult(nil, err)
	}
	return recordResult(d.info, nil)
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

//export uplink_operation_take_download
func uplink_operation_take_download(op *C.UplinkOperation, result *C.UplinkDownloadResult) {
	if result != nil {
		defer rescue(&result.error)
		*result = downloadResult(take[*download](op))
	}
}

//export uplink_operation_take_read
func uplink_operation_take_read(op *C.UplinkOperation, result *C.UplinkReadResult) {
	if result != nil {
		defer rescue(&result.error)
		*result = readResult(take[readCount](op))
	}
}

//export uplink_free_read_result
func uplink_free_read_result(result C.UplinkReadResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
}

//export uplink_free_download_result
func uplink_free_download_result(result C.UplinkDownloadResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if d, found := freeHandle[*download](unsafe.Pointer(result.download)); found {
		d.Free()
	}
}
