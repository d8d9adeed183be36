// Package buckets has what Go's library does not do with buckets.
package buckets

import (
	"context"
	"errors"

	"storj.io/uplink"

	"libuplink/internal/fail"
)

// Ensure returns a bucket, which it creates if there is none. It also finds a bucket that the
// access may not create: any valid access may ask about any bucket.
func Ensure(p *uplink.Project, ctx context.Context, name string) (*uplink.Bucket, error) {
	bucket, err := p.EnsureBucket(ctx, name)
	switch {
	case err == nil && bucket == nil: // the bucket exists, but Go's library could not ask about it
		return p.StatBucket(ctx, name)
	case errors.Is(err, uplink.ErrPermissionDenied):
		found, unknown := p.StatBucket(ctx, name)
		if unknown == nil || fail.IsTooManyRequests(unknown) {
			return found, unknown
		}
	}
	return bucket, err
}
