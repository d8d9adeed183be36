package ranges

import (
	"context"
	"io"

	"libuplink/internal/stream"
)

// leastInParallel is the number of bytes from which on a read uses several streams.
const leastInParallel = 32 << 20

// Read reads from a download until the memory is full or the download ends. It reads all that is left
// in several streams if that is much.
func Read(ctx context.Context, d *stream.Download, memory []byte) (int, error) {
	rest := func(ctx context.Context, offset, length int64) error {
		return Of(d).Fetch(ctx, []Span{{offset, length}}, whole{offset, memory}, nil)
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
