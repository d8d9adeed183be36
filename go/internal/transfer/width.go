package transfer

import "time"

const (
	// An upload without parts has two segments under way, so fewer parts would be slower.
	narrowest = 2
	// Each part has its segment in memory until nodes have stored it.
	widest = 2
	// How much faster the transfer must become by another part, in percent.
	worthwhile = 10
	// How long a rate is measured.
	measured = time.Second
	// How many measurements pass before another part is tried again.
	rest = 16
)

// width is how many parts are uploaded at the same time. It grows while that makes the upload
// faster, as far as the memory allows.
type width struct {
	now    int
	window time.Duration

	begun   time.Time // when the measurement began
	bytes   int64     // the bytes that were sent before it
	before  float64   // the rate before the last part was added; 0 if none was added on trial
	resting int       // the measurements to come before the next trial
}

func newWidth(now time.Time) *width {
	return &width{now: narrowest, window: measured, begun: now}
}

// observe takes the number of bytes that were sent by now. busy is whether as many parts run as may,
// and more are to come: otherwise the rate shows nothing.
func (w *width) observe(now time.Time, bytes int64, busy bool) {
	if !busy {
		w.begun, w.bytes = now, bytes
		return
	}
	span := now.Sub(w.begun)
	if span < w.window {
		return
	}
	rate := float64(bytes-w.bytes) / span.Seconds()
	w.begun, w.bytes = now, bytes
	switch {
	case w.before > 0 && rate < w.before*(100+worthwhile)/100:
		w.now-- // the part on trial made nothing faster
		w.before, w.resting = 0, rest
	case w.resting > 0:
		w.resting--
	case w.now < widest:
		w.now++
		w.before = rate
	default:
		w.before = 0
	}
}
