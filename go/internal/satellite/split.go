package satellite

import (
	"context"

	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"

	"libuplink/internal/fail"
)

// sendSplit sends BeginObject apart from the rest of its batch. A satellite that refuses a batch in
// its middle keeps what came before: the object would stay pending, under an ID that is in no
// response.
func (r *Requests) sendSplit(ctx context.Context, in *pb.CompressedBatchRequest, out *pb.CompressedBatchResponse,
	nearLimit bool, invoke Invocation) error {
	var batch pb.BatchRequest
	if err := pb.Unmarshal(in.Data, &batch); err != nil || !r.isSplit(&batch, nearLimit) {
		return invoke(ctx, in, out)
	}
	// These requests outlast ctx. If they ended with it, only the satellite might know the ID, or
	// the connection would end with them and could not delete the object.
	lasting, stop := outlast(ctx, firstBatchPatience)
	defer stop()
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
		setStreamID(request, id)
	}
	err = r.pace.Do(ctx, r.caller(), "", func() error {
		rest, err := sendBatch(lasting, batch.Header, batch.Requests[1:], invoke)
		if err == nil {
			all.Responses = append(all.Responses, rest.Responses...)
		}
		return err
	})
	if err != nil {
		deletion := deletePending(batch.Requests[0].GetObjectBegin(), id)
		_ = r.pace.Do(lasting, r.caller(), "", func() error { // the first error is the one to report
			_, err := sendBatch(lasting, batch.Header, []*pb.BatchRequestItem{deletion}, invoke)
			return err
		})
		return err
	}
	out.Selected = pb.CompressedBatchRequest_NONE
	out.Data, err = pb.Marshal(all)
	return err
}

// isSplit reports whether a batch begins an object and may well be refused in its middle. Near the
// limit of requests that is any batch but one that begins, fills and commits an inline object:
// satellites count it as one request. They refuse such a batch in its middle for its commit alone.
func (r *Requests) isSplit(batch *pb.BatchRequest, nearLimit bool) bool {
	items := batch.Requests
	if len(items) < 2 || items[0].GetObjectBegin() == nil {
		return false
	}
	if items[1].GetSegmentMakeInline() != nil && items[len(items)-1].GetObjectCommit() != nil {
		return r.commitAtRisk.Load()
	}
	return nearLimit || r.large.Load()
}

// isRefusal reports whether a satellite refused a request for another reason than its rate: it has no
// room, or too few nodes. It may have begun an object before, in the same batch.
func isRefusal(err error) bool {
	if rpcstatus.Code(err) == rpcstatus.ResourceExhausted {
		return !fail.IsTooManyRequests(err)
	}
	return err != nil && fail.Classify(err).Detail == fail.DetailNodesUnavailable
}

// deletePending returns the request that deletes a pending object.
func deletePending(begin *pb.BeginObjectRequest, id pb.StreamID) *pb.BatchRequestItem {
	return &pb.BatchRequestItem{Request: &pb.BatchRequestItem_ObjectBeginDelete{
		ObjectBeginDelete: &pb.BeginDeleteObjectRequest{
			Bucket: begin.Bucket, EncryptedObjectKey: begin.EncryptedObjectKey,
			StreamId: &id, Status: int32(pb.Object_UPLOADING),
		},
	}}
}

// setStreamID sets the ID that the satellite would take from the earlier request of the same batch.
func setStreamID(request *pb.BatchRequestItem, id pb.StreamID) {
	switch r := request.Request.(type) {
	case *pb.BatchRequestItem_SegmentBegin:
		r.SegmentBegin.StreamId = id
	case *pb.BatchRequestItem_SegmentMakeInline:
		r.SegmentMakeInline.StreamId = id
	case *pb.BatchRequestItem_ObjectCommit:
		r.ObjectCommit.StreamId = id
	}
}

// sendBatch sends requests as one batch, and returns as many responses.
func sendBatch(ctx context.Context, header *pb.RequestHeader, items []*pb.BatchRequestItem, invoke Invocation,
) (*pb.BatchResponse, error) {
	data, err := pb.Marshal(&pb.BatchRequest{Header: header, Requests: items})
	if err != nil {
		return nil, err
	}
	var packed pb.CompressedBatchResponse
	if err := invoke(ctx, &pb.CompressedBatchRequest{Data: data}, &packed); err != nil {
		return nil, err
	}
	received := &pb.BatchResponse{}
	if err := pb.Unmarshal(packed.Data, received); err != nil {
		return nil, err
	}
	if len(received.Responses) != len(items) {
		return nil, fail.Internal(fail.DetailNone, "%d responses to %d requests",
			len(received.Responses), len(items))
	}
	return received, nil
}
