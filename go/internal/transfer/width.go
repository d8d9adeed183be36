package transfer

import (
	"time"

	"libuplink/internal/budget"
)

const (
	// An upload without parts has two segments under way, so fewer parts would be slower.
	narrowest = 2
	widest    = 8
	// How much faster the upload must become by another part.
	worthwhile = 1.1
	// How long a rate is measured.
	measured = 300 * time.Millisecond
	// The number of measurements before another part is tried again.
	rest = 16
	// The number of times that the rest doubles.
	mostDoublings = 6
)

// width is how many parts are uploaded at the same time. It grows as long as that makes the upload
// faster.
type width struct {
	now, most int

	begun   time.Time // when the measurement began
	bytes   int64     // the bytes that were sent before it
	settles bool      // whether it is the first one, or that of a new part, which has to connect to nodes
	trial   bool      // whether the last part is on trial
	before  float64   // the rate before the trial
	resting int       // the number of measurements to come before the next trial
	patient bool      // whether the rest doubles after each trial that has failed
	failed  int       // the number of these trials
}

// newWidth returns the width of an upload that begins.
func newWidth(now time.Time) *width {
	// The other half of the connections is for other transfers.
	most := budget.Process().Connections.Limit() / 2 / budget.ConnectionsOfUpload
	return &width{now: narrowest, most: min(max(most, narrowest), widest), begun: now, settles: true}
}

// observe takes the number of parts that run, and the number of bytes that were sent by now. It
// measures only while as many parts run as may.
func (w *width) observe(now time.Time, running int, bytes int64) {
	if running != w.now {
		w.begun, w.bytes = now, bytes
		return
	}
	span := now.Sub(w.begun)
	if span < measured {
		return
	}
	rate := float64(bytes-w.bytes) / span.Seconds()
	w.begun, w.bytes = now, bytes
	if w.settles {
		w.settles = false
		return
	}
	w.decide(rate)
}

// decide changes the width after a measurement.
func (w *width) decide(rate float64) {
	switch {
	case w.trial && rate < w.before*worthwhile:
		w.now--
		w.trial, w.resting = false, rest
		if w.patient {
			w.resting <<= min(w.failed, mostDoublings)
		}
		w.failed++
	case w.resting > 0:
		w.resting--
	case w.now < w.most:
		w.now++
		w.trial, w.settles, w.before = true, true, rate
	default:
		w.trial = false
	}
}
