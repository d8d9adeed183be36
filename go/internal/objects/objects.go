// Package objects reads the records of objects, and changes, copies, moves and deletes objects.
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

// CopyOptions are the options of a copy.
type CopyOptions = object.CopyObjectOptions

// Stat returns the record of a version of an object: of the latest one if version is nil.
func Stat(ctx context.Context, p *uplink.Project, of Place, version []byte) (*Record, error) {
	return object.StatObject(ctx, p, of.Bucket, of.Key, version)
}

// Delete deletes a version of an object, and returns its record, or nil if nothing was deleted. If
// version is nil, it deletes the object; in a versioned bucket it stores a delete marker, and returns
// the marker. If bypass is true, it also deletes a version that is locked in governance mode.
func Delete(ctx context.Context, p *uplink.Project, of Place, version []byte, bypass bool) (*Record, error) {
	options := &object.DeleteObjectOptions{BypassGovernanceRetention: bypass}
	return object.DeleteObject(ctx, p, of.Bucket, of.Key, version, options)
}

// UpdateMetadata replaces the metadata of the latest version of an object, and its ETag unless etag
// is nil. Go's library (v1.14.5) encrypts metadata with a new key, and leaves an ETag that is not set
// encrypted with the former one, so that nobody can read the record any more. So this sets it again.
func UpdateMetadata(ctx context.Context, p *uplink.Project, of Place, custom uplink.CustomMetadata, etag []byte) error {
	if etag == nil {
		record, err := Stat(ctx, p, of, nil)
		if err != nil {
			return err
		}
		if len(record.ETag) > 0 {
			etag = record.ETag
		}
	}
	options := &object.UpdateObjectMetadataOptions{ETag: etag}
	return object.UpdateObjectMetadata(ctx, p, of.Bucket, of.Key, custom, options)
}

// Copy copies a version of an object, and returns the copy. It copies the latest one if version is
// nil.
func Copy(ctx context.Context, p *uplink.Project, from Place, version []byte, to Place, options CopyOptions,
) (*Record, error) {
	copied, err := object.CopyObject(ctx, p, from.Bucket, from.Key, version, to.Bucket, to.Key, options)
	if errors.Is(err, object.ErrFailedPrecondition) {
		return nil, fail.OfTarget(err)
	}
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
