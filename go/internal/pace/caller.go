package pace

import (
	"context"
	"sync/atomic"
	"time"
)

// Caller is the sender of a request and of its repeats: an operation, or a request of a stream.
type Caller struct {
	number    uint64        // its place among all callers
	repeatFor time.Duration // how long refused requests are repeated; 0 for as long as the project does
}

// callers is the number of the newest caller.
var callers atomic.Uint64

// NewCaller returns a caller that comes after all others, and repeats refused requests for the
// given time; 0 for as long as the project does.
func NewCaller(repeatFor time.Duration) Caller {
	return Caller{callers.Add(1), repeatFor}
}

// RepeatFor returns how long refused requests are repeated; 0 for as long as the project does.
func (c Caller) RepeatFor() time.Duration { return c.repeatFor }

type callerKey struct{}

// WithCaller returns a context whose requests are sent by a new caller.
func WithCaller(ctx context.Context, repeatFor time.Duration) context.Context {
	return context.WithValue(ctx, callerKey{}, NewCaller(repeatFor))
}

// FindCaller returns the caller that a context belongs to, and whether there is one.
func FindCaller(ctx context.Context) (Caller, bool) {
	c, found := ctx.Value(callerKey{}).(Caller)
	return c, found
}

// CallerOf returns the caller that a context belongs to, or a new one.
func CallerOf(ctx context.Context) Caller {
	if c, found := FindCaller(ctx); found {
		return c
	}
	return NewCaller(0)
}
