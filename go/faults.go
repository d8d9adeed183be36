package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"libuplink/internal/fail"
)

// faults is what a stream remembers of storage nodes that failed, since the errors of Go's library leave it out.
type faults struct {
	stall atomic.Int64           // the limit of the last stall, in nanoseconds; 0 without one
	last  atomic.Pointer[string] // the last error of a node
}

type faultsKey struct{}

func withFaults(ctx context.Context) context.Context {
	return context.WithValue(ctx, faultsKey{}, &faults{})
}

// faultsOf returns the faults of the stream that a context belongs to, or nil.
func faultsOf(ctx context.Context) *faults {
	f, _ := ctx.Value(faultsKey{}).(*faults)
	return f
}

// nodeFailed notes the failure of a node for the stream that the context belongs to, if any.
func nodeFailed(ctx context.Context, err error) {
	if ctx.Err() != nil { // Go's library cancels what it no longer needs
		return
	}
	if s := sourceOf(ctx); s != nil {
		s.countFailure()
	}
	if f := faultsOf(ctx); f != nil {
		text := fail.Message(err)
		f.last.Store(&text)
	}
}

// attribute is fail.Attribute for a stream. If too few nodes are available, it says why.
func attribute(err error, ctx context.Context) error {
	if ctx.Err() != nil || err == nil || err == io.EOF || fail.IsCanceled(err) {
		return fail.Attribute(ctx, err)
	}
	return attributeNodes(err, ctx)
}

// attributeNodes says why a call has too few nodes. Where some stalled, that has taken long already, so it is an error of
// time.
func attributeNodes(err error, ctx context.Context) error {
	known := faultsOf(ctx)
	if known == nil {
		return err
	}
	f := *fail.Classify(err)
	if f.Detail != fail.DetailNodesUnavailable {
		return err
	}
	if stall := known.stall.Load(); stall != 0 {
		f.Detail, f.Unchanged = fail.DetailDeadlineExceeded, true
		f.Text = fmt.Sprintf("%v: %s", stalled{time.Duration(stall)}, f.Text)
		return &f
	}
	if last := known.last.Load(); last != nil && !strings.Contains(f.Text, *last) {
		f.Text += "; the last node that failed: " + *last
		return &f
	}
	return err
}
