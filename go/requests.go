package main

import (
	"context"
	"sync/atomic"
	"time"

	"libuplink/internal/fail"

	"storj.io/common/pb"
	"storj.io/drpc"
)

// Calls that can be made again as a whole wait where they hold nothing, see ask. The requests that a stream makes by
// itself can only be made again one by one, below Go's library, which would end the stream at the first refusal.

// requests is the part of a stream that its requests to the satellite find in their context.
type requests struct {
	pace *pace
	key  string // of the object that is written; "" for a download
	// Whether refused requests are repeated here, and not by the call that made them.
	repeated atomic.Bool
	// How long the newest call on the stream lets requests be repeated, in nanoseconds; 0 for as long as the project does.
	repeatFor atomic.Int64
	// Whether the upload was begun, at which satellites count the writes to a key.
	begun atomic.Bool
}

type requestsKey struct{}

// requestsOf returns the requests of the stream that a context belongs to, or nil if the caller repeats them.
func requestsOf(ctx context.Context) *requests {
	if r, _ := ctx.Value(requestsKey{}).(*requests); r != nil && r.repeated.Load() {
		return r
	}
	return nil
}

// caller is what requests find in their context of the operation that makes them.
type caller struct {
	number    uint64        // the place among all operations and requests
	repeatFor time.Duration // how long refused requests are repeated; 0 for as long as the project does
}

type callerKey struct{}

// callerOf returns what made a request. A request of a stream has a place of its own.
func callerOf(ctx context.Context) caller {
	if r := requestsOf(ctx); r != nil {
		return caller{arrivals.Add(1), time.Duration(r.repeatFor.Load())}
	}
	if c, ok := ctx.Value(callerKey{}).(caller); ok {
		return c
	}
	return caller{number: arrivals.Add(1)}
}

// arrivals counts operations, in the order in which they are started, and requests of streams.
var arrivals atomic.Uint64

// invocation sends one request over a connection.
type invocation func(ctx context.Context, in, out drpc.Message) error

const metainfo = "/metainfo.Metainfo/"

// send makes a request to the satellite, again and again while it is refused.
func (r *requests) send(ctx context.Context, in, out drpc.Message, invoke invocation) error {
	if r.key == "" || r.begun.Load() {
		return r.pace.do(ctx, "", func() error { return invoke(ctx, in, out) })
	}
	repeated := false
	return r.pace.do(ctx, r.key, func() (err error) {
		batch, _ := in.(*pb.CompressedBatchRequest)
		if batch != nil && (repeated || r.pace.tight()) {
			err = r.beginAlone(ctx, batch, out.(*pb.CompressedBatchResponse), invoke)
		} else {
			err = invoke(ctx, in, out)
		}
		if err == nil {
			r.begun.Store(true)
		}
		repeated = true
		return err
	})
}

// beginAlone sends BeginObject apart from the rest of its batch. A satellite that refuses a batch in its middle keeps
// what came before, and an object that was begun stays pending, under an ID that is not in any response.
func (r *requests) beginAlone(ctx context.Context, in *pb.CompressedBatchRequest, out *pb.CompressedBatchResponse,
	invoke invocation) error {
	var batch pb.BatchRequest
	if err := pb.Unmarshal(in.Data, &batch); err != nil || !canBeSplit(&batch) {
		return invoke(ctx, in, out)
	}
	// If these requests ended with ctx, only the satellite would know the ID, or the connection would end with them and
	// could not delete the object.
	lasting, end := outlast(ctx, firstBatchPatience)
	defer end()
	all, err := sendBatch(lasting, batch.Header, batch.Requests[:1], invoke)
	if err != nil {
		return err
	}
	begun := all.Responses[0].GetObjectBegin()
	if begun == nil {
		return fail.Internal(fail.DetailNone, "the satellite's response to BeginObject is of another type")
	}
	r.begun.Store(true)
	id := begun.StreamId
	for _, request := range batch.Requests[1:] {
		useStream(request, id)
	}
	err = r.pace.do(ctx, "", func() error {
		rest, err := sendBatch(lasting, batch.Header, batch.Requests[1:], invoke)
		if err == nil {
			all.Responses = append(all.Responses, rest.Responses...)
		}
		return err
	})
	if err != nil {
		deletion := deletePending(batch.Requests[0].GetObjectBegin(), id)
		_ = r.pace.do(lasting, "", func() error { // the first error is the one to report
			_, err := sendBatch(lasting, batch.Header, []*pb.BatchRequestItem{deletion}, invoke)
			return err
		})
		return err
	}
	out.Selected = pb.CompressedBatchRequest_NONE
	out.Data, err = pb.Marshal(all)
	return err
}

// canBeSplit reports whether a batch begins an object and goes on. Satellites take a whole object of one inline segment
// as one request, so there is no middle.
func canBeSplit(batch *pb.BatchRequest) bool {
	items := batch.Requests
	if len(items) < 2 || items[0].GetObjectBegin() == nil {
		return false
	}
	return items[1].GetSegmentMakeInline() == nil || items[len(items)-1].GetObjectCommit() == nil
}

// deletePending returns the request that deletes an object that was begun.
func deletePending(begin *pb.BeginObjectRequest, id pb.StreamID) *pb.BatchRequestItem {
	return &pb.BatchRequestItem{Request: &pb.BatchRequestItem_ObjectBeginDelete{
		ObjectBeginDelete: &pb.BeginDeleteObjectRequest{
			Bucket: begin.Bucket, EncryptedObjectKey: begin.EncryptedObjectKey,
			StreamId: &id, Status: int32(pb.Object_UPLOADING),
		},
	}}
}

// useStream fills in what the satellite takes from the request before.
func useStream(request *pb.BatchRequestItem, id pb.StreamID) {
	switch r := request.Request.(type) {
	case *pb.BatchRequestItem_SegmentBegin:
		r.SegmentBegin.StreamId = id
	case *pb.BatchRequestItem_SegmentMakeInline:
		r.SegmentMakeInline.StreamId = id
	case *pb.BatchRequestItem_ObjectCommit:
		r.ObjectCommit.StreamId = id
	}
}

func sendBatch(ctx context.Context, header *pb.RequestHeader, items []*pb.BatchRequestItem, invoke invocation,
) (*pb.BatchResponse, error) {
	data, err := pb.Marshal(&pb.BatchRequest{Header: header, Requests: items})
	if err != nil {
		return nil, err
	}
	var packed pb.CompressedBatchResponse
	if err := invoke(ctx, &pb.CompressedBatchRequest{Data: data}, &packed); err != nil {
		return nil, err
	}
	answers := &pb.BatchResponse{}
	if err := pb.Unmarshal(packed.Data, answers); err != nil {
		return nil, err
	}
	if len(answers.Responses) != len(items) {
		return nil, fail.Internal(fail.DetailNone, "%d responses to %d requests", len(answers.Responses), len(items))
	}
	return answers, nil
}
