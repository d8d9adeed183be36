// Command libuplink is Storj's client library behind the C interface of uplink.h. It is built as an archive or as a
// shared library; the main function is never called.
package main

import "C"

import (
	"os"
	"runtime"
)

func main() {}

// mostProcessors bounds the threads, in a process that is not only this library's.
const mostProcessors = 12

func init() {
	if os.Getenv("GOMAXPROCS") == "" && runtime.GOMAXPROCS(0) > mostProcessors {
		runtime.GOMAXPROCS(mostProcessors)
	}
}
