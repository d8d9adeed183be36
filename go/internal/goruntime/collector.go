package goruntime

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// garbage is the number of bytes of garbage that may pile up before the collector runs. By itself
// the collector runs whenever the heap has grown by a share of what was kept. A client keeps a few
// megabytes, and would collect many times a second. Uploads keep segments of 64 MiB, and as much
// garbage would pile up beside them. So the share is set anew after each collection.
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
	// Nothing refers to this object, so its cleanup runs after the next collection.
	runtime.AddCleanup(new([64]byte), func(int) { adjustCollector() }, 0)
}

// lastPercent is the share that was last set. Only adjustCollector uses it, one run after the
// other.
var lastPercent int

// collectorPercent returns the share for the number of live bytes. It is rounded so that it is
// rarely set: setting it stops all goroutines for a moment.
func collectorPercent(live uint64) int {
	// Go takes the share of at least this, however little is kept.
	const least = 4 << 20
	percent := garbage * 100 / max(live, least)
	return int(max(percent-percent%max(percent/8, 1), 1))
}
