package main

// #include "uplink.h"
import "C"

import (
	"runtime"
	"runtime/debug"
	"sync"

	"libuplink/internal/budget"
)

// buildInfo returns C memory that is never freed.
var buildInfo = sync.OnceValue(func() *C.char {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return C.CString("")
	}
	return C.CString(info.String())
})

//export uplink_internal_BuildInfo
func uplink_internal_BuildInfo() *C.uplink_const_char {
	defer rescue(nil)
	return (*C.uplink_const_char)(buildInfo())
}

//export uplink_internal_ProcessBudget
func uplink_internal_ProcessBudget() C.UplinkBudget {
	defer rescue(nil)
	shared := budget.Process()
	return C.UplinkBudget{calls: C.int32_t(cap(shared.InFlight)), connections: C.int32_t(shared.Connections.Limit())}
}

//export uplink_internal_Goroutines
func uplink_internal_Goroutines() C.size_t {
	defer rescue(nil)
	return C.size_t(runtime.NumGoroutine())
}
