package ranges

import "time"

// climb finds the number of streams that is fastest: it doubles the number, compares how many bytes
// come with the new one and with the former one, and takes the former one back if that was as fast.
type climb struct {
	streams, most int

	since   time.Time // when the window began; zero before the first observation
	bytes   int64     // received before the window
	grown   time.Time // when streams was last raised
	former  int       // streams before it was raised; 0 unless it is on trial
	rate    float64   // bytes a second with the former number
	settled time.Time // until when the number stays; zero to go on
}

const (
	// Within a window, each stream receives some blocks.
	shortestWindow  = 200 * time.Millisecond
	longestWindow   = 2 * time.Second
	windowPerStream = 4 << 20
	// New streams have to connect first.
	longestWarming = 2 * time.Second
	// What more streams must gain, since rates vary.
	leastGain = 1.15
	// After this time, the network may have changed.
	settledFor = 10 * time.Second
)

func newClimb(streams, most int) climb { return climb{streams: streams, most: most} }

// observe takes notice of the bytes received so far, and of whether all streams have received some.
func (c *climb) observe(now time.Time, received int64, warm bool) {
	if c.since.IsZero() || !warm && now.Sub(c.grown) < longestWarming {
		c.begin(now, received)
		return
	}
	span, bytes := now.Sub(c.since), received-c.bytes
	if span < shortestWindow || bytes < int64(c.streams)*windowPerStream && span < longestWindow {
		return
	}
	rate := float64(bytes) / span.Seconds()
	c.begin(now, received)
	switch {
	case c.former > 0 && rate < c.rate*leastGain:
		c.streams, c.former = c.former, 0
		c.settled = now.Add(settledFor)
	case now.Before(c.settled) || c.streams == c.most:
		c.former = 0
	default:
		c.former, c.rate = c.streams, rate
		c.streams = min(2*c.streams, c.most)
		c.grown = now
	}
}

// begin begins a window.
func (c *climb) begin(now time.Time, received int64) {
	c.since, c.bytes = now, received
	if c.grown.IsZero() {
		c.grown = now
	}
}
