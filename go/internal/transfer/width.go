package transfer

import (
	"math"
	"time"

	"libuplink/internal/budget"
)

const (
	// An upload without parts has two segments under way, so fewer parts would be slower.
	narrowest = 2
	widest    = 8
	// How much faster the upload must become by further parts.
	worthwhile = 1.1
	// How long a rate is measured.
	measured = 200 * time.Millisecond
	// A rate has settled if it differs by less from the one before. New parts have to connect to nodes,
	// and then their bytes fill the buffers of the network first.
	settled = 0.25
	// The number of measurements after which a rate counts that has not settled.
	mostUnsettled = 6
	// The number of measurements before another part is tried again.
	rest = 24
	// The number of times that the rest doubles.
	mostDoublings = 6
)

// width is how many parts are uploaded at the same time. It grows as long as that makes the upload
// faster.
type width struct {
	now, most int

	begun   time.Time // when the measurement began
	bytes   int64     // the bytes that were sent before it
	settles int       // the number of measurements that the rate may take to settle
	last    float64   // the rate of the measurement before, if it settles; 0 for the first one
	trial   int       // the number of parts that are on trial
	before  float64   // the rate before the trial
	resting int       // the number of measurements to come before the next trial
	failed  int       // the number of trials that have failed
	// Whether there are few parts. The width then doubles until a trial fails, since the time is short,
	// and the rest doubles after each trial that has failed.
	few bool
}

// newWidth returns the width of an upload that begins.
func newWidth(now time.Time) *width {
	// The other half of the connections is for other transfers.
	most := budget.Process().Connections.Limit() / 2 / budget.ConnectionsOfUpload
	return &width{now: narrowest, most: min(max(most, narrowest), widest), begun: now, settles: mostUnsettled}
}

// limitTo sets how many parts there are, which are few.
func (w *width) limitTo(parts int) {
	w.few, w.most = true, min(w.most, parts)
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
	if w.settles > 0 {
		w.settles--
		near := math.Abs(rate-w.last) < settled*w.last
		w.last = rate
		if !near && w.settles > 0 {
			return
		}
	}
	w.settles, w.last = 0, 0
	w.decide(rate)
}

// decide changes the width after a measurement.
func (w *width) decide(rate float64) {
	switch {
	case w.trial > 0 && rate < w.before*worthwhile:
		w.now -= w.trial
		w.trial, w.resting = 0, rest
		if w.few {
			w.resting <<= min(w.failed, mostDoublings)
		}
		w.failed++
	case w.resting > 0:
		w.resting--
	case w.now < w.most:
		w.trial = 1
		if w.few && w.failed == 0 {
			w.trial = min(w.now, w.most-w.now)
		}
		w.now += w.trial
		w.settles, w.before = mostUnsettled, rate
	default:
		w.trial = 0
	}
}
