package tree

import (
	"context"
	"sync"
	"time"

	"libuplink/internal/guard"
	"libuplink/internal/progress"
)

// How often the counts of a transfer are added to those of the job.
const countInterval = 50 * time.Millisecond

// counted runs the transfer of a large file until it succeeds, as persist does. Each attempt has
// counters of its own, which are added to those of the job meanwhile, and taken back after an error.
func (r *run) counted(ctx context.Context, transfer func(counters *progress.Counters) error) error {
	return r.persist(ctx, func() error {
		var own, added progress.Counters
		add := func() { r.addCounts(&own, &added) }
		ended := make(chan struct{})
		var adding sync.WaitGroup
		adding.Go(func() {
			ticker := time.NewTicker(countInterval)
			defer ticker.Stop()
			for {
				select {
				case <-ticker.C:
					add()
				case <-ended:
					return
				}
			}
		})
		_, err := guard.Call(func() (struct{}, error) { return struct{}{}, transfer(&own) })
		close(ended)
		adding.Wait()
		if err != nil {
			own.Total.Store(0)
			own.Transferred.Store(0)
			own.Committed.Store(0)
		}
		add()
		return err
	})
}

// addCounts adds the counts of a transfer to those of the job, but for what was added before.
func (r *run) addCounts(own, added *progress.Counters) {
	add := func(count int64, before, total interface {
		Add(delta int64) int64
		Load() int64
	}) {
		more := count - before.Load()
		before.Add(more)
		total.Add(more)
	}
	job := r.job.Counters
	add(own.Total.Load(), &added.Total, &job.Total)
	add(own.Transferred.Load(), &added.Transferred, &job.Transferred)
	add(own.Committed.Load(), &added.Committed, &job.Committed)
}
