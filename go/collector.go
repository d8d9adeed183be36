package main

import (
	"os"
	"runtime/debug"
)

// The collector runs whenever the heap has grown by a share of what lives in it, and what lives in a client is a few
// megabytes: streams would set it off many times a second. Memory that nobody touches costs no pages, but counts as
// alive, so that the collector waits for megabytes of garbage, however little lives. Uploads keep whole segments of
// 64 MiB; there a small share keeps their garbage from piling up.
const (
	ballastSize = 32 << 20
	garbage     = 25 // percent of what lives
)

var ballast = make([]byte, ballastSize)

func init() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	// The linker must not find that nobody uses it.
	ballast = ballast[:len(ballast):len(ballast)]
}
