package checksum

import (
	"context"
	"io"
	"sync"

	"libuplink/internal/guard"
)

// Read returns bytes that have arrived: memory that has them, or scratch, filled with them.
type Read func(offset int64, scratch []byte) ([]byte, error)

// Follower passes bytes on in the order of their offsets, although they arrive in any order. It reads them
// again where they have arrived, which is memory, or a file of which the system has them in memory.
// A nil Follower follows nothing.
type Follower struct {
	to    io.Writer
	read  Read
	stop  context.CancelFunc
	ended chan struct{}
	err   error // guarded by ended

	mu      sync.Mutex
	next    int64           // offset of the first byte that has not arrived, or follows such a byte
	arrived map[int64]int64 // the ends of spans behind next, by their offsets
	wake    chan struct{}   // has a value when next has grown
}

// The number of bytes that are hashed at a time.
const pieceSize = 1 << 20

// Follow passes the bytes from an offset up to an end on. It ends with ctx.
func Follow(ctx context.Context, to io.Writer, from, end int64, read Read) *Follower {
	ctx, stop := context.WithCancel(ctx)
	f := &Follower{
		to: to, read: read, stop: stop, ended: make(chan struct{}),
		next: from, arrived: map[int64]int64{}, wake: make(chan struct{}, 1),
	}
	go func() {
		defer close(f.ended)
		_, f.err = guard.Call(func() (struct{}, error) { return struct{}{}, f.run(ctx, from, end) })
	}()
	return f
}

// Arrived notes that a span has arrived. A span that arrives again has the same offset and length.
func (f *Follower) Arrived(offset, length int64) {
	if f == nil || length == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if offset < f.next {
		return
	}
	f.arrived[offset] = offset + length
	before := f.next
	for end, found := f.arrived[f.next]; found; end, found = f.arrived[f.next] {
		delete(f.arrived, f.next)
		f.next = end
	}
	if f.next > before {
		select {
		case f.wake <- struct{}{}:
		default:
		}
	}
}

// Wait waits until all bytes were passed on.
func (f *Follower) Wait() error {
	if f == nil {
		return nil
	}
	<-f.ended
	return f.err
}

// Stop ends the follower, and waits until it does not read any more.
func (f *Follower) Stop() {
	if f != nil {
		f.stop()
		<-f.ended
	}
}

// run passes bytes on as they arrive.
func (f *Follower) run(ctx context.Context, offset, end int64) error {
	scratch := make([]byte, min(pieceSize, end-offset))
	for offset < end {
		f.mu.Lock()
		next := f.next
		f.mu.Unlock()
		if offset == next {
			select {
			case <-f.wake:
				continue
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		data, err := f.read(offset, scratch[:min(pieceSize, next-offset)])
		if err != nil {
			return err
		}
		if _, err := f.to.Write(data); err != nil {
			return err
		}
		offset += int64(len(data))
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}
