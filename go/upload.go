package main

// #include "uplink.h"
import "C"

import (
	"context"
	"errors"
	"sync"
	"time"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/operation"
	"libuplink/internal/project"
	"libuplink/internal/satellite"
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
	inner   *uplink.Upload
	bucket  string
	expires time.Time

	// What Go's library runs under. It ends when the stream's own context does, but not while this is locked.
	lasting context.Context
	begins  sync.Mutex

	// How many bytes were written; of those who have their turn.
	size int

	// Guarded by the stream's mutex.
	state  uploadState
	info   uplink.Object
	custom uplink.CustomMetadata
}

var errAborted = fail.Canceled("the upload was aborted")

func openUpload(ctx context.Context, p *project.Project, bucket, key string, options *uplink.UploadOptions) (*upload, error) {
	u := newUpload(p, project.Path(bucket, key))
	u.requests.RepeatSingly(true)
	untie := u.tie(ctx)
	u.bucket = bucket
	inner, err := p.UploadObject(u.lasting, bucket, key, options)
	onTime := untie()
	if err != nil {
		err = u.explain(err)
		u.cancel(errStreamFreed)
		return nil, err
	}
	u.inner, u.expires = inner, options.Expires
	u.info = u.known()
	if !onTime {
		u.Free()
		return nil, context.Cause(ctx)
	}
	return u, nil
}

func newUpload(p *project.Project, path string) *upload {
	u := &upload{stream: newStream(p, path)}
	lasting, end := context.WithCancelCause(context.WithoutCancel(u.ctx))
	u.lasting = satellite.WithFirstBatch(lasting)
	context.AfterFunc(u.ctx, func() {
		u.begins.Lock()
		defer u.begins.Unlock()
		end(context.Cause(u.ctx))
	})
	return u
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
		return fail.New(fail.CodeUploadDone, fail.DetailNone, "%v: commit was called already", uplink.ErrUploadDone)
	case aborted:
		return fail.New(fail.CodeUploadDone, fail.DetailNone, "%v: it was aborted", uplink.ErrUploadDone)
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

func (u *upload) commit(ctx context.Context) (*uplink.Object, error) {
	return u.commitAs(ctx, func() (*uplink.Object, error) {
		return project.InSlot(ctx, u.project, func() (*uplink.Object, error) { return u.commitTurn(ctx) })
	})
}

// commitNow is for those who have their turn at the satellite.
func (u *upload) commitNow(ctx context.Context) (*uplink.Object, error) {
	return u.commitAs(ctx, func() (*uplink.Object, error) { return u.commitTurn(ctx) })
}

func (u *upload) commitAs(ctx context.Context, run func() (*uplink.Object, error)) (*uplink.Object, error) {
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
	return run()
}

// commitTurn is for those who have their turn, both on the upload and at the satellite.
func (u *upload) commitTurn(ctx context.Context) (*uplink.Object, error) {
	if err := u.finish(committed); err != nil {
		return nil, err
	}
	defer u.giveBack()
	defer u.work()()
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
			return fail.Canceled("the commit was canceled; whether the object was committed is not known")
		}
		return u.note(u.gone(err))
	}
	info := u.known()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.info = info
	return nil
}

// gone returns that the bucket is missing where that is why the satellite does not find the upload, or else the error.
func (u *upload) gone(err error) error {
	if err != nil && fail.Classify(err).Detail == fail.DetailUploadNotFound {
		if _, missing := u.project.StatBucket(u.ctx, u.bucket); errors.Is(missing, uplink.ErrBucketNotFound) {
			return missing
		}
	}
	return err
}

// known adds to what Go's library knows of the object, which leaves out when it expires.
func (u *upload) known() uplink.Object {
	record := *u.inner.Info()
	record.System.Expires = u.expires
	return record
}

// abort does not follow its context: what was begun is cleaned up.
func (u *upload) abort(context.Context) (operation.Nothing, error) {
	if err := u.finish(aborted); err != nil {
		return operation.Nothing{}, err
	}
	return operation.Nothing{}, u.discard(errAborted)
}

func (u *upload) discard(reason error) error {
	u.cancel(reason) // ends a write under way
	_ = u.enter(context.Background())
	defer u.leave()
	defer u.giveBack()
	defer u.work()()
	return u.inner.Abort()
}

// free gives up what was not committed. A commit under way is canceled, and cleans up itself.
func (u *upload) Free() {
	u.cancel(errStreamFreed)
	if u.finish(aborted) == nil {
		guard.Background.Go(func() { _ = u.discard(errStreamFreed) })
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

func (a *arguments) uploadOptions(options *C.UplinkUploadOptions) *uplink.UploadOptions {
	settings := &uplink.UploadOptions{}
	if options != nil && options.expires > 0 {
		settings.Expires = a.time(options.expires, "expires")
	}
	return settings
}

func prepareUploadObject(handle *C.UplinkProject, bucket *C.uplink_const_char, key objectKey,
	options *C.UplinkUploadOptions) operation.Call[*upload] {
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(key)
	settings := args.uploadOptions(options)
	if args.err != nil {
		return operation.Refuse[*upload](args.err)
	}
	t := prepare(args, p.Context, func(ctx context.Context) (*upload, error) { // which makes no call
		return openUpload(ctx, p, inBucket, objectKey, settings)
	})
	t.Close = (*upload).Free
	return t
}

// onUpload is a task that runs on an upload.
func onUpload[T any](handle *C.UplinkUpload, run func(*upload, context.Context) (T, error)) operation.Call[T] {
	var args arguments
	u := args.upload(handle)
	if args.err != nil {
		return operation.Refuse[T](args.err)
	}
	return prepare(args, u.project.Context, func(ctx context.Context) (T, error) { return run(u, ctx) })
}

func uploadResult(u *upload, err error) (result C.UplinkUploadResult) {
	if result.error = errorToC(err); err == nil {
		result.upload = (*C.UplinkUpload)(newHandle(u))
	}
	return result
}

//export uplink_upload_object
func uplink_upload_object(handle *C.UplinkProject, bucket, key *C.uplink_const_char, options *C.UplinkUploadOptions,
) (result C.UplinkUploadResult) {
	defer rescue(&result.error)
	return uploadResult(prepareUploadObject(handle, bucket, keyUntilNUL(key), options).Do())
}

//export uplink_start_upload_object
func uplink_start_upload_object(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, options *C.UplinkUploadOptions) {
	defer rescueStart[*upload](op)
	start(op, prepareUploadObject(handle, bucket, keyOfLength(key, length), options))
}

//export uplink_upload_commit
func uplink_upload_commit(handle *C.UplinkUpload) (failed *C.UplinkError) {
	defer rescue(&failed)
	_, err := onUpload(handle, (*upload).commit).Do()
	return errorToC(err)
}

//export uplink_start_upload_commit
func uplink_start_upload_commit(op *C.UplinkOperation, handle *C.UplinkUpload) {
	defer rescueStart[*uplink.Object](op)
	start(op, onUpload(handle, (*upload).commit))
}

//export uplink_upload_abort
func uplink_upload_abort(handle *C.UplinkUpload) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(onUpload(handle, (*upload).abort).Do())
}

//export uplink_start_upload_abort
func uplink_start_upload_abort(op *C.UplinkOperation, handle *C.UplinkUpload) {
	defer rescueStart[operation.Nothing](op)
	start(op, onUpload(handle, (*upload).abort))
}

//export uplink_upload_info
func uplink_upload_info(handle *C.UplinkUpload) (result C.UplinkObjectResult) {
	defer rescue(&result.error)
	u, err := lookup[*upload](unsafe.Pointer(handle), "upload")
	if err != nil {
		return objectResult(nil, err)
	}
	return objectResult(u.record(), nil)
}

//export uplink_upload_record
func uplink_upload_record(handle *C.UplinkUpload) (result C.UplinkRecordResult) {
	defer rescue(&result.error)
	u, err := lookup[*upload](unsafe.Pointer(handle), "upload")
	if err != nil {
		return recordResult(nil, err)
	}
	return recordResult(u.record(), nil)
}

//export uplink_upload_set_custom_metadata
func uplink_upload_set_custom_metadata(handle *C.UplinkUpload, custom C.UplinkCustomMetadata) (failed *C.UplinkError) {
	defer rescue(&failed)
	var args arguments
	u, metadata := args.upload(handle), args.metadata(custom)
	if args.err != nil {
		return errorToC(args.err)
	}
	return errorToC(u.setMetadata(metadata))
}

//export uplink_operation_take_upload
func uplink_operation_take_upload(op *C.UplinkOperation, result *C.UplinkUploadResult) {
	if result != nil {
		defer rescue(&result.error)
		*result = uploadResult(take[*upload](op))
	}
}

//export uplink_free_upload_result
func uplink_free_upload_result(result C.UplinkUploadResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if u, found := freeHandle[*upload](unsafe.Pointer(result.upload)); found {
		u.Free()
	}
}
