package main

import (
	"cmp"
	"slices"
	"time"
)

// line gives turns one after the other, to the lowest number first.
type line struct {
	// The time between two turns; 0 grants all turns at once.
	interval func(now time.Time) time.Duration
	// By how much turns may follow each other faster after the timer was late.
	slack time.Duration

	next    time.Time // when the next turn is due
	waiting []*turn   // by number
	timer   *time.Timer
}

type turn struct {
	number  uint64
	granted chan struct{}
}

func byNumber(a, b *turn) int { return cmp.Compare(a.number, b.number) }

func (l *line) join(number uint64) *turn {
	t := &turn{number: number, granted: make(chan struct{})}
	at, _ := slices.BinarySearchFunc(l.waiting, t, byNumber)
	l.waiting = slices.Insert(l.waiting, at, t)
	return t
}

// leave gives up a turn that may have been granted meanwhile.
func (l *line) leave(t *turn) {
	if at, found := slices.BinarySearchFunc(l.waiting, t, byNumber); found {
		l.waiting = slices.Delete(l.waiting, at, at+1)
	}
}

// grant gives the turns that are due, and returns when the next one is, or a negative time if nobody waits.
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

// window counts the events of the last second, in tenths.
type window struct {
	counts [10]int
	last   int64 // the tenth of the newest count
}

func (w *window) move(now time.Time) {
	tenths := int64(len(w.counts))
	tenth := now.UnixMilli() * tenths / 1000
	for empty := max(w.last, tenth-tenths) + 1; empty <= tenth; empty++ {
		w.counts[empty%tenths] = 0
	}
	w.last = max(w.last, tenth)
}

func (w *window) add(now time.Time) {
	w.move(now)
	w.counts[w.last%int64(len(w.counts))]++
}

func (w *window) sum(now time.Time) (sum int) {
	w.move(now)
	for _, count := range w.counts {
		sum += count
	}
	return sum
}
