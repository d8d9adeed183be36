package satellite

import (
	"context"
	"sync"

	"github.com/klauspost/compress/zstd"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// Batch runs several requests in one transaction. It stops at the first that
// fails, with its error; what the ones before have done stays done.
func (e *Endpoint) Batch(ctx context.Context, req *pb.BatchRequest) (*pb.BatchResponse, error) {
	e.tell(req.Requests)
	var resp *pb.BatchResponse
	var failed error
	var c *call
	run := func(tx *store.Tx) (err error) {
		if c, err = e.newCall(ctx, tx, req.Header); err != nil {
			return err
		}
		resp, failed, err = c.batch(req)
		return err
	}
	transaction := e.store.Update
	if onlyReads(req) {
		transaction = e.store.View
	}
	err := transaction(run)
	if err == nil {
		err = failed
	}
	if err == nil {
		err = c.finish()
	}
	if err != nil {
		return nil, e.answer(err)
	}
	return resp, nil
}

// batch returns the first failed request's error as failed, so that the
// transaction is kept. Only a request that failed half way spoils it.
func (c *call) batch(req *pb.BatchRequest) (resp *pb.BatchResponse, failed, err error) {
	resp = &pb.BatchResponse{}
	var last ids
	for _, item := range req.Requests {
		before := c.tx.Writes
		answer, err := c.batchItem(item, &last)
		if err != nil && c.tx.Writes != before {
			return nil, nil, err
		}
		if err != nil {
			return nil, err, nil
		}
		resp.Responses = append(resp.Responses, answer)
	}
	return resp, nil, nil
}

// ids are those of the request before: an empty id in a request means them.
type ids struct {
	stream  storj.StreamID
	segment storj.SegmentID
}

func (l *ids) fillStream(id *storj.StreamID) {
	if id.IsZero() {
		*id = l.stream
	} else {
		l.stream = *id
	}
}

func (l *ids) fillSegment(id *storj.SegmentID) {
	if id.IsZero() {
		*id = l.segment
	} else {
		l.segment = *id
	}
}

// onlyReads tells whether a batch changes nothing.
func onlyReads(req *pb.BatchRequest) bool {
	for _, item := range req.Requests {
		switch item.GetRequest().(type) {
		case *pb.BatchRequestItem_BucketGet,
			*pb.BatchRequestItem_BucketList,
			*pb.BatchRequestItem_ObjectGet,
			*pb.BatchRequestItem_ObjectList,
			*pb.BatchRequestItem_ObjectFinishDelete,
			*pb.BatchRequestItem_ObjectDownload,
			*pb.BatchRequestItem_ObjectListPendingStreams,
			*pb.BatchRequestItem_ObjectGetIps,
			*pb.BatchRequestItem_ObjectGetRetention,
			*pb.BatchRequestItem_ObjectGetLegalHold,
			*pb.BatchRequestItem_BucketGetObjectLockConfiguration,
			*pb.BatchRequestItem_ObjectBeginCopy,
			*pb.BatchRequestItem_ObjectBeginMove,
			*pb.BatchRequestItem_BucketGetLocation,
			*pb.BatchRequestItem_BucketGetTagging,
			*pb.BatchRequestItem_BucketGetVersioning,
			*pb.BatchRequestItem_BucketGetNotificationConfiguration,
			*pb.BatchRequestItem_ObjectGetPendingMetadata,
			*pb.BatchRequestItem_SegmentList,
			*pb.BatchRequestItem_SegmentDownload:
		default:
			return false
		}
	}
	return true
}

// batchItem runs one request.
func (c *call) batchItem(item *pb.BatchRequestItem, last *ids) (*pb.BatchResponseItem, error) {
	if item.GetRequest() == nil {
		return nil, status(rpcstatus.InvalidArgument, "empty request in a batch")
	}
	if err := c.ask(item); err != nil {
		return nil, err
	}
	for _, kind := range []batchKind{(*call).batchBucket, (*call).batchObject, (*call).batchUpload, (*call).batchSegment, (*call).batchSetting, (*call).batchCopy, (*call).batchLock} {
		if resp, err := kind(c, item, last); resp != nil {
			return resp, err
		}
	}
	return nil, status(rpcstatus.Unimplemented, "%T is not implemented in batches", item.GetRequest())
}

// batchKind runs requests of one kind, and answers nil to others.
type batchKind func(*call, *pb.BatchRequestItem, *ids) (*pb.BatchResponseItem, error)

// batchBucket runs requests about buckets and keys.
func (c *call) batchBucket(item *pb.BatchRequestItem, _ *ids) (*pb.BatchResponseItem, error) {
	resp := &pb.BatchResponseItem{}
	switch r := item.Request.(type) {
	case *pb.BatchRequestItem_BucketCreate:
		answer, err := c.createBucket(r.BucketCreate)
		resp.Response = &pb.BatchResponseItem_BucketCreate{BucketCreate: answer}
		return resp, err
	case *pb.BatchRequestItem_BucketGet:
		answer, err := c.getBucket(r.BucketGet)
		resp.Response = &pb.BatchResponseItem_BucketGet{BucketGet: answer}
		return resp, err
	case *pb.BatchRequestItem_BucketDelete:
		answer, err := c.deleteBucket(r.BucketDelete)
		resp.Response = &pb.BatchResponseItem_BucketDelete{BucketDelete: answer}
		return resp, err
	case *pb.BatchRequestItem_BucketList:
		answer, err := c.listBuckets(r.BucketList)
		resp.Response = &pb.BatchResponseItem_BucketList{BucketList: answer}
		return resp, err
	case *pb.BatchRequestItem_RevokeApiKey:
		answer, err := c.revokeAPIKey(r.RevokeApiKey)
		resp.Response = &pb.BatchResponseItem_RevokeApiKey{RevokeApiKey: answer}
		return resp, err
	}
	return nil, nil
}

// batchObject runs requests about objects.
func (c *call) batchObject(item *pb.BatchRequestItem, last *ids) (*pb.BatchResponseItem, error) {
	resp := &pb.BatchResponseItem{}
	switch r := item.Request.(type) {
	case *pb.BatchRequestItem_ObjectGet:
		answer, err := c.getObject(r.ObjectGet)
		resp.Response = &pb.BatchResponseItem_ObjectGet{ObjectGet: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectList:
		answer, err := c.listObjects(r.ObjectList)
		resp.Response = &pb.BatchResponseItem_ObjectList{ObjectList: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectBeginDelete:
		answer, err := c.beginDeleteObject(r.ObjectBeginDelete)
		resp.Response = &pb.BatchResponseItem_ObjectBeginDelete{ObjectBeginDelete: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectFinishDelete:
		last.fillStream(&r.ObjectFinishDelete.StreamId)
		answer, err := c.finishDeleteObject(r.ObjectFinishDelete)
		resp.Response = &pb.BatchResponseItem_ObjectFinishDelete{ObjectFinishDelete: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectDownload:
		answer, err := c.downloadObject(r.ObjectDownload)
		resp.Response = &pb.BatchResponseItem_ObjectDownload{ObjectDownload: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectUpdateMetadata:
		answer, err := c.updateObjectMetadata(r.ObjectUpdateMetadata)
		resp.Response = &pb.BatchResponseItem_ObjectUpdateMetadata{ObjectUpdateMetadata: answer}
		return resp, err
	}
	return nil, nil
}

// batchUpload runs requests about uploads.
func (c *call) batchUpload(item *pb.BatchRequestItem, last *ids) (*pb.BatchResponseItem, error) {
	resp := &pb.BatchResponseItem{}
	switch r := item.Request.(type) {
	case *pb.BatchRequestItem_ObjectBegin:
		answer, err := c.beginObject(r.ObjectBegin)
		if err == nil {
			last.stream = answer.StreamId
		}
		resp.Response = &pb.BatchResponseItem_ObjectBegin{ObjectBegin: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectCommit:
		last.fillStream(&r.ObjectCommit.StreamId)
		answer, err := c.commitObject(r.ObjectCommit)
		resp.Response = &pb.BatchResponseItem_ObjectCommit{ObjectCommit: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectListPendingStreams:
		answer, err := c.listPendingObjectStreams(r.ObjectListPendingStreams)
		resp.Response = &pb.BatchResponseItem_ObjectListPendingStreams{ObjectListPendingStreams: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectGetPendingMetadata:
		last.fillStream(&r.ObjectGetPendingMetadata.StreamId)
		answer, err := c.getPendingObjectMetadata(r.ObjectGetPendingMetadata)
		resp.Response = &pb.BatchResponseItem_ObjectGetPendingMetadata{ObjectGetPendingMetadata: answer}
		return resp, err
	case *pb.BatchRequestItem_PartDelete:
		last.fillStream(&r.PartDelete.StreamId)
		answer, err := c.deletePart(r.PartDelete)
		resp.Response = &pb.BatchResponseItem_PartDelete{PartDelete: answer}
		return resp, err
	}
	return nil, nil
}

// batchSegment runs requests about segments.
func (c *call) batchSegment(item *pb.BatchRequestItem, last *ids) (*pb.BatchResponseItem, error) {
	resp := &pb.BatchResponseItem{}
	switch r := item.Request.(type) {
	case *pb.BatchRequestItem_SegmentBegin:
		last.fillStream(&r.SegmentBegin.StreamId)
		answer, err := c.beginSegment(r.SegmentBegin)
		if err == nil {
			last.segment = answer.SegmentId
		}
		resp.Response = &pb.BatchResponseItem_SegmentBegin{SegmentBegin: answer}
		return resp, err
	case *pb.BatchRequestItem_SegmentCommit:
		last.fillSegment(&r.SegmentCommit.SegmentId)
		answer, err := c.commitSegment(r.SegmentCommit)
		resp.Response = &pb.BatchResponseItem_SegmentCommit{SegmentCommit: answer}
		return resp, err
	case *pb.BatchRequestItem_SegmentMakeInline:
		last.fillStream(&r.SegmentMakeInline.StreamId)
		answer, err := c.makeInlineSegment(r.SegmentMakeInline)
		resp.Response = &pb.BatchResponseItem_SegmentMakeInline{SegmentMakeInline: answer}
		return resp, err
	case *pb.BatchRequestItem_SegmentList:
		last.fillStream(&r.SegmentList.StreamId)
		answer, err := c.listSegments(r.SegmentList)
		resp.Response = &pb.BatchResponseItem_SegmentList{SegmentList: answer}
		return resp, err
	case *pb.BatchRequestItem_SegmentDownload:
		last.fillStream(&r.SegmentDownload.StreamId)
		answer, err := c.downloadSegment(r.SegmentDownload)
		resp.Response = &pb.BatchResponseItem_SegmentDownload{SegmentDownload: answer}
		return resp, err
	case *pb.BatchRequestItem_SegmentBeginRetryPieces:
		last.fillSegment(&r.SegmentBeginRetryPieces.SegmentId)
		answer, err := c.retryBeginSegmentPieces(r.SegmentBeginRetryPieces)
		if err == nil {
			last.segment = answer.SegmentId
		}
		resp.Response = &pb.BatchResponseItem_SegmentBeginRetryPieces{SegmentBeginRetryPieces: answer}
		return resp, err
	}
	return nil, nil
}

// minCompressed is the size from which on compressing an answer is worth it:
// small ones are mostly ciphertext.
const minCompressed = 16 << 10

// Making an encoder costs more than most calls.
var encoders = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(false), zstd.WithWindowSize(64<<10))
})

// CompressedBatch is a batch whose answer is compressed.
func (e *Endpoint) CompressedBatch(ctx context.Context, req *pb.CompressedBatchRequest) (*pb.CompressedBatchResponse, error) {
	if req.Selected != pb.CompressedBatchRequest_NONE {
		return nil, status(rpcstatus.InvalidArgument, "compressed requests are not supported")
	}
	var batch pb.BatchRequest
	if err := pb.Unmarshal(req.Data, &batch); err != nil {
		return nil, status(rpcstatus.InvalidArgument, "malformed batch")
	}
	answers, err := e.Batch(ctx, &batch)
	if err != nil {
		return nil, err
	}
	data, err := pb.Marshal(answers)
	if err != nil {
		return nil, e.answer(err)
	}
	resp := &pb.CompressedBatchResponse{Data: data}
	if len(data) < minCompressed {
		return resp, nil
	}
	for _, supported := range req.Supported {
		if supported != pb.CompressedBatchRequest_ZSTD {
			continue
		}
		encoder, err := encoders()
		if err != nil {
			return nil, e.answer(err)
		}
		resp.Data, resp.Selected = encoder.EncodeAll(data, nil), pb.CompressedBatchRequest_ZSTD
		break
	}
	return resp, nil
}
