// Package objects copies and moves objects.
package objects

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"storj.io/uplink"

	"libuplink/internal/fail"
)

// Place is the bucket and the key of an object.
type Place struct{ Bucket, Key string }

// Copy copies an object, and returns the copy.
func Copy(ctx context.Context, p *uplink.Project, from, to Place) (*uplink.Object, error) {
	object, err := p.CopyObject(ctx, from.Bucket, from.Key, to.Bucket, to.Key, nil)
	return object, markTarget(err, from, to)
}

// Move moves an object.
func Move(ctx context.Context, p *uplink.Project, from, to Place) error {
	return markTarget(p.MoveObject(ctx, from.Bucket, from.Key, to.Bucket, to.Key, nil), from, to)
}

// markTarget returns the error, marked as one of the target if the target's bucket is missing. The
// satellite names the missing bucket in its text only.
func markTarget(err error, from, to Place) error {
	if errors.Is(err, uplink.ErrBucketNotFound) && from.Bucket != to.Bucket &&
		strings.HasSuffix(err.Error(), fmt.Sprintf("(%q)", to.Bucket)) {
		return fail.OfTarget(err)
	}
	return err
}
