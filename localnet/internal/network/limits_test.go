package network_test

import (
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

// TestPresetOfProjects starts a network with and without the preset in turns:
// all projects get its limits, and keep them with those that were set.
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
