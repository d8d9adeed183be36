package conformance_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"storj.io/uplink/private/metaclient"
	privateObject "storj.io/uplink/private/object"
)

// conditional creates objects unless they exist.
func (f *family) conditional() {
	p := f.p
	ctx := context.Background()
	must(p.CreateBucket(ctx, "cond"))
	star := &privateObject.UploadOptions{IfNoneMatch: []string{"*"}}
	etag := &privateObject.UploadOptions{IfNoneMatch: []string{"abc"}}
	both := &privateObject.UploadOptions{IfNoneMatch: []string{"*", "abc"}}
	for _, n := range []int{10, 20000} {
		key := fmt.Sprint("k", n)
		f.call("new "+key, p.putVersion("cond", key, data(n), star))
		f.call("existing "+key, p.putVersion("cond", key, data(n), star))
		f.call("an etag "+key, p.putVersion("cond", "etag", data(n), etag))
		f.call("star and an etag "+key, p.putVersion("cond", "etag", data(n), both))
	}
	for _, c := range []struct{ name, key string }{{"existing", "k10"}, {"nothing", "mp"}} {
		f.call("multipart onto "+c.name, func(ctx context.Context) (any, error) {
			options := &metaclient.CommitUploadOptions{IfNoneMatch: star.IfNoneMatch}
			return showVersioned(privateObject.CommitUpload(ctx, p.Project, "cond", c.key, p.mustBegin("cond", c.key), options))
		})
	}
	for _, c := range []struct{ name, key string }{{"existing", "k20000"}, {"nothing", "copied"}} {
		f.call("copy onto "+c.name, func(ctx context.Context) (any, error) {
			options := privateObject.CopyObjectOptions{IfNoneMatch: star.IfNoneMatch}
			return showVersioned(privateObject.CopyObject(ctx, p.Project, "cond", "k10", nil, "cond", c.key, options))
		})
	}
	f.call("after a delete", then(p.delete("cond", "k10"), p.putVersion("cond", "k10", data(3), star)))
	f.call("onto an expired object", then(
		p.put("cond", "e", data(3), expiresIn(1500*time.Millisecond), nil),
		func(ctx context.Context) (any, error) {
			time.Sleep(2 * time.Second)
			return p.putVersion("cond", "e", data(4), star)(ctx)
		},
	))
	f.call("race of two", func(ctx context.Context) (any, error) {
		u1 := must(privateObject.UploadObject(ctx, p.Project, "cond", "race", star))
		u2 := must(privateObject.UploadObject(ctx, p.Project, "cond", "race", star))
		_, _ = u1.Write([]byte("1"))
		_, _ = u2.Write([]byte("2"))
		err1 := u1.Commit()
		err2 := u2.Commit()
		return fmt.Sprint(err1 == nil), err2
	})
}

// bulk deletes many objects with one call.
func (f *family) bulk() {
	p := f.p
	ctx := context.Background()
	must(p.CreateBucket(ctx, "bulk"))
	for _, k := range []string{"a", "b", "c", "d/e"} {
		p.mustPut("bulk", k, data(5))
	}
	f.call("two and a missing", p.deleteMany("bulk", nil, "a", "b", "missing"))
	f.call("quiet", p.deleteMany("bulk", &privateObject.DeleteObjectsOptions{Quiet: true}, "c", "missing"))
	f.call("twice the same", p.deleteMany("bulk", nil, "d/e", "d/e"))
	f.call("none", p.deleteMany("bulk", nil))
	f.call("empty key", p.deleteMany("bulk", nil, ""))
	f.call("long key", p.deleteMany("bulk", nil, strings.Repeat("k", 5000)))
	f.call("no bucket", p.deleteMany("nobucket", nil, "a"))
	f.call("bad bucket", p.deleteMany("A_", nil, "a"))
	f.call("empty bucket", p.deleteMany("", nil, "a"))
	var many []string
	for i := range 1001 {
		many = append(many, fmt.Sprint("k", i))
	}
	f.call("1000", p.deleteMany("bulk", nil, many[:1000]...))
	f.call("1001", p.deleteMany("bulk", nil, many...))
	f.call("left", p.list("bulk", nil))
}
