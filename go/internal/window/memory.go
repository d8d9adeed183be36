package window

import (
	"context"
	"slices"
	"sync"
)

// Memory bounds the memory of the segments that are uploaded. The part that came first may always
// go on, so the bound can be exceeded by one segment.
type Memory struct {
	limit int64

	mu      sync.Mutex
	used    int64
	turns   []*Turn
	changed chan struct{} // closed, and replaced, when a part may go on that waits
}

// Process is the memory for all segments of the process.
var Process = NewMemory(48 << 20)

// NewMemory returns memory of which nothing is used.
func NewMemory(limit int64) *Memory { return &Memory{limit: limit, changed: make(chan struct{})} }

// Turn is the place of a part among those that use the memory.
type Turn struct{ memory *Memory }

// Enter returns a place behind all others. Leave gives it up.
func (m *Memory) Enter() *Turn {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := &Turn{m}
	m.turns = append(m.turns, t)
	return t
}

// Leave gives the place up. The nil turn has none.
func (t *Turn) Leave() {
	if t == nil {
		return
	}
	m := t.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if at := slices.Index(m.turns, t); at >= 0 {
		m.turns = slices.Delete(m.turns, at, at+1)
		m.wake()
	}
}

// Await waits until the part may use more memory. The nil turn does not wait.
func (t *Turn) Await(ctx context.Context) error {
	if t == nil {
		return nil
	}
	m := t.memory
	for {
		m.mu.Lock()
		free, changed := m.used < m.limit || m.turns[0] == t, m.changed
		m.mu.Unlock()
		if free {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Used returns the number of bytes that are used.
func (m *Memory) Used() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.used
}

// add changes the number of bytes that are used.
func (m *Memory) add(count int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used += count
	if count < 0 {
		m.wake()
	}
}

// wake lets the parts that wait look again. It needs the mutex.
func (m *Memory) wake() {
	close(m.changed)
	m.changed = make(chan struct{})
}
