package satellite

import (
	"sync"
	"time"

	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

// Clients compare these texts.
var (
	errTooManyRequests = status(rpcstatus.ResourceExhausted, "Too Many Requests")
	errBandwidth       = status(rpcstatus.ResourceExhausted, "Exceeded Usage Limit")
	errStorage         = status(rpcstatus.ResourceExhausted, "Exceeded Storage Limit")
	errSegments        = status(rpcstatus.ResourceExhausted, "Exceeded Segments Limit")
)

// meters has the counters that need not survive a crash, of all projects.
type meters struct {
	mu       sync.Mutex
	projects map[store.ProjectID]*meter
}

// meter has the counters of one project.
type meter struct {
	requests allowance
	// written has the allowances of keys that were written lately. At sweepAt
	// entries, full allowances are dropped.
	written map[writtenKey]allowance
	sweepAt int
	// bandwidth is the number of bytes downloaded, stored the part of them that
	// is in the store. Both are valid once they were loaded.
	bandwidth, stored int64
	loaded            bool
}

type writtenKey struct {
	bucket uint64
	key    string
}

// of returns the meter of a project. The caller holds the lock.
func (m *meters) of(project store.ProjectID) *meter {
	if m.projects == nil {
		m.projects = map[store.ProjectID]*meter{}
	}
	if m.projects[project] == nil {
		m.projects[project] = &meter{sweepAt: firstSweep}
	}
	return m.projects[project]
}

// admit counts a request against the project's rate, and returns an error if it is
// exceeded. The burst is the rate: so many requests may come at once.
func (c *call) admit() error {
	rate := float64(c.owner.Limits.Requests)
	if rate <= 0 || c.tx.Again {
		return nil
	}
	c.meters.mu.Lock()
	defer c.meters.mu.Unlock()
	if !c.meters.of(c.project).requests.take(c.at, rate, rate) {
		return errTooManyRequests
	}
	return nil
}

// allowance is a token bucket: tokens is how many actions were possible at the time
// filled.
type allowance struct {
	tokens float64
	filled time.Time
}

// fill adds the tokens of the time since the last fill, up to burst.
func (a *allowance) fill(now time.Time, rate, burst float64) {
	if a.filled.IsZero() {
		a.tokens = burst
	} else if passed := now.Sub(a.filled).Seconds(); passed > 0 {
		a.tokens = min(burst, a.tokens+passed*rate)
	}
	a.filled = now
}

// take takes a token, and reports whether there was one.
func (a *allowance) take(now time.Time, rate, burst float64) bool {
	a.fill(now, rate, burst)
	if a.tokens < 1 {
		return false
	}
	a.tokens--
	return true
}

const (
	firstSweep = 4096
	// keyWritesBurst is how many writes of one key may come at once.
	keyWritesBurst = 3
)

// admitWrite counts a write of a key against the project's rate for one key, and
// returns an error if it is exceeded.
func (c *call) admitWrite(b *store.Bucket, key []byte) error {
	rate := float64(c.owner.Limits.KeyWrites)
	if rate <= 0 || c.tx.Again {
		return nil
	}
	burst := max(rate, keyWritesBurst)
	c.meters.mu.Lock()
	defer c.meters.mu.Unlock()
	m := c.meters.of(c.project)
	if m.written == nil {
		m.written = map[writtenKey]allowance{}
	}
	if len(m.written) >= m.sweepAt {
		for old, a := range m.written {
			if a.fill(c.at, rate, burst); a.tokens >= burst {
				delete(m.written, old)
			}
		}
		m.sweepAt = max(firstSweep, 2*len(m.written))
	}
	at := writtenKey{b.Number, string(key)}
	a := m.written[at]
	permitted := a.take(c.at, rate, burst)
	m.written[at] = a
	if !permitted {
		return errTooManyRequests
	}
	return nil
}

// checkRoom returns an error if the project has reached its limit of storage or
// segments. The upload that crosses a limit passes: its size is not known when it
// begins.
func (c *call) checkRoom() error {
	limits := &c.owner.Limits
	if limits.Storage <= 0 && limits.Segments <= 0 {
		return nil
	}
	used, err := c.tx.Usage(c.project)
	if err != nil {
		return err
	}
	switch {
	case reached(limits.Storage, used.Storage):
		return errStorage
	case reached(limits.Segments, used.Segments):
		return errSegments
	}
	return nil
}

func reached(limit, used int64) bool { return limit > 0 && used >= limit }

// checkRoomForBucket returns an error if the project has reached its limit of
// buckets.
func (c *call) checkRoomForBucket() error {
	limit := c.owner.Limits.Buckets
	if limit <= 0 {
		return nil
	}
	used, err := c.tx.Usage(c.project)
	if err == nil && reached(limit, used.Buckets) {
		return status(rpcstatus.ResourceExhausted, "number of allocated buckets (%d) exceeded", limit)
	}
	return err
}

// admitDownload counts the bytes of a segment against the project's bandwidth, and
// returns an error if its limit was reached before.
func (c *call) admitDownload(bytes int64) error {
	used, err := c.tx.Usage(c.project)
	if err != nil {
		return err
	}
	c.meters.mu.Lock()
	defer c.meters.mu.Unlock()
	m := c.meters.of(c.project)
	if !m.loaded {
		m.bandwidth, m.stored, m.loaded = used.Bandwidth, used.Bandwidth, true
	}
	if reached(c.owner.Limits.Bandwidth, m.bandwidth) {
		return errBandwidth
	}
	m.bandwidth += bytes
	return nil
}

// Bandwidth returns how many bytes a project has downloaded; stored is the number
// in the store.
func (e *Endpoint) Bandwidth(project store.ProjectID, stored int64) int64 {
	e.meters.mu.Lock()
	defer e.meters.mu.Unlock()
	if m := e.meters.of(project); m.loaded {
		return m.bandwidth
	}
	return stored
}

// ForgetMeters sets all counters back.
func (e *Endpoint) ForgetMeters() {
	e.meters.mu.Lock()
	defer e.meters.mu.Unlock()
	e.meters.projects = nil
}

// storeMeters puts the counters of bandwidth into the store. The cleaning does that,
// because a sync with each download would slow all downloads.
func (e *Endpoint) storeMeters() error {
	changed := map[store.ProjectID]int64{}
	e.meters.mu.Lock()
	for project, m := range e.meters.projects {
		if m.loaded && m.bandwidth != m.stored {
			changed[project], m.stored = m.bandwidth, m.bandwidth
		}
	}
	e.meters.mu.Unlock()
	if len(changed) == 0 {
		return nil
	}
	return e.store.Update(func(tx *store.Tx) error {
		for project, used := range changed {
			if err := tx.SetBandwidth(project, used); err != nil {
				return err
			}
		}
		return nil
	})
}
