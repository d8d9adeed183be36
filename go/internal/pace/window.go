package pace

import "time"

// window counts the events of the last second, in tenths of a second.
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
