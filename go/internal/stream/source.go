package stream

import (
	"context"

	"libuplink/internal/network"
)

// source is where a download gets its bytes: a download of Go's library with a context of its own.
// A download opens another source when one fails.
type source struct {
	reader // nil until it is open
	silence
	ctx context.Context
}

func newSource(parent context.Context, hasAll bool) *source {
	s := &source{silence: silence{hasAll: hasAll, meters: map[network.Meter]struct{}{}}}
	ctx, cancel := context.WithCancelCause(parent)
	s.ctx, s.cancel = network.WithObserver(ctx, &s.silence), cancel
	return s
}

// close closes the download before its context ends, so that its connections can be used again.
func (s *source) close() {
	defer s.cancel(errClosed)
	_ = s.Close()
}
