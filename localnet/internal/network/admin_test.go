package network_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"storj.io/uplink"
	"uplink-localnet/internal/admin"
	"uplink-localnet/internal/network"
	"uplink-localnet/internal/satellite/store"
)

func limit(t testing.TB, n *network.Network, l store.Limits) {
	t.Helper()
	_, err := n.Admin.SetLimits("", func(limits *store.Limits) { *limits = l })
	check(t, err)
}

// TestLimits reaches each limit with an ordinary client, which has to know what
// happened.
func TestLimits(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	mustPut(t, p, "bucket", "small", random(1000, 1))
	mustPut(t, p, "bucket", "large", random(100_000, 1))
	write := func(size int) func() error {
		return func() error { return put(p, ctx, "bucket", "new", random(size, 1), nil) }
	}
	read := func() error { _, err := get(p, ctx, "bucket", "large", nil); return err }
	for _, c := range []struct {
		limits store.Limits
		try    func() error
		want   error
	}{
		{store.Limits{Storage: 50_000}, write(1000), uplink.ErrStorageLimitExceeded},
		{store.Limits{Storage: 110_000}, write(50_000), nil},
		{store.Limits{Storage: 110_000}, write(1000), uplink.ErrStorageLimitExceeded},
		{store.Limits{Storage: 300_000}, write(50_000), nil},
		{store.Limits{Segments: 1}, write(1000), uplink.ErrSegmentsLimitExceeded},
		{store.Limits{Segments: 1}, write(50_000), uplink.ErrSegmentsLimitExceeded},
		{store.Limits{Segments: 100}, write(1000), nil},
		{store.Limits{Bandwidth: 1}, func() error { return errors.Join(read(), read()) }, uplink.ErrBandwidthLimitExceeded},
		{store.Limits{Bandwidth: 1 << 40}, read, nil},
		{store.Limits{KeyWrites: 1}, func() error { return errors.Join(write(10)(), write(10)(), write(10)(), write(10)()) }, uplink.ErrTooManyRequests},
		{store.Limits{KeyWrites: 1_000_000}, func() error { return errors.Join(write(10)(), write(10)()) }, nil},
	} {
		t.Run(fmt.Sprintf("%+v", c.limits), func(t *testing.T) {
			limit(t, n, c.limits)
			if err := c.try(); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			limit(t, n, store.Limits{})
			check(t, c.try())
		})
	}
}

func TestRequestLimit(t *testing.T) {
	n, p := project(t, "bucket")
	limit(t, n, store.Limits{Requests: 5})
	refused := 0
	for range 30 {
		_, err := p.StatBucket(timeout(t), "bucket")
		if errors.Is(err, uplink.ErrTooManyRequests) {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if refused < 15 || refused > 25 {
		t.Errorf("%d of 30 were refused", refused)
	}
	limit(t, n, store.Limits{})
	_, err := p.StatBucket(timeout(t), "bucket")
	check(t, err)
}

// TestOtherLimits reaches those that clients have no error of their own for.
func TestOtherLimits(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	limit(t, n, store.Limits{Buckets: 2, Metadata: 100})
	_, err := p.CreateBucket(ctx, "second")
	check(t, err)
	if _, err := p.CreateBucket(ctx, "third"); err == nil {
		t.Error("a bucket too many")
	}
	_, err = p.DeleteBucket(ctx, "second")
	check(t, err)
	_, err = p.CreateBucket(ctx, "third")
	check(t, err)
	for _, size := range []int{1, 500} {
		up, err := p.UploadObject(ctx, "bucket", "key", nil)
		check(t, err)
		check(t, up.SetCustomMetadata(ctx, uplink.CustomMetadata{"k": strings.Repeat("x", size)}))
		if err := up.Commit(); (err == nil) != (size == 1) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

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
	_, _, limitName := admin.ParseLimit("speed=3")
	_, _, limitValue := admin.ParseLimit("storage=3XB")
	_, _, limitHuge := admin.ParseLimit("storage=99999999999TB")
	for i, err := range []error{list, project, limits, allow, ttl, times, n.Admin.Revoke("garbage"), n.Admin.Revoke(other.Access), limitName, limitValue, limitHuge} {
		var usage *admin.UsageError
		if !errors.As(err, &usage) {
			t.Errorf("%d: %v", i, err)
		}
	}
	_, value, err := admin.ParseLimit("storage=3GiB")
	if check(t, err); value != 3<<30 {
		t.Error(value)
	}
}

// TestReset forgets the data, also of a stopped network, and keeps the rest.
// TestLimitRequests sends what the control port may be sent.
func TestLimitRequests(t *testing.T) {
	n := start(t, network.Config{Nodes: 1})
	ask := func(body string) (string, error) {
		answer, err := n.Admin.Do("limit", json.RawMessage(body))
		return string(answer), err
	}
	got, err := ask(`{"limits": {"storage": "1GB", "bandwidth": "2MiB", "requests": 7, "key-writes": "3"}}`)
	if want := `{"requests":7,"key-writes":3,"storage":1000000000,"bandwidth":2097152,"metadata":2048,"part-size":5242880}`; err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	for body, text := range map[string]string{
		`{"limits": {"storage": "much"}}`:                     "the limit storage must be a whole number or a size like 20KB or 3MiB, not \"much\"",
		`{"limits": {"storage": 1.5}}`:                        `not "1.5"`,
		`{"limits": {"storage": null}}`:                       `not "null"`,
		`{"limits": {"storage": true}}`:                       `not "true"`,
		`{"limits": {"storage": [1]}}`:                        `not "[1]"`,
		`{"limits": {"storage": ""}}`:                         "must be a whole number",
		`{"limits": {"storage": -1}}`:                         "must not be negative",
		`{"limits": {"storage": 123456789012345678901234}}`:   "must be a whole number",
		`{"limits": {"speed": "1GB"}}`:                        `unknown limit "speed"; there are requests`,
		`{"limits": ["storage"]}`:                             "limits must be an object, not a list",
		`{"limit": {}}`:                                       `there is no setting "limit"`,
		`{"project": 3}`:                                      "project must be a text, not a number",
		`{"project": "nobody", "limits": {"storage": "1GB"}}`: "nobody",
	} {
		if _, err := ask(body); err == nil || !strings.Contains(err.Error(), text) || strings.Contains(err.Error(), "json") {
			t.Errorf("%s: %v", body, err)
		}
	}
	if after, err := ask(`{}`); err != nil || after != got {
		t.Errorf("%s, %v", after, err)
	}
}

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

// TestOrphans checks that pieces which belong to nothing are found, and that
// those of uploads are not.
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
