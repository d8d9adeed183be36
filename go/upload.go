package main

// #include "uplink.h"
import "C"

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"
	"unsafe"

	"storj.io/uplink"
)

type uploadState int

const (
	uploading uploadState = iota
	committed             // or on the way there, or failed on it
	aborted
)

// upload keeps a record of its object, so that asking for it does not wait for a write or a commit under way.
type upload struct {
	stream
	inner *uplink.Upload

	// Guarded by the stream's mutex.
	state  uploadState
	info   uplink.Object
	custom uplink.CustomMetadata
}

// written is how many bytes a write got rid of.
type written int

var errAborted = canceled("the upload was aborted")

func openUpload(ctx context.Context, p *project, bucket, key string, options *uplink.UploadOptions) (*upload, error) {
	u := &upload{stream: newStream(p)}
	untie := u.tie(ctx)
	inner, err := p.UploadObject(u.ctx, bucket, key, options)
	onTime := untie()
	if err != nil {
		err = attribute(err, u.ctx)
		u.cancel(errStreamFreed)
		return nil, err
	}
	u.inner, u.info = inner, *inner.Info()
	if !onTime {
		u.free()
		return nil, context.Cause(ctx)
	}
	return u, nil
}

// usable answers why nothing more can be done with the upload.
func (u *upload) usable() error {
	u.mu.Lock()
	state := u.state
	u.mu.Unlock()
	if err := doneError(state); err != nil {
		return err
	}
	return u.failed()
}

func doneError(state uploadState) error {
	switch state {
	case committed:
		return fail(codeUploadDone, detailNone, "%v: commit was called already", uplink.ErrUploadDone)
	case aborted:
		return fail(codeUploadDone, detailNone, "%v: it was aborted", uplink.ErrUploadDone)
	}
	return nil
}

// finish moves the upload to its last state, once.
func (u *upload) finish(state uploadState) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := doneError(u.state); err != nil {
		return err
	}
	u.state = state
	return nil
}

func (u *upload) write(ctx context.Context, data []byte) (written, error) {
	defer u.tie(ctx)()
	if err := u.usable(); err != nil {
		return 0, err
	}
	if err := u.enter(ctx); err != nil {
		return 0, err
	}
	defer u.leave()
	if err := u.usable(); err != nil || len(data) == 0 {
		return 0, err
	}
	count, err := u.inner.Write(data)
	return written(count), u.note(u.reason(err))
}

// reason finds out why an upload takes no more. Go's library closes the pipe and the buffers of an upload that failed a
// moment before it tells writers why. Nothing can be committed any more, so another byte does no harm.
func (u *upload) reason(err error) error {
	for wait := time.Millisecond; closing(err) && wait < time.Second; wait *= 2 {
		select {
		case <-u.ctx.Done():
			return err
		case <-time.After(wait):
		}
		if _, later := u.inner.Write([]byte{0}); later != nil {
			err = later
		}
	}
	return err
}

// closing tells whether an error only says that the upload has failed. The second one has no type.
func closing(err error) bool {
	return errors.Is(err, io.ErrClosedPipe) ||
		err != nil && strings.HasSuffix(err.Error(), "WaitWrite called after DoneWriting")
}

func (u *upload) commit(ctx context.Context) (*uplink.Object, error) {
	defer u.tie(ctx)()
	if err := u.usable(); err != nil {
		return nil, err
	}
	if err := u.enter(ctx); err != nil {
		return nil, err
	}
	defer u.leave()
	if err := u.failed(); err != nil {
		return nil, err
	}
	if err := u.finish(committed); err != nil {
		return nil, err
	}
	// Go's library leaves a goroutine behind that waits for this.
	defer u.cancel(errStreamFreed)
	if err := u.send(ctx); err != nil {
		return nil, err
	}
	return u.record(), nil
}

func (u *upload) send(ctx context.Context) error {
	if custom := u.metadata(); custom != nil {
		if err := u.inner.SetCustomMetadata(ctx, custom); err != nil {
			return err
		}
	}
	if err := u.inner.Commit(); err != nil {
		if ctx.Err() != nil || u.ctx.Err() != nil {
			return canceled("the commit was canceled; whether the object was committed is not known")
		}
		return u.note(err)
	}
	info := *u.inner.Info()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.info = info
	return nil
}

// abort does not follow its context: what was begun is cleaned up.
func (u *upload) abort(context.Context) (nothing, error) {
	if err := u.finish(aborted); err != nil {
		return nothing{}, err
	}
	return nothing{}, u.discard(errAborted)
}

func (u *upload) discard(reason error) error {
	u.cancel(reason) // ends a write under way
	_ = u.enter(context.Background())
	defer u.leave()
	return u.inner.Abort()
}

// free gives up what was not committed. A commit under way is canceled, and cleans up itself.
func (u *upload) free() {
	u.cancel(errStreamFreed)
	if u.finish(aborted) == nil {
		background(func() { _ = u.discard(errStreamFreed) })
	}
}

func (u *upload) record() *uplink.Object {
	u.mu.Lock()
	defer u.mu.Unlock()
	record := u.info
	if u.custom != nil {
		record.Custom = u.custom
	}
	return &record
}

func (u *upload) metadata() uplink.CustomMetadata {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.custom
}

// setMetadata keeps the metadata for the commit: handing it to Go's library now would wait for a write under way.
func (u *upload) setMetadata(custom uplink.CustomMetadata) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := doneError(u.state); err != nil {
		return err
	}
	u.custom = custom
	return nil
}

// ---- Arguments and results ----

func (a *arguments) upload(handle *C.UplinkUpload) *upload {
	return argument[*upload](a, unsafe.Pointer(handle), "upload")
}

func prepareUploadObject(handle *C.UplinkProject, bucket, key *C.uplink_const_char, options *C.UplinkUploadOptions,
) task[*upload] {
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(key)
	settings := &uplink.UploadOptions{}
	if options != nil && options.expires > 0 {
		settings.Expires = time.Unix(int64(options.expires), 0)
	}
	t := onProject(args, p, func(ctx context.Context, _ *uplink.Project) (*upload, error) {
		return openUpload(ctx, p, inBucket, objectKey, settings)
	})
	t.drop = (*upload).free
	return t
}

// onUpload is a task that runs on an upload.
func onUpload[T any](handle *C.UplinkUpload, run func(*upload, context.Context) (T, error)) task[T] {
	var args arguments
	u := args.upload(handle)
	if args.err != nil {
		return task[T]{refused: args.err}
	}
	return newTask(args, u.project.ctx, func(ctx context.Context) (T, error) { return run(u, ctx) })
}

func prepareWrite(handle *C.UplinkUpload, data []byte, wrong error, done func()) task[written] {
	t := onUpload(handle, func(u *upload, ctx context.Context) (written, error) {
		defer done()
		return u.write(ctx, data)
	})
	if t.refused == nil {
		t.refused = wrong
	}
	if t.refused != nil {
		done()
	}
	return t
}

func uploadResult(u *upload, err error) (result C.UplinkUploadResult) {
	if result.error = errorToC(err); err == nil {
		result.upload = (*C.UplinkUpload)(newHandle(u))
	}
	return result
}

func writeResult(count written, err error) C.UplinkWriteResult {
	return C.UplinkWriteResult{bytes_written: C.size_t(count), error: errorToC(err)}
}

//export uplink_upload_object
func uplink_upload_object(handle *C.UplinkProject, bucket, key *C.uplink_const_char, options *C.UplinkUploadOptions,
) C.UplinkUploadResult {
	return uploadResult(call(prepareUploadObject(handle, bucket, key, options)))
}

//export uplink_start_upload_object
func uplink_start_upload_object(operation *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	options *C.UplinkUploadOptions) {
	start(operation, prepareUploadObject(handle, bucket, key, options))
}

//export uplink_upload_write
func uplink_upload_write(handle *C.UplinkUpload, bytes unsafe.Pointer, length C.size_t) C.UplinkWriteResult {
	data, err := cBytes(bytes, length, "bytes")
	return writeResult(call(prepareWrite(handle, data, err, func() {})))
}

//export uplink_start_upload_write
func uplink_start_upload_write(operation *C.UplinkOperation, handle *C.UplinkUpload, bytes unsafe.Pointer,
	length C.size_t) {
	data, err := cBytes(bytes, length, "bytes")
	own, tooLarge := guarded(func() (*buffer, error) { return copyToBuffer(data), nil })
	if tooLarge != nil {
		own, err = copyToBuffer(nil), tooLarge
	}
	start(operation, prepareWrite(handle, own.bytes, err, own.release))
}

//export uplink_upload_commit
func uplink_upload_commit(handle *C.UplinkUpload) *C.UplinkError {
	_, err := call(onUpload(handle, (*upload).commit))
	return errorToC(err)
}

//export uplink_start_upload_commit
func uplink_start_upload_commit(operation *C.UplinkOperation, handle *C.UplinkUpload) {
	start(operation, onUpload(handle, (*upload).commit))
}

//export uplink_upload_abort
func uplink_upload_abort(handle *C.UplinkUpload) *C.UplinkError {
	return emptyResult(call(onUpload(handle, (*upload).abort)))
}

//export uplink_start_upload_abort
func uplink_start_upload_abort(operation *C.UplinkOperation, handle *C.UplinkUpload) {
	start(operation, onUpload(handle, (*upload).abort))
}

//export uplink_upload_info
func uplink_upload_info(handle *C.UplinkUpload) C.UplinkObjectResult {
	u, err := lookup[*upload](unsafe.Pointer(handle), "upload")
	if err != nil {
		return objectResult(nil, err)
	}
	return objectResult(u.record(), nil)
}

//export uplink_upload_set_custom_metadata
func uplink_upload_set_custom_metadata(handle *C.UplinkUpload, custom C.UplinkCustomMetadata) *C.UplinkError {
	var args arguments
	u, metadata := args.upload(handle), args.metadata(custom)
	if args.err != nil {
		return errorToC(args.err)
	}
	return errorToC(u.setMetadata(metadata))
}

//export uplink_operation_take_upload
func uplink_operation_take_upload(operation *C.UplinkOperation, result *C.UplinkUploadResult) {
	if result != nil {
		*result = uploadResult(take[*upload](operation))
	}
}

//export uplink_operation_take_write
func uplink_operation_take_write(operation *C.UplinkOperation, result *C.UplinkWriteResult) {
	if result != nil {
		*result = writeResult(take[written](operation))
	}
}

//export uplink_free_write_result
func uplink_free_write_result(result C.UplinkWriteResult) {
	uplink_free_error(result.error)
}

//export uplink_free_upload_result
func uplink_free_upload_result(result C.UplinkUploadResult) {
	uplink_free_error(result.error)
	if u, found := freeHandle[*upload](unsafe.Pointer(result.upload)); found {
		u.free()
	}
}
