package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"storj.io/uplink"
	"storj.io/uplink/private/bucket"

	"libuplink/internal/argument"
	"libuplink/internal/fail"
	"libuplink/internal/listing"
	"libuplink/internal/objects"
	"libuplink/internal/project"
)

// ---- Options ----

func (a *arguments) bucketOptions(cursor *C.uplink_const_char) *uplink.ListBucketsOptions {
	text := optionalText(cursor)
	if len(text) > argument.LongestText {
		a.note(fail.InvalidArgument("cursor has %d bytes; it takes at most %d", len(text), argument.LongestText))
	}
	return &uplink.ListBucketsOptions{Cursor: text}
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

// page reads the options of a page of objects, versions or uploads.
func (a *arguments) page(read C.UplinkListPageOptions) *listing.Options {
	prefix, err := sizedText(read.prefix, read.prefix_length, "prefix")
	a.note(err)
	cursor, err := sizedText(read.cursor, read.cursor_length, "cursor")
	a.note(err)
	version := a.version(read.version_cursor, read.version_cursor_length)
	if version != nil && cursor == "" {
		a.note(fail.InvalidArgument("version_cursor takes a cursor, whose versions it is one of"))
	}
	return &listing.Options{
		ListObjectsOptions: uplink.ListObjectsOptions{
			Prefix:    prefix,
			Cursor:    cursor,
			Recursive: bool(read.recursive),
			System:    bool(read.system),
			Custom:    bool(read.custom),
		},
		ETag:    bool(read.etag),
		Version: version,
		Limit:   listing.Limit(uint64(read.limit)),
	}
}

// ---- Pages ----

type (
	bucketPage  = listing.Page[*bucket.Bucket]
	objectPage  = listing.Page[*listing.Object]
	versionPage = listing.Page[*objects.Record]
)

//export uplink_start_list_buckets
func uplink_start_list_buckets(op *C.UplinkOperation, handle *C.UplinkProject,
	options *C.UplinkListBucketPageOptions) {
	defer rescueStart[bucketPage](op)
	var args arguments
	p, page := args.project(handle), readOptions(&args, options)
	read := (*bucket.ListBucketsOptions)(args.bucketOptions(page.cursor))
	limit := listing.Limit(uint64(page.limit))
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (bucketPage, error) {
		return listing.ReadPage(bucket.ListBucketsWithAttribution(ctx, p, read), limit)
	}))
}

//export uplink_start_list_objects
func uplink_start_list_objects(op *C.UplinkOperation, handle *C.UplinkProject, bucket *C.uplink_const_char,
	options *C.UplinkListPageOptions) {
	defer rescueStart[objectPage](op)
	var args arguments
	p, inBucket := args.project(handle), args.bucket(bucket)
	read := args.page(readOptions(&args, options))
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (objectPage, error) {
		return listing.Objects(ctx, p, inBucket, read)
	}))
}

//export uplink_start_list_object_versions
func uplink_start_list_object_versions(op *C.UplinkOperation, handle *C.UplinkProject, bucket *C.uplink_const_char,
	options *C.UplinkListPageOptions) {
	defer rescueStart[versionPage](op)
	var args arguments
	p, inBucket := args.project(handle), args.bucket(bucket)
	read := args.page(readOptions(&args, options))
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (versionPage, error) {
		return listing.Versions(ctx, p, inBucket, read)
	}))
}

func bucketPageResult(page bucketPage, err error) (result C.UplinkBucketPageResult) {
	for _, found := range page.Items {
		if err == nil {
			err = bucketInC(plainBucket(found))
		}
	}
	if result.error = errorToC(err); err == nil {
		result.page = allocate[C.UplinkBucketPage](1)
		result.page.items, result.page.count = newItems(page.Items, fillListedBucket)
		result.page.more = C.bool(page.More)
	}
	return result
}

func plainBucket(found *bucket.Bucket) *uplink.Bucket {
	return &uplink.Bucket{Name: found.Name, Created: found.Created}
}

func fillListedBucket(target *C.UplinkBucketRecord, found *bucket.Bucket) {
	fillBucketRecord(target, plainBucket(found))
	target.attribution, target.attribution_length = bytesToC([]byte(found.Attribution))
}

func objectPageResult(page objectPage, err error) C.UplinkObjectPageResult {
	return recordPageResult(page, err, fillListedObject, func(object *listing.Object) string { return object.Key })
}

func fillListedObject(target *C.UplinkRecord, object *listing.Object) {
	fillNamelessRecord(target, &object.Object)
	target.etag, target.etag_length = bytesToC(object.ETag)
}

func versionPageResult(page versionPage, err error) C.UplinkObjectPageResult {
	return recordPageResult(page, err, fillNamelessVersion, func(object *objects.Record) string { return object.Key })
}

func recordPageResult[T any](page listing.Page[T], err error, fill func(*C.UplinkRecord, T), key func(T) string,
) (result C.UplinkObjectPageResult) {
	if result.error = errorToC(err); err == nil {
		result.page = allocate[C.UplinkObjectPage](1)
		result.page.items, result.page.count = newItems(page.Items, fill)
		records := unsafe.Slice(result.page.items, len(page.Items))
		for _, index := range page.Unreadable {
			records[index].unreadable = true
		}
		result.page.keys, result.page.keys_length = newKeys(page.Items, key, result.page.items)
		result.page.more = C.bool(page.More)
	}
	return result
}

// newKeys copies the keys of objects into one piece of C memory, sets those of their records, and
// returns the memory. A piece for each key would need two calls of C, and Python reads all keys at
// once.
func newKeys[T any](objects []T, key func(T) string, first *C.UplinkRecord) (*C.char, C.size_t) {
	size := 0
	for _, object := range objects {
		size += len(key(object)) + 1
	}
	memory, records := allocate[C.char](size), unsafe.Slice(first, len(objects))
	keys := unsafe.Slice((*byte)(unsafe.Pointer(memory)), size)
	for i, object := range objects {
		records[i].key = (*C.char)(unsafe.Pointer(unsafe.SliceData(keys)))
		keys = keys[copy(keys, key(object))+1:]
	}
	return memory, C.size_t(size)
}

//export uplink_operation_take_bucket_page
func uplink_operation_take_bucket_page(op *C.UplinkOperation, result *C.UplinkBucketPageResult) {
	takeInto(op, result, bucketPageResult)
}

//export uplink_operation_take_object_page
func uplink_operation_take_object_page(op *C.UplinkOperation, result *C.UplinkObjectPageResult) {
	takeInto(op, result, objectPageResult)
}

//export uplink_operation_take_version_page
func uplink_operation_take_version_page(op *C.UplinkOperation, result *C.UplinkObjectPageResult) {
	takeInto(op, result, versionPageResult)
}

//export uplink_free_bucket_page_result
func uplink_free_bucket_page_result(result C.UplinkBucketPageResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if page := result.page; page != nil {
		freeItems(page.items, page.count, freeBucketRecordFields)
		free(unsafe.Pointer(page))
	}
}

//export uplink_free_object_page_result
func uplink_free_object_page_result(result C.UplinkObjectPageResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if page := result.page; page != nil {
		freeItems(page.items, page.count, freeNamelessRecordFields)
		freeString(page.keys)
		free(unsafe.Pointer(page))
	}
}

// ---- Iterators ----

// newIterator returns a handle, which is never NULL. It refuses an item whose name C would cut off.
func newIterator[T any](args arguments, p *project.Project, check func(*T) error,
	list func(ctx context.Context) listing.Cursor[*T]) unsafe.Pointer {
	if args.err != nil {
		return newHandle(listing.FailedIterator[T](args.err))
	}
	return newHandle(listing.NewIterator(p, list, check))
}

func iteratorNext[T any](handle unsafe.Pointer) C.bool {
	it, err := lookup[*listing.Iterator[T]](handle, "iterator")
	return C.bool(err == nil && it.Next())
}

func iteratorError[T any](handle unsafe.Pointer) *C.UplinkError {
	it, err := lookup[*listing.Iterator[T]](handle, "iterator")
	if err == nil {
		_, err = it.Current()
	}
	return errorToC(err)
}

// iteratorItem returns the current item, or nil if there is none.
func iteratorItem[T any](handle unsafe.Pointer) (item *T) {
	if it, err := lookup[*listing.Iterator[T]](handle, "iterator"); err == nil {
		item, _ = it.Current()
	}
	return item
}

func freeIterator[T any](handle unsafe.Pointer) {
	if it, found := freeHandle[*listing.Iterator[T]](handle); found {
		it.Free()
	}
}

//export uplink_list_buckets
func uplink_list_buckets(handle *C.UplinkProject, options *C.UplinkListBucketsOptions) *C.UplinkBucketIterator {
	defer rescue(nil)
	var args arguments
	var cursor *C.uplink_const_char
	if options != nil {
		cursor = options.cursor
	}
	p, read := args.project(handle), args.bucketOptions(cursor)
	list := func(ctx context.Context) listing.Cursor[*uplink.Bucket] { return p.ListBuckets(ctx, read) }
	return (*C.UplinkBucketIterator)(newIterator(args, p, bucketInC, list))
}

//export uplink_bucket_iterator_next
func uplink_bucket_iterator_next(handle *C.UplinkBucketIterator) C.bool {
	defer rescue(nil)
	return iteratorNext[uplink.Bucket](unsafe.Pointer(handle))
}

//export uplink_bucket_iterator_err
func uplink_bucket_iterator_err(handle *C.UplinkBucketIterator) (failed *C.UplinkError) {
	defer rescue(&failed)
	return iteratorError[uplink.Bucket](unsafe.Pointer(handle))
}

//export uplink_bucket_iterator_item
func uplink_bucket_iterator_item(handle *C.UplinkBucketIterator) *C.UplinkBucket {
	defer rescue(nil)
	return newBucket(iteratorItem[uplink.Bucket](unsafe.Pointer(handle)))
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
	list := func(ctx context.Context) listing.Cursor[*uplink.Object] { return p.ListObjects(ctx, inBucket, read) }
	return (*C.UplinkObjectIterator)(newIterator(args, p, keyInPart1, list))
}

//export uplink_object_iterator_next
func uplink_object_iterator_next(handle *C.UplinkObjectIterator) C.bool {
	defer rescue(nil)
	return iteratorNext[uplink.Object](unsafe.Pointer(handle))
}

//export uplink_object_iterator_err
func uplink_object_iterator_err(handle *C.UplinkObjectIterator) (failed *C.UplinkError) {
	defer rescue(&failed)
	return iteratorError[uplink.Object](unsafe.Pointer(handle))
}

//export uplink_object_iterator_item
func uplink_object_iterator_item(handle *C.UplinkObjectIterator) *C.UplinkObject {
	defer rescue(nil)
	return plainObjectResult(iteratorItem[uplink.Object](unsafe.Pointer(handle)), nil).object
}

//export uplink_free_object_iterator
func uplink_free_object_iterator(handle *C.UplinkObjectIterator) {
	defer rescue(nil)
	freeIterator[uplink.Object](unsafe.Pointer(handle))
}
