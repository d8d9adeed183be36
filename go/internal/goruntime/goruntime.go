// Package goruntime adjusts Go's runtime to a process that is not only this library's.
package goruntime

import (
	"os"
	"runtime"
)

// mostProcessors bounds the threads.
const mostProcessors = 12

// Adjust sets what the environment does not.
func Adjust() {
	if os.Getenv("GOMAXPROCS") == "" && runtime.GOMAXPROCS(0) > mostProcessors {
		runtime.GOMAXPROCS(mostProcessors)
	}
	if os.Getenv("GOGC") == "" {
		adjustCollector()
	}
}
