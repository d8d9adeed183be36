package network_test

import (
	"testing"

	privateBucket "storj.io/uplink/private/bucket"
	privateObject "storj.io/uplink/private/object"
	"uplink-localnet/internal/admin"
)

// TestVersionsKeepPieces deletes one version after the other: each keeps its
// pieces until it is deleted.
func TestVersionsKeepPieces(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	check(t, privateBucket.SetBucketVersioning(ctx, p, "bucket", true))
	for i := range 3 {
		mustPut(t, p, "bucket", "key", random(50_000, uint64(i)))
	}
	_, err := p.DeleteObject(ctx, "bucket", "key")
	check(t, err)
	listed, _, err := privateObject.ListObjectVersions(ctx, p, "bucket", nil)
	check(t, err)
	if len(listed) != 4 || !listed[0].IsDeleteMarker || !listed[0].IsLatest {
		t.Fatalf("%+v", listed)
	}
	entries, err := n.Admin.List(admin.ListRequest{Bucket: "bucket"})
	check(t, err)
	if len(entries) != 4 || !entries[0].Marker || entries[1].Marker {
		t.Errorf("%+v", entries)
	}
	for i := 3; i > 0; i-- {
		clean(t, n)
		down, err := privateObject.DownloadObject(ctx, p, "bucket", "key", listed[i].Version, nil)
		check(t, err)
		check(t, down.Close())
		if got := pieces(t, n); got < int64(8*i) {
			t.Errorf("%d pieces of %d versions", got, i)
		}
		_, err = privateObject.DeleteObject(ctx, p, "bucket", "key", listed[i].Version, nil)
		check(t, err)
	}
	noPieces(t, n)
	if u := status(t, n).Projects[0].Usage; u.Objects != 1 || u.Segments != 0 { // the marker is still there
		t.Errorf("%+v", u)
	}
	_, err = p.DeleteBucketWithObjects(ctx, "bucket")
	check(t, err)
}

// TestVersionPages lists versions in pages, which may end between two versions of
// a key.
func TestVersionPages(t *testing.T) {
	_, p := project(t, "bucket")
	ctx := timeout(t)
	check(t, privateBucket.SetBucketVersioning(ctx, p, "bucket", true))
	for _, key := range []string{"a", "b", "b", "b", "c"} {
		mustPut(t, p, "bucket", key, []byte(key))
	}
	_, err := p.DeleteObject(ctx, "bucket", "c")
	check(t, err)
	seen := map[string]int{}
	latest := 0
	options := &privateObject.ListObjectVersionsOptions{Limit: 2}
	for more := true; more; {
		var page []*privateObject.VersionedObject
		page, more, err = privateObject.ListObjectVersions(ctx, p, "bucket", options)
		check(t, err)
		for _, o := range page {
			seen[o.Key]++
			if o.IsLatest {
				latest++
			}
			options.Cursor, options.VersionCursor = o.Key, o.Version
		}
	}
	if seen["a"] != 1 || seen["b"] != 3 || seen["c"] != 2 || latest != 3 {
		t.Errorf("%v, %d latest", seen, latest)
	}
	if got := keys(t, p.ListObjects(ctx, "bucket", nil)); len(got) != 2 {
		t.Errorf("%q", got)
	}
}
