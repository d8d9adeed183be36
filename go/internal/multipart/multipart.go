// Package multipart begins, commits and aborts uploads whose parts are uploaded one by one. Until its
// commit such an upload is pending. A bucket that has pending uploads cannot be deleted.
package multipart

import (
	"context"
	"errors"
	"math"
	"time"

	"storj.io/uplink"
	"storj.io/uplink/private/metaclient"
	private "storj.io/uplink/private/multipart"
	"storj.io/uplink/private/object"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/objects"
	"libuplink/internal/satellite"
	"libuplink/internal/serialized"
)

// Upload names a pending upload.
type Upload struct{ Bucket, Key, ID string }

// Check returns an error if the ID is too long to be decoded.
func (u Upload) Check() error {
	if len(u.ID) > serialized.Longest {
		return notFound("the upload ID has %d characters, which are more than %d", len(u.ID), serialized.Longest)
	}
	return nil
}

func notFound(format string, args ...any) error {
	return fail.New(fail.CodeObjectNotFound, fail.DetailUploadNotFound, format, args...)
}

// asUpload returns the error of a call on a pending upload, which the satellite stores as an object.
func asUpload(err error) error {
	if errors.Is(err, uplink.ErrObjectNotFound) {
		return notFound("%s", fail.Message(err))
	}
	return err
}

// Begin begins an upload. If ctx ends before the satellite has responded, the upload is aborted.
func Begin(ctx context.Context, p *uplink.Project, bucket, key string, options *private.UploadOptions,
) (*uplink.UploadInfo, error) {
	info, err := private.BeginUpload(satellite.WithFirstBatch(ctx), p, bucket, key, options)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		AbortLater(ctx, p, Upload{bucket, key, info.UploadID})
		return nil, context.Cause(ctx)
	}
	return &info, nil
}

// BeginOnTime returns the upload that begin has begun. If ctx ends first, it returns at once, although
// a satellite that does not respond may keep begin waiting. Then abort gets an upload that was begun all
// the same.
func BeginOnTime(ctx context.Context, begin func() (*uplink.UploadInfo, error), abort func(*uplink.UploadInfo),
) (*uplink.UploadInfo, error) {
	type result struct {
		info *uplink.UploadInfo
		err  error
	}
	results := make(chan result, 1)
	go func() {
		info, err := guard.Call(begin)
		results <- result{info, err}
	}()
	select {
	case begun := <-results:
		return begun.info, begun.err
	case <-ctx.Done():
	}
	guard.Background.Go(func() {
		if begun := <-results; begun.err == nil {
			abort(begun.info)
		}
	})
	return nil, context.Cause(ctx)
}

// abortPatience is how long an upload that nobody knows of is tried to be aborted.
const abortPatience = 30 * time.Second

// AbortLater deletes a pending upload in the background, also if ctx has ended.
func AbortLater(ctx context.Context, p *uplink.Project, u Upload) {
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortPatience)
	guard.Background.Go(func() {
		defer cancel()
		_ = Abort(lasting, p, u) // if it fails, the upload stays pending
	})
}

// CommitOptions are what a commit stores with the object, and its condition.
type CommitOptions = metaclient.CommitUploadOptions

// Commit makes the parts of a pending upload an object, and returns its record.
func Commit(ctx context.Context, p *uplink.Project, u Upload, options *CommitOptions) (*objects.Record, error) {
	if err := Verify(ctx, p, u); err != nil {
		return nil, asUpload(err)
	}
	record, err := object.CommitUpload(ctx, p, u.Bucket, u.Key, u.ID, options)
	return record, asUpload(err)
}

// Abort deletes a pending upload.
func Abort(ctx context.Context, p *uplink.Project, u Upload) error {
	return asUpload(p.AbortUpload(ctx, u.Bucket, u.Key, u.ID))
}

// Parts returns the parts of a pending upload that have the given number or a higher one.
func Parts(ctx context.Context, p *uplink.Project, u Upload, first uint32) *uplink.PartIterator {
	var options *uplink.ListUploadPartsOptions
	if first > 0 {
		options = &uplink.ListUploadPartsOptions{Cursor: first - 1}
	}
	return p.ListUploadParts(ctx, u.Bucket, u.Key, u.ID, options)
}

// PageLimit returns the largest number of parts of a page; wanted is 0 for the default. By default a
// page takes one request if no part has more than one segment: the satellite returns 1000 segments,
// and the last one may not be all of its part.
func PageLimit(wanted uint64) int {
	const defaultLimit = 999
	if wanted == 0 {
		return defaultLimit
	}
	return int(min(wanted, math.MaxInt32))
}
