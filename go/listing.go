package main

// #include "uplink.h"
import "C"

import (
	"context"
	"math"
	"sync"
	"unsafe"

	"storj.io/uplink"
	"storj.io/uplink/private/testuplink"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/operation"
	"libuplink/internal/project"
	"libuplink/internal/satellite"
)

// cursor is what Go's two iterators have in common.
type cursor[T any] interface {
	Next() bool
	Err() error
	Item() T
}

const (
	defaultPage = 1000
	// The satellite answers no more than that at once; Go's iterator asks again.
	largestRequest = 1000
)

// collect reads a page. It does not step past the last item wanted, which could fetch another page.
func collect[T any](items cursor[T], limit int) ([]T, error) {
	var page []T
	for len(page) < limit && items.Next() {
		page = append(page, items.Item())
	}
	return page, items.Err()
}

func pageLimit(limit C.size_t) int {
	if limit == 0 {
		return defaultPage
	}
	return int(min(uint64(limit), math.MaxInt32))
}

func optionalText(text *C.char) string {
	if text == nil {
		return ""
	}
	return C.GoString(text)
}

func (a *arguments) bucketOptions(options *C.UplinkListBucketsOptions) *uplink.ListBucketsOptions {
	if options == nil {
		return nil
	}
	cursor := optionalText(options.cursor)
	if len(cursor) > longestText {
		a.note(fail.InvalidArgument("cursor has %d bytes; it takes at most %d", len(cursor), longestText))
	}
	return &uplink.ListBucketsOptions{Cursor: cursor}
}

func objectOptions(options *C.UplinkListObjectsOptions) *uplink.ListObjectsOptions {
	if options == nil {
		return nil
	}
	return &uplink.ListObjectsOptions{
		Prefix:    optionalText(options.prefix),
		Cursor:    optionalText(options.cursor),
		Recursive: bool(options.recursive),
		System:    bool(options.system),
		Custom:    bool(options.custom),
	}
}

// ---- Pages ----

func prepareListBuckets(handle *C.UplinkProject, options *C.UplinkListBucketsOptions, limit C.size_t,
) operation.Call[[]*uplink.Bucket] {
	var args arguments
	p, read, count := args.project(handle), args.bucketOptions(options), pageLimit(limit)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) ([]*uplink.Bucket, error) {
		return collect(p.ListBuckets(ctx, read), count)
	})
}

func (a *arguments) pageOptions(options *C.UplinkListPageOptions) *uplink.ListObjectsOptions {
	if options == nil {
		return nil
	}
	prefix, err := sizedText(options.prefix, options.prefix_length, "prefix")
	a.note(err)
	cursor, err := sizedText(options.cursor, options.cursor_length, "cursor")
	a.note(err)
	return &uplink.ListObjectsOptions{
		Prefix:    prefix,
		Cursor:    cursor,
		Recursive: bool(options.recursive),
		System:    bool(options.system),
		Custom:    bool(options.custom),
	}
}

func prepareListObjects(handle *C.UplinkProject, bucket *C.uplink_const_char, options *C.UplinkListPageOptions,
	limit C.size_t) operation.Call[[]*uplink.Object] {
	var args arguments
	p, inBucket, read, count := args.project(handle), args.bucket(bucket), args.pageOptions(options), pageLimit(limit)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) ([]*uplink.Object, error) {
		// The public interface has no limit, but its iterator takes one from the context.
		ctx = testuplink.WithListLimit(ctx, min(count, largestRequest))
		return collect(p.ListObjects(ctx, inBucket, read), count)
	})
}

//export uplink_start_list_buckets
func uplink_start_list_buckets(op *C.UplinkOperation, handle *C.UplinkProject,
	options *C.UplinkListBucketsOptions, limit C.size_t) {
	defer rescueStart[[]*uplink.Bucket](op)
	start(op, prepareListBuckets(handle, options, limit))
}

//export uplink_start_list_objects
func uplink_start_list_objects(op *C.UplinkOperation, handle *C.UplinkProject, bucket *C.uplink_const_char,
	options *C.UplinkListPageOptions, limit C.size_t) {
	defer rescueStart[[]*uplink.Object](op)
	start(op, prepareListObjects(handle, bucket, options, limit))
}

func bucketPageResult(page []*uplink.Bucket, err error) (result C.UplinkBucketPageResult) {
	for _, bucket := range page {
		if err == nil {
			err = bucketInC(bucket)
		}
	}
	if result.error = errorToC(err); err != nil {
		return result
	}
	result.page = allocate[C.UplinkBucketPage](1)
	result.page.items, result.page.count = allocate[C.UplinkBucket](len(page)), C.size_t(len(page))
	items := unsafe.Slice(result.page.items, len(page))
	for i, bucket := range page {
		fillBucket(&items[i], bucket)
	}
	return result
}

func objectPageResult(page []*uplink.Object, err error) (result C.UplinkObjectPageResult) {
	if result.error = errorToC(err); err != nil {
		return result
	}
	result.page = allocate[C.UplinkObjectPage](1)
	result.page.items, result.page.count = allocate[C.UplinkRecord](len(page)), C.size_t(len(page))
	items := unsafe.Slice(result.page.items, len(page))
	for i, object := range page {
		fillRecord(&items[i], object)
	}
	return result
}

//export uplink_operation_take_bucket_page
func uplink_operation_take_bucket_page(op *C.UplinkOperation, result *C.UplinkBucketPageResult) {
	if result != nil {
		defer rescue(&result.error)
		*result = bucketPageResult(take[[]*uplink.Bucket](op))
	}
}

//export uplink_operation_take_object_page
func uplink_operation_take_object_page(op *C.UplinkOperation, result *C.UplinkObjectPageResult) {
	if result != nil {
		defer rescue(&result.error)
		*result = objectPageResult(take[[]*uplink.Object](op))
	}
}

//export uplink_free_bucket_page_result
func uplink_free_bucket_page_result(result C.UplinkBucketPageResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if result.page == nil {
		return
	}
	for _, bucket := range unsafe.Slice(result.page.items, int(result.page.count)) {
		freeString(bucket.name)
	}
	free(unsafe.Pointer(result.page.items))
	free(unsafe.Pointer(result.page))
}

//export uplink_free_object_page_result
func uplink_free_object_page_result(result C.UplinkObjectPageResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if result.page == nil {
		return
	}
	items := unsafe.Slice(result.page.items, int(result.page.count))
	for i := range items {
		freeRecord(&items[i])
	}
	free(unsafe.Pointer(result.page.items))
	free(unsafe.Pointer(result.page))
}

// ---- Iterators ----

// iterator steps through a listing for C. It has a context of its own so that freeing it ends a request under way.
type iterator[T any] struct {
	project *project.Project
	ctx     context.Context
	cancel  context.CancelCauseFunc

	// Refuses an item whose name C would cut off.
	check func(*T) error

	mu    sync.Mutex
	items cursor[*T]
	err   error
	item  *T
}

var errIteratorFreed = fail.Canceled("the iterator was freed")

func newIterator[T any](args arguments, p *project.Project, check func(*T) error, list func(ctx context.Context) cursor[*T],
) unsafe.Pointer {
	it := &iterator[T]{project: p, check: check, err: args.err, cancel: func(error) {}}
	if it.err == nil {
		own := satellite.NewRequests(p.Pace, "")
		own.RepeatSingly(true) // not every step makes a request, and none can be made again
		it.ctx, it.cancel = context.WithCancelCause(satellite.WithRequests(p.Context, own))
		it.items = list(it.ctx)
	}
	return newHandle(it)
}

func (it *iterator[T]) next() bool {
	it.mu.Lock()
	defer it.mu.Unlock()
	it.item = nil
	if it.err != nil {
		return false
	}
	item, err := guard.Call(func() (*T, error) {
		return project.InSlot(it.ctx, it.project, func() (*T, error) {
			if it.items.Next() {
				return it.items.Item(), nil
			}
			return nil, it.items.Err()
		})
	})
	if item != nil {
		err = it.check(item)
	}
	if it.err = fail.Attribute(it.ctx, err); it.err == nil {
		it.item = item
	}
	return it.item != nil
}

func (it *iterator[T]) current() (*T, error) {
	it.mu.Lock()
	defer it.mu.Unlock()
	return it.item, it.err
}

func iteratorNext[T any](handle unsafe.Pointer) C.bool {
	it, err := lookup[*iterator[T]](handle, "iterator")
	return C.bool(err == nil && it.next())
}

func iteratorCurrent[T any](handle unsafe.Pointer) (*T, error) {
	it, err := lookup[*iterator[T]](handle, "iterator")
	if err != nil {
		return nil, err
	}
	return it.current()
}

func freeIterator[T any](handle unsafe.Pointer) {
	if it, found := freeHandle[*iterator[T]](handle); found {
		it.cancel(errIteratorFreed)
	}
}

//export uplink_list_buckets
func uplink_list_buckets(handle *C.UplinkProject, options *C.UplinkListBucketsOptions) *C.UplinkBucketIterator {
	defer rescue(nil)
	var args arguments
	p, read := args.project(handle), args.bucketOptions(options)
	return (*C.UplinkBucketIterator)(newIterator(args, p, bucketInC, func(ctx context.Context) cursor[*uplink.Bucket] {
		return p.ListBuckets(ctx, read)
	}))
}

//export uplink_bucket_iterator_next
func uplink_bucket_iterator_next(handle *C.UplinkBucketIterator) C.bool {
	defer rescue(nil)
	return iteratorNext[uplink.Bucket](unsafe.Pointer(handle))
}

//export uplink_bucket_iterator_err
func uplink_bucket_iterator_err(handle *C.UplinkBucketIterator) (failed *C.UplinkError) {
	defer rescue(&failed)
	_, err := iteratorCurrent[uplink.Bucket](unsafe.Pointer(handle))
	return errorToC(err)
}

//export uplink_bucket_iterator_item
func uplink_bucket_iterator_item(handle *C.UplinkBucketIterator) *C.UplinkBucket {
	defer rescue(nil)
	bucket, _ := iteratorCurrent[uplink.Bucket](unsafe.Pointer(handle))
	return newBucket(bucket)
}

//export uplink_free_bucket_iterator
func uplink_free_bucket_iterator(handle *C.UplinkBucketIterator) {
	defer rescue(nil)
	freeIterator[uplink.Bucket](unsafe.Pointer(handle))
}

//export uplink_list_objects
func uplink_list_objects(handle *C.UplinkProject, bucket *C.uplink_const_char, options *C.UplinkListObjectsOptions,
) *C.UplinkObjectIterator {
	defer rescue(nil)
	var args arguments
	p, inBucket, read := args.project(handle), args.bucket(bucket), objectOptions(options)
	return (*C.UplinkObjectIterator)(newIterator(args, p, keyInPart1, func(ctx context.Context) cursor[*uplink.Object] {
		return p.ListObjects(ctx, inBucket, read)
	}))
}

//export uplink_object_iterator_next
func uplink_object_iterator_next(handle *C.UplinkObjectIterator) C.bool {
	defer rescue(nil)
	return iteratorNext[uplink.Object](unsafe.Pointer(handle))
}

//export uplink_object_iterator_err
func uplink_object_iterator_err(handle *C.UplinkObjectIterator) (failed *C.UplinkError) {
	defer rescue(&failed)
	_, err := iteratorCurrent[uplink.Object](unsafe.Pointer(handle))
	return errorToC(err)
}

//export uplink_object_iterator_item
func uplink_object_iterator_item(handle *C.UplinkObjectIterator) *C.UplinkObject {
	defer rescue(nil)
	object, _ := iteratorCurrent[uplink.Object](unsafe.Pointer(handle))
	return objectResult(object, nil).object
}

//export uplink_free_object_iterator
func uplink_free_object_iterator(handle *C.UplinkObjectIterator) {
	defer rescue(nil)
	freeIterator[uplink.Object](unsafe.Pointer(handle))
}
