package ranges

import (
	"testing"
	"time"
)

// climbed returns the numbers of streams of a climb on a network on which rate returns the bytes a
// second, by the number of streams.
func climbed(c climb, seconds int, rate func(streams int, at time.Duration) float64) (streams []int) {
	const step = 50 * time.Millisecond
	start := time.Now()
	received := 0.0
	for at := time.Duration(0); at < time.Duration(seconds)*time.Second; at += step {
		received += rate(c.streams, at) * step.Seconds()
		c.observe(start.Add(at), int64(received), true)
		if n := len(streams); n == 0 || streams[n-1] != c.streams {
			streams = append(streams, c.streams)
		}
	}
	return streams
}

func equal(got, expected []int) bool {
	if len(got) != len(expected) {
		return false
	}
	for i := range got {
		if got[i] != expected[i] {
			return false
		}
	}
	return true
}

func TestMoreStreamsWhileTheyAreFaster(t *testing.T) {
	const megabyte = 1e6
	for name, entry := range map[string]struct {
		rate     func(streams int) float64
		expected []int
	}{
		"each stream adds": {func(n int) float64 { return float64(n) * 40 * megabyte }, []int{2, 4, 8}},
		"the line is full": {func(n int) float64 { return 100 * megabyte }, []int{2, 4, 2}},
		"four fill it":     {func(n int) float64 { return float64(min(n, 4)) * 40 * megabyte }, []int{2, 4, 8, 4}},
		"more are slower":  {func(n int) float64 { return 100 * megabyte / float64(n) }, []int{2, 4, 2}},
		"slow":             {func(n int) float64 { return 1 * megabyte }, []int{2, 4, 2}},
	} {
		got := climbed(newClimb(2, 8), 9, func(n int, _ time.Duration) float64 { return entry.rate(n) })
		if !equal(got, entry.expected) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestTheNetworkIsTriedAgain(t *testing.T) {
	got := climbed(newClimb(2, 8), 30, func(n int, at time.Duration) float64 {
		if at < 8*time.Second {
			return 100e6
		}
		return float64(n) * 50e6
	})
	if !equal(got, []int{2, 4, 2, 4, 8}) {
		t.Error(got)
	}
}

func TestNewStreamsHaveTimeToConnect(t *testing.T) {
	c := newClimb(2, 8)
	start := time.Now()
	for at := time.Duration(0); at < longestWarming; at += 50 * time.Millisecond {
		c.observe(start.Add(at), int64(at), false)
	}
	if c.streams != 2 {
		t.Errorf("%d streams, while not all have bytes", c.streams)
	}
}
