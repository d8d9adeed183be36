package network_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"storj.io/uplink"
	"storj.io/uplink/private/metaclient"
	"storj.io/uplink/private/multipart"
	"storj.io/uplink/private/object"
	"uplink-localnet/internal/network"
	"uplink-localnet/internal/satellite/store"
)

func TestOverwriteAndDelete(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	for i, size := range []int{100, 50_000, 70_000, 10, 0, 200_000} {
		data := random(size, uint64(i))
		mustPut(t, p, "bucket", "key", data)
		sameBytes(t, mustGet(t, p, "bucket", "key"), data)
	}
	clean(t, n)
	if got := pieces(t, n); got < 8 || got > 10 {
		t.Errorf("%d pieces for one segment", got)
	}
	sameBytes(t, mustGet(t, p, "bucket", "key"), random(200_000, 5))
	_, err := p.DeleteObject(ctx, "bucket", "key")
	check(t, err)
	if _, err := p.DownloadObject(ctx, "bucket", "key", nil); !errors.Is(err, uplink.ErrObjectNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := p.DeleteObject(ctx, "bucket", "key"); err != nil {
		t.Errorf("deleted twice: %v", err)
	}
	noPieces(t, n)
}

// TestReadWhileReplaced reads an object that is replaced in the meantime.
func TestReadWhileReplaced(t *testing.T) {
	_, p := project(t, "bucket")
	data := random(8_000_000, 1)
	mustPut(t, p, "bucket", "key", data)
	down, err := p.DownloadObject(timeout(t), "bucket", "key", nil)
	check(t, err)
	mustPut(t, p, "bucket", "key", []byte("new"))
	got, err := io.ReadAll(down)
	check(t, err)
	sameBytes(t, got, data)
	check(t, down.Close())
	sameBytes(t, mustGet(t, p, "bucket", "key"), []byte("new"))
}

func TestExpiry(t *testing.T) {
	var ahead atomic.Int64
	n := start(t, network.Config{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	p := open(t, n)
	ctx := timeout(t)
	_, err := p.CreateBucket(ctx, "bucket")
	check(t, err)
	soon := &uplink.UploadOptions{Expires: time.Now().Add(time.Hour)}
	check(t, put(p, ctx, "bucket", "small", []byte("x"), soon))
	check(t, put(p, ctx, "bucket", "dir/large", random(100_000, 1), soon))
	mustPut(t, p, "bucket", "stays", random(50_000, 2))
	down, err := p.DownloadObject(ctx, "bucket", "dir/large", nil)
	check(t, err)
	if !down.Info().System.Expires.Equal(soon.Expires.Truncate(time.Microsecond)) {
		t.Errorf("expires at %v, not %v", down.Info().System.Expires, soon.Expires)
	}
	check(t, down.Close())
	if err := put(p, ctx, "bucket", "past", []byte("x"), &uplink.UploadOptions{Expires: time.Now().Add(-time.Hour)}); err == nil {
		t.Error("uploaded what is expired")
	}

	ahead.Store(int64(61 * time.Minute))
	for _, key := range []string{"small", "dir/large"} {
		_, stat := p.StatObject(ctx, "bucket", key)
		_, download := p.DownloadObject(ctx, "bucket", key, nil)
		update := p.UpdateObjectMetadata(ctx, "bucket", key, uplink.CustomMetadata{"a": "b"}, nil)
		for i, err := range []error{stat, download, update} {
			if !errors.Is(err, uplink.ErrObjectNotFound) {
				t.Errorf("%s %d: %v", key, i, err)
			}
		}
	}
	equal(t, keys(t, p.ListObjects(ctx, "bucket", nil)), []string{"stays"})
	deleted, err := p.DeleteObject(ctx, "bucket", "small")
	check(t, err)
	if deleted != nil {
		t.Errorf("deleted what is expired: %v", deleted)
	}
	mustPut(t, p, "bucket", "small", []byte("again"))
	sameBytes(t, mustGet(t, p, "bucket", "small"), []byte("again"))
	before := pieces(t, n)
	check(t, n.Satellite.Clean(ctx, time.Now().Add(2*time.Hour)))
	check(t, n.Satellite.Clean(ctx, time.Now().Add(3*time.Hour)))
	if got := pieces(t, n); got < 8 || got > 10 || before < 16 {
		t.Errorf("%d pieces before cleaning, %d after", before, got)
	}
	equal(t, sorted(keys(t, p.ListObjects(ctx, "bucket", nil))), []string{"small", "stays"})
	for _, key := range []string{"small", "stays"} {
		_, err := p.DeleteObject(ctx, "bucket", key)
		check(t, err)
	}
	_, err = p.DeleteBucket(ctx, "bucket")
	check(t, err)
}

func sorted(list []string) []string { slices.Sort(list); return list }

func TestConditionalCreate(t *testing.T) {
	_, p := project(t, "bucket")
	ctx := timeout(t)
	create := func(data []byte) error {
		up, err := object.UploadObject(ctx, p, "bucket", "key", &metaclient.UploadOptions{IfNoneMatch: []string{"*"}})
		check(t, err)
		if _, err := up.Write(data); err != nil {
			return errors.Join(err, up.Abort())
		}
		return up.Commit()
	}
	first := random(20_000, 1)
	check(t, create(first))
	for _, size := range []int{10, 30_000} {
		if err := create(random(size, 2)); !errors.Is(err, object.ErrFailedPrecondition) {
			t.Errorf("created again: %v", err)
		}
	}
	sameBytes(t, mustGet(t, p, "bucket", "key"), first)
	_, err := p.DeleteObject(ctx, "bucket", "key")
	check(t, err)
	check(t, create(nil))
}

func TestCancelledUploads(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	for i, size := range []int{0, 100, 100_000, 70_000_000} {
		up, err := p.UploadObject(ctx, "bucket", fmt.Sprint("aborted", i), nil)
		check(t, err)
		_, err = up.Write(random(size, 1))
		check(t, err)
		check(t, up.Abort())
	}
	up, err := p.UploadObject(ctx, "bucket", "unfinished", nil)
	check(t, err)
	_, err = up.Write(random(66<<20, 1))
	check(t, err)
	if got := keys(t, p.ListObjects(ctx, "bucket", nil)); len(got) != 0 {
		t.Errorf("seen: %q", got)
	}
	if _, err := p.StatObject(ctx, "bucket", "unfinished"); !errors.Is(err, uplink.ErrObjectNotFound) {
		t.Errorf("seen: %v", err)
	}
	check(t, up.Abort())
	// A client that is cancelled during its first request never learns the
	// upload's id and cannot abort it.
	_, err = p.DeleteBucketWithObjects(ctx, "bucket")
	check(t, err)
	noPieces(t, n)
}

// TestFailingNodes writes and reads while nodes are down.
func TestFailingNodes(t *testing.T) {
	n := start(t, network.Config{Nodes: 14, Redundancy: redundancy(t, "4/6/8/10")})
	p := open(t, n)
	ctx := timeout(t)
	_, err := p.CreateBucket(ctx, "bucket")
	check(t, err)
	data := random(3<<20, 1)
	mustPut(t, p, "bucket", "before", data)
	for i := range 3 {
		n.StopNode(i)
	}
	for i := range 5 {
		key := fmt.Sprint("after", i)
		check(t, put(p, ctx, "bucket", key, data, nil))
		got, err := get(p, ctx, "bucket", key, nil)
		check(t, err)
		sameBytes(t, got, data)
	}
}

// TestPlainBatch sends batches without compression.
func TestPlainBatch(t *testing.T) {
	t.Setenv("STORJ_COMPRESSED_BATCH", "false")
	_, p := project(t, "bucket")
	for _, size := range []int{10, 100_000} {
		mustPut(t, p, "bucket", "key", random(size, 1))
		sameBytes(t, mustGet(t, p, "bucket", "key"), random(size, 1))
	}
	equal(t, keys(t, p.ListObjects(timeout(t), "bucket", nil)), []string{"key"})
}

func TestKeys(t *testing.T) {
	n, _ := project(t, "bucket")
	p := openAccess(t, plainKeys(t, n.Access))
	ctx := timeout(t)
	long := string(make([]byte, 4000))
	for _, key := range []string{long, "\x00", "\xff\xff", "a//b", "/", "a/"} {
		mustPut(t, p, "bucket", key, []byte(key))
		sameBytes(t, mustGet(t, p, "bucket", key), []byte(key))
	}
	if err := put(p, ctx, "bucket", long+"x", nil, nil); err == nil {
		t.Error("a key of 4001 bytes")
	}
	if _, err := p.UploadObject(ctx, "bucket", "", nil); !errors.Is(err, uplink.ErrObjectKeyInvalid) {
		t.Errorf("%v", err)
	}
}

func redundancy(t testing.TB, text string) *store.Redundancy {
	t.Helper()
	s, err := network.ParseRedundancy(text)
	check(t, err)
	return &s
}

// TestStaleUploads has uploads without activity for a day.
func TestStaleUploads(t *testing.T) {
	// The upload waits for all pieces: a piece whose upload the client cancels may
	// still arrive, and then belongs to no segment.
	n := start(t, network.Config{Redundancy: redundancy(t, "4/6/10/10")})
	p := open(t, n)
	ctx := timeout(t)
	_, err := p.CreateBucket(ctx, "bucket")
	check(t, err)
	_, err = multipart.BeginUpload(ctx, p, "bucket", "small", nil)
	check(t, err)
	info, err := multipart.BeginUpload(ctx, p, "bucket", "large", nil)
	check(t, err)
	part, err := p.UploadPart(ctx, "bucket", "large", info.UploadID, 1)
	check(t, err)
	_, err = part.Write(random(50_000, 1))
	check(t, err)
	check(t, part.Commit())

	check(t, n.Satellite.DropStale(ctx, time.Now().Add(23*time.Hour)))
	clean(t, n)
	if _, err := p.DeleteBucket(ctx, "bucket"); !errors.Is(err, uplink.ErrBucketNotEmpty) || pieces(t, n) == 0 {
		t.Errorf("aborted too early: %v", err)
	}
	check(t, n.Satellite.DropStale(ctx, time.Now().Add(25*time.Hour)))
	check(t, n.Satellite.Clean(ctx, time.Now().Add(26*time.Hour)))
	if got := pieces(t, n); got != 0 {
		t.Errorf("%d pieces left", got)
	}
	_, err = p.DeleteBucket(ctx, "bucket")
	check(t, err)
}
