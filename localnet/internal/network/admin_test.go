package network_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"storj.io/uplink"
	"uplink-localnet/internal/admin"
	"uplink-localnet/internal/network"
	"uplink-localnet/internal/satellite/store"
)

// TestProjects makes projects that do not see each other.
func TestProjects(t *testing.T) {
	n, first := project(t, "bucket")
	ctx := timeout(t)
	made, err := n.Admin.Grant(admin.GrantRequest{Project: "second"})
	check(t, err)
	second := openAccess(t, parse(t, made.Access))
	if _, err := second.StatBucket(ctx, "bucket"); !errors.Is(err, uplink.ErrBucketNotFound) {
		t.Errorf("%v", err)
	}
	_, err = second.CreateBucket(ctx, "bucket")
	check(t, err)
	mustPut(t, second, "bucket", "key", []byte("second"))
	if got := keys(t, first.ListObjects(ctx, "bucket", nil)); len(got) != 0 {
		t.Errorf("%q", got)
	}
	_, err = n.Admin.SetLimits("second", func(l *store.Limits) { l.Segments = 1 })
	check(t, err)
	if err := put(second, ctx, "bucket", "other", []byte("x"), nil); !errors.Is(err, uplink.ErrSegmentsLimitExceeded) {
		t.Errorf("%v", err)
	}
	mustPut(t, first, "bucket", "key", []byte("first"))

	// A second grant for the project reads what the first has written.
	again, err := n.Admin.Grant(admin.GrantRequest{Project: "second", Allow: []string{"read", "list"}, Prefixes: []string{"bucket"}})
	check(t, err)
	reader := openAccess(t, parse(t, again.Access))
	sameBytes(t, mustGet(t, reader, "bucket", "key"), []byte("second"))
	if err := put(reader, ctx, "bucket", "other", []byte("x"), nil); !errors.Is(err, uplink.ErrPermissionDenied) {
		t.Errorf("%v", err)
	}
	check(t, n.Admin.Revoke(again.Access))
	if _, err := reader.StatObject(ctx, "bucket", "key"); !errors.Is(err, uplink.ErrPermissionDenied) {
		t.Errorf("%v", err)
	}
	_, err = second.StatObject(ctx, "bucket", "key")
	check(t, err)
	check(t, n.Admin.Revoke(made.APIKey))
	if _, err := second.StatObject(ctx, "bucket", "key"); !errors.Is(err, uplink.ErrPermissionDenied) {
		t.Errorf("%v", err)
	}
}

func TestBadRequests(t *testing.T) {
	n := start(t, network.Config{})
	other := start(t, network.Config{})
	_, list := n.Admin.List(admin.ListRequest{Bucket: "missing"})
	_, project := n.Admin.List(admin.ListRequest{Project: "missing"})
	_, limits := n.Admin.SetLimits("missing", func(*store.Limits) {})
	_, allow := n.Admin.Grant(admin.GrantRequest{Allow: []string{"fly"}})
	_, ttl := n.Admin.Grant(admin.GrantRequest{MaxObjectTTL: -1})
	_, times := n.Admin.Grant(admin.GrantRequest{NotBefore: time.Now(), NotAfter: time.Now().Add(-time.Hour)})
	for i, err := range []error{list, project, limits, allow, ttl, times, n.Admin.Revoke("garbage"), n.Admin.Revoke(other.Access)} {
		var usage *admin.UsageError
		if !errors.As(err, &usage) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// TestReset deletes the data of a running and of a stopped network. The rest
// stays.
func TestReset(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "network")
	n, err := network.Start(network.Config{Dir: dir})
	check(t, err)
	p, ctx := open(t, n), timeout(t)
	fill := func() {
		_, err := p.CreateBucket(ctx, "bucket")
		check(t, err)
		mustPut(t, p, "bucket", "key", random(50_000, 1))
		_, err = p.BeginUpload(ctx, "bucket", "other", nil)
		check(t, err)
		list, err := n.Admin.List(admin.ListRequest{Bucket: "bucket"})
		check(t, err)
		if len(list) != 2 || list[0].Size != 50_000 || list[0].Uploading || !list[1].Uploading {
			t.Errorf("%+v", list)
		}
		status, err := n.Admin.Status()
		check(t, err)
		if u := status.Projects[0].Usage; !status.Running || status.Pieces < 8 || u.Objects != 1 || u.Segments != 1 || u.Buckets != 1 {
			t.Errorf("%+v", status)
		}
	}
	empty := func(a *admin.Admin) {
		status, err := a.Status()
		check(t, err)
		if status.Pieces != 0 || status.Projects[0].Usage != (store.Usage{}) || status.Projects[0].Limits.Buckets != 7 {
			t.Errorf("%+v", status)
		}
		list, err := a.List(admin.ListRequest{})
		if check(t, err); len(list) > 0 {
			t.Errorf("%+v", list)
		}
	}
	limit(t, n, store.Limits{Buckets: 7})
	fill()
	check(t, n.Admin.Reset())
	empty(n.Admin)
	fill()
	if _, err := admin.Open(dir); !errors.Is(err, admin.ErrRunning) {
		t.Errorf("%v", err)
	}
	check(t, n.Close())

	stopped, err := admin.Open(dir)
	check(t, err)
	check(t, stopped.Reset())
	empty(stopped)
	check(t, stopped.Close())
	n, err = network.Start(network.Config{Dir: dir})
	check(t, err)
	p = open(t, n)
	fill()
	check(t, n.Close())
}

// TestOrphans checks that a sweep deletes pieces that belong to no segment, and
// keeps the pieces of uploads.
func TestOrphans(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	mustPut(t, p, "bucket", "key", random(50_000, 1))
	up, err := p.UploadObject(ctx, "bucket", "pending", nil)
	check(t, err)
	_, err = up.Write(random(100_000, 2))
	check(t, err)
	clean(t, n)
	before := pieces(t, n)
	for i := range n.Pieces {
		w, err := n.Pieces[i].Create([32]byte{byte(i), 1})
		check(t, err)
		_, err = w.Write([]byte("orphan"))
		check(t, err)
		check(t, w.Commit())
	}
	check(t, n.Satellite.Sweep(ctx))
	if got := pieces(t, n); got < before || got > before+9 || n.Pieces[3].Has([32]byte{3, 1}) {
		t.Errorf("%d pieces, %d before", got, before)
	}
	check(t, up.Commit())
	check(t, n.Satellite.Sweep(ctx))
	sameBytes(t, mustGet(t, p, "bucket", "key"), random(50_000, 1))
	sameBytes(t, mustGet(t, p, "bucket", "pending"), random(100_000, 2))
}
