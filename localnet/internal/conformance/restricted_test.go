package conformance_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"storj.io/uplink"
	privateProject "storj.io/uplink/private/project"
)

// restricted uses grants for a part of the project.
func (f *family) restricted() {
	p, ctx := f.p, context.Background()
	must(p.CreateBucket(ctx, "res"))
	must(p.CreateBucket(ctx, "res-other"))
	for _, k := range []string{"in/a", "in/sub/b", "out/c", "in", "inx", "top"} {
		p.mustPut("res", k, data(10))
	}
	full := uplink.FullPermission()
	for _, c := range []struct {
		name       string
		permission uplink.Permission
		prefixes   []uplink.SharePrefix
	}{
		{"bucket", full, []uplink.SharePrefix{{Bucket: "res"}}},
		{"prefix in/", full, []uplink.SharePrefix{{Bucket: "res", Prefix: "in/"}}},
		{"prefix in", full, []uplink.SharePrefix{{Bucket: "res", Prefix: "in"}}},
		{"two prefixes", full, []uplink.SharePrefix{{Bucket: "res", Prefix: "in/"}, {Bucket: "res-other"}}},
		{"read in/", uplink.ReadOnlyPermission(), []uplink.SharePrefix{{Bucket: "res", Prefix: "in/"}}},
	} {
		q := openAccess(must(f.root.Share(c.permission, c.prefixes...)))
		f.restrictedReads(c.name, q)
		f.restrictedWrites(c.name, q)
		f.resetRestricted()
	}
}

func (f *family) restrictedReads(n string, q actor) {
	f.call(n+": list buckets", q.listBuckets(nil))
	f.call(n+": stat bucket", q.statBucket("res"))
	f.call(n+": stat other bucket", q.statBucket("res-other"))
	f.call(n+": stat missing bucket", q.statBucket("res-missing"))
	f.call(n+": create bucket", q.createBucket("res-new"))
	f.call(n+": create the bucket again", q.createBucket("res"))
	f.call(n+": delete bucket", q.deleteBucket("res"))
	for _, k := range []string{"in/a", "in/sub/b", "out/c", "in", "inx", "in/"} {
		f.call(n+": stat "+k, q.stat("res", k))
		f.call(n+": get "+k, q.get("res", k, nil))
	}
}

func (f *family) restrictedWrites(n string, q actor) {
	f.call(n+": put in/new", q.put("res", "in/new", data(10), nil, nil))
	f.call(n+": put out/new", q.put("res", "out/new", data(10), nil, nil))
	f.call(n+": put in other bucket", q.put("res-other", "in/new", data(10), nil, nil))
	for _, l := range []uplink.ListObjectsOptions{
		{}, {Recursive: true}, {Prefix: "in/"}, {Prefix: "in/", Recursive: true},
		{Prefix: "in/sub/"}, {Prefix: "out/"}, {Prefix: "in"},
	} {
		f.call(fmt.Sprintf("%s: list prefix=%q recursive=%v", n, l.Prefix, l.Recursive), q.list("res", &l))
	}
	f.call(n+": list other bucket", q.list("res-other", nil))
	f.call(n+": list uploads", q.uploads("res", nil))
	f.call(n+": list uploads in/", q.uploads("res", &uplink.ListUploadsOptions{Prefix: "in/"}))
	f.call(n+": copy in/a to in/copy", q.copy("res", "in/a", "res", "in/copy"))
	f.call(n+": copy in/a to out/copy", q.copy("res", "in/a", "res", "out/copy"))
	f.call(n+": delete out/c", q.delete("res", "out/c"))
	f.call(n+": delete in/new", q.delete("res", "in/new"))
	f.call(n+": delete bucket with objects", q.deleteBucketWithObjects("res-other"))
}

// resetRestricted restores the buckets as they were before the calls.
func (f *family) resetRestricted() {
	p, ctx := f.p, context.Background()
	_, _ = p.EnsureBucket(ctx, "res")
	_, _ = p.EnsureBucket(ctx, "res-other")
	for _, k := range []string{"in/a", "in/sub/b", "out/c", "in", "inx", "top"} {
		_, _ = p.put("res", k, data(10), nil, nil)(ctx)
	}
	for _, k := range []string{"in/copy", "out/copy", "out/new", "in/new"} {
		_, _ = p.DeleteObject(ctx, "res", k)
	}
	_, _ = p.DeleteObject(ctx, "res-other", "in/new")
	_, _ = p.DeleteBucket(ctx, "res-new")
}

// timed uses grants that are valid for a time.
func (f *family) timed() {
	full := uplink.FullPermission()
	expired := full
	expired.NotAfter = time.Now().Add(-time.Hour)
	early := full
	early.NotBefore = time.Now().Add(time.Hour)
	soon := full
	soon.NotAfter = time.Now().Add(lifetime)
	f.timedCalls("expired", openAccess(must(f.root.Share(expired))))
	f.timedCalls("early", openAccess(must(f.root.Share(early))))
	q := openAccess(must(f.root.Share(soon)))
	f.call("good for 2 s: now", q.get("res", "in/a", nil))
	time.Sleep(lifetime + 200*time.Millisecond)
	f.call("good for 2 s: later", q.get("res", "in/a", nil))
}

// timedCalls makes calls that all fail if the grant is not valid now.
func (f *family) timedCalls(n string, q actor) {
	f.call(n+": list buckets", func(ctx context.Context) (any, error) {
		l, err := q.listBuckets(nil)(ctx)
		return strings.Contains(fmt.Sprint(l), "res@"), err
	})
	f.call(n+": stat bucket", q.statBucket("res"))
	f.call(n+": stat missing bucket", q.statBucket("res-missing"))
	f.call(n+": create bucket", q.createBucket("res-n"))
	f.call(n+": delete bucket", q.deleteBucket("res-n"))
	f.call(n+": put", q.put("res", "timed", data(10), nil, nil))
	f.call(n+": put large", q.put("res", "timed", data(10000), nil, nil))
	f.call(n+": get", q.get("res", "in/a", nil))
	f.call(n+": stat", q.stat("res", "in/a"))
	f.call(n+": list", quietly(q.list("res", nil)))
	f.call(n+": delete", q.delete("res", "timed"))
	f.call(n+": update metadata", q.update("res", "in/a", uplink.CustomMetadata{"a": "b"}))
	f.call(n+": begin upload", q.beginUpload("res", "in/mp", nil))
	f.call(n+": list uploads", q.uploads("res", nil))
	f.call(n+": copy", q.copy("res", "in/a", "res", "in/b"))
	f.call(n+": revoke", q.revoke(must(f.root.Share(uplink.ReadOnlyPermission()))))
}

// revoking revokes grants.
func (f *family) revoking() {
	p := f.p
	child := must(f.root.Share(uplink.FullPermission()))
	grandchild := must(child.Share(uplink.ReadOnlyPermission()))
	sibling := must(f.root.Share(uplink.ReadOnlyPermission()))
	cq, gq, sq := openAccess(child), openAccess(grandchild), openAccess(sibling)
	f.call("child before", cq.get("res", "in/a", nil))
	f.call("grandchild before", gq.get("res", "in/a", nil))
	f.call("a child revokes itself", cq.revoke(child))
	f.call("a child revokes its parent", cq.revoke(f.root))
	f.call("a child revokes a sibling", cq.revoke(sibling))
	f.call("the root revokes itself", p.revoke(f.root))
	f.call("root still works", p.get("res", "in/a", nil))
	f.call("a read-only grandchild revokes itself", gq.revoke(grandchild))
	f.call("the root revokes the child", p.revoke(child))
	f.call("the root revokes the child again", p.revoke(child))
	f.timedCalls("revoked", cq)
	f.timedCalls("child of revoked", gq)
	f.call("sibling after", sq.get("res", "in/a", nil))
	f.call("a revoked child revokes", cq.revoke(grandchild))
	f.call("request access with a revoked key", func(ctx context.Context) (any, error) {
		info, err := privateProject.GetProjectInfo(ctx, uplink.Config{}, child)
		return len(info.Salt), err
	})
}
