package main

// #include "uplink.h"
import "C"

import (
	"unsafe"

	"libuplink/internal/operation"
)

//export uplink_open_queue
func uplink_open_queue(descriptor C.int64_t) (result C.UplinkQueueResult) {
	defer rescue(&result.error)
	queue, err := operation.NewQueue(int64(descriptor))
	if result.error = errorToC(err); err == nil {
		result.queue = (*C.UplinkQueue)(newHandle(queue))
	}
	return result
}

//export uplink_queue_drain
func uplink_queue_drain(handle *C.UplinkQueue, ended *C.UplinkOperation, capacity C.size_t) C.size_t {
	defer rescue(nil)
	queue, err := lookup[*operation.Queue](unsafe.Pointer(handle), "queue")
	if err != nil || ended == nil {
		return 0
	}
	const most = 1 << 20
	numbers := queue.Drain(int(min(capacity, most)))
	target := unsafe.Slice(ended, len(numbers))
	for i, number := range numbers {
		target[i] = C.UplinkOperation{_handle: C.size_t(number)}
	}
	return C.size_t(len(numbers))
}

//export uplink_free_queue_result
func uplink_free_queue_result(result C.UplinkQueueResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if queue, found := freeHandle[*operation.Queue](unsafe.Pointer(result.queue)); found {
		queue.Close()
	}
}
