package network_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"storj.io/common/rpc/noise"
	"storj.io/uplink"
	"uplink-localnet/internal/faults"
	"uplink-localnet/internal/network"
	"uplink-localnet/internal/rpcserver"
)

// ways are the ways in which nodes let clients dial them.
var ways = map[string]network.Config{
	"as real nodes": {},
	"TLS":           {NoNoise: true},
	"dialled once":  {NoFastOpen: true},
	"plain":         {NoNoise: true, NoFastOpen: true, NoDebounce: true},
}

// protocols counts the connections by their first 8 bytes.
type protocols struct {
	slog.Handler
	mu    sync.Mutex
	count map[string]int
}

func newProtocols() *protocols {
	return &protocols{Handler: slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelDebug}), count: map[string]int{}}
}

func (p *protocols) Handle(_ context.Context, record slog.Record) error {
	record.Attrs(func(a slog.Attr) bool {
		if a.Key == "protocol" {
			p.mu.Lock()
			p.count[a.Value.String()]++
			p.mu.Unlock()
		}
		return true
	})
	return nil
}

func (p *protocols) of(header string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count[header]
}

// TestWays moves objects in each way: one of a single segment and one in parts;
// with and without Noise also one of two segments.
func TestWays(t *testing.T) {
	for name, config := range ways {
		t.Run(name, func(t *testing.T) {
			seen := newProtocols()
			config.Log = slog.New(seen)
			n := start(t, config)
			p := open(t, n)
			_, err := p.CreateBucket(timeout(t), "ways")
			check(t, err)
			sizes := []int{5000, 1 << 20}
			if name == "as real nodes" || name == "TLS" {
				sizes = append(sizes, 65<<20)
			}
			for i, size := range sizes {
				data := random(size, uint64(i))
				mustPut(t, p, "ways", fmt.Sprint(size), data)
				sameBytes(t, mustGet(t, p, "ways", fmt.Sprint(size)), data)
			}
			parts := [][]byte{random(5<<20, 7), random(10_000, 8)}
			putParts(t, p, parts)
			sameBytes(t, mustGet(t, p, "ways", "parts"), bytes.Join(parts, nil))
			if spoken := seen.of(noise.Header) > 0; spoken == config.NoNoise {
				t.Errorf("connections by protocol: %v", seen.count)
			}
		})
	}
}

func putParts(t *testing.T, p *uplink.Project, parts [][]byte) {
	t.Helper()
	info, err := p.BeginUpload(timeout(t), "ways", "parts", nil)
	check(t, err)
	for i, data := range parts {
		part, err := p.UploadPart(timeout(t), "ways", "parts", info.UploadID, uint32(i+1))
		check(t, err)
		_, err = part.Write(data)
		check(t, err)
		check(t, part.Commit())
	}
	_, err = p.CommitUpload(timeout(t), "ways", "parts", info.UploadID, nil)
	check(t, err)
}

// TestFaultsInAllWays checks that each fault does the same to nodes in each way
// to dial them.
func TestFaultsInAllWays(t *testing.T) {
	data := random(200_000, 1)
	for _, name := range []string{"as real nodes", "TLS", "plain"} {
		config := ways[name]
		t.Run(name, func(t *testing.T) {
			redundancy, err := network.ParseRedundancy("2/2/3/3")
			check(t, err)
			config.Redundancy = &redundancy
			config.Nodes = 3
			n := start(t, config)
			p := open(t, n)
			_, err = p.CreateBucket(timeout(t), "faults")
			check(t, err)
			mustPut(t, p, "faults", "key", data)
			for name, fault := range map[string]faults.Fault{
				"down":       {Down: true},
				"frozen":     {Frozen: true},
				"refusing":   {Refusing: true},
				"losing":     {Losing: true},
				"corrupting": {Corrupting: true},
				"slow":       {Delay: 30},
				"far":        {RTT: 20},
				"narrow":     {Mbit: 0.01},
				"cut":        {CutAfter: new(int64)},
				"cut call":   {Call: "Download", Times: new(int), CutAfter: new(int64)},
				"cut later":  {Call: "Download", Times: new(int), CutAfter: ptr[int64](20_000)},
			} {
				// New connections each time, and old ones.
				for _, p := range []*uplink.Project{p, open(t, n)} {
					fault.AllNodes = true
					added, err := n.Faults.Add(fault)
					check(t, err)
					ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
					got, err := get(p, ctx, "faults", "key", nil)
					cancel()
					if err == nil {
						t.Errorf("%s: got %d bytes", name, len(got))
					}
					_, err = n.Faults.Remove(added.ID)
					check(t, err)
				}
				sameBytes(t, mustGet(t, open(t, n), "faults", "key"), data)
			}
		})
	}
}

// TestFastOpen checks that data comes with the first packet. The kernel's setting
// belongs to the network namespace, so the test runs itself in a new namespace.
func TestFastOpen(t *testing.T) {
	const variable = "LOCALNET_TEST_FASTOPEN"
	if !rpcserver.FastOpenSupported {
		t.Skip("TCP Fast Open is for Linux")
	}
	if os.Getenv(variable) == "" {
		script := fmt.Sprintf("ip link set lo up && echo 3 > /proc/sys/net/ipv4/tcp_fastopen && %s=1 exec %s -test.run '^TestFastOpen$'", variable, os.Args[0])
		prepare := exec.Command("unshare", "--map-root-user", "--net", "sh", "-c", "ip link set lo up && echo 3 > /proc/sys/net/ipv4/tcp_fastopen")
		if out, err := prepare.CombinedOutput(); err != nil {
			t.Skipf("no network namespace can be had here: %v: %s", err, out)
		}
		out, err := exec.Command("unshare", "--map-root-user", "--net", "sh", "-c", script).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %s", err, out)
		}
		return
	}
	n, p := project(t, "bucket")
	before := fastOpens(t)
	mustPut(t, p, "bucket", "key", random(100_000, 1))
	// A node that was down has Fast Open again.
	for range 2 {
		for range 3 { // clients get the cookie with the first connection
			sameBytes(t, mustGet(t, open(t, n), "bucket", "key"), random(100_000, 1))
		}
		after := fastOpens(t)
		if after == before {
			t.Errorf("%d connections with Fast Open", after)
		}
		before = after
		added, err := n.Faults.Add(faults.Fault{AllNodes: true, Satellite: true, Down: true})
		check(t, err)
		_, err = n.Faults.Remove(added.ID)
		check(t, err)
		before = fastOpens(t)
	}
}

// fastOpens returns how many connections the kernel accepted with data in their
// first packet.
func fastOpens(t *testing.T) (count int) {
	t.Helper()
	data, err := os.ReadFile("/proc/net/netstat")
	check(t, err)
	lines := strings.Split(string(data), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		names, values := strings.Fields(lines[i]), strings.Fields(lines[i+1])
		for j, name := range names {
			if name == "TCPFastOpenPassive" {
				_, err := fmt.Sscan(values[j], &count)
				check(t, err)
				return count
			}
		}
	}
	check(t, errors.New("the kernel does not count TCPFastOpenPassive"))
	return 0
}

func ptr[T any](value T) *T { return &value }
