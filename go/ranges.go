package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"libuplink/internal/fail"
	"libuplink/internal/operation"
	"libuplink/internal/progress"
	"libuplink/internal/ranges"
)

// mostRanges is the largest number of ranges of one operation.
const mostRanges = 1 << 24

// pieces reads ranges. Their memory stays the caller's.
func (a *arguments) pieces(first *C.UplinkRange, count C.size_t) []ranges.Piece {
	if count > mostRanges || count > 0 && first == nil {
		a.note(fail.InvalidArgument("there are %d ranges without so many structs", uint64(count)))
		return nil
	}
	read := make([]ranges.Piece, int(count))
	for i, item := range unsafe.Slice(first, int(count)) {
		memory, err := cBytes(item.bytes, item.length, "bytes")
		a.note(err)
		read[i] = ranges.Piece{Offset: int64(item.offset), Memory: memory}
	}
	return read
}

//export uplink_start_get_ranges
func uplink_start_get_ranges(op *C.UplinkOperation, handle *C.UplinkProject, bucket, key *C.uplink_const_char,
	length C.size_t, first *C.UplinkRange, count C.size_t, options *C.UplinkGetRangesOptions) {
	defer rescueStart[operation.Nothing](op)
	var args arguments
	read := readOptions(&args, options)
	p := args.project(handle)
	from := args.origin(object{bucket, keyOfLength(key, length)}, read.version, read.version_length)
	wanted := ranges.Wanted{
		Pieces: args.pieces(first, count), MaxGap: int64(read.max_gap), Size: int64(read.expected_size),
		Created: args.time(read.expected_created, read.expected_created_nanoseconds, "expected_created"),
	}
	if args.err != nil {
		start(op, operation.Refuse[operation.Nothing](args.err))
		return
	}
	counters := &progress.Counters{}
	call := prepare(args, p.Context, func(ctx context.Context) (operation.Nothing, error) {
		return operation.Nothing{}, ranges.Get(ctx, p, from, wanted, counters)
	})
	call.Progress, call.FillsMemory = counters, true
	start(op, call)
}
