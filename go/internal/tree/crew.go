package tree

import (
	"sync"
	"time"
)

const (
	// Number of files under way to begin with. Where a file takes less than slow, these are more than
	// 300 files a second, and more files would only need more connections.
	fewWorkers = workers / 2
	slow       = 100 * time.Millisecond
	// A file that takes less is not copied, and does not count.
	quickest = time.Millisecond
)

// crew decides whether a job needs more workers: if each of some files took long, since most of that
// time passes on the way to the network.
type crew struct {
	mu       sync.Mutex
	complete bool // whether the job has all workers
	ended    int  // number of files that have ended since the last decision
	fastest  time.Duration
}

// grows notes how long a file took. It reports, once, whether the job needs the other workers.
func (c *crew) grows(took time.Duration) bool {
	if took < quickest {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended == 0 || took < c.fastest {
		c.fastest = took
	}
	c.ended++
	if c.complete || c.ended < fewWorkers {
		return false
	}
	c.ended, c.complete = 0, c.fastest > slow
	return c.complete
}
