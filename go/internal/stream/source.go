package stream

import (
	"context"
	"io"

	"storj.io/uplink/private/object"

	"libuplink/internal/network"
)

// reader is a download of Go's library: of the newest version of an object, or of a given one.
type reader interface {
	io.ReadCloser
	Info() *object.VersionedObject
}

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
func (s *source) close() error {
	defer s.cancel(errClosed)
	return s.Close()
}
