package goruntime

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// The number of bytes of garbage that may pile up before the collector runs. By itself the collector
// runs whenever the heap has grown by a share of what was kept. A client keeps a few megabytes, and
// would collect many times a second. Uploads keep segments of 64 MiB, and as much garbage would pile
// up beside them. So the share is set anew after each collection.
//
// A collection mostly scans stacks, and each connection has three goroutines. So more garbage may
// pile up while there are many connections. A single stream has few.
const (
	leastGarbage        = 20 << 20
	mostGarbage         = 40 << 20
	fewGoroutines       = 128
	garbageForGoroutine = 96 << 10 // for each goroutine more
	// While files of a folder are downloaded, each by one call. An object of 10 KiB leaves 350 KB of
	// garbage, so without this the collector takes a tenth of the processor time.
	garbageOfSmallFiles = 40 << 20
)

// smallFiles is the number of small files under way.
var smallFiles atomic.Int64

// AllowGarbage allows more garbage, from the next collection on, until release is called. Several
// calls together allow no more than one.
func AllowGarbage() (release func()) {
	smallFiles.Add(1)
	return func() { smallFiles.Add(-1) }
}

// garbageFor returns the number of bytes of garbage for the number of goroutines.
func garbageFor(goroutines uint64) uint64 {
	more := max(goroutines, fewGoroutines) - fewGoroutines
	garbage := min(leastGarbage+more*garbageForGoroutine, mostGarbage)
	if smallFiles.Load() > 0 {
		garbage += garbageOfSmallFiles
	}
	return garbage
}

// adjustCollector sets the share, and runs again after each collection.
func adjustCollector() {
	// Go takes its share of all of these bytes: what lives, the stacks, and the globals.
	shared := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"},
	}
	goroutines := []metrics.Sample{{Name: "/sched/goroutines:goroutines"}}
	metrics.Read(shared)
	metrics.Read(goroutines)
	var whole uint64
	for _, part := range shared {
		whole += part.Value.Uint64()
	}
	percent := collectorPercent(whole, garbageFor(goroutines[0].Value.Uint64()))
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

// collectorPercent returns which share of the whole may be garbage. It is rounded so that it is rarely
// set: setting it stops all goroutines for a moment.
func collectorPercent(whole, garbage uint64) int {
	// Go takes the share of at least this, however little is kept.
	const least = 4 << 20
	percent := garbage * 100 / max(whole, least)
	return int(max(percent-percent%max(percent/8, 1), 1))
}
