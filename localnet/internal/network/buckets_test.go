package network_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"storj.io/uplink"
	"uplink-localnet/internal/network"
)

func TestBuckets(t *testing.T) {
	p := open(t, start(t, network.Config{}))
	ctx := timeout(t)

	created, err := p.CreateBucket(ctx, "first")
	check(t, err)
	stat, err := p.StatBucket(ctx, "first")
	check(t, err)
	if *created != *stat || created.Name != "first" || created.Created.IsZero() {
		t.Errorf("created %v, stat %v", created, stat)
	}
	if _, err := p.CreateBucket(ctx, "first"); !errors.Is(err, uplink.ErrBucketAlreadyExists) {
		t.Errorf("created twice: %v", err)
	}
	if _, err := p.EnsureBucket(ctx, "first"); err != nil {
		t.Errorf("ensured: %v", err)
	}
	for _, name := range []string{"", "ab", "UPPER", "under_score", "-dash", "dash-", "two..dots", "10.0.0.1", "a\x00b", fmt.Sprintf("%064d", 0)} {
		if _, err := p.CreateBucket(ctx, name); !errors.Is(err, uplink.ErrBucketNameInvalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
	missingBucket(t, ctx, p)

	mustPut(t, p, "first", "key", random(10, 1))
	if _, err := p.DeleteBucket(ctx, "first"); !errors.Is(err, uplink.ErrBucketNotEmpty) {
		t.Errorf("deleted a full bucket: %v", err)
	}
	_, err = p.DeleteObject(ctx, "first", "key")
	check(t, err)
	deleted, err := p.DeleteBucket(ctx, "first")
	check(t, err)
	if *deleted != *created {
		t.Errorf("deleted %v", deleted)
	}
}

func missingBucket(t *testing.T, ctx context.Context, p *uplink.Project) {
	t.Helper()
	_, stat := p.StatBucket(ctx, "missing")
	_, remove := p.DeleteBucket(ctx, "missing")
	_, object := p.StatObject(ctx, "missing", "key")
	_, download := p.DownloadObject(ctx, "missing", "key", nil)
	small := put(p, ctx, "missing", "key", random(10, 1), nil)
	list := p.ListObjects(ctx, "missing", nil)
	list.Next()
	for i, err := range []error{stat, remove, small, list.Err()} {
		if !errors.Is(err, uplink.ErrBucketNotFound) {
			t.Errorf("%d: %v", i, err)
		}
	}
	// The client reports any "not found" as a missing object, and a large upload
	// may fail in a write without a reason.
	large := put(p, ctx, "missing", "key", random(1<<20, 1), nil)
	for i, err := range []error{object, download, large} {
		if err == nil {
			t.Errorf("%d: an object in no bucket", i)
		}
	}
}

func TestDeleteBucketWithObjects(t *testing.T) {
	n, p := project(t, "full")
	ctx := timeout(t)
	for i := range 30 {
		mustPut(t, p, "full", fmt.Sprint("a/", i), random(10, 1))
	}
	mustPut(t, p, "full", "remote", random(100_000, 1))
	_, err := p.DeleteBucketWithObjects(ctx, "full")
	check(t, err)
	_, err = p.CreateBucket(ctx, "full")
	check(t, err)
	if got := keys(t, p.ListObjects(ctx, "full", nil)); len(got) != 0 {
		t.Errorf("still there: %v", got)
	}
	noPieces(t, n)
}

func TestListBuckets(t *testing.T) {
	n := start(t, network.Config{})
	p := open(t, n)
	ctx := timeout(t)
	var want []string
	for i := range 1005 {
		name := fmt.Sprintf("bucket-%04d", i)
		want = append(want, name)
		_, err := p.CreateBucket(ctx, name)
		check(t, err)
	}
	list := func(p *uplink.Project, cursor string) (got []string) {
		it := p.ListBuckets(ctx, &uplink.ListBucketsOptions{Cursor: cursor})
		for it.Next() {
			got = append(got, it.Item().Name)
		}
		check(t, it.Err())
		return got
	}
	equal(t, list(p, ""), want)
	equal(t, list(p, "bucket-0999"), want[1000:])
	equal(t, list(p, "bucket-2"), nil)

	shared, err := parse(t, n.Access).Share(uplink.ReadOnlyPermission(), uplink.SharePrefix{Bucket: "bucket-0007"}, uplink.SharePrefix{Bucket: "bucket-0011", Prefix: "x/"})
	check(t, err)
	equal(t, list(openAccess(t, shared), ""), []string{"bucket-0007", "bucket-0011"})
}
