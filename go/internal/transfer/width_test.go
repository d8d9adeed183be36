package transfer

import (
	"testing"
	"time"
)

// simulate returns the widths of an upload whose rate depends on the number of parts.
func simulate(rate func(parts int) float64, measurements int) (widths []int) {
	now, sent := time.Unix(0, 0), 0.0
	w := &width{now: narrowest, most: widest, begun: now}
	for range measurements {
		now = now.Add(measured)
		sent += rate(w.now) * measured.Seconds()
		w.observe(now, w.now, int64(sent))
		widths = append(widths, w.now)
	}
	return widths
}

func TestTheWidthGrowsWhileThatIsFaster(t *testing.T) {
	for limit := narrowest; limit <= widest; limit++ {
		widths := simulate(func(parts int) float64 { return 1e6 * float64(min(parts, limit)) }, 2*widest)
		if last := widths[len(widths)-1]; last != limit {
			t.Error(limit, widths)
		}
	}
}

// The width of few parts doubles, until a trial fails.
func TestTheWidthOfFewPartsDoubles(t *testing.T) {
	for limit, expected := range map[int]int{2: 2, 4: 4, 7: 7, 100: 7} {
		now, sent := time.Unix(0, 0), 0.0
		w := &width{now: narrowest, most: widest, begun: now}
		w.limitTo(7)
		var widths []int
		for range 6 {
			now = now.Add(measured)
			sent += 1e6 * float64(min(w.now, limit)) * measured.Seconds()
			w.observe(now, w.now, int64(sent))
			widths = append(widths, w.now)
		}
		if w.now != expected || widths[0] != 4 {
			t.Error(limit, widths)
		}
	}
}

func TestTheWidthIsTriedAgainLater(t *testing.T) {
	tries := 0
	widths := simulate(func(int) float64 { return 1e6 }, 10*rest)
	for i := 1; i < len(widths); i++ {
		if widths[i] > narrowest+1 {
			t.Fatal(widths)
		}
		if widths[i] > widths[i-1] {
			tries++
		}
	}
	if tries < 5 || tries > 12 {
		t.Error(tries, widths)
	}
}

func TestNothingIsMeasuredWhileOtherPartsRun(t *testing.T) {
	now := time.Unix(0, 0)
	w := &width{now: 3, most: widest, begun: now}
	for _, running := range []int{2, 4, 2, 4} {
		now = now.Add(2 * measured)
		w.observe(now, running, 1e9)
	}
	w.observe(now.Add(measured/2), 3, 2e9)
	if w.now != 3 {
		t.Error(w.now)
	}
}
