package conformance_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	privateBucket "storj.io/uplink/private/bucket"
	privateObject "storj.io/uplink/private/object"
)

func (a actor) versioning(bucket string) step {
	return func(ctx context.Context) (any, error) {
		return privateBucket.GetBucketVersioning(ctx, a.Project, bucket)
	}
}

func (a actor) setVersioning(bucket string, enabled bool) step {
	return func(ctx context.Context) (any, error) {
		return nil, privateBucket.SetBucketVersioning(ctx, a.Project, bucket, enabled)
	}
}

func (a actor) tags(bucket string) step {
	return func(ctx context.Context) (any, error) { return privateBucket.GetBucketTagging(ctx, a.Project, bucket) }
}

func (a actor) setTags(bucket string, tags ...privateBucket.Tag) step {
	return func(ctx context.Context) (any, error) {
		return nil, privateBucket.SetBucketTagging(ctx, a.Project, bucket, tags)
	}
}

func (a actor) uploadVersion(ctx context.Context, bucket, key string, content []byte, options *privateObject.UploadOptions) (*privateObject.VersionedObject, error) {
	u, err := privateObject.UploadObject(ctx, a.Project, bucket, key, options)
	if err != nil {
		return nil, fmt.Errorf("[begin] %w", err)
	}
	if _, err = u.Write(content); err != nil {
		return nil, refused(err, u)
	}
	if err = u.Commit(); err != nil {
		return nil, fmt.Errorf("[commit] %w", err)
	}
	return u.Info(), nil
}

func (a actor) putVersion(bucket, key string, content []byte, options *privateObject.UploadOptions) step {
	return func(ctx context.Context) (any, error) {
		return showVersioned(a.uploadVersion(ctx, bucket, key, content, options))
	}
}

// keep returns a step that stores the version that it makes in into, or an empty
// version if it fails.
func keep(into *privateObject.VersionedObject, run func(context.Context) (*privateObject.VersionedObject, error)) step {
	return func(ctx context.Context) (any, error) {
		made, err := run(ctx)
		if made != nil {
			*into = *made
		}
		return showVersioned(made, err)
	}
}

func (a actor) statVersion(bucket, key string, version []byte) step {
	return func(ctx context.Context) (any, error) {
		return showVersioned(privateObject.StatObject(ctx, a.Project, bucket, key, version))
	}
}

func (a actor) getVersion(bucket, key string, version []byte) step {
	return func(ctx context.Context) (any, error) {
		d, err := privateObject.DownloadObject(ctx, a.Project, bucket, key, version, nil)
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(d)
		return showSum(content) + showVersion(d.Info()), errors.Join(err, d.Close())
	}
}

func (a actor) deleteVersion(bucket, key string, version []byte, options *privateObject.DeleteObjectOptions) step {
	return func(ctx context.Context) (any, error) {
		return showVersioned(privateObject.DeleteObject(ctx, a.Project, bucket, key, version, options))
	}
}

func (a actor) versions(bucket string, options *privateObject.ListObjectVersionsOptions) step {
	return func(ctx context.Context) (any, error) {
		list, more, err := privateObject.ListObjectVersions(ctx, a.Project, bucket, options)
		var out []string
		for _, i := range list {
			out = append(out, fmt.Sprintf("%s[%d P=%v v=%v m=%v latest=%v ver=%d]",
				i.Key, i.System.ContentLength, i.IsPrefix, i.IsVersioned, i.IsDeleteMarker, i.IsLatest, len(i.Version)))
		}
		return fmt.Sprintf("%s more=%v", strings.Join(out, " "), more), err
	}
}
