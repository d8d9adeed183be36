package transfer

import (
	"context"
	"sync/atomic"
	"time"

	"libuplink/internal/guard"
)

// sendMissing uploads the parts that are not stored yet, several at the same time. After the first
// error it cancels the others, and waits for them.
func (s *partsUpload) sendMissing(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var missing []int
	for index, etag := range s.etags {
		if etag == nil {
			missing = append(missing, index)
		}
	}
	return sendAll(ctx, cancel, len(missing), func(job int, count func(int64)) error {
		return s.sendPart(ctx, missing[job], count)
	})
}

// sendAll runs jobs, as many at the same time as make it faster. It counts the bytes that they have
// sent. At the first error it calls cancel, and waits for the jobs that run.
func sendAll(ctx context.Context, cancel func(), jobs int, send func(job int, count func(int64)) error) error {
	var sent atomic.Int64
	count := func(size int64) { sent.Add(size) }
	ended := make(chan error)
	width := newWidth(time.Now())
	ticker := time.NewTicker(measured / 3)
	defer ticker.Stop()
	var failure error
	for next, running := 0, 0; ; {
		for failure == nil && next < jobs && running < width.now {
			job := next
			go func() {
				_, err := guard.Call(func() (struct{}, error) { return struct{}{}, send(job, count) })
				ended <- err
			}()
			next, running = next+1, running+1
		}
		if running == 0 {
			return failure
		}
		select {
		case err := <-ended:
			running--
			if err != nil && failure == nil {
				failure = err
				cancel()
			}
		case now := <-ticker.C:
			width.observe(now, running, sent.Load())
		}
	}
}
