package transfer

import (
	"context"
	"sync"

	"libuplink/internal/fail"
	"libuplink/internal/objects"
	"libuplink/internal/progress"
	"libuplink/internal/project"
)

// Memory is a source in the memory of the caller, which gets it back with Return. It is copied piece by
// piece, so a return waits for the copies under way only, however long the network takes.
type Memory struct {
	mu       sync.RWMutex
	bytes    []byte // nil after the return
	size     int64
	returned chan struct{}
}

// Lend returns a source of bytes of the caller.
func Lend(bytes []byte) *Memory {
	return &Memory{bytes: bytes, size: int64(len(bytes)), returned: make(chan struct{})}
}

// Return gives the memory back. Nothing is read from it afterwards.
func (m *Memory) Return() {
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case <-m.returned:
	default:
		m.bytes = nil
		close(m.returned)
	}
}

// Returned returns a channel that is closed once the caller has the memory back.
func (m *Memory) Returned() <-chan struct{} { return m.returned }

func (m *Memory) length() int64 { return m.size }

var errReturned = fail.Canceled("the memory is the caller's again")

func (m *Memory) read(data []byte, offset int64) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.bytes == nil && len(data) > 0 {
		return errReturned
	}
	copy(data, m.bytes[offset:])
	return nil
}

func (m *Memory) close() { m.Return() }

// check returns nil: a change of memory cannot be noticed.
func (m *Memory) check() error { return nil }

// UploadMemory uploads bytes, as UploadFile uploads a file, and returns the memory at its end, or when
// ctx ends. It leaves no pending upload.
func UploadMemory(ctx context.Context, p *project.Project, bucket, key string, memory *Memory, options UploadOptions,
	counters *progress.Counters) (*objects.Record, error) {
	defer context.AfterFunc(ctx, memory.Return)()
	options.NoResume = true
	record, err := run(ctx, &upload{
		project: p, bucket: bucket, key: key, source: memory, options: options, counters: counters,
	})
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx) // and not errReturned
	}
	return record, err
}
