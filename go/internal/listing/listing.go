// Package listing reads listings in pages and step by step.
package listing

import (
	"context"
	"math"
	"sync"

	"storj.io/uplink/private/testuplink"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/project"
	"libuplink/internal/satellite"
)

// Cursor is an iterator of Go's library.
type Cursor[T any] interface {
	Next() bool
	Err() error
	Item() T
}

const (
	defaultLimit = 1000
	// The satellite returns no more items at once. Go's library makes further requests.
	largestRequest = 1000
)

// Limit returns the largest number of items of a page; wanted is 0 for the default.
func Limit(wanted uint64) int {
	if wanted == 0 {
		return defaultLimit
	}
	return int(min(wanted, math.MaxInt32))
}

// WithLimit returns a context in which a listing begins with a request for the given number of
// items. The public interface of Go's library has no limit, but its iterators of objects and of
// uploads take one from the context.
func WithLimit(ctx context.Context, limit int) context.Context {
	return testuplink.WithListLimit(ctx, min(limit, largestRequest))
}

// Page reads a page. It does not step past the last item wanted, which could fetch another page.
func Page[T any](items Cursor[T], limit int) ([]T, error) {
	var page []T
	for len(page) < limit && items.Next() {
		page = append(page, items.Item())
	}
	return page, items.Err()
}

// Iterator steps through a listing. It has a context of its own so that freeing it ends a request
// under way.
type Iterator[T any] struct {
	project *project.Project
	ctx     context.Context
	cancel  context.CancelCauseFunc
	check   func(*T) error

	// Locked during a step, so that steps and Current wait for it.
	mu    sync.Mutex
	items Cursor[*T]
	err   error // what ended the listing
	item  *T    // the current item
}

var errFreed = fail.Canceled("the iterator was freed")

// NewIterator returns an iterator that ends with an error at an item that check refuses.
func NewIterator[T any](p *project.Project, list func(ctx context.Context) Cursor[*T], check func(*T) error) *Iterator[T] {
	requests := satellite.NewRequests(p.Pace, "")
	requests.RepeatSingly(true) // a step cannot be repeated as a whole
	it := &Iterator[T]{project: p, check: check}
	it.ctx, it.cancel = context.WithCancelCause(satellite.WithRequests(p.Context, requests))
	it.items = list(it.ctx)
	return it
}

// FailedIterator returns an iterator that has ended with an error.
func FailedIterator[T any](err error) *Iterator[T] {
	return &Iterator[T]{err: err, cancel: func(error) {}}
}

// Next steps to the next item, and reports whether there is one.
func (it *Iterator[T]) Next() bool {
	it.mu.Lock()
	defer it.mu.Unlock()
	it.item = nil
	if it.err != nil {
		return false
	}
	item, err := guard.Call(func() (*T, error) { return project.InSlot(it.ctx, it.project, it.step) })
	if item != nil {
		err = it.check(item)
	}
	if it.err = fail.Cause(it.ctx, err); it.err == nil {
		it.item = item
	}
	return it.item != nil
}

// step returns the next item, or nil at the end.
func (it *Iterator[T]) step() (*T, error) {
	if it.items.Next() {
		return it.items.Item(), nil
	}
	return nil, it.items.Err()
}

// Current returns the item that Next has found, or nil. The error is what ended the listing, or
// nil.
func (it *Iterator[T]) Current() (*T, error) {
	it.mu.Lock()
	defer it.mu.Unlock()
	return it.item, it.err
}

// Free cancels a step under way, and ends the listing.
func (it *Iterator[T]) Free() { it.cancel(errFreed) }
