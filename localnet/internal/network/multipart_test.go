package network_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"storj.io/common/rpc/rpcstatus"
	"storj.io/uplink"
	"storj.io/uplink/private/testuplink"
	"uplink-localnet/internal/satellite/store"
)

func uploadPart(t testing.TB, p *uplink.Project, key, id string, number uint32, data []byte) {
	t.Helper()
	part, err := p.UploadPart(timeout(t), "bucket", key, id, number)
	check(t, err)
	_, err = part.Write(data)
	check(t, err)
	check(t, part.SetETag([]byte(fmt.Sprint("etag", number))))
	check(t, part.Commit())
}

func TestMultipart(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	info, err := p.BeginUpload(ctx, "bucket", "dir/key", nil)
	check(t, err)
	parts := map[uint32][]byte{1: random(6<<20, 1), 2: random(5<<20, 2), 3: random(70<<20, 3), 7: random(50_000, 7)}
	for _, number := range []uint32{7, 2, 3, 1} {
		uploadPart(t, p, "dir/key", info.UploadID, number, parts[number])
	}
	uploadPart(t, p, "dir/key", info.UploadID, 7, parts[7]) // again, which replaces it
	if got := keys(t, p.ListObjects(ctx, "bucket", &uplink.ListObjectsOptions{Recursive: true})); len(got) > 0 {
		t.Errorf("seen before the commit: %q", got)
	}
	it := p.ListUploadParts(ctx, "bucket", "dir/key", info.UploadID, nil)
	var numbers []uint32
	for it.Next() {
		part := it.Item()
		numbers = append(numbers, part.PartNumber)
		if part.Size != int64(len(parts[part.PartNumber])) || string(part.ETag) != fmt.Sprint("etag", part.PartNumber) {
			t.Errorf("%+v", part)
		}
	}
	check(t, it.Err())
	if !slices.Equal(numbers, []uint32{1, 2, 3, 7}) {
		t.Errorf("parts %v", numbers)
	}
	o, err := p.CommitUpload(ctx, "bucket", "dir/key", info.UploadID, &uplink.CommitUploadOptions{CustomMetadata: uplink.CustomMetadata{"a": "b"}})
	check(t, err)
	want := slices.Concat(parts[1], parts[2], parts[3], parts[7])
	if o.System.ContentLength != int64(len(want)) || o.Custom["a"] != "b" {
		t.Errorf("%+v", o)
	}
	sameBytes(t, mustGet(t, p, "bucket", "dir/key"), want)
	offset := len(parts[1]) - 10
	got, err := get(p, ctx, "bucket", "dir/key", &uplink.DownloadOptions{Offset: int64(offset), Length: 1000})
	check(t, err)
	sameBytes(t, got, want[offset:offset+1000])
	if err := p.AbortUpload(ctx, "bucket", "dir/key", info.UploadID); !errors.Is(err, uplink.ErrObjectNotFound) {
		t.Errorf("aborted after the commit: %v", err)
	}
	_, err = p.DeleteObject(ctx, "bucket", "dir/key")
	check(t, err)
	noPieces(t, n)
}

func TestListUploads(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := testuplink.WithListLimit(timeout(t), 2)
	ids := map[string]string{}
	for _, key := range []string{"a", "b/c", "b/c", "b/c", "b/d", "e"} {
		info, err := p.BeginUpload(ctx, "bucket", key, nil)
		check(t, err)
		ids[info.UploadID] = key
	}
	list := func(options *uplink.ListUploadsOptions) (got []string) {
		it := p.ListUploads(ctx, "bucket", options)
		for it.Next() {
			item := it.Item()
			got = append(got, item.Key)
			if !item.IsPrefix && ids[item.UploadID] != item.Key {
				t.Errorf("%q has the id of %q", item.Key, ids[item.UploadID])
			}
		}
		check(t, it.Err())
		return sorted(got)
	}
	equal(t, list(nil), []string{"a", "b/", "e"})
	equal(t, list(&uplink.ListUploadsOptions{Recursive: true}), []string{"a", "b/c", "b/c", "b/c", "b/d", "e"})
	equal(t, list(&uplink.ListUploadsOptions{Prefix: "b/"}), []string{"b/c", "b/c", "b/c", "b/d"})
	equal(t, list(&uplink.ListUploadsOptions{Prefix: "b/c"}), []string{"b/c", "b/c", "b/c"})
	equal(t, list(&uplink.ListUploadsOptions{Prefix: "x"}), nil)
	for id, key := range ids {
		check(t, p.AbortUpload(ctx, "bucket", key, id))
		if err := p.AbortUpload(ctx, "bucket", key, id); !errors.Is(err, uplink.ErrObjectNotFound) {
			t.Errorf("aborted twice: %v", err)
		}
	}
	equal(t, list(nil), nil)
	clean(t, n)
	for id := range ids {
		if _, err := p.CommitUpload(ctx, "bucket", "a", id, nil); !errors.Is(err, uplink.ErrObjectNotFound) {
			t.Errorf("committed long after the abort: %v", err)
		}
	}
}

// TestAbortedUpload goes on with an aborted upload, and deletes a bucket with
// nothing but an aborted upload.
func TestAbortedUpload(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	for _, key := range []string{"committed", "left"} {
		info, err := p.BeginUpload(ctx, "bucket", key, nil)
		check(t, err)
		uploadPart(t, p, key, info.UploadID, 1, random(50_000, 1))
		check(t, p.AbortUpload(ctx, "bucket", key, info.UploadID))
		if key == "committed" {
			uploadPart(t, p, key, info.UploadID, 1, random(60_000, 2))
			_, err := p.CommitUpload(ctx, "bucket", key, info.UploadID, nil)
			check(t, err)
		}
	}
	clean(t, n)
	sameBytes(t, mustGet(t, p, "bucket", "committed"), random(60_000, 2))
	_, err := p.DeleteObject(ctx, "bucket", "committed")
	check(t, err)
	info, err := p.BeginUpload(ctx, "bucket", "key", nil)
	check(t, err)
	if _, err := p.DeleteBucket(ctx, "bucket"); !errors.Is(err, uplink.ErrBucketNotEmpty) {
		t.Errorf("deleted with a pending upload: %v", err)
	}
	check(t, p.AbortUpload(ctx, "bucket", "key", info.UploadID))
	_, err = p.DeleteBucket(ctx, "bucket")
	check(t, err)
	noPieces(t, n)
}

// TestSmallerPartAgain uploads a part again, with fewer segments.
func TestSmallerPartAgain(t *testing.T) {
	n, _ := project(t, "bucket")
	ctx := testuplink.WithMaxSegmentSize(timeout(t), 20_000)
	p, err := uplink.OpenProject(ctx, parse(t, n.Access))
	check(t, err)
	t.Cleanup(func() { _ = p.Close() })
	info, err := p.BeginUpload(ctx, "bucket", "key", nil)
	check(t, err)
	for _, size := range []int{50_000, 20_000} {
		part, err := p.UploadPart(ctx, "bucket", "key", info.UploadID, 1)
		check(t, err)
		_, err = part.Write(random(size, uint64(size)))
		check(t, err)
		check(t, part.Commit())
	}
	o, err := p.CommitUpload(ctx, "bucket", "key", info.UploadID, nil)
	check(t, err)
	if o.System.ContentLength != 50_000 {
		t.Errorf("%d bytes", o.System.ContentLength)
	}
}

func TestPartSizes(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	info, err := p.BeginUpload(ctx, "bucket", "key", nil)
	check(t, err)
	for number := range uint32(3) {
		uploadPart(t, p, "key", info.UploadID, number+1, random(10_000, 1))
	}
	if _, err := p.CommitUpload(ctx, "bucket", "key", info.UploadID, nil); rpcstatus.Code(err) != rpcstatus.FailedPrecondition {
		t.Errorf("small parts: %v", err)
	}
	limit(t, n, store.Limits{PartSize: 10_000})
	_, err = p.CommitUpload(ctx, "bucket", "key", info.UploadID, nil)
	check(t, err)
}
