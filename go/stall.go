package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"libuplink/internal/guard"
)

const defaultStall = 20 * time.Second

// stalled is a net.Error, after which Go's library takes another node.
type stalled struct{ after time.Duration }

func (s stalled) Error() string { return fmt.Sprintf("no progress for %v", s.after) }

func (s stalled) Timeout() bool { return true }

func (s stalled) Temporary() bool { return true }

// meter counts what has come through a connection: bytes that the other end has taken, and bytes from it.
type meter interface{ moved() uint64 }

// watch gives a connection up when a call waits for the other end, and no byte moves for as long as the limit. A caller
// that takes a break, between two reads or writes of a stream, does not wait for the other end.
type watch struct {
	limit  time.Duration // 0: none
	meter  meter
	giveUp func()

	waiting atomic.Int64 // since when a call waits, as nanoseconds after the epoch of clock; 0 while none does
	looking atomic.Bool
	stalled atomic.Bool

	// For look alone.
	count   uint64
	counted int64 // when count last changed
}

var epoch = time.Now()

func clock() int64 { return int64(time.Since(epoch)) }

// wait notes that a call waits, from now on, which it returns.
func (w *watch) wait() int64 {
	now := clock()
	w.waiting.Store(now)
	if w.limit > 0 && !w.looking.Swap(true) {
		w.lookLater()
	}
	return now
}

// waited notes that the call has ended, and reports whether a stall ended it.
func (w *watch) waited() bool {
	w.waiting.Store(0)
	return w.stalled.Load()
}

func (w *watch) lookLater() { guard.After(w.limit/10, w.look) }

// look runs as long as calls come. That way a call costs no timer of its own.
func (w *watch) look() {
	since := w.waiting.Load()
	if since == 0 {
		w.looking.Store(false)
		if w.waiting.Load() != 0 && !w.looking.Swap(true) {
			w.lookLater()
		}
		return
	}
	now, count := clock(), w.meter.moved()
	if count != w.count || w.counted == 0 {
		w.count, w.counted = count, now
	}
	if now-max(since, w.counted) < int64(w.limit) {
		w.lookLater()
		return
	}
	w.stalled.Store(true)
	w.giveUp()
}
