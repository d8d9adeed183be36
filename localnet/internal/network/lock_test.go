package network_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"storj.io/common/storj"
	"storj.io/uplink"
	privateBucket "storj.io/uplink/private/bucket"
	"storj.io/uplink/private/metaclient"
	privateObject "storj.io/uplink/private/object"
	"uplink-localnet/internal/network"
)

// TestCompliance protects a version for a day, in the mode that cannot be bypassed.
func TestCompliance(t *testing.T) {
	var ahead atomic.Int64
	n := start(t, network.Config{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	p, ctx := open(t, n), timeout(t)
	_, err := privateBucket.CreateBucketWithObjectLock(ctx, p, privateBucket.CreateBucketWithObjectLockParams{Name: "bucket", ObjectLockEnabled: true})
	check(t, err)
	until := func(d time.Duration) metaclient.Retention {
		return metaclient.Retention{Mode: storj.ComplianceMode, RetainUntil: time.Now().Add(d)}
	}
	up, err := privateObject.UploadObject(ctx, p, "bucket", "key", &privateObject.UploadOptions{Retention: until(24 * time.Hour)})
	check(t, err)
	_, err = up.Write(random(50_000, 1))
	check(t, err)
	check(t, up.Commit())
	version := up.Info().Version
	bypass := &privateObject.DeleteObjectOptions{BypassGovernanceRetention: true}
	governance := until(48 * time.Hour)
	governance.Mode = storj.GovernanceMode
	_, deleted := privateObject.DeleteObject(ctx, p, "bucket", "key", version, bypass)
	for i, err := range []error{
		deleted,
		privateObject.SetObjectRetention(ctx, p, "bucket", "key", version, until(time.Hour), &metaclient.SetObjectRetentionOptions{BypassGovernanceRetention: true}),
		privateObject.SetObjectRetention(ctx, p, "bucket", "key", version, governance, nil),
	} {
		if !errors.Is(err, privateObject.ErrObjectProtected) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if _, err := privateBucket.DeleteBucketWithObjectsBypassGovernanceRetention(ctx, p, "bucket"); err == nil {
		t.Error("the bucket was deleted")
	}
	results, err := privateObject.DeleteObjects(ctx, p, "bucket", []privateObject.DeleteObjectsItem{{ObjectKey: "key", Version: version}}, nil)
	if check(t, err); len(results) != 1 || results[0].Status != storj.DeleteObjectsStatusLocked {
		t.Errorf("%+v", results)
	}
	_, err = p.DeleteObject(ctx, "bucket", "key") // a marker hides it
	check(t, err)
	clean(t, n)
	down, err := privateObject.DownloadObject(ctx, p, "bucket", "key", version, nil)
	check(t, err)
	check(t, down.Close())
	ahead.Store(int64(25 * time.Hour))
	_, err = privateObject.DeleteObject(ctx, p, "bucket", "key", version, nil)
	check(t, err)
	check(t, n.Satellite.Clean(ctx, time.Now().Add(48*time.Hour)))
	noPieces(t, n)
}

// TestLegalHold protects a version for as long as the hold is there.
func TestLegalHold(t *testing.T) {
	n := start(t, network.Config{})
	p, ctx := open(t, n), timeout(t)
	_, err := privateBucket.CreateBucketWithObjectLock(ctx, p, privateBucket.CreateBucketWithObjectLockParams{Name: "bucket", ObjectLockEnabled: true})
	check(t, err)
	mustPut(t, p, "bucket", "key", []byte("x"))
	o, err := privateObject.StatObject(ctx, p, "bucket", "key", nil)
	check(t, err)
	check(t, privateObject.SetObjectLegalHold(ctx, p, "bucket", "key", o.Version, true))
	shared, err := parse(t, n.Access).Share(uplink.ReadOnlyPermission())
	check(t, err)
	reader := openAccess(t, shared)
	if err := privateObject.SetObjectLegalHold(ctx, reader, "bucket", "key", o.Version, false); !errors.Is(err, uplink.ErrPermissionDenied) {
		t.Errorf("a reader took the hold away: %v", err)
	}
	bypass := &privateObject.DeleteObjectOptions{BypassGovernanceRetention: true}
	if _, err := privateObject.DeleteObject(ctx, p, "bucket", "key", o.Version, bypass); !errors.Is(err, privateObject.ErrObjectProtected) {
		t.Errorf("%v", err)
	}
	check(t, privateObject.SetObjectLegalHold(ctx, p, "bucket", "key", o.Version, false))
	_, err = privateObject.DeleteObject(ctx, p, "bucket", "key", o.Version, nil)
	check(t, err)
	_, err = p.DeleteBucket(ctx, "bucket")
	check(t, err)
}
