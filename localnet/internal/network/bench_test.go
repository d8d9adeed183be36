package network_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"storj.io/uplink"
)

// The benchmarks run the executable, because client and network are two
// processes in use. LOCALNET_BENCH_ARGS has its flags.

func benchProject(b *testing.B, args ...string) (*process, *uplink.Project) {
	b.Helper()
	args = append(args, strings.Fields(os.Getenv("LOCALNET_BENCH_ARGS"))...)
	n := run(b, args...)
	p := n.open(b)
	_, err := p.EnsureBucket(context.Background(), "bench")
	check(b, err)
	return n, p
}

// reportCPU reports the CPU time and the memory that the network has used, on
// Linux.
func (p *process) reportCPU(b *testing.B) {
	memory, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID))
	if _, rest, ok := strings.Cut(string(memory), "VmHWM:"); err == nil && ok {
		var kib float64
		_, _ = fmt.Sscan(rest, &kib)
		b.ReportMetric(kib/1024, "server-peak-MiB")
	}
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID))
	if err != nil {
		return
	}
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	var user, system int64
	_, _ = fmt.Sscan(fields[11], &user)
	_, _ = fmt.Sscan(fields[12], &system)
	b.ReportMetric(float64(user+system)*10*float64(time.Millisecond)/float64(b.N)/1e3, "server-µs/op")
}

func BenchmarkPut1KiB(b *testing.B) {
	n, p := benchProject(b)
	data := random(1024, 1)
	for i := 0; b.Loop(); i++ {
		check(b, put(p, context.Background(), "bench", fmt.Sprint(i), data, nil))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
	n.reportCPU(b)
}

func BenchmarkGet1KiB(b *testing.B) {
	n, p := benchProject(b)
	check(b, put(p, context.Background(), "bench", "key", random(1024, 1), nil))
	for b.Loop() {
		_, err := get(p, context.Background(), "bench", "key", nil)
		check(b, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "gets/s")
	n.reportCPU(b)
}

const large = 256 << 20

func BenchmarkUpload256MiB(b *testing.B) {
	n, p := benchProject(b)
	data := random(large, 1)
	b.SetBytes(large)
	for b.Loop() {
		check(b, put(p, context.Background(), "bench", "large", data, nil))
	}
	n.reportCPU(b)
}

func BenchmarkDownload256MiB(b *testing.B) {
	n, p := benchProject(b)
	check(b, put(p, context.Background(), "bench", "large", random(large, 1), nil))
	b.SetBytes(large)
	for b.Loop() {
		down, err := p.DownloadObject(context.Background(), "bench", "large", nil)
		check(b, err)
		size, err := io.Copy(io.Discard, down)
		check(b, err)
		if size != large {
			b.Fatal(size)
		}
		check(b, down.Close())
	}
	n.reportCPU(b)
}
