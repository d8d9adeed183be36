package satellite

import (
	"sync"
	"time"

	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/satellite/store"
)

// Clients look for these texts.
var (
	errTooManyRequests = status(rpcstatus.ResourceExhausted, "Too Many Requests")
	errBandwidth       = status(rpcstatus.ResourceExhausted, "Exceeded Usage Limit")
	errStorage         = status(rpcstatus.ResourceExhausted, "Exceeded Storage Limit")
	errSegments        = status(rpcstatus.ResourceExhausted, "Exceeded Segments Limit")
)

// meters count what need not survive a crash, for all projects.
type meters struct {
	mu       sync.Mutex
	projects map[store.ProjectID]*meter
}

// meter counts for one project.
type meter struct {
	// tokens are the requests that may come at once, as of filled.
	tokens float64
	filled time.Time
	// written has the times of the last writes to keys.
	written map[writtenKey]time.Time
	sweepAt int
	// bandwidth is the amount downloaded, stored the part of it that the
	// store knows about; known says that it was loaded.
	bandwidth, stored int64
	known             bool
}

type writtenKey struct {
	bucket uint64
	key    string
}

func (m *meters) of(project store.ProjectID) *meter {
	if m.projects == nil {
		m.projects = map[store.ProjectID]*meter{}
	}
	if m.projects[project] == nil {
		m.projects[project] = &meter{sweepAt: firstSweep}
	}
	return m.projects[project]
}

// admit counts a request. As many as are permitted in a second may come at
// once.
func (c *call) admit() error {
	rate := float64(c.owner.Limits.Requests)
	if rate <= 0 || c.tx.Again {
		return nil
	}
	c.meters.mu.Lock()
	defer c.meters.mu.Unlock()
	m := c.meters.of(c.project)
	if m.filled.IsZero() {
		m.tokens = rate
	} else if passed := c.at.Sub(m.filled).Seconds(); passed > 0 {
		m.tokens = min(rate, m.tokens+passed*rate)
	}
	m.filled = c.at
	if m.tokens < 1 {
		return errTooManyRequests
	}
	m.tokens--
	return nil
}

const firstSweep = 4096

// admitWrite counts a write to a key.
func (c *call) admitWrite(b *store.Bucket, key []byte) error {
	rate := c.owner.Limits.KeyWrites
	if rate <= 0 || c.tx.Again {
		return nil
	}
	pause := time.Second / time.Duration(rate)
	c.meters.mu.Lock()
	defer c.meters.mu.Unlock()
	m := c.meters.of(c.project)
	if m.written == nil {
		m.written = map[writtenKey]time.Time{}
	}
	at := writtenKey{b.Number, string(key)}
	if last, ok := m.written[at]; ok && c.at.Sub(last) < pause {
		return errTooManyRequests
	}
	if len(m.written) >= m.sweepAt {
		for old, last := range m.written {
			if c.at.Sub(last) >= pause {
				delete(m.written, old)
			}
		}
		m.sweepAt = max(firstSweep, 2*len(m.written))
	}
	m.written[at] = c.at
	return nil
}

// makeRoom fails when the project would have more than it may. With nothing to
// add it fails when there is no room for anything.
func (c *call) makeRoom(segments, bytes int64) error {
	limits := &c.owner.Limits
	if limits.Storage <= 0 && limits.Segments <= 0 {
		return nil
	}
	used, err := c.tx.Usage(c.project)
	if err != nil {
		return err
	}
	switch {
	case over(limits.Storage, used.Storage, bytes):
		return errStorage
	case over(limits.Segments, used.Segments, segments):
		return errSegments
	}
	return nil
}

func over(limit, used, more int64) bool {
	return limit > 0 && used+max(more, 1) > limit
}

// makeRoomForBucket fails when the project may have no further bucket.
func (c *call) makeRoomForBucket() error {
	limit := c.owner.Limits.Buckets
	if limit <= 0 {
		return nil
	}
	used, err := c.tx.Usage(c.project)
	if err == nil && over(limit, used.Buckets, 1) {
		return status(rpcstatus.ResourceExhausted, "the project has %d buckets and may not have more", used.Buckets)
	}
	return err
}

// checkMetadata refuses metadata that could not be completed later, and what is
// larger than permitted.
func (c *call) checkMetadata(data, key []byte) error {
	if limit := c.owner.Limits.Metadata; limit > 0 && int64(len(data)+len(key)) > limit {
		return status(rpcstatus.InvalidArgument, "metadata of %d bytes, at most %d are permitted", len(data)+len(key), limit)
	}
	return validateMetadata(data)
}

// handOut counts the bytes of a segment that the client may now download.
func (c *call) handOut(bytes int64) error {
	used, err := c.tx.Usage(c.project)
	if err != nil {
		return err
	}
	c.meters.mu.Lock()
	defer c.meters.mu.Unlock()
	m := c.meters.of(c.project)
	if !m.known {
		m.bandwidth, m.stored, m.known = used.Bandwidth, used.Bandwidth, true
	}
	if over(c.owner.Limits.Bandwidth, m.bandwidth, 0) {
		return errBandwidth
	}
	m.bandwidth += bytes
	return nil
}

// Bandwidth returns what a project has downloaded, if that is more than the
// store knows about.
func (e *Endpoint) Bandwidth(project store.ProjectID, stored int64) int64 {
	e.meters.mu.Lock()
	defer e.meters.mu.Unlock()
	if m := e.meters.of(project); m.known {
		return m.bandwidth
	}
	return stored
}

// ForgetMeters begins all counting anew.
func (e *Endpoint) ForgetMeters() {
	e.meters.mu.Lock()
	defer e.meters.mu.Unlock()
	e.meters.projects = nil
}

// storeMeters puts what was downloaded into the store. It is done now and then:
// a sync for each download would slow all of them down.
func (e *Endpoint) storeMeters() error {
	changed := map[store.ProjectID]int64{}
	e.meters.mu.Lock()
	for project, m := range e.meters.projects {
		if m.known && m.bandwidth != m.stored {
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
