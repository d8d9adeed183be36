package network_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"uplink-localnet/internal/admin"
	"uplink-localnet/internal/network"
	"uplink-localnet/internal/satellite/store"
)

// damageable returns the folder of a stopped network with some objects.
func damageable(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "network")
	n, err := network.Start(network.Config{Dir: dir, Nodes: 3, NoSync: true})
	check(t, err)
	p := open(t, n)
	_, err = p.CreateBucket(timeout(t), "bucket")
	check(t, err)
	for i := range 60 {
		mustPut(t, p, "bucket", strings.Repeat("key", i+1), random(100*i, uint64(i)))
	}
	check(t, n.Close())
	return dir
}

// refused starts a network that is damaged: it must fail soon, with one
// sentence.
func refused(t *testing.T, what, dir, path string) {
	t.Helper()
	for _, open := range []func() error{
		func() error {
			n, err := network.Start(network.Config{Dir: dir})
			if err == nil {
				check(t, n.Close())
			}
			return err
		},
		func() error {
			a, err := admin.Open(dir)
			if err == nil {
				check(t, a.Close())
			}
			return err
		},
	} {
		begin := time.Now()
		err := open()
		var damaged *store.DamagedError
		if !errors.As(err, &damaged) || damaged.Path != path || strings.Count(err.Error(), "\n") > 0 || !strings.Contains(err.Error(), "restore") {
			t.Errorf("%s: %v", what, err)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: said after %v", what, took)
		}
	}
}

func TestTruncatedMetadata(t *testing.T) {
	dir := damageable(t)
	path := filepath.Join(dir, "metadata.db")
	whole, err := os.ReadFile(path)
	check(t, err)
	sizes := []int{0, 1, 15, 16, 100, 1000, 4095, 4096, 4097, 5000, 8191, 8192, 8193, 12288, 16384, 16385, 20480, len(whole) - 4096, len(whole) - 4097, len(whole) - 1}
	for range 40 {
		sizes = append(sizes, rand.IntN(len(whole)))
	}
	for _, size := range sizes {
		check(t, os.WriteFile(path, whole[:size], 0o600))
		refused(t, "truncated", dir, path)
	}
	check(t, os.Remove(path))
	refused(t, "removed", dir, path)
	check(t, os.WriteFile(path, whole, 0o600))
	n := start(t, network.Config{Dir: dir})
	sameBytes(t, mustGet(t, open(t, n), "bucket", "keykey"), random(100, 1))
}

// TestOverwrittenMetadata overwrites pages. Damage that is not found at the start
// may make calls fail, but never the process.
func TestOverwrittenMetadata(t *testing.T) {
	dir := damageable(t)
	path := filepath.Join(dir, "metadata.db")
	whole, err := os.ReadFile(path)
	check(t, err)
	started := 0
	const page = 4096
	for round := range 60 {
		spoiled := bytes.Clone(whole)
		at := rand.IntN(len(whole)/page) * page
		switch round % 3 {
		case 0: // a page of zeros
			clear(spoiled[at:][:page])
		case 1: // a page of nonsense, behind its header
			copy(spoiled[at+16:], random(page-16, uint64(round)))
		case 2: // a page that belongs elsewhere
			copy(spoiled[at:][:page], whole[rand.IntN(len(whole)/page)*page:][:page])
		}
		// The file before may still be locked: bbolt has panicked.
		check(t, os.Remove(path))
		check(t, os.WriteFile(path, spoiled, 0o600))
		n, err := network.Start(network.Config{Dir: dir, NoSync: true})
		if err != nil {
			if strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("%v", err)
			}
			continue
		}
		started++
		p := open(t, n)
		_, _ = get(p, timeout(t), "bucket", "keykey", nil)
		_ = put(p, timeout(t), "bucket", "new", random(100, 1), nil)
		check(t, n.Close())
	}
	t.Logf("%d of 60 damages were not seen at the start", started)
}

func TestDamagedFiles(t *testing.T) {
	dir := damageable(t)
	half := func(data []byte) []byte { return data[:len(data)/2] }
	gone := func([]byte) []byte { return nil }
	other := func([]byte) []byte { return []byte(`{"name": "another program's"}`) }
	for _, c := range []struct {
		file   string
		spoil  func([]byte) []byte
		blamed string
	}{
		{"network.json", half, "network.json"},
		{"network.json", other, "network.json"},
		{"satellite/identity.cert", half, "satellite"},
		{"satellite/identity.cert", gone, "satellite"},
		{"satellite/identity.key", half, "satellite"},
		{"satellite/identity.key", gone, "satellite"},
		{"nodes/02/identity.cert", gone, "nodes/02"},
		{"nodes/00/identity.key", other, "nodes/00"},
	} {
		file := filepath.Join(dir, filepath.FromSlash(c.file))
		whole, err := os.ReadFile(file)
		check(t, err)
		check(t, os.Remove(file))
		if spoiled := c.spoil(whole); spoiled != nil {
			check(t, os.WriteFile(file, spoiled, 0o600))
		}
		_, err = network.Start(network.Config{Dir: dir})
		var damaged *store.DamagedError
		if !errors.As(err, &damaged) || damaged.Path != filepath.Join(dir, filepath.FromSlash(c.blamed)) {
			t.Errorf("%s: %v", c.file, err)
		}
		check(t, os.WriteFile(file, whole, 0o600))
	}
	start(t, network.Config{Dir: dir})
}
