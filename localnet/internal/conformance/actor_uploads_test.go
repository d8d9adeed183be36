package conformance_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"storj.io/uplink"
)

func (a actor) beginUpload(bucket, key string, options *uplink.UploadOptions) step {
	return func(ctx context.Context) (any, error) {
		_, err := a.BeginUpload(ctx, bucket, key, options)
		return nil, err
	}
}

func (a actor) mustBegin(bucket, key string) (id string) {
	return must(a.BeginUpload(context.Background(), bucket, key, nil)).UploadID
}

// awaitUpload waits until a bucket has an upload.
func (a actor) awaitUpload(ctx context.Context, bucket string) {
	for {
		found := must(a.uploads(bucket, &uplink.ListUploadsOptions{Recursive: true})(ctx))
		if fmt.Sprint(found) != "" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (a actor) commitUpload(bucket, key, id string, options *uplink.CommitUploadOptions) step {
	return func(ctx context.Context) (any, error) {
		return showObject(a.CommitUpload(ctx, bucket, key, id, options))
	}
}

func (a actor) abortUpload(bucket, key, id string) step {
	return func(ctx context.Context) (any, error) { return nil, a.AbortUpload(ctx, bucket, key, id) }
}

func (a actor) part(bucket, key, id string, number uint32, content []byte) step {
	return func(ctx context.Context) (any, error) {
		u, err := a.UploadPart(ctx, bucket, key, id, number)
		if err != nil {
			return nil, fmt.Errorf("[begin] %w", err)
		}
		if _, err = io.Copy(u, bytes.NewReader(content)); err != nil {
			return nil, refused(err, u)
		}
		if err = u.SetETag([]byte(fmt.Sprint("etag", number))); err != nil {
			return nil, fmt.Errorf("[etag] %w", err)
		}
		if err = u.Commit(); err != nil {
			return nil, fmt.Errorf("[commit] %w", err)
		}
		i := u.Info()
		return fmt.Sprintf("part %d size=%d modified=%s etag=%s", i.PartNumber, i.Size, near(i.Modified), i.ETag), nil
	}
}

func (a actor) parts(bucket, key, id string, options *uplink.ListUploadPartsOptions) step {
	return func(ctx context.Context) (any, error) {
		it := a.ListUploadParts(ctx, bucket, key, id, options)
		var out []string
		for it.Next() {
			i := it.Item()
			out = append(out, fmt.Sprintf("%d:%d:%s:%s", i.PartNumber, i.Size, near(i.Modified), i.ETag))
		}
		return strings.Join(out, " "), it.Err()
	}
}

func (a actor) uploads(bucket string, options *uplink.ListUploadsOptions) step {
	return func(ctx context.Context) (any, error) {
		it := a.ListUploads(ctx, bucket, options)
		var out []string
		for it.Next() {
			i := it.Item()
			s := i.Key
			if i.IsPrefix {
				s += "(P)"
			}
			out = append(out, fmt.Sprintf("%s[id=%v %d %s %s %s]",
				s, i.UploadID != "", i.System.ContentLength, near(i.System.Created), until(i.System.Expires), showCustom(i.Custom)))
		}
		return strings.Join(out, " "), it.Err()
	}
}
