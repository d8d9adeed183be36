package network_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"storj.io/common/rpc/rpcstatus"
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

// TestLimits reaches each limit with an ordinary client, which must return the
// error of that limit.
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

// TestOtherLimits reaches the limits for which clients have no error.
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

// stopped returns a clock that stands still, so that no allowance grows.
func stopped() func() time.Time {
	now := time.Now()
	return func() time.Time { return now }
}

// TestStorjLimits reaches each limit of the preset.
func TestStorjLimits(t *testing.T) {
	n := start(t, network.Config{Preset: "storj", Now: stopped(), Limits: map[string]int64{"requests": 0}})
	p, ctx := open(t, n), timeout(t)
	for i := range 101 {
		_, err := p.CreateBucket(ctx, fmt.Sprintf("bucket-%03d", i))
		if full := rpcstatus.Code(err) == rpcstatus.ResourceExhausted; full != (i == 100) {
			t.Fatalf("bucket %d: %v", i, err)
		}
	}
	for i := range 4 {
		err := put(p, ctx, "bucket-000", "key", []byte("x"), nil)
		if errors.Is(err, uplink.ErrTooManyRequests) != (i == 3) {
			t.Fatalf("write %d: %v", i, err)
		}
	}
	for size, want := range map[int]rpcstatus.StatusCode{1900: rpcstatus.OK, 2100: rpcstatus.InvalidArgument} {
		up, err := p.UploadObject(ctx, "bucket-000", fmt.Sprint("metadata", size), nil)
		check(t, err)
		check(t, up.SetCustomMetadata(ctx, uplink.CustomMetadata{"k": strings.Repeat("x", size)}))
		if err := up.Commit(); rpcstatus.Code(err) != want {
			t.Errorf("%d bytes of metadata: %v", size, err)
		}
	}
	limit(t, n, store.StorjLimits)
	for i := range 101 {
		_, err := p.StatBucket(ctx, "bucket-000")
		if errors.Is(err, uplink.ErrTooManyRequests) != (i == 100) {
			t.Fatalf("request %d: %v", i, err)
		}
	}
}

// TestPresetOfProjects starts a network without, with and without the preset: all
// projects get its limits, and keep them beside the limits that were set.
func TestPresetOfProjects(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "network")
	for round, preset := range []string{"", "storj", ""} {
		n, err := network.Start(network.Config{Dir: dir, Preset: preset, NoSync: true})
		check(t, err)
		if round == 0 {
			_, err := n.Admin.SetLimits("", func(l *store.Limits) { l.Storage = 1000 })
			check(t, err)
		}
		_, err = n.Admin.Grant(admin.GrantRequest{Project: fmt.Sprint("project", round)})
		check(t, err)
		status, err := n.Admin.Status()
		check(t, err)
		for _, p := range status.Projects {
			want := store.DefaultLimits
			if round > 0 {
				want = store.StorjLimits
			}
			if p.Name == admin.DefaultProject {
				want.Storage = 1000
			}
			if p.Limits != want {
				t.Errorf("round %d, %s: %+v", round, p.Name, p.Limits)
			}
		}
		check(t, n.Close())
	}
	if _, err := network.Start(network.Config{Preset: "amazon"}); err == nil || !strings.Contains(err.Error(), "storj") {
		t.Errorf("%v", err)
	}
}

// TestLimitRequests sends good and bad requests.
func TestLimitRequests(t *testing.T) {
	n := start(t, network.Config{Nodes: 1})
	ask := func(body string) (string, error) {
		reply, err := n.Admin.Do("limit", json.RawMessage(body))
		return string(reply), err
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
