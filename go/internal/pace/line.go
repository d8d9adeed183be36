package pace

import (
	"cmp"
	"slices"
	"time"
)

// line holds the requests that wait, and grants one after the other: the lowest number first.
type line struct {
	// Returns the time between two grants; 0 grants all requests at once.
	interval func(now time.Time) time.Duration
	// After a late timer, grants may be this much ahead of their interval.
	slack time.Duration

	next    time.Time // when the next grant is due
	waiting []*waiter // sorted by number
	timer   *time.Timer
}

// waiter is a request in a line.
type waiter struct {
	number  uint64
	granted chan struct{}
}

func byNumber(a, b *waiter) int { return cmp.Compare(a.number, b.number) }

// add puts a request into the line.
func (l *line) add(number uint64) *waiter {
	w := &waiter{number: number, granted: make(chan struct{})}
	at, _ := slices.BinarySearchFunc(l.waiting, w, byNumber)
	l.waiting = slices.Insert(l.waiting, at, w)
	return w
}

// remove takes a waiter out of the line, unless it was granted meanwhile.
func (l *line) remove(w *waiter) {
	if at, found := slices.BinarySearchFunc(l.waiting, w, byNumber); found {
		l.waiting = slices.Delete(l.waiting, at, at+1)
	}
}

// grant grants the requests that are due. It returns the time until the next grant, or a negative
// time if the line is empty.
func (l *line) grant(now time.Time) time.Duration {
	for len(l.waiting) > 0 {
		interval := l.interval(now)
		if due := l.next.Sub(now); due > 0 && interval > 0 {
			return due
		}
		close(l.waiting[0].granted)
		l.waiting = slices.Delete(l.waiting, 0, 1)
		if earliest := now.Add(-l.slack); l.next.Before(earliest) {
			l.next = earliest
		}
		l.next = l.next.Add(interval)
	}
	return -1
}
