package network

import (
	"fmt"
	"sync/atomic"
	"time"

	"libuplink/internal/guard"
)

// Stalled is the error of a connection on which no byte moved for too long. It is a net.Error,
// after which Go's library takes another node.
type Stalled struct{ After time.Duration }

func (s Stalled) Error() string { return fmt.Sprintf("no progress for %v", s.After) }

// Timeout reports that this is a timeout.
func (s Stalled) Timeout() bool { return true }

// Temporary reports that another attempt may succeed.
func (s Stalled) Temporary() bool { return true }

// watch disconnects when a call waits for the other end, and no byte moves for as long as the
// limit. A caller that pauses between two reads or writes of a stream does not wait for the other
// end.
type watch struct {
	limit      time.Duration // 0 or negative: none
	meter      Meter
	disconnect func()

	waiting  atomic.Bool  // whether a call waits
	since    atomic.Int64 // when the last call began to wait, on clock
	checking atomic.Bool  // whether check will run
	stalled  atomic.Bool

	// Used by check alone.
	counted bool   // whether count and changed are set
	count   uint64 // bytes that had moved at the last check
	changed int64  // when count last changed, on clock
}

var epoch = time.Now()

// clock returns the nanoseconds since the process started.
func clock() int64 { return int64(time.Since(epoch)) }

// begin notes that a call waits from now on, and returns the time.
func (w *watch) begin() int64 {
	now := clock()
	w.since.Store(now)
	w.waiting.Store(true)
	if w.limit > 0 && !w.checking.Swap(true) {
		w.checkLater()
	}
	return now
}

// end notes that the call no longer waits, and reports whether the connection stalled.
func (w *watch) end() (stalled bool) {
	w.waiting.Store(false)
	return w.stalled.Load()
}

func (w *watch) checkLater() { guard.After(w.limit/10, w.check) }

// check disconnects if no byte has moved for too long. It runs again and again as long as calls
// come, so that a call needs no timer of its own.
func (w *watch) check() {
	if !w.waiting.Load() {
		w.checking.Store(false)
		// A call may have begun to wait meanwhile.
		if w.waiting.Load() && !w.checking.Swap(true) {
			w.checkLater()
		}
		return
	}
	since, now, count := w.since.Load(), clock(), w.meter.Moved()
	if count != w.count || !w.counted {
		w.counted, w.count, w.changed = true, count, now
	}
	if now-max(since, w.changed) < int64(w.limit) {
		w.checkLater()
		return
	}
	w.stalled.Store(true)
	w.disconnect()
}
