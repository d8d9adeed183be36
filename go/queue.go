package main

// #include "uplink.h"
import "C"

import (
	"sync"
	"unsafe"
)

// operationHandle has a name outside of cgo, for the tests.
type operationHandle = C.UplinkOperation

// queue is where one event loop learns which of its operations have ended.
type queue struct {
	mu     sync.Mutex
	wake   func()
	ended  []uintptr
	closed bool
}

// push wakes the loop only when the queue was empty: the loop drains all there is. The byte is written under the lock,
// so that none follows the closing.
func (q *queue) push(id uintptr) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.ended = append(q.ended, id)
	if len(q.ended) == 1 {
		q.wake()
	}
}

// drain moves the oldest entries into target. Operations that were taken or detached meanwhile are left out.
func (q *queue) drain(target []operationHandle) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	count, seen := 0, 0
	for seen < len(q.ended) && count < len(target) {
		id := q.ended[seen]
		seen++
		if _, known := handles.get(id).(*operation); known {
			target[count] = operationHandle{_handle: C.size_t(id)}
			count++
		}
	}
	q.ended = q.ended[seen:]
	if len(q.ended) == 0 {
		q.ended = nil
	}
	return count
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed, q.ended = true, nil
}

//export uplink_open_queue
func uplink_open_queue(descriptor C.int64_t) (result C.UplinkQueueResult) {
	defer rescue(&result.error)
	wake, err := waker(int64(descriptor))
	if err != nil {
		return C.UplinkQueueResult{error: errorToC(err)}
	}
	return C.UplinkQueueResult{queue: (*C.UplinkQueue)(newHandle(&queue{wake: wake}))}
}

//export uplink_queue_drain
func uplink_queue_drain(handle *C.UplinkQueue, ended *C.UplinkOperation, capacity C.size_t) C.size_t {
	defer rescue(nil)
	q, err := lookup[*queue](unsafe.Pointer(handle), "queue")
	if err != nil || ended == nil {
		return 0
	}
	const most = 1 << 20
	return C.size_t(q.drain(unsafe.Slice(ended, int(min(capacity, most)))))
}

//export uplink_free_queue_result
func uplink_free_queue_result(result C.UplinkQueueResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if q, found := freeHandle[*queue](unsafe.Pointer(result.queue)); found {
		q.close()
	}
}
