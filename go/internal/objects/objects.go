// Package objects copies and moves objects.
package objects

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"storj.io/uplink"
	"storj.io/uplink/private/object"

	"libuplink/internal/fail"
)

// Record is what is known of a version of an object.
type Record = object.VersionedObject

// Place is the bucket and the key of an object.
type Place struct{ Bucket, Key string }

// Stat returns the record of an object.
func Stat(ctx context.Context, p *uplink.Project, of Place) (*Record, error) {
	return object.StatObject(ctx, p, of.Bucket, of.Key, nil)
}

// Delete deletes an object, and returns its record, or nil if nothing was deleted.
func Delete(ctx context.Context, p *uplink.Project, of Place) (*Record, error) {
	return object.DeleteObject(ctx, p, of.Bucket, of.Key, nil, nil)
}

// Copy copies an object, and returns the copy.
func Copy(ctx context.Context, p *uplink.Project, from, to Place) (*Record, error) {
	copied, err := object.CopyObject(ctx, p, from.Bucket, from.Key, nil, to.Bucket, to.Key, object.CopyObjectOptions{})
	return copied, markTarget(err, from, to)
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
