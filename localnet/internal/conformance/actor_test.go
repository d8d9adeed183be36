package conformance_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"storj.io/uplink"
	privateBucket "storj.io/uplink/private/bucket"
	privateObject "storj.io/uplink/private/object"
)

// actor makes calls with one access grant. Its methods return steps.
type actor struct{ *uplink.Project }

func openAccess(access *uplink.Access) actor {
	return actor{must(uplink.OpenProject(context.Background(), access))}
}

// then returns a step that does the second step after the first has succeeded.
func then(first, second step) step {
	return func(ctx context.Context) (any, error) {
		if _, err := first(ctx); err != nil {
			return nil, err
		}
		return second(ctx)
	}
}

// quietly returns a step whose value is not shown.
func quietly(run step) step {
	return func(ctx context.Context) (any, error) {
		_, err := run(ctx)
		return nil, err
	}
}

func (a actor) statBucket(name string) step {
	return func(ctx context.Context) (any, error) { return showBucket(a.StatBucket(ctx, name)) }
}

func (a actor) createBucket(name string) step {
	return func(ctx context.Context) (any, error) { return showBucket(a.CreateBucket(ctx, name)) }
}

func (a actor) ensureBucket(name string) step {
	return func(ctx context.Context) (any, error) { return showBucket(a.EnsureBucket(ctx, name)) }
}

func (a actor) deleteBucket(name string) step {
	return func(ctx context.Context) (any, error) { return showBucket(a.DeleteBucket(ctx, name)) }
}

func (a actor) deleteBucketWithObjects(name string) step {
	return func(ctx context.Context) (any, error) { return showBucket(a.DeleteBucketWithObjects(ctx, name)) }
}

func (a actor) location(bucket string) step {
	return func(ctx context.Context) (any, error) { return privateBucket.GetBucketLocation(ctx, a.Project, bucket) }
}

func (a actor) listBuckets(options *uplink.ListBucketsOptions) step {
	return func(ctx context.Context) (any, error) {
		it := a.ListBuckets(ctx, options)
		var out []string
		for it.Next() {
			out = append(out, it.Item().Name+"@"+near(it.Item().Created))
		}
		return strings.Join(out, " "), it.Err()
	}
}

// put uploads and shows the object; the error has the part of the upload that failed.
func (a actor) put(bucket, key string, content []byte, options *uplink.UploadOptions, custom uplink.CustomMetadata) step {
	return func(ctx context.Context) (any, error) {
		u, err := a.UploadObject(ctx, bucket, key, options)
		if err != nil {
			return "", fmt.Errorf("[begin] %w", err)
		}
		if _, err = io.Copy(u, bytes.NewReader(content)); err != nil {
			return "", refused(err, u)
		}
		if custom != nil {
			if err = u.SetCustomMetadata(ctx, custom); err != nil {
				return "", fmt.Errorf("[metadata] %w", errors.Join(err, u.Abort()))
			}
		}
		if err = u.Commit(); err != nil {
			return "", fmt.Errorf("[commit] %w", err)
		}
		return show(u.Info()), nil
	}
}

// refused returns the error of an upload whose write failed. When the satellite
// refuses an upload early, only the commit returns the reason.
func refused(writing error, u interface{ Commit() error }) error {
	if err := u.Commit(); err != nil {
		return fmt.Errorf("[commit] %w", err)
	}
	return fmt.Errorf("[write] %w", writing)
}

// mustPut uploads an object that later calls need.
func (a actor) mustPut(bucket, key string, content []byte) {
	_, err := a.put(bucket, key, content, nil, nil)(context.Background())
	check(err)
}

// read downloads without showing anything.
func (a actor) read(ctx context.Context, bucket, key string, options *uplink.DownloadOptions) ([]byte, error) {
	d, err := a.DownloadObject(ctx, bucket, key, options)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(d)
	return content, errors.Join(err, d.Close())
}

func (a actor) get(bucket, key string, options *uplink.DownloadOptions) step {
	return func(ctx context.Context) (any, error) {
		d, err := a.DownloadObject(ctx, bucket, key, options)
		if err != nil {
			return "", fmt.Errorf("[begin] %w", err)
		}
		b, err := io.ReadAll(d)
		if err != nil {
			return fmt.Sprint(len(b)), fmt.Errorf("[read] %w", errors.Join(err, d.Close()))
		}
		if err = d.Close(); err != nil {
			return "", fmt.Errorf("[close] %w", err)
		}
		return showSum(b) + " of " + show(d.Info()), nil
	}
}

func (a actor) stat(bucket, key string) step {
	return func(ctx context.Context) (any, error) { return showObject(a.StatObject(ctx, bucket, key)) }
}

func (a actor) delete(bucket, key string) step {
	return func(ctx context.Context) (any, error) { return showObject(a.DeleteObject(ctx, bucket, key)) }
}

func (a actor) update(bucket, key string, custom uplink.CustomMetadata) step {
	return func(ctx context.Context) (any, error) {
		return nil, a.UpdateObjectMetadata(ctx, bucket, key, custom, nil)
	}
}

func (a actor) copy(fromBucket, fromKey, toBucket, toKey string) step {
	return func(ctx context.Context) (any, error) {
		return showObject(a.CopyObject(ctx, fromBucket, fromKey, toBucket, toKey, nil))
	}
}

func (a actor) move(fromBucket, fromKey, toBucket, toKey string) step {
	return func(ctx context.Context) (any, error) {
		return nil, a.MoveObject(ctx, fromBucket, fromKey, toBucket, toKey, nil)
	}
}

// list shows the listed objects, and of more than sixty the number and both ends.
func (a actor) list(bucket string, options *uplink.ListObjectsOptions) step {
	return func(ctx context.Context) (any, error) {
		it := a.ListObjects(ctx, bucket, options)
		var out []string
		for it.Next() {
			i := it.Item()
			s := showKey(i.Key)
			if i.IsPrefix {
				s += "(P)"
			}
			if options != nil && (options.System || options.Custom) {
				s += fmt.Sprintf("[%d %s %s %s]", i.System.ContentLength, near(i.System.Created), until(i.System.Expires), showCustom(i.Custom))
			}
			if out = append(out, s); len(out) > 5000 {
				return "", errors.New("endless")
			}
		}
		if len(out) > 60 {
			out = []string{fmt.Sprintf("%d items", len(out)), out[0], out[len(out)-1]}
		}
		return strings.Join(out, " "), it.Err()
	}
}

func (a actor) revoke(access *uplink.Access) step {
	return func(ctx context.Context) (any, error) { return nil, a.RevokeAccess(ctx, access) }
}

// deleteMany deletes keys with one call.
func (a actor) deleteMany(bucket string, options *privateObject.DeleteObjectsOptions, keys ...string) step {
	return func(ctx context.Context) (any, error) {
		var items []privateObject.DeleteObjectsItem
		for _, k := range keys {
			items = append(items, privateObject.DeleteObjectsItem{ObjectKey: k})
		}
		results, err := privateObject.DeleteObjects(ctx, a.Project, bucket, items, options)
		var out []string
		for _, r := range results {
			s := fmt.Sprintf("%s status=%d", r.ObjectKey, r.Status)
			if r.Removed != nil {
				s += fmt.Sprintf(" removed{%d %v %v %v}", len(r.Removed.Version), r.Removed.IsCommitted, r.Removed.IsVersioned, r.Removed.IsDeleteMarker)
			}
			if r.Marker != nil {
				s += fmt.Sprintf(" marker{%d %v}", len(r.Marker.Version), r.Marker.IsVersioned)
			}
			out = append(out, s)
		}
		sort.Strings(out)
		if len(out) > 10 {
			out = []string{fmt.Sprint(len(out), " results")}
		}
		return strings.Join(out, "; "), err
	}
}
