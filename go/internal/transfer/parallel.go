package transfer

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"libuplink/internal/guard"
)

// sendMissing uploads the parts that are not stored yet, several at the same time. After the first
// error it cancels the others, and waits for them.
func (s *partsUpload) sendMissing(ctx context.Context) error {
	var missing []int
	var sizes []int64
	for index, etag := range s.etags {
		if etag == nil {
			missing, sizes = append(missing, index), append(sizes, s.parts[index].size)
		}
	}
	return sendAll(ctx, sizes, func(ctx context.Context, job int, count func(int64)) error {
		return s.sendPart(ctx, missing[job], count)
	})
}

const (
	// The number of jobs up to which a trial that has failed is postponed: they share the bandwidth, so
	// one more delays the end of each, and an interruption would lose more of the few.
	fewJobs = 8
	// At this rate, in bytes a second, no job is postponed: the few are sent in seconds, and bytes in vain
	// cost more.
	fast = 40e6
	// A job that has sent more bytes is not postponed.
	mostPostponed = 16 << 20
)

// sender runs jobs, each of which sends bytes.
type sender struct {
	// send counts the bytes that it has sent. Before another attempt it counts them with a minus.
	send    func(ctx context.Context, job int, count func(int64)) error
	sizes   []int64 // of the jobs, in bytes
	queue   []int   // the jobs to start
	running []*sending
	ended   chan *sending
	passed  chan struct{} // has a value when a job has passed on all of its bytes
	width   *width
	sent    atomic.Int64
}

// sending is a job that runs.
type sending struct {
	job       int
	cancel    context.CancelFunc
	sent      atomic.Int64
	postponed bool
	err       error
}

// sendAll runs jobs, as many at the same time as make it faster, and starts them in their order. At the
// first error it cancels the jobs that run, and waits for them.
func sendAll(ctx context.Context, sizes []int64, send func(ctx context.Context, job int, count func(int64)) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &sender{
		send: send, sizes: sizes, ended: make(chan *sending), passed: make(chan struct{}, 1), width: newWidth(time.Now()),
	}
	for job := range sizes {
		s.queue = append(s.queue, job)
	}
	if len(sizes) <= fewJobs {
		s.width.limitTo(len(sizes))
	}
	ticker := time.NewTicker(measured / 3)
	defer ticker.Stop()
	var failure error
	for {
		for failure == nil && len(s.queue) > 0 && s.active() < s.width.now {
			s.start(ctx)
		}
		if len(s.running) == 0 {
			return failure
		}
		select {
		case r := <-s.ended:
			if err := s.end(r); err != nil && failure == nil {
				failure = err
				cancel()
			}
		case <-s.passed:
		case now := <-ticker.C:
			s.width.observe(now, s.active(), s.sent.Load())
			s.postpone()
		}
	}
}

// start starts the next job.
func (s *sender) start(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	r := &sending{job: s.queue[0], cancel: cancel}
	s.queue, s.running = s.queue[1:], append(s.running, r)
	size := s.sizes[r.job]
	count := func(bytes int64) {
		s.sent.Add(max(bytes, 0)) // bytes that are sent again take the network as long
		if now := r.sent.Add(bytes); now >= size && now-bytes < size {
			select {
			case s.passed <- struct{}{}:
			default: // the loop will look at all jobs
			}
		}
	}
	go func() {
		_, r.err = guard.Call(func() (struct{}, error) { return struct{}{}, s.send(ctx, r.job, count) })
		s.ended <- r
	}()
}

// active returns the number of jobs that have bytes to send. The others wait for the network, and the
// next job connects to it meanwhile.
func (s *sender) active() (count int) {
	for _, r := range s.running {
		if r.sent.Load() < s.sizes[r.job] {
			count++
		}
	}
	return count
}

// end notes that a job has ended, and returns its error. A job that was postponed is started again.
func (s *sender) end(r *sending) error {
	r.cancel()
	s.running = slices.DeleteFunc(s.running, func(other *sending) bool { return other == r })
	if r.err != nil && r.postponed {
		s.queue = slices.Insert(s.queue, 0, r.job)
		return nil
	}
	return r.err
}

// postpone cancels the newest jobs if the width has become smaller, there are few, and they have sent
// some of their bytes only.
func (s *sender) postpone() {
	if len(s.sizes) > fewJobs || s.width.before >= fast {
		return
	}
	left := s.active() - s.width.now
	for _, r := range slices.Backward(s.running) {
		if left <= 0 {
			return
		}
		if sent := r.sent.Load(); sent < s.sizes[r.job] {
			left--
			if sent < mostPostponed {
				r.postponed = true
				r.cancel()
			}
		}
	}
}
