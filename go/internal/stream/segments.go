package stream

import (
	"context"
	"io"
	"sync"

	"libuplink/internal/budget"
)

// segments passes the bytes of an upload to Go's library. It writes each byte that begins a segment
// by itself, and delays the end of the upload's context while it does. Otherwise Go's library
// (v1.14.5) could end the upload before it knows of the segment, and wait for the segment's end for
// ever. The delay is short: such a write does not wait for the network.
type segments struct {
	// The context of the upload in Go's library. It ends after the context of the stream, and not
	// while a segment begins.
	ctx context.Context
	// Locked while a segment begins.
	beginning sync.Mutex
	// The number of bytes that were passed on. Guarded by the stream's lock.
	size int
}

// init sets the context, which ends after parent has ended.
func (s *segments) init(parent context.Context) {
	ctx, end := context.WithCancelCause(context.WithoutCancel(parent))
	s.ctx = ctx
	context.AfterFunc(parent, func() {
		s.beginning.Lock()
		defer s.beginning.Unlock()
		end(context.Cause(parent))
	})
}

// write writes all data, and returns how many bytes were accepted.
func (s *segments) write(to io.Writer, data []byte) (count int, err error) {
	for count < len(data) && err == nil {
		rest, some := data[count:], 0
		if room := s.room(); room > 0 {
			some, err = to.Write(rest[:min(room, len(rest))])
		} else {
			some, err = s.begin(to, rest[:1])
		}
		count, s.size = count+some, s.size+some
	}
	return count, err
}

// room returns the number of bytes that can be written before the next byte begins a segment. Go's
// library collects the first bytes of a segment. It begins the segment at the nodes with the first
// byte that is too many for the satellite to keep.
func (s *segments) room() int {
	const segment = 64 << 20
	collected := s.size % segment
	if collected > budget.LargestInline {
		collected -= segment // the next segment is the one to begin
	}
	return budget.LargestInline - collected
}

// begin writes the byte that begins a segment.
func (s *segments) begin(to io.Writer, data []byte) (int, error) {
	s.beginning.Lock()
	defer s.beginning.Unlock()
	if s.ctx.Err() != nil {
		return 0, context.Cause(s.ctx)
	}
	return to.Write(data)
}
