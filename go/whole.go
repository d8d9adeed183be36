package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"storj.io/uplink"
)

// Whole objects in one operation each, since every operation costs a turn of the caller's event loop.

// put waits for its turn before it begins, so that thousands that wait are no more than their data.
func put(ctx context.Context, p *project, bucket, key string, data []byte, options *uplink.UploadOptions,
	custom uplink.CustomMetadata) (*uplink.Object, error) {
	if len(data) <= largestInline {
		return ask(ctx, p, func() (*uplink.Object, error) {
			return send(ctx, p, bucket, key, data, options, custom, nil, (*upload).commitNow)
		})
	}
	c, err := process().transfers.acquire(ctx, &p.transfers, connectionsOfUpload)
	if err != nil {
		return nil, err
	}
	return send(ctx, p, bucket, key, data, options, custom, c, (*upload).commit)
}

func send(ctx context.Context, p *project, bucket, key string, data []byte, options *uplink.UploadOptions,
	custom uplink.CustomMetadata, c *claim, commit func(*upload, context.Context) (*uplink.Object, error),
) (*uplink.Object, error) {
	u, err := openUpload(ctx, p, bucket, key, options)
	if err != nil {
		if c != nil {
			process().transfers.withdraw(c)
		}
		return nil, err
	}
	defer u.free()
	u.claim = c
	if len(custom) > 0 {
		u.custom = custom
	}
	if _, err := u.write(ctx, data); err != nil {
		return nil, err
	}
	return commit(u, ctx)
}

// fetched is either all of a range, or the open download of one that is too large for that.
type fetched struct {
	data     []byte
	download *download
}

func get(ctx context.Context, p *project, bucket, key string, options uplink.DownloadOptions, most int64,
) (*fetched, error) {
	d, err := ask(ctx, p, func() (*download, error) { return openDownload(ctx, p, bucket, key, options) })
	if err != nil {
		return nil, err
	}
	if d.left > most {
		return &fetched{download: d}, nil
	}
	data := make([]byte, d.left)
	_, err = d.read(ctx, data, true)
	if d.claim == nil {
		_ = d.close()
	} else {
		background(func() { _ = d.close() }) // which asks the nodes
	}
	if err != nil {
		return nil, err
	}
	return &fetched{data: data}, nil
}

func (f *fetched) drop() {
	if f.download != nil {
		f.download.free()
	}
}

// ---- Arguments and results ----

//export uplink_start_put_object
func uplink_start_put_object(operation *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	keyLength C.size_t, bytes unsafe.Pointer, length C.size_t, options *C.UplinkUploadOptions,
	custom C.UplinkCustomMetadata) {
	defer rescueStart[*uplink.Object](operation)
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(keyOfLength(key, keyLength))
	settings, metadata := args.uploadOptions(options), args.metadata(custom)
	data, err := limitedBytes(bytes, length, largestCopy, "bytes")
	args.note(err)
	if args.err != nil {
		start(operation, task[*uplink.Object]{refused: args.err})
		return
	}
	own := copyToBuffer(data)
	start(operation, newTask(args, p.ctx, func(ctx context.Context) (*uplink.Object, error) {
		defer own.release()
		return put(ctx, p, inBucket, objectKey, own.bytes, settings, metadata)
	}))
}

//export uplink_start_get_object
func uplink_start_get_object(operation *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	keyLength C.size_t, options *C.UplinkDownloadOptions, most C.size_t) {
	defer rescueStart[*fetched](operation)
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(keyOfLength(key, keyLength))
	settings := args.downloadOptions(options)
	if args.err != nil {
		start(operation, task[*fetched]{refused: args.err})
		return
	}
	t := newTask(args, p.ctx, func(ctx context.Context) (*fetched, error) {
		return get(ctx, p, inBucket, objectKey, settings, int64(min(most, 1<<30)))
	})
	t.drop = (*fetched).drop
	start(operation, t)
}

//export uplink_operation_take_get
func uplink_operation_take_get(operation *C.UplinkOperation, result *C.UplinkGetResult) {
	if result == nil {
		return
	}
	defer rescue(&result.error)
	f, err := take[*fetched](operation)
	*result = C.UplinkGetResult{error: errorToC(err)}
	switch {
	case err != nil:
	case f.download != nil:
		result.download = (*C.UplinkDownload)(newHandle(f.download))
	default:
		result.bytes, result.length = C.CBytes(f.data), C.size_t(len(f.data))
	}
}

//export uplink_free_get_result
func uplink_free_get_result(result C.UplinkGetResult) {
	defer rescue(nil)
	uplink_free_download_result(C.UplinkDownloadResult{download: result.download, error: result.error})
	free(result.bytes)
}
