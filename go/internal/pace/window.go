package pace

import "time"

// window counts the events of the last second, in tenths of a second.
type window struct {
	counts [10]int
	last   int64 // the tenth of the newest count
}

// move sets the counts of the tenths since the last count to zero.
func (w *window) move(now time.Time) {
	tenths := int64(len(w.counts))
	tenth := now.UnixMilli() * tenths / 1000
	for empty := max(w.last, tenth-tenths) + 1; empty <= tenth; empty++ {
		w.counts[empty%tenths] = 0
	}
	w.last = max(w.last, tenth)
}

// add counts an event.
func (w *window) add(now time.Time) {
	w.move(now)
	w.counts[w.last%int64(len(w.counts))]++
}

// sum returns the number of events of the last second.
func (w *window) sum(now time.Time) (sum int) {
	w.move(now)
	for _, count := range w.counts {
		sum += count
	}
	return sum
}
