// Package goruntime adjusts Go's runtime to a process that is not only this library's.
package goruntime

import (
	"os"
	"runtime"
)

// mostProcessors bounds the threads that run Go code at the same time.
const mostProcessors = 12

// Adjust sets GOMAXPROCS and GOGC unless the environment does.
func Adjust() {
	if os.Getenv("GOMAXPROCS") == "" && runtime.GOMAXPROCS(0) > mostProcessors {
		runtime.GOMAXPROCS(mostProcessors)
	}
	if os.Getenv("GOGC") == "" {
		adjustCollector()
	}
}
