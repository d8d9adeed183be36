package conformance_test

import (
	"context"
	"io"
	"time"

	"storj.io/uplink"
	privateAccess "storj.io/uplink/private/access"
)

// expiry uploads objects that expire, and waits for it.
func (f *family) expiry() {
	p := f.p
	ctx := context.Background()
	must(p.CreateBucket(ctx, "exp"))
	f.call("put expiring in an hour", p.put("exp", "hour", data(10), expiresIn(time.Hour), nil))
	f.call("stat", p.stat("exp", "hour"))
	f.call("put expired an hour ago", p.put("exp", "past", data(10), expiresIn(-time.Hour), nil))
	f.call("put large expired an hour ago", p.put("exp", "past", data(50000), expiresIn(-time.Hour), nil))
	f.call("put expired a second ago", p.put("exp", "past", data(10), expiresIn(-time.Second), nil))
	far := &uplink.UploadOptions{Expires: time.Date(2226, 1, 1, 0, 0, 0, 0, time.UTC)}
	farther := &uplink.UploadOptions{Expires: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}
	f.call("put expiring in 200 years", p.put("exp", "far", data(10), far, nil))
	f.call("put expiring in year 9999", p.put("exp", "far2", data(10), farther, nil))
	f.call("put expiring in 2 s", p.put("exp", "soon", data(10), expiresIn(lifetime), nil))
	f.call("put large expiring in 2 s", p.put("exp", "soonlarge", data(20000), expiresIn(lifetime), nil))
	var open *uplink.Download
	f.call("open a download of it", func(ctx context.Context) (any, error) {
		var err error
		open, err = p.DownloadObject(context.Background(), "exp", "soonlarge", nil)
		return nil, err
	})
	f.call("list before", p.list("exp", &uplink.ListObjectsOptions{System: true}))
	time.Sleep(lifetime + 500*time.Millisecond)
	for _, k := range []string{"soon", "soonlarge"} {
		f.call("stat expired "+k, p.stat("exp", k))
		f.call("get expired "+k, p.get("exp", k, nil))
		f.call("update metadata expired "+k, p.update("exp", k, uplink.CustomMetadata{"a": "b"}))
	}
	f.call("list after", p.list("exp", nil))
	f.call("read the open download", func(ctx context.Context) (any, error) {
		if open == nil {
			return "none", nil
		}
		b, err := io.ReadAll(open)
		_ = open.Close()
		return showSum(b), err
	})
	f.call("copy expired", p.copy("exp", "soon", "exp", "soon2"))
	f.call("delete expired", p.delete("exp", "soon"))
	f.call("put where the expired was", p.put("exp", "soonlarge", data(10), nil, nil))
	f.call("delete a bucket with only expired objects", func(ctx context.Context) (any, error) {
		must(p.CreateBucket(ctx, "exp2"))
		must(p.put("exp2", "k", data(10), expiresIn(lifetime), nil)(ctx))
		time.Sleep(lifetime + 500*time.Millisecond)
		_, err := p.DeleteBucket(ctx, "exp2")
		if err != nil {
			_, _ = p.DeleteBucketWithObjects(ctx, "exp2")
		}
		return nil, err
	})
}

// lifetime is the lifetime of objects whose end the family waits for. It is long
// enough for a slow machine, and is shown as 0 s.
const lifetime = 4 * time.Second

func expiresIn(d time.Duration) *uplink.UploadOptions {
	return &uplink.UploadOptions{Expires: time.Now().Add(d)}
}

// limitedLife uses keys whose objects expire after an hour at most.
func (f *family) limitedLife() {
	p := f.p
	hour := openAccess(must(privateAccess.Share(f.root, privateAccess.WithAllPermissions(), privateAccess.WithMaxObjectTTL(time.Hour))))
	f.call("max ttl 1h, put without expiry", hour.put("exp", "ttl", data(10), nil, nil))
	f.call("stat it", p.stat("exp", "ttl"))
	f.call("max ttl 1h, put with 30 min", hour.put("exp", "ttl30", data(10), expiresIn(30*time.Minute), nil))
	f.call("max ttl 1h, put with 2 h", hour.put("exp", "ttl2h", data(10), expiresIn(2*time.Hour), nil))
	f.call("max ttl 1h, begin upload", func(ctx context.Context) (any, error) {
		info, err := hour.BeginUpload(ctx, "exp", "ttlmp", nil)
		if err == nil {
			o, err2 := p.CommitUpload(ctx, "exp", "ttlmp", info.UploadID, nil)
			return show(o), err2
		}
		return nil, err
	})
	f.call("max ttl 1h, copy", hour.copy("exp", "hour", "exp", "copied"))
}
