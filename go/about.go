package main

// #include "uplink.h"
import "C"

import (
	"runtime/debug"
	"sync"
)

// buildInfo is C memory for as long as the process lives: a constant that is asked for seldom.
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
	return C.UplinkBudget{calls: C.int32_t(cap(process().calls)), connections: C.int32_t(process().transfers.limit)}
}
