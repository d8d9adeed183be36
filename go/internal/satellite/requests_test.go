package satellite

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/drpc"

	"libuplink/internal/fail"
	"libuplink/internal/pace"
)

var errTooMany = rpcstatus.Error(rpcstatus.ResourceExhausted, "Too Many Requests")

// refuseOnce makes a request that is refused once.
func refuseOnce(t *testing.T, p *pace.Pace) {
	ctx, cancel := context.WithCancel(t.Context())
	_ = p.Do(ctx, pace.CallerOf(ctx), "", func() error { cancel(); return errTooMany })
}

// halfBatches is a satellite that refuses requests within a batch, and keeps the effects of the
// requests before them.
type halfBatches struct {
	refuse  []string // the requests to refuse, in this order
	refusal error    // nil for too many requests
	pending int
	asked   []string
}

func (h *halfBatches) invoke(_ context.Context, in, out drpc.Message) error {
	var batch pb.BatchRequest
	if err := pb.Unmarshal(in.(*pb.CompressedBatchRequest).Data, &batch); err != nil {
		return err
	}
	received := &pb.BatchResponse{}
	for _, item := range batch.Requests {
		response, name := &pb.BatchResponseItem{}, ""
		switch r := item.Request.(type) {
		case *pb.BatchRequestItem_ObjectBegin:
			name = "begin object"
			begun := &pb.BeginObjectResponse{StreamId: []byte("the stream")}
			response.Response = &pb.BatchResponseItem_ObjectBegin{ObjectBegin: begun}
		case *pb.BatchRequestItem_SegmentBegin:
			name = "begin segment of " + string(r.SegmentBegin.StreamId)
			begun := &pb.BeginSegmentResponse{SegmentId: []byte("the segment")}
			response.Response = &pb.BatchResponseItem_SegmentBegin{SegmentBegin: begun}
		case *pb.BatchRequestItem_SegmentMakeInline:
			name = "inline segment of " + string(r.SegmentMakeInline.StreamId)
			made := &pb.MakeInlineSegmentResponse{}
			response.Response = &pb.BatchResponseItem_SegmentMakeInline{SegmentMakeInline: made}
		case *pb.BatchRequestItem_ObjectCommit:
			name = "commit " + string(r.ObjectCommit.StreamId)
			response.Response = &pb.BatchResponseItem_ObjectCommit{ObjectCommit: &pb.CommitObjectResponse{}}
		case *pb.BatchRequestItem_ObjectBeginDelete:
			name = "delete " + string(*r.ObjectBeginDelete.StreamId)
			response.Response = &pb.BatchResponseItem_ObjectBeginDelete{ObjectBeginDelete: &pb.BeginDeleteObjectResponse{}}
		}
		h.asked = append(h.asked, name)
		if len(h.refuse) > 0 && name == h.refuse[0] {
			h.refuse = h.refuse[1:]
			return cmp.Or(h.refusal, errTooMany)
		}
		switch name {
		case "begin object":
			h.pending++
		case "delete the stream":
			h.pending--
		}
		received.Responses = append(received.Responses, response)
	}
	data, err := pb.Marshal(received)
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
	p := pace.New(time.Minute)
	refuseOnce(t, p) // so that the next refusal is expected
	r := NewRequests(p, "bucket/key")
	h := &halfBatches{refuse: []string{"begin object", "begin segment of the stream", "begin segment of the stream"}}
	var out pb.CompressedBatchResponse
	if err := r.Send(t.Context(), beginBatch(t), &out, h.invoke); err != nil {
		t.Fatal(err)
	}
	segment := "begin segment of the stream"
	if !slices.Equal(h.asked, []string{"begin object", "begin object", segment, segment, segment}) || h.pending != 1 {
		t.Error(h.asked, h.pending)
	}
	var received pb.BatchResponse
	if err := pb.Unmarshal(out.Data, &received); err != nil {
		t.Fatal(err)
	}
	if string(received.Responses[0].GetObjectBegin().StreamId) != "the stream" ||
		string(received.Responses[1].GetSegmentBegin().SegmentId) != "the segment" {
		t.Error(received.String())
	}
	if err := r.Send(t.Context(), beginBatch(t), &out, h.invoke); err != nil || !r.begun.Load() {
		t.Error(err)
	}
}

func inlineBatch(t *testing.T) *pb.CompressedBatchRequest {
	data, err := pb.Marshal(&pb.BatchRequest{Requests: []*pb.BatchRequestItem{
		{Request: &pb.BatchRequestItem_ObjectBegin{ObjectBegin: &pb.BeginObjectRequest{Bucket: []byte("bucket")}}},
		{Request: &pb.BatchRequestItem_SegmentMakeInline{SegmentMakeInline: &pb.MakeInlineSegmentRequest{}}},
		{Request: &pb.BatchRequestItem_ObjectCommit{ObjectCommit: &pb.CommitObjectRequest{}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return &pb.CompressedBatchRequest{Data: data}
}

func TestAnInlineObjectIsDeletedIfItsCommitIsRefused(t *testing.T) {
	refusal := rpcstatus.Error(rpcstatus.FailedPrecondition, "object already exists")
	r := NewRequests(pace.New(time.Minute), "bucket/key")
	r.SplitInline()
	h := &halfBatches{refuse: []string{"commit the stream"}, refusal: refusal}
	var out pb.CompressedBatchResponse
	if err := r.Send(t.Context(), inlineBatch(t), &out, h.invoke); err != refusal || h.pending != 0 {
		t.Error(err, h.pending)
	}
	want := []string{"begin object", "inline segment of the stream", "commit the stream", "delete the stream"}
	if !slices.Equal(h.asked, want) {
		t.Error(h.asked)
	}
}

func TestAnInlineObjectIsOneBatchIfItsCommitIsNotAtRisk(t *testing.T) {
	p := pace.New(time.Minute)
	refuseOnce(t, p) // near the limit, too
	r := NewRequests(p, "bucket/key")
	h := &halfBatches{}
	var out pb.CompressedBatchResponse
	if err := r.Send(t.Context(), inlineBatch(t), &out, h.invoke); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(h.asked, []string{"begin object", "inline segment of ", "commit "}) {
		t.Error(h.asked)
	}
}

func TestOtherBatchesStayWholeIfACommitIsAtRisk(t *testing.T) {
	r := NewRequests(pace.New(time.Minute), "bucket/key")
	r.SplitInline()
	h := &halfBatches{}
	var out pb.CompressedBatchResponse
	if err := r.Send(t.Context(), beginBatch(t), &out, h.invoke); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(h.asked, []string{"begin object", "begin segment of "}) {
		t.Error(h.asked)
	}
}

func TestALargeObjectIsDeletedIfItsSegmentIsRefused(t *testing.T) {
	refusal := rpcstatus.Error(rpcstatus.FailedPrecondition, "not enough nodes")
	r := NewRequests(pace.New(time.Minute), "bucket/key")
	r.SplitLarge()
	h := &halfBatches{refuse: []string{"begin segment of the stream"}, refusal: refusal}
	var out pb.CompressedBatchResponse
	if err := r.Send(t.Context(), beginBatch(t), &out, h.invoke); err != refusal || h.pending != 0 {
		t.Error(err, h.asked)
	}
}

func TestSmallObjectsAreDeletedAfterARefusal(t *testing.T) {
	for _, refusal := range []error{
		rpcstatus.Error(rpcstatus.FailedPrecondition, "not enough nodes"),
		rpcstatus.Error(rpcstatus.ResourceExhausted, "Exceeded Storage Limit"),
	} {
		p := pace.New(time.Minute)
		h := &halfBatches{refuse: []string{"begin segment of ", "begin segment of the stream"}, refusal: refusal}
		var out pb.CompressedBatchResponse
		for range 2 {
			if err := NewRequests(p, "bucket/key").Send(t.Context(), beginBatch(t), &out, h.invoke); err != refusal {
				t.Error(err)
			}
		}
		// Only the first batch was whole, so the satellite knows an ID that is in no response.
		if h.pending != 1 || h.asked[len(h.asked)-1] != "delete the stream" {
			t.Error(h.asked, h.pending)
		}
	}
}

func TestOnlyConditionalRequestsFailTheirCondition(t *testing.T) {
	err := rpcstatus.Error(rpcstatus.FailedPrecondition, "a new reason")
	star := []string{"*"}
	for _, request := range []drpc.Message{
		&pb.FinishCopyObjectRequest{IfNoneMatch: star}, &pb.CommitObjectRequest{IfNoneMatch: star},
		batchOf(t, &pb.BatchRequestItem{Request: &pb.BatchRequestItem_ObjectCommit{
			ObjectCommit: &pb.CommitObjectRequest{IfNoneMatch: star}}}),
	} {
		if got := keepReason(request, err); got != err {
			t.Errorf("%T: %v", request, got)
		}
	}
	for _, request := range []drpc.Message{
		&pb.FinishCopyObjectRequest{}, &pb.CommitObjectRequest{}, &pb.GetObjectRequest{}, beginBatch(t), inlineBatch(t),
	} {
		got := fail.Classify(keepReason(request, err))
		if got.Code != fail.CodeInternal || got.Detail != fail.DetailNone || got.Text != "a new reason" {
			t.Errorf("%T: %+v", request, got)
		}
	}
}

func batchOf(t *testing.T, items ...*pb.BatchRequestItem) *pb.CompressedBatchRequest {
	data, err := pb.Marshal(&pb.BatchRequest{Requests: items})
	if err != nil {
		t.Fatal(err)
	}
	return &pb.CompressedBatchRequest{Data: data}
}

func TestBatchesAreWholeWhereNothingIsRefused(t *testing.T) {
	r := NewRequests(pace.New(time.Minute), "bucket/key")
	h := &halfBatches{}
	var out pb.CompressedBatchResponse
	if err := r.Send(t.Context(), beginBatch(t), &out, h.invoke); err != nil || !r.begun.Load() {
		t.Fatal(err)
	}
	if !slices.Equal(h.asked, []string{"begin object", "begin segment of "}) {
		t.Error(h.asked)
	}
}

func TestWhatWasBegunForNothingIsDeleted(t *testing.T) {
	p := pace.New(20 * time.Millisecond)
	refuseOnce(t, p)
	r := NewRequests(p, "bucket/key")
	h := &halfBatches{refuse: slices.Repeat([]string{"begin segment of the stream"}, 100)}
	var out pb.CompressedBatchResponse
	if err := r.Send(t.Context(), beginBatch(t), &out, h.invoke); err != errTooMany || h.pending != 0 {
		t.Error(err, h.asked)
	}
}

// The requests of an upload wait in line for up to a minute. The pending object is deleted even
// then.
func TestABatchWaitsInLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pace.New(time.Minute)
		refuseOnce(t, p)
		r := NewRequests(p, "bucket/key")
		h := &halfBatches{}
		started := time.Now()
		var out pb.CompressedBatchResponse
		err := r.Send(t.Context(), beginBatch(t), &out, func(ctx context.Context, in, out drpc.Message) error {
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
	p := pace.New(time.Minute)
	refuseOnce(t, p)
	r := NewRequests(p, "bucket/key")
	h := &halfBatches{refuse: []string{"delete the stream"}}
	ctx, cancel := context.WithCancel(t.Context())
	var out pb.CompressedBatchResponse
	err := r.Send(ctx, beginBatch(t), &out, func(lasting context.Context, in, out drpc.Message) error {
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
	p := pace.New(time.Minute)
	refuseOnce(t, p)
	r := NewRequests(p, "bucket/key")
	var out pb.CompressedBatchResponse
	err := r.Send(t.Context(), beginBatch(t), &out, func(_ context.Context, _, out drpc.Message) (err error) {
		out.(*pb.CompressedBatchResponse).Data, err = pb.Marshal(&pb.BatchResponse{Responses: []*pb.BatchResponseItem{{}}})
		return err
	})
	if err == nil || r.begun.Load() {
		t.Error(err)
	}
}

func TestTheNewestOperationLimitsTheRepeats(t *testing.T) {
	r := NewRequests(pace.New(time.Minute), "")
	r.SetRepeatFor(3 * time.Second)
	if limit := r.caller().RepeatFor(); limit != 3*time.Second {
		t.Error(limit)
	}
}
