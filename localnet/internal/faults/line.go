package faults

import (
	"sync"
	"time"
)

// line is one direction of a slow link: a queue of bytes that are under way.
type line struct {
	// readMu lets one read at a time have the line's end.
	readMu sync.Mutex
	// rest has the bytes of the last parcel that were not read yet.
	rest []byte

	mu       sync.Mutex
	parcels  []parcel
	inFlight int
	// free is the time at which all bytes so far have left the sender.
	free time.Time
	// err is the error of the sender, nil while there is none.
	err error
	// added and taken wake the two ends.
	added, taken chan struct{}
}

// parcel is a part of the stream of bytes, or the stream's end with an error.
type parcel struct {
	data []byte
	due  time.Time
	err  error
}

func newLine() *line {
	return &line{added: make(chan struct{}, 1), taken: make(chan struct{}, 1)}
}

const (
	// window is how many bytes may be under way, as TCP limits them.
	window = 4 << 20
	// slack is how far ahead of the link's speed the sender may be: a process
	// that wakes up a little late loses no bandwidth.
	slack = 60 * time.Millisecond

	// parcelSeconds is how long a link takes for a parcel, within these sizes.
	parcelSeconds  = 0.005
	smallestParcel = 1 << 10
	largestParcel  = 64 << 10
)

// parcelSize returns the size of the parcels of a link in bytes.
func (e *effects) parcelSize() int {
	if e.bandwidth == 0 {
		return largestParcel
	}
	return min(max(int(e.bandwidth*parcelSeconds), smallestParcel), largestParcel)
}

// due notes that n bytes are sent now, and returns when they arrive.
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

// pace waits until the sender may send more. It reports false if the connection
// is closed first.
func (l *line) pace(c *conn) bool {
	l.mu.Lock()
	free := l.free
	l.mu.Unlock()
	return c.sleepUntil(free.Add(-slack), c.closed)
}

// put adds a parcel. It waits while the window is full, but never with the
// stream's end. If over is closed first, the parcel is lost.
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

// take returns the next parcel. It reports false if over is closed first.
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

// fail sets the error that later writes return.
func (l *line) fail(err error) {
	l.mu.Lock()
	l.err = err
	l.mu.Unlock()
}

// failed returns the sender's error.
func (l *line) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// wake wakes the goroutine that waits for the signal, or the next one to wait.
func wake(signal chan struct{}) {
	select {
	case signal <- struct{}{}:
	default:
	}
}
