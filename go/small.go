package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"libuplink/internal/argument"
	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/objects"
	"libuplink/internal/operation"
	"libuplink/internal/project"
	"libuplink/internal/stream"
)

// smallTexts are the buckets, the keys and the bytes of small calls, one after the other.
type smallTexts struct{ rest []byte }

// next returns the next bytes, which are not copied.
func (t *smallTexts) next(a *arguments, length C.size_t) []byte {
	if uint64(length) > uint64(len(t.rest)) {
		a.note(fail.InvalidArgument("the texts of small calls end too early"))
		return nil
	}
	text := t.rest[:length]
	t.rest = t.rest[length:]
	return text
}

// object reads the bucket and the key of a call.
func (t *smallTexts) object(a *arguments, call *C.UplinkSmallCall) objects.Place {
	bucket, key := t.next(a, call.bucket_length), t.next(a, call.key_length)
	place := objects.Place{Bucket: string(bucket), Key: string(key)}
	a.note(argument.CheckBucketName(place.Bucket))
	a.note(argument.CheckKey(place.Key))
	return place
}

//export uplink_queue_start
func uplink_queue_start(handle *C.UplinkQueue, calls *C.UplinkSmallCall, count C.size_t,
	texts *C.uplink_const_char, length C.size_t) {
	defer rescue(nil)
	queue, err := lookup[*operation.Queue](unsafe.Pointer(handle), "queue")
	if err != nil || calls == nil {
		return
	}
	bytes, wrong := cBytes(unsafe.Pointer(texts), length, "texts")
	rest, all := smallTexts{bytes}, unsafe.Slice(calls, int(count))
	for i := range all {
		call, args := &all[i], arguments{wrong}
		of := rest.object(&args, call)
		p := args.project(call.project)
		if call.is_put {
			data := rest.next(&args, call.size)
			if len(data) > budget.LargestInline {
				args.note(fail.InvalidArgument("a small put has at most %d bytes", budget.LargestInline))
			}
			startPut(queue, uint64(call.tag), args, p, of, data)
		} else {
			startGet(queue, uint64(call.tag), args, p, of, call.size)
		}
	}
}

func startPut(queue *operation.Queue, tag uint64, args arguments, p *project.Project, of objects.Place, data []byte) {
	if !queue.Claims(tag) {
		return
	}
	if args.err != nil {
		operation.StartTagged(operation.Refuse[*objects.Record](args.err), queue, tag)
		return
	}
	put := &stream.Put{
		Object: stream.Object{Bucket: of.Bucket, Key: of.Key}, Data: stream.Copy(data),
		Claim: p.ClaimInline(budget.WeightOfPut),
	}
	call := prepare(args, p.Context, func(ctx context.Context) (*objects.Record, error) { return put.Run(ctx, p) })
	call.Claim = put.Claim
	operation.StartTagged(withCaller(call, 0), queue, tag)
}

func startGet(queue *operation.Queue, tag uint64, args arguments, p *project.Project, of objects.Place, most C.size_t) {
	if !queue.Claims(tag) {
		return
	}
	if args.err != nil {
		operation.StartTagged(operation.Refuse[*stream.Fetched](args.err), queue, tag)
		return
	}
	from := stream.Version{Bucket: of.Bucket, Key: of.Key}
	call := prepare(args, p.Context, func(ctx context.Context) (*stream.Fetched, error) {
		return stream.Get(ctx, p, from, wholeObject, false, int64(min(most, largestCopy)))
	})
	call.Close = (*stream.Fetched).Close
	operation.StartTagged(withCaller(call, 0), queue, tag)
}

//export uplink_queue_cancel
func uplink_queue_cancel(handle *C.UplinkQueue, tag C.size_t) {
	defer rescue(nil)
	if queue, err := lookup[*operation.Queue](unsafe.Pointer(handle), "queue"); err == nil {
		queue.Cancel(uint64(tag))
	}
}

//export uplink_queue_results
func uplink_queue_results(handle *C.UplinkQueue, results *C.UplinkSmallResults) {
	defer rescue(nil)
	if results == nil {
		return
	}
	uplink_free_small_results(results)
	queue, err := lookup[*operation.Queue](unsafe.Pointer(handle), "queue")
	if err != nil {
		return
	}
	if taken := queue.TakeTagged(); len(taken) > 0 {
		results.items, results.count = newItems(taken, fillSmall)
	}
}

// fillSmall fills in the result of a small call. A panic is the error of the result.
func fillSmall(target *C.UplinkSmallResult, taken operation.Tagged) {
	defer rescue(&target.error)
	target.tag, target.error = C.size_t(taken.Tag), errorToC(taken.Err)
	switch value := taken.Value.(type) {
	case *objects.Record:
		target.record = recordResult(value, nil).record
	case *stream.Fetched:
		got := getResult(value, nil)
		target.bytes, target.length, target.download = got.bytes, got.length, got.download
	}
}

//export uplink_free_small_results
func uplink_free_small_results(results *C.UplinkSmallResults) {
	defer rescue(nil)
	if results == nil || results.items == nil {
		return
	}
	freeItems(results.items, results.count, func(item *C.UplinkSmallResult) {
		uplink_free_record_result(C.UplinkRecordResult{record: item.record})
		uplink_free_get_result(C.UplinkGetResult{bytes: item.bytes, download: item.download, error: item.error})
	})
	*results = C.UplinkSmallResults{}
}
