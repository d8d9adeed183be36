package objects

import (
	"context"
	"errors"

	"storj.io/uplink"
	"storj.io/uplink/private/metaclient"
	"storj.io/uplink/private/object"
)

// Retention returns the retention of a version of an object, or nil if it has none.
func Retention(ctx context.Context, p *uplink.Project, of Place, version []byte) (*metaclient.Retention, error) {
	retention, err := object.GetObjectRetention(ctx, p, of.Bucket, of.Key, version)
	if errors.Is(err, object.ErrRetentionNotFound) {
		return nil, nil
	}
	return retention, err
}

// SetRetention sets the retention of a version of an object. The zero retention removes it. If
// bypass is true, it also shortens or removes a retention in governance mode.
func SetRetention(ctx context.Context, p *uplink.Project, of Place, version []byte, retention metaclient.Retention,
	bypass bool) error {
	return object.SetObjectRetention(ctx, p, of.Bucket, of.Key, version, retention,
		&object.SetObjectRetentionOptions{BypassGovernanceRetention: bypass})
}
