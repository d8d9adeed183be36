package operation

import "libuplink/internal/handle"

// An event loop starts many small calls at once, and takes many results at once. It names each call by
// a tag of its own, so that it need not keep numbers of operations.

// Claims reports whether the tag is larger than all tags before, and makes it the largest one. A
// program that is interrupted may start the same calls again: it must not get them twice.
func (q *Queue) Claims(tag uint64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || tag <= q.lastTag {
		return false
	}
	q.lastTag = tag
	return true
}

// StartTagged starts a call whose result the queue gives out under the tag.
func StartTagged[T any](c Call[T], queue *Queue, tag uint64) {
	id := start(c, queue, tag)
	queue.mu.Lock()
	closed := queue.closed
	queue.mu.Unlock()
	if closed { // perhaps before it had the tag
		Detach(id)
	}
}

// admit keeps the number of an operation under its tag.
func (q *Queue) admit(o *Operation) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.tagged == nil {
		q.tagged = map[uint64]uintptr{}
	}
	q.tagged[o.tag] = o.id
}

// Cancel detaches the operation with the tag, unless its result was taken.
func (q *Queue) Cancel(tag uint64) {
	q.mu.Lock()
	id := q.tagged[tag]
	delete(q.tagged, tag)
	q.mu.Unlock()
	Detach(id)
}

// Tagged is the result of an operation that StartTagged has started.
type Tagged struct {
	Tag   uint64
	Value any // nil after an error
	Err   error
}

// TakeTagged takes the results of the operations that have ended, oldest first.
func (q *Queue) TakeTagged() []Tagged {
	q.mu.Lock()
	defer q.mu.Unlock()
	ended := q.taggedEnded
	if len(ended) == 0 {
		return nil
	}
	q.taggedEnded = nil
	results := make([]Tagged, 0, len(ended))
	for _, o := range ended {
		if _, found := handle.Remove[*Operation](o.id); found {
			delete(q.tagged, o.tag)
			value, err := o.outcome.(outcomeOfAnyType).parts()
			results = append(results, Tagged{o.tag, value, err})
		}
	}
	return results
}

type outcomeOfAnyType interface{ parts() (any, error) }

// parts returns the value and the error of an outcome.
func (o outcome[T]) parts() (any, error) {
	if o.err != nil {
		return nil, o.err
	}
	return o.value, nil
}
