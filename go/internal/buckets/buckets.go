// Package buckets creates buckets where Go's library fails to.
package buckets

import (
	"context"
	"errors"

	"storj.io/uplink"

	"libuplink/internal/fail"
)

// Ensure returns a bucket, which it creates if there is none. It also finds a bucket that the
// access may not create: any valid access may stat any bucket. Its parameters are in the order of
// those of the methods of uplink.Project.
func Ensure(p *uplink.Project, ctx context.Context, name string) (*uplink.Bucket, error) {
	bucket, err := p.EnsureBucket(ctx, name)
	switch {
	case err == nil && bucket == nil: // the bucket exists, but Go's library could not stat it
		return p.StatBucket(ctx, name)
	case errors.Is(err, uplink.ErrPermissionDenied):
		found, failed := p.StatBucket(ctx, name)
		if failed == nil || fail.IsTooManyRequests(failed) {
			return found, failed
		}
	}
	return bucket, err
}
