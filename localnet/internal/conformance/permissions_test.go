package conformance_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"storj.io/uplink"
	privateBucket "storj.io/uplink/private/bucket"
	privateObject "storj.io/uplink/private/object"
)

var permissionSets = []struct {
	name string
	uplink.Permission
}{
	{"full", uplink.FullPermission()},
	{"read+list", uplink.ReadOnlyPermission()},
	{"write+delete", uplink.WriteOnlyPermission()},
	{"read", uplink.Permission{AllowDownload: true}},
	{"list", uplink.Permission{AllowList: true}},
	{"upload", uplink.Permission{AllowUpload: true}},
	{"delete", uplink.Permission{AllowDelete: true}},
	{"no read", uplink.Permission{AllowList: true, AllowUpload: true, AllowDelete: true}},
	{"no list", uplink.Permission{AllowDownload: true, AllowUpload: true, AllowDelete: true}},
	{"no upload", uplink.Permission{AllowDownload: true, AllowList: true, AllowDelete: true}},
	{"no delete", uplink.Permission{AllowDownload: true, AllowList: true, AllowUpload: true}},
	{"read+upload", uplink.Permission{AllowDownload: true, AllowUpload: true}},
}

// permissions makes every call with every set of permissions.
func (f *family) permissions() {
	ctx := context.Background()
	must(f.p.CreateBucket(ctx, "perm"))
	must(f.p.CreateBucket(ctx, "perm-dst"))
	for _, set := range permissionSets {
		access := must(f.root.Share(set.Permission))
		q, n := openAccess(access), set.name+": "
		f.resetPermitted()
		f.permittedBuckets(q, n)
		f.permittedObjects(q, n)
		f.resetPermitted()
		f.permittedCopies(q, n)
		f.permittedUploads(q, n)
		f.permittedSettings(q, n)
		child := uplink.FullPermission()
		child.NotAfter = time.Now().Add(time.Hour)
		f.call(n+"revoke a child", q.revoke(must(must(f.root.Share(set.Permission)).Share(child))))
		for _, key := range []string{"new-small", "new-large", "copied", "copied2", "mp2"} {
			_, _ = f.p.DeleteObject(ctx, "perm", key)
		}
		check(q.Close())
	}
}

// resetPermitted uploads the objects that the calls are about.
func (f *family) resetPermitted() {
	f.p.mustPut("perm", "small", data(10))
	f.p.mustPut("perm", "large", data(20000))
}

func (f *family) permittedBuckets(q actor, n string) {
	p := f.p
	f.call(n+"list buckets", func(ctx context.Context) (any, error) {
		l, err := q.listBuckets(nil)(ctx)
		return strings.Contains(fmt.Sprint(l), "perm@"), err
	})
	f.call(n+"stat bucket", q.statBucket("perm"))
	f.call(n+"stat missing bucket", q.statBucket("perm-missing"))
	f.call(n+"create bucket", func(ctx context.Context) (any, error) {
		b, err := q.CreateBucket(ctx, "perm-new")
		if err == nil {
			_, _ = p.DeleteBucket(ctx, "perm-new")
		}
		return showBucket(b, err)
	})
	f.call(n+"create existing bucket", q.createBucket("perm"))
	f.call(n+"ensure bucket", q.ensureBucket("perm"))
	f.call(n+"delete empty bucket", func(ctx context.Context) (any, error) {
		_, _ = p.CreateBucket(ctx, "perm-empty")
		return showBucket(q.DeleteBucket(ctx, "perm-empty"))
	})
	f.call(n+"delete missing bucket", q.deleteBucket("perm-missing"))
	f.call(n+"delete full bucket", q.deleteBucket("perm"))
	f.call(n+"delete bucket with objects", func(ctx context.Context) (any, error) {
		_, _ = p.EnsureBucket(ctx, "perm-full")
		_, _ = p.put("perm-full", "k", data(3), nil, nil)(ctx)
		return showBucket(q.DeleteBucketWithObjects(ctx, "perm-full"))
	})
}

func (f *family) permittedObjects(q actor, n string) {
	f.call(n+"put new small", q.put("perm", "new-small", data(10), nil, nil))
	f.call(n+"put new large", q.put("perm", "new-large", data(20000), nil, nil))
	f.call(n+"overwrite small", q.put("perm", "small", data(10), nil, nil))
	f.call(n+"overwrite large", q.put("perm", "large", data(20000), nil, nil))
	f.call(n+"abort an upload", func(ctx context.Context) (any, error) {
		u, err := q.UploadObject(ctx, "perm", "aborted", nil)
		if err != nil {
			return "begin", err
		}
		// Only 10 bytes, which are not sent before the commit: with more, the abort
		// and the begin of the upload race. See differentFile.
		_, _ = u.Write(data(10))
		return nil, u.Abort()
	})
	f.call(n+"stat", q.stat("perm", "small"))
	f.call(n+"stat missing", q.stat("perm", "missing"))
	f.call(n+"get small", q.get("perm", "small", nil))
	f.call(n+"get large", q.get("perm", "large", nil))
	f.call(n+"get missing", q.get("perm", "missing", nil))
	f.call(n+"list", func(ctx context.Context) (any, error) {
		l, err := q.list("perm", nil)(ctx)
		return len(strings.Fields(fmt.Sprint(l))) > 0, err
	})
	f.call(n+"update metadata", q.update("perm", "small", uplink.CustomMetadata{"a": "b"}))
	f.call(n+"delete missing", q.delete("perm", "missing"))
	f.call(n+"delete", q.delete("perm", "small"))
}

func (f *family) permittedCopies(q actor, n string) {
	p, ctx := f.p, context.Background()
	f.call(n+"copy", q.copy("perm", "small", "perm", "copied"))
	_, _ = p.put("perm", "copied2", data(3), nil, nil)(ctx)
	f.call(n+"copy onto existing", q.copy("perm", "small", "perm", "copied2"))
	f.call(n+"move", q.move("perm", "small", "perm", "moved"))
	_, _ = p.DeleteObject(ctx, "perm", "moved")
}

func (f *family) permittedUploads(q actor, n string) {
	p, ctx := f.p, context.Background()
	var mine uplink.UploadInfo
	f.call(n+"begin upload", func(ctx context.Context) (any, error) {
		var err error
		mine, err = q.BeginUpload(ctx, "perm", "mp", nil)
		return nil, err
	})
	if mine.UploadID == "" {
		mine, _ = p.BeginUpload(ctx, "perm", "mp", nil)
	}
	f.call(n+"upload part", q.part("perm", "mp", mine.UploadID, 1, data(10)))
	f.call(n+"list parts", q.parts("perm", "mp", mine.UploadID, nil))
	f.call(n+"list uploads", q.uploads("perm", nil))
	f.call(n+"abort upload", q.abortUpload("perm", "mp", mine.UploadID))
	_ = p.AbortUpload(ctx, "perm", "mp", mine.UploadID)
	other, _ := p.BeginUpload(ctx, "perm", "mp2", nil)
	f.call(n+"commit upload", q.commitUpload("perm", "mp2", other.UploadID, nil))
	_ = p.AbortUpload(ctx, "perm", "mp2", other.UploadID)
}

func (f *family) permittedSettings(q actor, n string) {
	f.call(n+"get versioning", q.versioning("perm"))
	f.call(n+"set versioning", q.setVersioning("perm-dst", true))
	f.call(n+"list versions", func(ctx context.Context) (any, error) {
		l, _, err := privateObject.ListObjectVersions(ctx, q.Project, "perm", nil)
		return len(l) > 0, err
	})
	f.call(n+"get tags", q.tags("perm"))
	f.call(n+"set tags", q.setTags("perm", privateBucket.Tag{Key: "a", Value: "b"}))
	f.call(n+"location", q.location("perm"))
	f.call(n+"delete objects", q.deleteMany("perm", nil, "bulk1", "bulk2"))
}
