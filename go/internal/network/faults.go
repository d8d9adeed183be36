package network

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"libuplink/internal/fail"
)

// faults records how storage nodes failed a stream. The errors of Go's library leave that out.
type faults struct {
	stall atomic.Pointer[Stalled] // the last stall
	last  atomic.Pointer[string]  // the last error of a node
}

type faultsKey struct{}

// WithFaults returns a context for a stream, in which the faults of its nodes are recorded for
// Explain.
func WithFaults(ctx context.Context) context.Context {
	return context.WithValue(ctx, faultsKey{}, &faults{})
}

// faultsOf returns the faults of the stream that a context belongs to, or nil.
func faultsOf(ctx context.Context) *faults {
	f, _ := ctx.Value(faultsKey{}).(*faults)
	return f
}

// Observer follows the connections to nodes that a download uses. Its methods are called on several
// goroutines.
type Observer interface {
	// Use begins to count the bytes of a connection.
	Use(Meter)
	// Unuse ends the counting.
	Unuse(Meter)
	// NodeFailed counts a failed call to a node.
	NodeFailed()
}

type observerKey struct{}

// WithObserver returns a context for a download that is observed.
func WithObserver(ctx context.Context, o Observer) context.Context {
	return context.WithValue(ctx, observerKey{}, o)
}

// observerOf returns the observer of the download that a context belongs to, or nil.
func observerOf(ctx context.Context) Observer {
	o, _ := ctx.Value(observerKey{}).(Observer)
	return o
}

// nodeFailed records the failure of a node for the stream that the context belongs to, if any.
func nodeFailed(ctx context.Context, err error) {
	if ctx.Err() != nil { // Go's library cancels calls that it no longer needs
		return
	}
	if o := observerOf(ctx); o != nil {
		o.NodeFailed()
	}
	if f := faultsOf(ctx); f != nil {
		text := fail.Message(err)
		f.last.Store(&text)
	}
}

// Explain returns an error about too few nodes with the reason why nodes failed. After a stall the
// error is a timeout, and the caller must not try again: another try would take as long. Explain
// returns any other error as it is.
func Explain(ctx context.Context, err error) error {
	recorded := faultsOf(ctx)
	if recorded == nil {
		return err
	}
	e := *fail.Classify(err)
	if e.Detail != fail.DetailNodesUnavailable {
		return err
	}
	if stall := recorded.stall.Load(); stall != nil {
		e.Detail, e.Unchanged = fail.DetailDeadlineExceeded, true
		e.Text = fmt.Sprintf("%v: %s", *stall, e.Text)
		return &e
	}
	if last := recorded.last.Load(); last != nil && !strings.Contains(e.Text, *last) {
		e.Text += "; the last node that failed: " + *last
		return &e
	}
	return err
}
