package operation

import (
	"sync"

	"libuplink/internal/handle"
)

// Queue collects the operations that have ended, for one event loop. Those that StartTagged has
// started are in a list of their own, since the queue gives their results out, too.
type Queue struct {
	mu     sync.Mutex
	wake   func()
	ended  []uintptr
	closed bool

	tagged      map[uint64]uintptr // the numbers of operations by their tags, until their results are taken
	taggedEnded []*Operation       // also those that were canceled meanwhile
	lastTag     uint64
}

// NewQueue returns a queue that writes a byte to a descriptor when it gets its first entry. The
// descriptor must not block.
func NewQueue(descriptor int64) (*Queue, error) {
	wake, err := waker(descriptor)
	if err != nil {
		return nil, err
	}
	return &Queue{wake: wake}, nil
}

// push adds an entry. It wakes the loop only if the list was empty: the loop drains all entries.
// The byte is written under the mutex, so that none is written after Close.
func (q *Queue) push(o *Operation) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var entries int
	switch {
	case q.closed:
		return
	case o.tag != 0:
		q.taggedEnded = append(q.taggedEnded, o)
		entries = len(q.taggedEnded)
	default:
		q.ended = append(q.ended, o.id)
		entries = len(q.ended)
	}
	if entries == 1 {
		q.wake()
	}
}

// Drain removes the oldest entries, and returns at most the given number. It omits operations that
// were taken or detached.
func (q *Queue) Drain(most int) []uintptr {
	q.mu.Lock()
	defer q.mu.Unlock()
	drained, seen := q.ended[:0], 0 // drained entries move to the front of the array
	for seen < len(q.ended) && len(drained) < most {
		id := q.ended[seen]
		seen++
		if _, known := handle.Find[*Operation](id); known {
			drained = append(drained, id)
		}
	}
	q.ended = q.ended[seen:]
	if len(q.ended) == 0 {
		q.ended = nil
	}
	return drained
}

// Close removes all entries. Later ones are not added. It detaches the operations that have tags.
func (q *Queue) Close() {
	q.mu.Lock()
	tagged := q.tagged
	q.closed, q.ended, q.tagged, q.taggedEnded = true, nil, nil, nil
	q.mu.Unlock()
	for _, id := range tagged {
		Detach(id)
	}
}
