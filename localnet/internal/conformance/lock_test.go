package conformance_test

import (
	"context"
	"fmt"
	"time"

	"storj.io/common/storj"
	privateBucket "storj.io/uplink/private/bucket"
	"storj.io/uplink/private/metaclient"
	privateObject "storj.io/uplink/private/object"
)

// lock protects objects against deletion.
func (f *family) lock() {
	p := f.p
	ctx := context.Background()
	type params = privateBucket.CreateBucketWithObjectLockParams
	f.call("create with lock", func(ctx context.Context) (any, error) {
		b, err := privateBucket.CreateBucketWithObjectLock(ctx, p.Project, params{Name: "lock", ObjectLockEnabled: true})
		if b == nil {
			return nil, err
		}
		return b.Name, err
	})
	_, _ = p.EnsureBucket(ctx, "nolock")
	f.call("config", p.lockConfig("lock"))
	f.call("config without lock", p.lockConfig("nolock"))
	f.call("config, no bucket", p.lockConfig("lock-missing"))
	f.call("versioning of a locked bucket", p.versioning("lock"))
	f.call("suspend versioning of a locked bucket", p.setVersioning("lock", false))
	f.call("enable lock on an unversioned bucket", p.setLockConfig("nolock", &metaclient.BucketObjectLockConfiguration{Enabled: true}))
	f.call("default of 1 day", p.setLockConfig("lock", byDefault(metaclient.DefaultRetention{Days: 1})))
	f.call("config with default", p.lockConfig("lock"))
	f.call("days and years", p.setLockConfig("lock", byDefault(metaclient.DefaultRetention{Days: 1, Years: 1})))
	f.call("no days", p.setLockConfig("lock", byDefault(metaclient.DefaultRetention{})))
	f.call("100000 days", p.setLockConfig("lock", byDefault(metaclient.DefaultRetention{Days: 100000})))
	f.call("disable", p.setLockConfig("lock", &metaclient.BucketObjectLockConfiguration{}))
	f.call("put under default", p.putVersion("lock", "def", data(5), nil))
	f.call("put with expiry under default", p.putVersion("lock", "defexp", data(5), &privateObject.UploadOptions{Expires: time.Now().Add(time.Hour)}))
	f.call("no default", p.setLockConfig("lock", &metaclient.BucketObjectLockConfiguration{Enabled: true}))
	f.lockedObjects()
}

// lockedObjects protects objects, and tries to delete them.
func (f *family) lockedObjects() {
	p := f.p
	soon := time.Now().Add(time.Hour)
	var g privateObject.VersionedObject
	f.call("put with governance", keep(&g, func(ctx context.Context) (*privateObject.VersionedObject, error) {
		return p.uploadVersion(ctx, "lock", "gov", data(5), retained(soon))
	}))
	f.call("put with retention in the past", p.putVersion("lock", "past", data(5), retained(time.Now().Add(-time.Hour))))
	both := retained(soon)
	both.Expires = soon
	f.call("put with retention and expiry", p.putVersion("lock", "both", data(5), both))
	f.call("put with retention in a bucket without lock", p.putVersion("nolock", "gov", data(5), retained(soon)))
	f.call("put with hold", p.putVersion("lock", "hold", data(5), &privateObject.UploadOptions{LegalHold: true}))
	f.call("stat", p.statVersion("lock", "gov", nil))
	f.call("get retention", func(ctx context.Context) (any, error) {
		r, err := privateObject.GetObjectRetention(ctx, p.Project, "lock", "gov", nil)
		if r == nil {
			return nil, err
		}
		return fmt.Sprint(r.Mode, until(r.RetainUntil)), err
	})
	f.call("get retention of none", p.hasNoRetention("lock", "hold"))
	f.call("get retention of missing", p.hasNoRetention("lock", "missing"))
	f.call("get hold", p.hold("lock", "hold"))
	f.call("get hold of missing", p.hold("lock", "missing"))
	f.call("shorten", p.setRetention("lock", "gov", governed(soon.Add(-time.Minute))))
	f.call("lengthen", p.setRetention("lock", "gov", governed(soon.Add(time.Minute))))
	f.call("set retention of missing", p.setRetention("lock", "missing", governed(soon)))
	f.call("set retention in a bucket without lock", then(p.put("nolock", "x", data(1), nil, nil), p.setRetention("nolock", "x", governed(soon))))
	f.deleteLocked(g.Version)
}

// deleteLocked tries to delete protected objects.
func (f *family) deleteLocked(version []byte) {
	p := f.p
	f.call("delete a locked version", p.deleteVersion("lock", "gov", version, nil))
	f.call("delete a locked object (marker)", p.deleteVersion("lock", "gov", nil, nil))
	f.call("delete with bypass", p.deleteVersion("lock", "gov", version, &privateObject.DeleteObjectOptions{BypassGovernanceRetention: true}))
	f.call("release hold", func(ctx context.Context) (any, error) {
		return nil, privateObject.SetObjectLegalHold(ctx, p.Project, "lock", "hold", nil, false)
	})
	f.call("move a locked object", func(ctx context.Context) (any, error) {
		_, err := p.uploadVersion(ctx, "lock", "mv", data(5), &privateObject.UploadOptions{LegalHold: true})
		if err != nil {
			return "put", err
		}
		return nil, p.MoveObject(ctx, "lock", "mv", "lock", "mv2", nil)
	})
	f.call("delete bucket with objects", p.deleteBucketWithObjects("lock"))
	f.call("delete bucket bypassing governance", func(ctx context.Context) (any, error) {
		_ = privateObject.SetObjectLegalHold(ctx, p.Project, "lock", "mv", nil, false)
		return showBucket(privateBucket.DeleteBucketWithObjectsBypassGovernanceRetention(ctx, p.Project, "lock"))
	})
}

// governed returns a retention in governance mode.
func governed(until time.Time) metaclient.Retention {
	return metaclient.Retention{Mode: storj.GovernanceMode, RetainUntil: until}
}

func retained(until time.Time) *privateObject.UploadOptions {
	return &privateObject.UploadOptions{Retention: governed(until)}
}

// byDefault returns a configuration that protects new objects.
func byDefault(retention metaclient.DefaultRetention) *metaclient.BucketObjectLockConfiguration {
	retention.Mode = storj.GovernanceMode
	return &metaclient.BucketObjectLockConfiguration{Enabled: true, DefaultRetention: &retention}
}

func (a actor) lockConfig(bucket string) step {
	return func(ctx context.Context) (any, error) {
		c, err := privateBucket.GetBucketObjectLockConfiguration(ctx, a.Project, bucket)
		if c == nil {
			return "nil", err
		}
		return fmt.Sprintf("%v %+v", c.Enabled, c.DefaultRetention), err
	}
}

func (a actor) setLockConfig(bucket string, config *metaclient.BucketObjectLockConfiguration) step {
	return func(ctx context.Context) (any, error) {
		return nil, privateBucket.SetBucketObjectLockConfiguration(ctx, a.Project, bucket, config)
	}
}

func (a actor) setRetention(bucket, key string, retention metaclient.Retention) step {
	return func(ctx context.Context) (any, error) {
		return nil, privateObject.SetObjectRetention(ctx, a.Project, bucket, key, nil, retention, nil)
	}
}

func (a actor) hasNoRetention(bucket, key string) step {
	return func(ctx context.Context) (any, error) {
		r, err := privateObject.GetObjectRetention(ctx, a.Project, bucket, key, nil)
		return r == nil, err
	}
}

func (a actor) hold(bucket, key string) step {
	return func(ctx context.Context) (any, error) {
		return privateObject.GetObjectLegalHold(ctx, a.Project, bucket, key, nil)
	}
}
