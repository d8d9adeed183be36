package ranges

import (
	"context"
	"io"

	"libuplink/internal/checksum"
	"libuplink/internal/stream"
)

// leastInParallel is the number of bytes from which on a read uses several streams.
const leastInParallel = 32 << 20

// Read reads from a download until the memory is full or the download ends. It reads all that is left
// in several streams if that is much.
func Read(ctx context.Context, d *stream.Download, memory []byte) (int, error) {
	rest := func(ctx context.Context, offset, length int64) error {
		to, span := whole{offset, memory}, Span{offset, length}
		if d.Verified() == nil {
			return Of(d).Fetch(ctx, []Span{span}, to, nil)
		}
		follower := checksum.Follow(ctx, d.Verified(), offset, span.End(), to.arrived)
		defer follower.Stop()
		if err := Of(d).Fetch(ctx, []Span{span}, Followed{to, follower}, nil); err != nil {
			return err
		}
		if err := follower.Wait(); err != nil {
			return err
		}
		return d.Verified().Compare()
	}
	replaced, count, err := d.Replace(ctx, leastInParallel, int64(len(memory)), rest)
	if !replaced {
		return d.Read(ctx, memory, true)
	}
	if err == nil && count < int64(len(memory)) {
		err = io.EOF
	}
	return int(count), err
}

// whole is a target for a single span, in memory that begins at the offset.
type whole struct {
	offset int64
	memory []byte
}

func (w whole) Room(span Span, _ []byte) []byte { return w.memory[span.Offset-w.offset:][:span.Length] }

func (w whole) Store(Span, []byte) error { return nil }

// arrived returns bytes that are in the memory already.
func (w whole) arrived(offset int64, scratch []byte) ([]byte, error) {
	return w.memory[offset-w.offset:][:len(scratch)], nil
}

// Followed is a target whose spans a follower gets once they are stored.
type Followed struct {
	Target
	Follower *checksum.Follower
}

// Store takes the bytes of a span.
func (f Followed) Store(span Span, data []byte) error {
	err := f.Target.Store(span, data)
	if err == nil {
		f.Follower.Arrived(span.Offset, span.Length)
	}
	return err
}
