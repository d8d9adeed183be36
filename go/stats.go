package main

// #include "uplink.h"
import "C"

import (
	"unsafe"

	"libuplink/internal/fail"
	"libuplink/internal/stats"
)

var eventNumbers = map[stats.Kind]C.int32_t{
	stats.RequestRefused: C.UPLINK_EVENT_REQUEST_REFUSED,
	stats.WriteRefused:   C.UPLINK_EVENT_WRITE_REFUSED,
	stats.SlowedDown:     C.UPLINK_EVENT_SLOWED_DOWN,
	stats.Redialed:       C.UPLINK_EVENT_REDIALED,
	stats.Resumed:        C.UPLINK_EVENT_RESUMED,
	stats.Stalled:        C.UPLINK_EVENT_STALLED,
	stats.NodeDown:       C.UPLINK_EVENT_NODE_DOWN,
	stats.Repeated:       C.UPLINK_EVENT_REPEATED,
}

// fillStats copies a struct into the caller's, which begins with its size. It reports whether that
// is possible. The caller's fields that this library does not know become zero.
func fillStats[T any](target *T, filled T) bool {
	if !hasSize(target) {
		return false
	}
	size, known := uintptr(*(*C.size_t)(unsafe.Pointer(target))), unsafe.Sizeof(filled)
	*(*C.size_t)(unsafe.Pointer(&filled)) = C.size_t(size)
	given := unsafe.Slice((*byte)(unsafe.Pointer(target)), size)
	clear(given[copy(given, unsafe.Slice((*byte)(unsafe.Pointer(&filled)), known)):])
	return true
}

// hasSize reports whether the caller has set the size of a struct to one that is possible.
func hasSize[T any](target *T) bool {
	const largest = 1 << 12
	if target == nil {
		return false
	}
	size := uintptr(*(*C.size_t)(unsafe.Pointer(target)))
	return size >= unsafe.Sizeof(C.size_t(0)) && size <= largest
}

//export uplink_project_stats
func uplink_project_stats(handle *C.UplinkProject, target *C.UplinkProjectStats) (failed *C.UplinkError) {
	defer rescue(&failed)
	var args arguments
	p := args.project(handle)
	if args.err != nil {
		return errorToC(args.err)
	}
	s := p.Stats()
	if !fillStats(target, C.UplinkProjectStats{
		calls_started: C.int64_t(s.Started), calls_succeeded: C.int64_t(s.Succeeded),
		calls_failed: C.int64_t(s.Failed), calls_canceled: C.int64_t(s.Canceled),
		calls_in_flight: C.int64_t(s.InFlight), calls_waiting: C.int64_t(s.Waiting),
		calls_detached: C.int64_t(s.Detached),
		requests:       C.int64_t(s.Requests), retries: C.int64_t(s.Retries),
		slow_downs: C.int64_t(s.SlowDowns), stalls: C.int64_t(s.Stalls),
		bytes_sent: C.int64_t(s.Sent), bytes_received: C.int64_t(s.Received),
		wire_bytes_sent: C.int64_t(s.WireSent), wire_bytes_received: C.int64_t(s.WireReceived),
		waited_nanoseconds:    C.int64_t(s.Waited),
		satellite_connections: C.int64_t(s.ToSatellite), node_connections: C.int64_t(s.ToNodes),
	}) {
		return errorToC(fail.InvalidArgument("stats is NULL, or its struct_size is not the size of the struct"))
	}
	return nil
}

//export uplink_operation_stats
func uplink_operation_stats(op *C.UplinkOperation, target *C.UplinkOperationStats) C.bool {
	defer rescue(nil)
	o, found := findOperation(op)
	if !found {
		return false
	}
	s := o.Stats()
	return C.bool(fillStats(target, C.UplinkOperationStats{
		requests: C.int64_t(s.Requests), retries: C.int64_t(s.Retries),
		bytes_sent: C.int64_t(s.Sent), bytes_received: C.int64_t(s.Received),
		waited_nanoseconds: C.int64_t(s.Waited),
	}))
}

//export uplink_next_event
func uplink_next_event(target *C.UplinkEvent) C.bool {
	defer rescue(nil)
	if !hasSize(target) {
		return false // the event stays
	}
	e, found := stats.NextEvent()
	if !found {
		return false
	}
	filled := C.UplinkEvent{
		kind: eventNumbers[e.Kind], count: C.int64_t(e.Count), value: C.double(e.Value),
		last_nanoseconds: C.int64_t(e.Last.UnixNano()),
	}
	room := unsafe.Slice((*byte)(unsafe.Pointer(&filled.subject)), len(filled.subject)-1)
	filled.subject_length = C.int32_t(copy(room, e.Subject))
	return C.bool(fillStats(target, filled))
}

//export uplink_has_events
func uplink_has_events() C.bool {
	defer rescue(nil)
	return C.bool(stats.HasEvents())
}
