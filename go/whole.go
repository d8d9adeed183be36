package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/guard"
	"libuplink/internal/operation"
	"libuplink/internal/project"
)

// Whole objects in one operation each, since every operation costs a turn of the caller's event loop.

// put copies the data when it is its turn, so that a call that waits costs nothing but itself.
func put(ctx context.Context, p *project.Project, bucket, key string, data *lentBytes, options *uplink.UploadOptions,
	custom uplink.CustomMetadata, c *budget.Claim) (*uplink.Object, error) {
	if err := c.Await(ctx); err != nil {
		return nil, err
	}
	if len(data.lent) <= budget.LargestInline {
		defer c.Release()
		return project.AskToWrite(ctx, p, project.Path(bucket, key), func() (*uplink.Object, error) {
			return send(ctx, p, bucket, key, data.own(), options, custom, nil, (*upload).commitNow)
		})
	}
	return send(ctx, p, bucket, key, data.own(), options, custom, c, (*upload).commit)
}

// lentBytes are the caller's until they are copied.
type lentBytes struct {
	lent   []byte
	copied chan struct{}
	buffer *buffer
}

// own returns a copy, and lets the caller have the original back.
func (b *lentBytes) own() []byte {
	if b.buffer == nil {
		b.buffer = copyToBuffer(b.lent)
		close(b.copied)
	}
	return b.buffer.bytes
}

func (b *lentBytes) release() {
	if b.buffer != nil {
		b.buffer.release()
	}
}

func send(ctx context.Context, p *project.Project, bucket, key string, data []byte, options *uplink.UploadOptions,
	custom uplink.CustomMetadata, c *budget.Claim, commit func(*upload, context.Context) (*uplink.Object, error),
) (*uplink.Object, error) {
	u, err := openUpload(ctx, p, bucket, key, options)
	if err != nil {
		if c != nil {
			c.Release()
		}
		return nil, err
	}
	defer u.Free()
	u.claim = c
	u.requests.RepeatSingly(c != nil) // a small object is sent again as a whole
	if len(custom) > 0 {
		u.custom = custom
	}
	if _, err := u.write(ctx, data); err != nil {
		return nil, err
	}
	return commit(u, ctx)
}

// openInTurn begins an upload when there is room for it.
func openInTurn(ctx context.Context, p *project.Project, bucket, key string, options *uplink.UploadOptions,
	c *budget.Claim, inline bool) (*upload, error) {
	if err := c.Await(ctx); err != nil {
		return nil, err
	}
	u, err := openUpload(ctx, p, bucket, key, options)
	switch {
	case err != nil:
		c.Release()
		return nil, err
	case inline:
		u.seat = c
	default:
		u.claim = c
	}
	return u, nil
}

// fetched is either all of a range, or the open download of one that is too large for that.
type fetched struct {
	data     []byte
	download *download
}

func get(ctx context.Context, p *project.Project, bucket, key string, options uplink.DownloadOptions, most int64,
) (*fetched, error) {
	d, err := project.Ask(ctx, p, func() (*download, error) { return openDownload(ctx, p, bucket, key, options) })
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
		guard.Background.Go(func() { _ = d.close() }) // which asks the nodes
	}
	if err != nil {
		return nil, err
	}
	return &fetched{data: data}, nil
}

func (f *fetched) drop() {
	if f.download != nil {
		f.download.Free()
	}
}

// ---- Arguments and results ----

//export uplink_start_put_object
func uplink_start_put_object(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	keyLength C.size_t, bytes unsafe.Pointer, length C.size_t, options *C.UplinkUploadOptions,
	custom C.UplinkCustomMetadata) {
	defer rescueStart[*uplink.Object](op)
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(keyOfLength(key, keyLength))
	settings, metadata := args.uploadOptions(options), args.metadata(custom)
	lent, err := limitedBytes(bytes, length, largestCopy, "bytes")
	args.note(err)
	if args.err != nil {
		start(op, operation.Refuse[*uplink.Object](args.err))
		return
	}
	data := &lentBytes{lent: lent, copied: make(chan struct{})}
	c := p.ClaimConnections()
	if len(lent) <= budget.LargestInline {
		c = p.ClaimInline(budget.WeightOfPut)
	}
	t := prepare(args, p.Context, func(ctx context.Context) (*uplink.Object, error) {
		defer data.release()
		return put(ctx, p, inBucket, objectKey, data, settings, metadata, c)
	})
	t.Claim, t.Copied = c, data.copied
	start(op, t)
}

//export uplink_start_upload_in_turn
func uplink_start_upload_in_turn(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, keyLength C.size_t, options *C.UplinkUploadOptions, size C.int64_t) {
	defer rescueStart[*upload](op)
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(keyOfLength(key, keyLength))
	settings := args.uploadOptions(options)
	if args.err != nil {
		start(op, operation.Refuse[*upload](args.err))
		return
	}
	c, inline := p.ClaimConnections(), size >= 0 && size <= budget.LargestInline
	if inline {
		c = p.ClaimInline(budget.WeightOfStream)
	}
	t := prepare(args, p.Context, func(ctx context.Context) (*upload, error) {
		return openInTurn(ctx, p, inBucket, objectKey, settings, c, inline)
	})
	t.Claim, t.Close = c, (*upload).Free
	start(op, t)
}

//export uplink_start_get_object
func uplink_start_get_object(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	keyLength C.size_t, options *C.UplinkDownloadOptions, most C.size_t) {
	defer rescueStart[*fetched](op)
	var args arguments
	p, inBucket, objectKey := args.project(handle), args.bucket(bucket), args.key(keyOfLength(key, keyLength))
	settings := args.downloadOptions(options)
	if args.err != nil {
		start(op, operation.Refuse[*fetched](args.err))
		return
	}
	t := prepare(args, p.Context, func(ctx context.Context) (*fetched, error) {
		return get(ctx, p, inBucket, objectKey, settings, int64(min(most, 1<<30)))
	})
	t.Close = (*fetched).drop
	start(op, t)
}

//export uplink_operation_take_get
func uplink_operation_take_get(op *C.UplinkOperation, result *C.UplinkGetResult) {
	if result == nil {
		return
	}
	defer rescue(&result.error)
	f, err := take[*fetched](op)
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
