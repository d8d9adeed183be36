package network_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"storj.io/uplink"
	"uplink-localnet/internal/network"
)

// killRounds is how often TestKilled kills. LOCALNET_KILLS has another number.
const killRounds = 5

// history has what each key may hold after a crash: the seeds of its possible
// contents, 0 for none. An acknowledged change leaves one of them.
type history struct {
	mu      sync.Mutex
	allowed map[string][]uint64
	fresh   map[string]bool
}

func (h *history) set(key string, seeds ...uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.allowed[key], h.fresh[key] = seeds, true
}

func (h *history) get(key string) []uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if seeds := h.allowed[key]; seeds != nil {
		return seeds
	}
	return []uint64{0}
}

// contents are inline, of one segment, or of several messages for each piece.
func contents(seed uint64) []byte {
	return random([]int{100, 20_000, 100, 300_000}[seed%4], seed)
}

// TestKilled kills the network at random points of writes and of its start,
// again and again: all acknowledged objects must be there and whole, and no
// others.
func TestKilled(t *testing.T) {
	rounds := killRounds
	if text := os.Getenv("LOCALNET_KILLS"); text != "" {
		var err error
		rounds, err = strconv.Atoi(text)
		check(t, err)
	}
	dir := filepath.Join(t.TempDir(), "network")
	n := run(t, "--dir", dir)
	p := n.open(t)
	_, err := p.CreateBucket(timeout(t), "bucket")
	check(t, err)
	first := *n
	h := &history{allowed: map[string][]uint64{}, fresh: map[string]bool{}}
	for round := range rounds {
		writeUntilKilled(t, n, p, h, round)
		if round%2 == 1 {
			killedAtStart(t, dir)
		}
		n = run(t, "--dir", dir)
		if n.Satellite != first.Satellite || n.APIKey != first.APIKey || n.Access != first.Access {
			t.Fatal("it is another network after the restart")
		}
		_ = p.Close()
		p = n.open(t)
		verify(t, p, h, round == rounds-1)
	}
	t.Logf("%d keys written in %d rounds, restarted in %v", len(h.allowed), rounds, n.startup)
	n.kill()
	nothingLeft(t, dir)
}

func writeUntilKilled(t *testing.T, n *process, p *uplink.Project, h *history, round int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			rnd := rand.New(rand.NewPCG(uint64(round), uint64(worker)))
			for i := 0; ctx.Err() == nil; i++ {
				// Sometimes an existing object changes.
				key := fmt.Sprintf("%d/%d/%d", round, worker, i-rnd.IntN(2)*rnd.IntN(i+1))
				if err := change(p, ctx, h, key, rnd); err != nil {
					return
				}
			}
		}()
	}
	time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
	n.kill()
	cancel()
	wg.Wait()
}

// change writes or deletes a key, and notes what may be there if that fails.
func change(p *uplink.Project, ctx context.Context, h *history, key string, rnd *rand.Rand) error {
	before, seed := h.get(key), rnd.Uint64()|1<<16
	if before[0] != 0 && rnd.IntN(2) == 0 {
		seed = 0
	}
	h.set(key, before[0], seed)
	var err error
	if seed == 0 {
		_, err = p.DeleteObject(ctx, "bucket", key)
	} else {
		err = put(p, ctx, "bucket", key, contents(seed), nil)
	}
	if err == nil {
		h.set(key, seed)
	}
	return err
}

// killedAtStart starts a network, and kills it before or just after it is ready.
func killedAtStart(t *testing.T, dir string) {
	t.Helper()
	path, err := built()
	check(t, err)
	command := exec.Command(path, "run", "--dir", dir)
	check(t, command.Start())
	time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond)
	_ = command.Process.Kill()
	_ = command.Wait()
}

// verify checks all keys, and reads the objects that the last round changed, or
// all objects.
func verify(t *testing.T, p *uplink.Project, h *history, all bool) {
	t.Helper()
	seen := map[string]bool{}
	for _, key := range keys(t, p.ListObjects(timeout(t), "bucket", &uplink.ListObjectsOptions{Recursive: true})) {
		seen[key] = true
	}
	for key := range seen {
		if h.allowed[key] == nil {
			t.Errorf("%s was never written", key)
		}
	}
	for key, allowed := range h.allowed {
		if !seen[key] {
			if !slices.Contains(allowed, 0) {
				t.Errorf("%s was acknowledged and is gone", key)
			}
			h.allowed[key] = []uint64{0}
			continue
		}
		if !all && !h.fresh[key] {
			continue
		}
		got := mustGet(t, p, "bucket", key)
		i := slices.IndexFunc(allowed, func(seed uint64) bool { return seed != 0 && bytes.Equal(got, contents(seed)) })
		if i < 0 {
			t.Errorf("%s has %d bytes that were not written there last", key, len(got))
			continue
		}
		h.allowed[key] = []uint64{allowed[i]}
	}
	clear(h.fresh)
}

// nothingLeft deletes all objects and lets a day pass: then the nodes must have
// no pieces.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	n, err := network.Start(network.Config{Dir: dir})
	check(t, err)
	defer func() { check(t, n.Close()) }()
	_, err = open(t, n).DeleteBucketWithObjects(timeout(t), "bucket")
	check(t, err)
	check(t, n.Satellite.DropStale(timeout(t), time.Now().Add(25*time.Hour)))
	check(t, n.Satellite.Clean(timeout(t), time.Now().Add(26*time.Hour)))
	check(t, n.Satellite.Sweep(timeout(t)))
	status, err := n.Admin.Status()
	check(t, err)
	if status.Pieces != 0 || status.Projects[0].Usage.Segments != 0 || status.Projects[0].Usage.Storage != 0 {
		t.Errorf("left behind: %+v", status)
	}
}

func TestRestartKeepsNodes(t *testing.T) {
	dir := private(t)
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
	dir := private(t)
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

func TestKeepsNothingWithoutFolder(t *testing.T) {
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
	// A loaded machine may be slow.
	for range 20 {
		n := run(t)
		fastest = min(fastest, n.startup)
		n.kill()
		if fastest <= 100*time.Millisecond {
			break
		}
	}
	t.Logf("ready after %v with 10 nodes", fastest)
	if fastest > 100*time.Millisecond {
		t.Errorf("ready after %v", fastest)
	}
}

func TestRedundancies(t *testing.T) {
	for _, c := range []struct {
		nodes      int
		redundancy string
	}{{1, ""}, {2, ""}, {3, ""}, {4, ""}, {5, ""}, {7, ""}, {10, "2/3/4/5"}, {10, "10/10/10/10"}, {20, ""}, {40, "29/30/35/40"}} {
		t.Run(fmt.Sprint(c.nodes, " ", c.redundancy), func(t *testing.T) {
			config := network.Config{Nodes: c.nodes}
			if c.redundancy != "" {
				config.Redundancy = redundancy(t, c.redundancy)
			}
			p := open(t, start(t, config))
			_, err := p.CreateBucket(timeout(t), "bucket")
			check(t, err)
			mustPut(t, p, "bucket", "key", random(300_000, 1))
			sameBytes(t, mustGet(t, p, "bucket", "key"), random(300_000, 1))
		})
	}
	if _, err := network.Start(network.Config{Nodes: 3, Redundancy: redundancy(t, "2/3/4/5")}); err == nil {
		t.Error("more pieces than nodes")
	}
}

// TestCleanedAtStart checks that the start deletes what became due while the
// network was stopped, and what a crash has left.
func TestCleanedAtStart(t *testing.T) {
	dir := private(t)
	var ahead atomic.Int64
	// Uploads wait for all 10 pieces, so the number of pieces is exact.
	config := network.Config{
		Dir: dir, Redundancy: redundancy(t, "4/6/10/10"),
		Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
	}
	n, err := network.Start(config)
	check(t, err)
	p, ctx := open(t, n), timeout(t)
	_, err = p.CreateBucket(ctx, "bucket")
	check(t, err)
	check(t, put(p, ctx, "bucket", "expires", random(20_000, 1), &uplink.UploadOptions{Expires: time.Now().Add(time.Hour)}))
	mustPut(t, p, "bucket", "stays", random(20_000, 2))
	info, err := p.BeginUpload(ctx, "bucket", "pending", nil)
	check(t, err)
	part, err := p.UploadPart(ctx, "bucket", "pending", info.UploadID, 1)
	check(t, err)
	_, err = part.Write(random(20_000, 3))
	check(t, err)
	check(t, part.Commit())
	orphan, err := n.Pieces[0].Create([32]byte{1})
	check(t, err)
	check(t, orphan.Commit())
	if got := pieces(t, n); got != 31 {
		t.Errorf("%d pieces", got)
	}
	check(t, n.Close())

	ahead.Store(int64(25 * time.Hour))
	n, err = network.Start(config)
	check(t, err)
	defer func() { check(t, n.Close()) }()
	for end := time.Now().Add(20 * time.Second); pieces(t, n) > 10 && time.Now().Before(end); {
		time.Sleep(100 * time.Millisecond)
		ahead.Add(int64(5 * time.Second)) // longer than all waiting times
	}
	if got := pieces(t, n); got != 10 {
		t.Errorf("%d pieces are left, want 10", got)
	}
	status, err := n.Admin.Status()
	check(t, err)
	if u := status.Projects[0].Usage; u.Objects != 1 || u.Segments != 1 {
		t.Errorf("%+v", u)
	}
	sameBytes(t, mustGet(t, open(t, n), "bucket", "stays"), random(20_000, 2))
}
