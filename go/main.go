// Command libuplink is Storj's client library behind the C interface of uplink.h. It is built as an archive or as a
// shared library; the main function is never called.
package main

// #include "uplink.h"
import "C"

import (
	"os"
	"runtime"
)

func main() {}

//export uplink_internal_UniverseIsEmpty
func uplink_internal_UniverseIsEmpty() C.bool {
	defer rescue(nil)
	return C.bool(handles.empty())
}

//export uplink_internal_Goroutines
func uplink_internal_Goroutines() C.size_t {
	defer rescue(nil)
	return C.size_t(runtime.NumGoroutine())
}

// Each processor can mean a thread, in a process that belongs to somebody else.
const mostProcessors = 12

func init() {
	if os.Getenv("GOMAXPROCS") == "" && runtime.GOMAXPROCS(0) > mostProcessors {
		runtime.GOMAXPROCS(mostProcessors)
	}
}
