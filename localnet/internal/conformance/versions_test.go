package conformance_test

import (
	"context"

	"storj.io/uplink"
	privateObject "storj.io/uplink/private/object"
)

// versions uploads and deletes in a bucket that keeps versions.
func (f *family) versions() {
	p := f.p
	ctx := context.Background()
	must(p.CreateBucket(ctx, "ver"))
	f.call("state of a new bucket", p.versioning("ver"))
	f.call("versions of an unversioned object", p.putVersion("ver", "u", data(5), nil))
	f.call("list versions of it", p.versions("ver", nil))
	f.call("suspend before enabled", p.setVersioning("ver", false))
	f.call("enable", p.setVersioning("ver", true))
	f.call("state when enabled", p.versioning("ver"))
	f.call("get versioning, no bucket", p.versioning("ver-missing"))
	f.call("set versioning, no bucket", p.setVersioning("ver-missing", true))
	f.call("get versioning, bad name", p.versioning("A_"))
	f.call("get versioning, empty name", p.versioning(""))
	f.versionsOf("ver", "k")
	f.suspendedVersions()
}

// versionsOf uploads two versions of a key, and deletes them.
func (f *family) versionsOf(bucket, key string) {
	p := f.p
	var v1, v2, marker privateObject.VersionedObject
	upload := func(size int) func(context.Context) (*privateObject.VersionedObject, error) {
		return func(ctx context.Context) (*privateObject.VersionedObject, error) {
			return p.uploadVersion(ctx, bucket, key, data(size), nil)
		}
	}
	f.call("put v1", keep(&v1, upload(1)))
	f.call("put v2", keep(&v2, upload(20000)))
	f.call("stat latest", p.statVersion(bucket, key, nil))
	f.call("stat v1", p.statVersion(bucket, key, v1.Version))
	f.call("stat invalid version", p.statVersion(bucket, key, []byte("bad")))
	f.call("stat version of another length", p.statVersion(bucket, key, make([]byte, 15)))
	unknown := append(make([]byte, 8), 1, 2, 3, 4, 5, 6, 7, 8)
	f.call("stat unknown version", p.statVersion(bucket, key, unknown))
	f.call("stat version of another key", p.statVersion(bucket, "u", v1.Version))
	f.call("get v1", p.getVersion(bucket, key, v1.Version))
	f.call("get latest", p.getVersion(bucket, key, nil))
	f.call("get invalid version", p.getVersion(bucket, key, []byte("bad")))
	f.call("list versions", p.versions(bucket, nil))
	f.call("delete latest", keep(&marker, func(ctx context.Context) (*privateObject.VersionedObject, error) {
		return privateObject.DeleteObject(ctx, p.Project, bucket, key, nil, nil)
	}))
	f.call("stat after", p.statVersion("ver", "k", nil))
	f.call("stat the marker", p.statVersion("ver", "k", marker.Version))
	f.call("get the marker", p.getVersion("ver", "k", marker.Version))
	f.call("get after", p.getVersion("ver", "k", nil))
	f.call("list after", p.list("ver", nil))
	f.call("list versions after", p.versions("ver", nil))
	f.call("list versions, limit 1", p.versions("ver", &privateObject.ListObjectVersionsOptions{Limit: 1}))
	f.call("list versions, cursor", p.versions("ver", &privateObject.ListObjectVersionsOptions{Cursor: "k", VersionCursor: v2.Version}))
	f.call("list versions, recursive", p.versions("ver", &privateObject.ListObjectVersionsOptions{Recursive: true, System: true}))
	f.call("public delete in a versioned bucket", p.delete("ver", "u"))
	f.call("public delete of missing in a versioned bucket", p.delete("ver", "nothing"))
	f.call("list versions then", p.versions("ver", nil))
	f.call("delete v1", p.deleteVersion("ver", "k", v1.Version, nil))
	f.call("delete v1 again", p.deleteVersion("ver", "k", v1.Version, nil))
	f.call("delete the marker", p.deleteVersion("ver", "k", marker.Version, nil))
	f.call("get after the marker is gone", p.getVersion("ver", "k", nil))
	f.call("copy a version", func(ctx context.Context) (any, error) {
		o, err := privateObject.CopyObject(ctx, p.Project, "ver", "k", v2.Version, "ver", "copied", privateObject.CopyObjectOptions{})
		return showVersion(o), err
	})
	f.call("move in a versioned bucket", p.move("ver", "copied", "ver", "moved"))
	f.call("update metadata in a versioned bucket", p.update("ver", "k", uplink.CustomMetadata{"a": "b"}))
}

// suspendedVersions uploads and deletes when no new versions are kept.
func (f *family) suspendedVersions() {
	p := f.p
	f.call("suspend", p.setVersioning("ver", false))
	f.call("state when suspended", p.versioning("ver"))
	f.call("put when suspended", p.putVersion("ver", "k", data(3), nil))
	f.call("put again when suspended", p.putVersion("ver", "k", data(4), nil))
	f.call("delete when suspended", p.deleteVersion("ver", "k", nil, nil))
	f.call("list versions at the end", p.versions("ver", nil))
	f.call("delete a bucket with versions", p.deleteBucket("ver"))
	f.call("delete a bucket with all versions", p.deleteBucketWithObjects("ver"))
}
