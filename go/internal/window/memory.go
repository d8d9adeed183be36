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

// Turn is the place of a part among those that use the memory, and what the part uses.
type Turn struct {
	memory *Memory
	// Guarded by the mutex of the memory.
	used     int64
	finished bool
}

// NewTurn returns a turn without a place, for a part that uses nothing yet.
func (m *Memory) NewTurn() *Turn { return &Turn{memory: m} }

// Enter takes the place behind all others, once.
func (t *Turn) Enter() {
	m := t.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if !t.finished && !slices.Contains(m.turns, t) {
		m.turns = append(m.turns, t)
	}
}

// Finish lets the part give its place up when it uses no more memory: it needs no further. A part that
// waits for the satellite then blocks no other.
func (t *Turn) Finish() {
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	t.finished = true
	t.leaveIfDone()
}

// Leave gives the place up.
func (t *Turn) Leave() {
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	t.finished = true
	t.leave()
}

// add changes the number of bytes that the part uses.
func (t *Turn) add(count int64) {
	m := t.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used += count
	t.used += count
	if count < 0 {
		m.wake()
	}
	t.leaveIfDone()
}

// leaveIfDone needs the mutex.
func (t *Turn) leaveIfDone() {
	if t.finished && t.used == 0 {
		t.leave()
	}
}

// leave needs the mutex.
func (t *Turn) leave() {
	m := t.memory
	if at := slices.Index(m.turns, t); at >= 0 {
		m.turns = slices.Delete(m.turns, at, at+1)
		m.wake()
	}
}

// Await waits until the part may use more memory. A part without a place does not wait.
func (t *Turn) Await(ctx context.Context) error {
	m := t.memory
	for {
		m.mu.Lock()
		free, changed := m.used < m.limit || slices.Index(m.turns, t) <= 0, m.changed
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

// wake lets the parts that wait look again. It needs the mutex.
func (m *Memory) wake() {
	close(m.changed)
	m.changed = make(chan struct{})
}
