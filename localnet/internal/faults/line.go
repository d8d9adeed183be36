package faults

import (
	"sync"
	"time"
)

// line is one direction of a slow link: bytes that are on their way.
type line struct {
	readMu sync.Mutex
	rest   []byte

	mu       sync.Mutex
	parcels  []parcel
	inFlight int
	// free is when the last byte so far has been put on the line.
	free time.Time
	err  error
	// added and taken wake the two ends.
	added, taken chan struct{}
}

// parcel is a part of the stream of bytes, or its end.
type parcel struct {
	data []byte
	due  time.Time
	err  error
}

func newLine() *line {
	return &line{added: make(chan struct{}, 1), taken: make(chan struct{}, 1)}
}

const (
	// window is how much may be on its way, as TCP bounds it.
	window = 4 << 20
	// slack is how far ahead of the line's speed it may be fed: a process that
	// wakes up a little late loses no bandwidth.
	slack = 60 * time.Millisecond

	smallestParcel = 1 << 10
	largestParcel  = 64 << 10
)

// parcelSize is what a link carries in a few milliseconds.
func (e *effects) parcelSize() int {
	if e.bandwidth == 0 {
		return largestParcel
	}
	return min(max(int(e.bandwidth*0.005), smallestParcel), largestParcel)
}

// due notes bytes that are sent now, and returns when they arrive.
func (l *line) due(e *effects, sent time.Time, n int) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.free.Before(sent) {
		l.free = sent
	}
	if e.bandwidth > 0 {
		l.free = l.free.Add(time.Duration(float64(n) / e.bandwidth * float64(time.Second)))
	}
	return l.free.Add(e.rtt / 2)
}

// pace waits until the line can take more, false if the connection ends.
func (l *line) pace(c *conn) bool {
	l.mu.Lock()
	free := l.free
	l.mu.Unlock()
	return c.sleepUntil(free.Add(-slack), c.closed)
}

// put adds a parcel; it waits while too much is on its way. The end of the
// stream always has room.
func (l *line) put(p parcel, over <-chan struct{}) {
	for {
		l.mu.Lock()
		if p.err != nil || l.inFlight == 0 || l.inFlight+len(p.data) <= window {
			l.parcels = append(l.parcels, p)
			l.inFlight += len(p.data)
			l.mu.Unlock()
			wake(l.added)
			return
		}
		l.mu.Unlock()
		select {
		case <-l.taken:
		case <-over:
			return
		}
	}
}

// take waits for the next parcel, false if the connection ends before.
func (l *line) take(over <-chan struct{}) (parcel, bool) {
	for {
		l.mu.Lock()
		if len(l.parcels) > 0 {
			p := l.parcels[0]
			l.parcels[0] = parcel{}
			l.parcels = l.parcels[1:]
			l.inFlight -= len(p.data)
			l.mu.Unlock()
			wake(l.taken)
			return p, true
		}
		l.mu.Unlock()
		select {
		case <-l.added:
		case <-over:
			return parcel{}, false
		}
	}
}

func (l *line) fail(err error) {
	l.mu.Lock()
	l.err = err
	l.mu.Unlock()
}

func (l *line) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

func wake(signal chan struct{}) {
	select {
	case signal <- struct{}{}:
	default:
	}
}
