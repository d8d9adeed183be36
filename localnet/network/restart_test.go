package network_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"storj.io/uplink"
	"uplink-localnet/network"
)

// TestKilled kills the network in the middle of writes, again and again:
// whatever was acknowledged has to be there, and nothing else to be seen.
func TestKilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "network")
	n := run(t, "--dir", dir)
	p := n.open(t)
	_, err := p.CreateBucket(timeout(t), "bucket")
	check(t, err)
	first := *n
	acknowledged := map[string]int{}
	for round := range 5 {
		for key, size := range writeUntilKilled(t, n, p, round) {
			acknowledged[key] = size
		}
		n = run(t, "--dir", dir)
		if n.Satellite != first.Satellite || n.APIKey != first.APIKey || n.Access != first.Access {
			t.Fatal("it is another network after the restart")
		}
		p = n.open(t)
		verify(t, p, acknowledged)
	}
	t.Logf("%d objects acknowledged, restarted in %v", len(acknowledged), n.startup)
}

// writeUntilKilled returns the sizes of the objects that were acknowledged.
func writeUntilKilled(t *testing.T, n *process, p *uplink.Project, round int) map[string]int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	acknowledged := map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; ctx.Err() == nil; i++ {
				key := fmt.Sprintf("%d/%d/%d", round, worker, i)
				size := []int{100, 20_000}[worker%2]
				if err := put(p, ctx, "bucket", key, random(size, uint64(worker)), nil); err != nil {
					return
				}
				mu.Lock()
				acknowledged[key] = size
				mu.Unlock()
			}
		}()
	}
	time.Sleep(time.Duration(150+50*round) * time.Millisecond)
	n.kill()
	cancel()
	wg.Wait()
	return acknowledged
}

func verify(t *testing.T, p *uplink.Project, acknowledged map[string]int) {
	t.Helper()
	seen := map[string]bool{}
	for _, key := range keys(t, p.ListObjects(timeout(t), "bucket", &uplink.ListObjectsOptions{Recursive: true})) {
		seen[key] = true
		var round, worker, i int
		_, err := fmt.Sscanf(key, "%d/%d/%d", &round, &worker, &i)
		check(t, err)
		// One that was committed, but not answered before the kill, may be
		// there: then it is whole.
		size := []int{100, 20_000}[worker%2]
		sameBytes(t, mustGet(t, p, "bucket", key), random(size, uint64(worker)))
	}
	for key := range acknowledged {
		if !seen[key] {
			t.Errorf("%s was acknowledged and is gone", key)
		}
	}
}

func TestRestartKeepsNodes(t *testing.T) {
	dir := t.TempDir()
	first, err := network.Start(network.Config{Dir: dir})
	check(t, err)
	p := open(t, first)
	_, err = p.CreateBucket(timeout(t), "bucket")
	check(t, err)
	mustPut(t, p, "bucket", "key", random(100_000, 1))
	if _, err := network.Start(network.Config{Dir: dir}); err == nil {
		t.Error("started twice in one folder")
	}
	check(t, first.Close())

	if _, err := network.Start(network.Config{Dir: dir, Nodes: 5}); err == nil {
		t.Error("the network has shrunk")
	}
	second, err := network.Start(network.Config{Dir: dir, Nodes: 12})
	check(t, err)
	if !slices.Equal(second.NodeIDs[:10], first.NodeIDs) || second.URL != first.URL || second.Access != first.Access {
		t.Error("it is another network after the restart")
	}
	sameBytes(t, mustGet(t, open(t, second), "bucket", "key"), random(100_000, 1))
	check(t, second.Close())

	third, err := network.Start(network.Config{Dir: dir, Listen: "127.0.0.1:0"})
	check(t, err)
	if len(third.NodeIDs) != 12 || third.URL == second.URL {
		t.Errorf("%d nodes, %s", len(third.NodeIDs), third.URL)
	}
	check(t, third.Close())
}

func TestForeignFolder(t *testing.T) {
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "precious.txt"), []byte("x"), 0o600))
	if _, err := network.Start(network.Config{Dir: dir}); err == nil {
		t.Error("started between foreign files")
	}
	entries, err := os.ReadDir(dir)
	check(t, err)
	if len(entries) != 1 {
		t.Errorf("left things behind: %v", entries)
	}
}

func TestFolderIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes")
	}
	dir := filepath.Join(t.TempDir(), "network")
	n, err := network.Start(network.Config{Dir: dir})
	check(t, err)
	defer func() { check(t, n.Close()) }()
	check(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		return err
	}))
}

func TestStopsQuickly(t *testing.T) {
	for _, how := range []string{"SIGTERM", "SIGINT", "stdin"} {
		t.Run(how, func(t *testing.T) {
			n := run(t)
			p := n.open(t)
			ctx, cancel := context.WithCancel(context.Background())
			_, err := p.CreateBucket(ctx, "bucket")
			check(t, err)
			// Connections are open, one with an upload under way.
			up, err := p.UploadObject(ctx, "bucket", "key", nil)
			check(t, err)
			_, err = up.Write(random(5<<20, 1))
			check(t, err)
			begin := time.Now()
			switch how {
			case "SIGTERM":
				check(t, n.command.Process.Signal(syscall.SIGTERM))
			case "SIGINT":
				check(t, n.command.Process.Signal(os.Interrupt))
			default:
				check(t, n.stdin.Close())
			}
			check(t, n.command.Wait())
			if took := time.Since(begin); took > 2*time.Second {
				t.Errorf("stopped after %v", took)
			} else {
				t.Logf("stopped after %v", took)
			}
			cancel()
			_ = up.Abort()
		})
	}
}

func TestForgetsEverything(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	n := start(t, network.Config{})
	p := open(t, n)
	_, err := p.CreateBucket(timeout(t), "bucket")
	check(t, err)
	mustPut(t, p, "bucket", "key", random(100_000, 1))
	check(t, n.Close())
	entries, err := os.ReadDir(tmp)
	check(t, err)
	if len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestReadyQuickly(t *testing.T) {
	fastest := time.Hour
	for range 3 {
		n := run(t)
		fastest = min(fastest, n.startup)
		n.kill()
	}
	t.Logf("ready after %v with 10 nodes", fastest)
	if fastest > 100*time.Millisecond {
		t.Errorf("ready after %v", fastest)
	}
}

func TestSchemes(t *testing.T) {
	for _, c := range []struct {
		nodes  int
		scheme string
	}{{1, ""}, {2, ""}, {3, ""}, {4, ""}, {5, ""}, {7, ""}, {10, "2/3/4/5"}, {10, "10/10/10/10"}, {20, ""}, {40, "29/30/35/40"}} {
		t.Run(fmt.Sprint(c.nodes, " ", c.scheme), func(t *testing.T) {
			config := network.Config{Nodes: c.nodes}
			if c.scheme != "" {
				config.Scheme = scheme(t, c.scheme)
			}
			p := open(t, start(t, config))
			_, err := p.CreateBucket(timeout(t), "bucket")
			check(t, err)
			mustPut(t, p, "bucket", "key", random(300_000, 1))
			sameBytes(t, mustGet(t, p, "bucket", "key"), random(300_000, 1))
		})
	}
	if _, err := network.Start(network.Config{Nodes: 3, Scheme: scheme(t, "2/3/4/5")}); err == nil {
		t.Error("more pieces than nodes")
	}
}
