package goruntime

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// garbage is how many bytes of garbage the collector leaves. By itself it runs whenever the heap
// has grown by a share of what it keeps: a client has a few megabytes, and would collect many times
// a second; uploads keep segments of 64 MiB, and as much garbage would pile up beside them. So the
// share is set anew after each collection.
const garbage = 20 << 20

// adjustCollector sets the share, and runs again after each collection.
func adjustCollector() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	percent := collectorPercent(live[0].Value.Uint64())
	if percent != lastPercent {
		debug.SetGCPercent(percent)
		lastPercent = percent
	}
	runtime.AddCleanup(new([64]byte), func(int) { adjustCollector() }, 0)
}

var lastPercent int

// collectorPercent returns the share for so many bytes that are kept. It is rounded, since setting
// it stops all goroutines for a moment.
func collectorPercent(live uint64) int {
	// Go lets the heap grow to the same share of this, however little is kept.
	const least = 4 << 20
	percent := garbage * 100 / max(live, least)
	return int(max(percent-percent%max(percent/8, 1), 1))
}
