package transfer

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"libuplink/internal/budget"
)

// link is a network that sends so many bytes a second, which all jobs share, and at most so many for
// one job.
type link struct {
	rate, each float64
	connect    time.Duration // until a job sends its first byte
	store      time.Duration // from the last byte until the job ends
	buffer     int64         // the bytes of each job that buffers of the network take at once

	mu      sync.Mutex
	active  int
	started []int
	ended   []int
	wasted  int64 // bytes of jobs that did not end
}

// send sends the bytes of a job.
func (l *link) send(ctx context.Context, job int, size int64, count func(int64)) error {
	l.mu.Lock()
	l.started = append(l.started, job)
	l.mu.Unlock()
	time.Sleep(l.connect)
	l.change(1)
	defer l.change(-1)
	const step = 10 * time.Millisecond
	sent := int64(0)
	for sent < size {
		time.Sleep(step)
		l.mu.Lock()
		share := min(l.rate/float64(l.active), l.each)
		l.mu.Unlock()
		piece := min(int64(share*step.Seconds()), size-sent)
		if sent < l.buffer {
			piece = min(2*mb, size-sent)
		}
		sent += piece
		count(piece)
		if ctx.Err() != nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.wasted += sent
			return ctx.Err()
		}
	}
	time.Sleep(l.store)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = append(l.ended, job)
	return nil
}

func (l *link) change(by int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.active += by
}

// bubble runs a test with a clock of its own. The budget of the process, which has channels, exists
// before it.
func bubble(t *testing.T, run func(t *testing.T)) {
	budget.Process()
	synctest.Test(t, run)
}

const mb = 1e6

// sendParts sends the parts of a file of so many bytes, until so many are sent, and returns how long it
// took.
func (l *link) sendParts(t *testing.T, size, until int64) time.Duration {
	t.Helper()
	var sizes []int64
	for left := size; left > 0; left -= segmentSize {
		sizes = append(sizes, min(left, segmentSize))
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	begun, sent := time.Now(), int64(0)
	var mu sync.Mutex
	err := sendAll(ctx, sizes, func(ctx context.Context, job int, count func(int64)) error {
		own := int64(0)
		err := l.send(ctx, job, sizes[job], func(piece int64) {
			count(piece)
			mu.Lock()
			defer mu.Unlock()
			own += piece
			if sent += piece; sent >= until {
				cancel()
			}
		})
		if err != nil {
			mu.Lock()
			defer mu.Unlock()
			sent -= own
		}
		return err
	})
	if (err == nil) != (until > size) {
		t.Fatal(err)
	}
	return time.Since(begun)
}

// On a link that all parts share, another part makes nothing faster. An interruption at three quarters
// keeps the first two of four parts.
func TestAnInterruptionKeepsTheFirstParts(t *testing.T) {
	for _, rate := range []float64{1 * mb, 5 * mb, 10 * mb, 35 * mb} {
		for _, connect := range []time.Duration{10 * time.Millisecond, 200 * time.Millisecond} {
			for _, buffer := range []int64{0, 1 * mb, 4 * mb} {
				bubble(t, func(t *testing.T) {
					l := &link{rate: rate, each: rate, connect: connect, buffer: buffer}
					l.sendParts(t, 200*mb, 150*mb)
					if !slices.Contains(l.ended, 0) || !slices.Contains(l.ended, 1) {
						t.Errorf("%v, %v, %v: only %v ended", rate, connect, buffer, l.ended)
					}
				})
			}
		}
	}
}

// A trial that has failed costs a small part of the bandwidth.
func TestLittleIsSentInVain(t *testing.T) {
	for _, rate := range []float64{1 * mb, 10 * mb, 30 * mb} {
		bubble(t, func(t *testing.T) {
			const size = 500 * mb
			l := &link{rate: rate, each: rate, connect: 100 * time.Millisecond}
			took := l.sendParts(t, size, 2*size).Seconds()
			if l.wasted > size/20 || took > size/rate*1.05+1 {
				t.Errorf("%v: %d bytes, %v s", rate, l.wasted, took)
			}
			slices.Sort(l.ended)
			if !slices.Equal(l.ended, []int{0, 1, 2, 3, 4, 5, 6, 7}) {
				t.Error(l.ended)
			}
		})
	}
}

// On a link that is faster with more connections, no part is postponed while that is so.
func TestPartsThatAreFasterStay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := &link{rate: 100 * mb, each: 12 * mb, connect: 100 * time.Millisecond}
		took := l.sendParts(t, 256<<20, 1<<40)
		if l.wasted > 0 || took > 8*time.Second { // two parts at a time take eleven seconds
			t.Error(l.wasted, took)
		}
	})
}

// Where a connection is the limit, four parts soon take as long as one.
func TestFourPartsSoonTakeAsLongAsOne(t *testing.T) {
	for _, buffer := range []int64{0, 1 * mb, 4 * mb, 12 * mb} {
		bubble(t, func(t *testing.T) {
			l := &link{rate: 1000 * mb, each: 24 * mb, connect: 200 * time.Millisecond, buffer: buffer}
			took := l.sendParts(t, 256<<20, 1<<40)
			if l.wasted > 0 || took > 4500*time.Millisecond { // one part takes three seconds
				t.Error(buffer, l.wasted, took)
			}
		})
	}
}

// A job connects while the one before it waits until its bytes are stored.
func TestTheNextJobBeginsWhenOneHasSentItsBytes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const pause = time.Second
		l := &link{rate: 200 * mb, each: 100 * mb, connect: pause, store: pause}
		sizes := []int64{100 * mb, 100 * mb, 100 * mb, 100 * mb}
		begun := time.Now()
		err := sendAll(t.Context(), sizes, func(ctx context.Context, job int, count func(int64)) error {
			return l.send(ctx, job, sizes[job], count)
		})
		if took := time.Since(begun); err != nil || took > 5*time.Second+pause/2 {
			t.Error(err, took)
		}
	})
}

// Where the few parts are sent in seconds, nothing is sent in vain.
func TestNothingIsSentInVainOnAFastLink(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := &link{rate: 70 * mb, each: 70 * mb, connect: 100 * time.Millisecond}
		took := l.sendParts(t, 256<<20, 1<<40).Seconds()
		if l.wasted > 0 || took > 256<<20/l.rate+0.2 {
			t.Error(l.wasted, took)
		}
	})
}

func TestTheFirstErrorEndsAllJobs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		broken := errors.New("broken")
		ended := 0
		var mu sync.Mutex
		err := sendAll(t.Context(), []int64{1, 1, 1}, func(ctx context.Context, job int, _ func(int64)) error {
			if job == 0 {
				time.Sleep(time.Second)
				return broken
			}
			<-ctx.Done()
			mu.Lock()
			defer mu.Unlock()
			ended++
			return ctx.Err()
		})
		if err != broken || ended == 0 {
			t.Error(err, ended)
		}
	})
}
