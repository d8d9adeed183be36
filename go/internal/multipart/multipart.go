// Package multipart has uploads that were begun, and neither committed nor aborted. A bucket that
// has any cannot be deleted.
package multipart

import (
	"context"
	"errors"

	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/serialized"
)

// Abort deletes a pending upload.
func Abort(ctx context.Context, p *uplink.Project, bucket, key, id string) error {
	if len(id) > serialized.Longest {
		return fail.New(fail.CodeObjectNotFound, fail.DetailUploadNotFound,
			"the upload ID has %d characters, which are more than %d", len(id), serialized.Longest)
	}
	err := p.AbortUpload(ctx, bucket, key, id)
	if errors.Is(err, uplink.ErrObjectNotFound) {
		return fail.New(fail.CodeObjectNotFound, fail.DetailUploadNotFound, "%s", fail.Message(err))
	}
	return err
}
