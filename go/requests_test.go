package main

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"libuplink/internal/fail"

	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/drpc"
)

// halfBatches is a satellite that refuses requests within a batch, and keeps what came before.
type halfBatches struct {
	refuse  []string // the requests to refuse, in this order
	pending int
	asked   []string
}

func (h *halfBatches) invoke(_ context.Context, in, out drpc.Message) error {
	var batch pb.BatchRequest
	if err := pb.Unmarshal(in.(*pb.CompressedBatchRequest).Data, &batch); err != nil {
		return err
	}
	answers := &pb.BatchResponse{}
	for _, item := range batch.Requests {
		answer, name := &pb.BatchResponseItem{}, ""
		switch r := item.Request.(type) {
		case *pb.BatchRequestItem_ObjectBegin:
			name = "begin object"
			begun := &pb.BeginObjectResponse{StreamId: []byte("the stream")}
			answer.Response = &pb.BatchResponseItem_ObjectBegin{ObjectBegin: begun}
		case *pb.BatchRequestItem_SegmentBegin:
			name = "begin segment of " + string(r.SegmentBegin.StreamId)
			begun := &pb.BeginSegmentResponse{SegmentId: []byte("the segment")}
			answer.Response = &pb.BatchResponseItem_SegmentBegin{SegmentBegin: begun}
		case *pb.BatchRequestItem_ObjectBeginDelete:
			name = "delete " + string(*r.ObjectBeginDelete.StreamId)
			answer.Response = &pb.BatchResponseItem_ObjectBeginDelete{ObjectBeginDelete: &pb.BeginDeleteObjectResponse{}}
		}
		h.asked = append(h.asked, name)
		if len(h.refuse) > 0 && name == h.refuse[0] {
			h.refuse = h.refuse[1:]
			return errTooMany
		}
		switch name {
		case "begin object":
			h.pending++
		case "delete the stream":
			h.pending--
		}
		answers.Responses = append(answers.Responses, answer)
	}
	data, err := pb.Marshal(answers)
	out.(*pb.CompressedBatchResponse).Data = data
	return err
}

func beginBatch(t *testing.T) *pb.CompressedBatchRequest {
	data, err := pb.Marshal(&pb.BatchRequest{Requests: []*pb.BatchRequestItem{
		{Request: &pb.BatchRequestItem_ObjectBegin{ObjectBegin: &pb.BeginObjectRequest{Bucket: []byte("bucket")}}},
		{Request: &pb.BatchRequestItem_SegmentBegin{SegmentBegin: &pb.BeginSegmentRequest{}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return &pb.CompressedBatchRequest{Data: data}
}

func TestNothingIsBegunTwice(t *testing.T) {
	p := newPace(time.Minute)
	p.refuse("") // so that the next refusal is expected
	r := &requests{pace: p, key: "bucket/key"}
	h := &halfBatches{refuse: []string{"begin object", "begin segment of the stream", "begin segment of the stream"}}
	var out pb.CompressedBatchResponse
	if err := r.send(t.Context(), beginBatch(t), &out, h.invoke); err != nil {
		t.Fatal(err)
	}
	segment := "begin segment of the stream"
	if !slices.Equal(h.asked, []string{"begin object", "begin object", segment, segment, segment}) || h.pending != 1 {
		t.Error(h.asked, h.pending)
	}
	var answers pb.BatchResponse
	if err := pb.Unmarshal(out.Data, &answers); err != nil {
		t.Fatal(err)
	}
	if string(answers.Responses[0].GetObjectBegin().StreamId) != "the stream" ||
		string(answers.Responses[1].GetSegmentBegin().SegmentId) != "the segment" {
		t.Error(answers.String())
	}
	if err := r.send(t.Context(), beginBatch(t), &out, h.invoke); err != nil || !r.begun.Load() {
		t.Error(err)
	}
}

func TestBatchesAreWholeWhereNothingIsRefused(t *testing.T) {
	r := &requests{pace: newPace(time.Minute), key: "bucket/key"}
	h := &halfBatches{}
	var out pb.CompressedBatchResponse
	if err := r.send(t.Context(), beginBatch(t), &out, h.invoke); err != nil || !r.begun.Load() {
		t.Fatal(err)
	}
	if !slices.Equal(h.asked, []string{"begin object", "begin segment of "}) {
		t.Error(h.asked)
	}
}

func TestWhatWasBegunForNothingIsDeleted(t *testing.T) {
	p := newPace(20 * time.Millisecond)
	p.refuse("")
	r := &requests{pace: p, key: "bucket/key"}
	h := &halfBatches{refuse: slices.Repeat([]string{"begin segment of the stream"}, 100)}
	var out pb.CompressedBatchResponse
	if err := r.send(t.Context(), beginBatch(t), &out, h.invoke); err != errTooMany || h.pending != 0 {
		t.Error(err, h.asked)
	}
}

// The requests of an upload wait for their turn for up to a minute, and the pending object is deleted even then.
func TestABatchWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(time.Minute)
		p.refuse("")
		r := &requests{pace: p, key: "bucket/key"}
		h := &halfBatches{}
		started := time.Now()
		var out pb.CompressedBatchResponse
		err := r.send(t.Context(), beginBatch(t), &out, func(ctx context.Context, in, out drpc.Message) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if h.pending == 1 && time.Since(started) < 45*time.Second {
				return errTooMany
			}
			return h.invoke(ctx, in, out)
		})
		if err != nil || h.pending != 1 {
			t.Error(err, h.asked)
		}
	})
}

func TestACanceledBatchDeletesWhatItBegan(t *testing.T) {
	p := newPace(time.Minute)
	p.refuse("")
	r := &requests{pace: p, key: "bucket/key"}
	h := &halfBatches{refuse: []string{"delete the stream"}}
	ctx, cancel := context.WithCancel(t.Context())
	var out pb.CompressedBatchResponse
	err := r.send(ctx, beginBatch(t), &out, func(lasting context.Context, in, out drpc.Message) error {
		if h.pending == 1 && ctx.Err() == nil {
			cancel()
			return errTooMany
		}
		if lasting.Err() != nil {
			return lasting.Err()
		}
		return h.invoke(lasting, in, out)
	})
	if !errors.Is(err, context.Canceled) || h.pending != 0 {
		t.Error(err, h.asked)
	}
}

func TestAResponseOfAnotherTypeIsAnError(t *testing.T) {
	p := newPace(time.Minute)
	p.refuse("")
	r := &requests{pace: p, key: "bucket/key"}
	var out pb.CompressedBatchResponse
	err := r.send(t.Context(), beginBatch(t), &out, func(_ context.Context, _, out drpc.Message) (err error) {
		out.(*pb.CompressedBatchResponse).Data, err = pb.Marshal(&pb.BatchResponse{Responses: []*pb.BatchResponseItem{{}}})
		return err
	})
	if err == nil || r.begun.Load() {
		t.Error(err)
	}
}

func TestTooManyRequests(t *testing.T) {
	for err, is := range map[error]bool{
		errTooMany: true,
		rpcstatus.Error(rpcstatus.ResourceExhausted, "Exceeded Usage Limit"): false,
		rpcstatus.Error(rpcstatus.Internal, "Too Many Requests"):             false,
		errors.New("Too Many Requests"):                                      false,
	} {
		if fail.IsTooManyRequests(err) != is {
			t.Error(err)
		}
	}
	if fail.IsTooManyRequests(nil) {
		t.Error("no error")
	}
}
