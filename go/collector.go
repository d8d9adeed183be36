package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The collector runs whenever the heap has grown by a share of what lives in it. A client has a few megabytes, and would
// collect many times a second; uploads keep whole segments of 64 MiB, and as much garbage would pile up beside them. So
// the share is set anew after each collection, to be this much garbage in either case.
const garbage = 20 << 20

func init() {
	if os.Getenv("GOGC") == "" {
		adjustCollector()
	}
}

// adjustCollector does so again when the collector has found what nobody refers to.
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

// collectorPercent is rounded, since setting it stops all goroutines for a moment.
func collectorPercent(live uint64) int {
	// Go lets the heap grow to the same share of this, however little lives.
	const least = 4 << 20
	percent := garbage * 100 / max(live, least)
	return int(max(percent-percent%max(percent/8, 1), 1))
}
