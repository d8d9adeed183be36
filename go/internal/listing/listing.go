// Package listing reads listings in pages and step by step.
package listing

import (
	"bytes"
	"context"
	"math"
	"sync"

	"storj.io/uplink"
	"storj.io/uplink/private/object"
	"storj.io/uplink/private/testuplink"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/objects"
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
// items. The public interface of Go's library has no limit, but its iterator of uploads takes one
// from the context.
func WithLimit(ctx context.Context, limit int) context.Context {
	return testuplink.WithListLimit(ctx, min(limit, largestRequest))
}

// Page is a part of a listing.
type Page[T any] struct {
	Items []T
	// Whether there may be further items. Only Objects knows; ReadPage reports it for each full page.
	More bool
	// The indexes of items whose metadata and ETag cannot be decrypted, if these were requested. Only
	// Objects and Versions fill it in.
	Unreadable []int
}

// ReadPage reads a page. It does not step past the last item wanted, which could fetch another page.
func ReadPage[T any](items Cursor[T], limit int) (page Page[T], err error) {
	for len(page.Items) < limit && items.Next() {
		page.Items = append(page.Items, items.Item())
	}
	page.More = len(page.Items) == limit
	return page, items.Err()
}

// Options are what to list, and what the records have.
type Options struct {
	uplink.ListObjectsOptions
	ETag    bool
	Version []byte // where to start among the versions of the cursor; nil is after all of them
	Limit   int
}

// Object is a record in a listing of objects, which has no version.
type Object objects.Record

// Objects reads a page of objects: one request, unless nothing in its response can be decrypted.
// The public iterator does not show whether there are more.
func Objects(ctx context.Context, p *uplink.Project, bucket string, options *Options) (Page[*Object], error) {
	page, err := read(ctx, options, func(ctx context.Context) ([]*objects.Record, bool, error) {
		return object.ListObjects(ctx, p, bucket, &object.ListObjectsOptions{
			Prefix:    options.Prefix,
			Cursor:    options.Cursor,
			Recursive: options.Recursive,
			System:    options.System,
			Custom:    options.Custom,
			ETag:      options.ETag,
			Limit:     min(options.Limit, largestRequest),
		})
	})
	items := make([]*Object, len(page.Items))
	for i, item := range page.Items {
		items[i] = (*Object)(item)
	}
	return Page[*Object]{items, page.More, page.Unreadable}, err
}

// Versions reads a page of the versions of objects, as Objects does.
func Versions(ctx context.Context, p *uplink.Project, bucket string, options *Options) (Page[*objects.Record], error) {
	return read(ctx, options, func(ctx context.Context) ([]*objects.Record, bool, error) {
		return object.ListObjectVersions(ctx, p, bucket, &object.ListObjectVersionsOptions{
			Prefix:        options.Prefix,
			Cursor:        options.Cursor,
			VersionCursor: options.Version,
			Recursive:     options.Recursive,
			System:        options.System,
			Custom:        options.Custom,
			ETag:          options.ETag,
			Limit:         min(options.Limit, largestRequest),
		})
	})
}

// read reads a page. Go's library (v1.14.5) leaves out objects whose metadata or ETag it cannot
// decrypt. If that is possible, the response is read once more without them.
func read(ctx context.Context, options *Options, list func(context.Context) ([]*objects.Record, bool, error),
) (page Page[*objects.Record], err error) {
	var listed satellite.Listed
	if options.Custom || options.ETag {
		ctx = satellite.WithListed(ctx, &listed)
	}
	page.Items, page.More, err = list(ctx)
	if err != nil {
		return Page[*objects.Record]{}, err
	}
	full := len(page.Items) == min(options.Limit, largestRequest)
	if listed.Bare() {
		page.Unreadable = putBack(page.Items, nil)
	} else if !full && listed.Count() > len(page.Items) {
		readable := page.Items
		if page.Items, page.More, err = list(ctx); err != nil {
			return Page[*objects.Record]{}, err
		}
		page.Unreadable = putBack(page.Items, readable)
	}
	for _, item := range page.Items {
		complete(&item.Object, &options.ListObjectsOptions)
	}
	return page, nil
}

// putBack puts the readable records in the place of those that were read without metadata, and
// returns the indexes of the others. Both have the same order.
func putBack(bare, readable []*objects.Record) (unreadable []int) {
	for i, item := range bare {
		if len(readable) > 0 && item.Key == readable[0].Key && item.IsPrefix == readable[0].IsPrefix &&
			bytes.Equal(item.Version, readable[0].Version) {
			bare[i], readable = readable[0], readable[1:]
		} else {
			unreadable = append(unreadable, i)
		}
	}
	return unreadable
}

// complete makes the key of a listed object a whole key, and removes what was not requested.
func complete(item *uplink.Object, options *uplink.ListObjectsOptions) {
	item.Key = options.Prefix + item.Key
	if !options.System {
		item.System = uplink.SystemMetadata{}
	}
	if !options.Custom {
		item.Custom = nil
	}
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
