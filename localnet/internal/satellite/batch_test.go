package satellite_test

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"

	"uplink-localnet/internal/seeds"
)

// TestBatch checks that empty ids mean those of the request before, and that a
// batch stops at its first failure without undoing what went before.
func TestBatch(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	begin := &pb.BatchRequestItem{Request: &pb.BatchRequestItem_ObjectBegin{ObjectBegin: &pb.BeginObjectRequest{Bucket: []byte("bucket"), EncryptedObjectKey: []byte("batch")}}}
	inline := &pb.BatchRequestItem{Request: &pb.BatchRequestItem_SegmentMakeInline{SegmentMakeInline: &pb.MakeInlineSegmentRequest{EncryptedKey: []byte("key"), EncryptedInlineData: []byte("data"), PlainSize: 4}}}
	commit := &pb.BatchRequestItem{Request: &pb.BatchRequestItem_ObjectCommit{ObjectCommit: &pb.CommitObjectRequest{}}}
	missing := &pb.BatchRequestItem{Request: &pb.BatchRequestItem_ObjectGet{ObjectGet: &pb.GetObjectRequest{Bucket: []byte("bucket"), EncryptedObjectKey: []byte("missing")}}}
	_, err := w.Batch(ctx, &pb.BatchRequest{Header: w.header, Requests: []*pb.BatchRequestItem{begin, inline, commit, missing, begin}})
	if rpcstatus.Code(err) != rpcstatus.NotFound {
		t.Fatalf("%v", err)
	}
	got, err := w.GetObject(ctx, &pb.GetObjectRequest{Header: w.header, Bucket: []byte("bucket"), EncryptedObjectKey: []byte("batch")})
	check(t, err)
	if got.Object.PlainSize != 4 {
		t.Errorf("%v", got.Object)
	}
	// Ids are not kept in the requests: the same ones work again.
	_, err = w.Batch(ctx, &pb.BatchRequest{Header: w.header, Requests: []*pb.BatchRequestItem{begin, inline, commit}})
	check(t, err)
	for _, requests := range [][]*pb.BatchRequestItem{{nil}, {{}}, {commit}, {inline}} {
		if _, err := w.Batch(ctx, &pb.BatchRequest{Header: w.header, Requests: requests}); err == nil {
			t.Errorf("%v", requests)
		}
	}
}

// TestIfNoneMatchOfAnExpiredObject checks that an expired object counts as existing
// until it is deleted. The satellite deletes it within a second, so it may be gone in
// some of the attempts.
func TestIfNoneMatchOfAnExpiredObject(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	bucket := []byte("bucket")
	create := func(key []byte, expires time.Time, ifNoneMatch ...string) error {
		_, err := w.Batch(ctx, &pb.BatchRequest{Header: w.header, Requests: []*pb.BatchRequestItem{
			{Request: &pb.BatchRequestItem_ObjectBegin{ObjectBegin: &pb.BeginObjectRequest{Bucket: bucket, EncryptedObjectKey: key, ExpiresAt: expires}}},
			{Request: &pb.BatchRequestItem_ObjectCommit{ObjectCommit: &pb.CommitObjectRequest{IfNoneMatch: ifNoneMatch}}},
		}})
		return err
	}
	for attempt := range 20 {
		key := []byte{byte(attempt)}
		check(t, create(key, time.Now().Add(time.Hour)))
		w.ahead.Store(int64(2 * time.Hour))
		_, missing := w.GetObject(ctx, &pb.GetObjectRequest{Header: w.header, Bucket: bucket, EncryptedObjectKey: key})
		refused := create(key, time.Time{}, "*")
		check(t, create(key, time.Time{}))
		w.ahead.Store(0)
		if rpcstatus.Code(missing) != rpcstatus.NotFound {
			t.Fatal(missing)
		}
		if rpcstatus.Code(refused) == rpcstatus.FailedPrecondition {
			return
		}
		check(t, refused)
	}
	t.Error("no expired object counted as existing")
}

// FuzzBatch sends malformed batches. The satellite must not panic, nor return an
// error for a fault of its own.
func FuzzBatch(f *testing.F) {
	w := newWorld(f)
	stream := w.begin(f, "fuzz")
	begun, commit := w.segment(f, stream)
	for _, item := range []*pb.BatchRequestItem{
		{Request: &pb.BatchRequestItem_ObjectBegin{ObjectBegin: &pb.BeginObjectRequest{Bucket: []byte("bucket"), EncryptedObjectKey: []byte("a/b")}}},
		{Request: &pb.BatchRequestItem_ObjectCommit{ObjectCommit: &pb.CommitObjectRequest{StreamId: stream, EncryptedMetadata: []byte{1, 2, 3}}}},
		{Request: &pb.BatchRequestItem_ObjectList{ObjectList: &pb.ListObjectsRequest{Bucket: []byte("bucket"), EncryptedPrefix: []byte("a"), EncryptedCursor: []byte("b/"), Limit: -3}}},
		{Request: &pb.BatchRequestItem_ObjectDownload{ObjectDownload: &pb.DownloadObjectRequest{Bucket: []byte("bucket"), EncryptedObjectKey: []byte("a/b"), Range: &pb.Range{Range: &pb.Range_Start{Start: &pb.RangeStart{PlainStart: -1}}}}}},
		{Request: &pb.BatchRequestItem_SegmentBegin{SegmentBegin: &pb.BeginSegmentRequest{StreamId: stream, MaxOrderLimit: 1 << 40}}},
		{Request: &pb.BatchRequestItem_SegmentBeginRetryPieces{SegmentBeginRetryPieces: &pb.RetryBeginSegmentPiecesRequest{SegmentId: begun.SegmentId, RetryPieceNumbers: []int32{1, -1}}}},
		{Request: &pb.BatchRequestItem_SegmentCommit{SegmentCommit: commit}},
		{Request: &pb.BatchRequestItem_SegmentMakeInline{SegmentMakeInline: &pb.MakeInlineSegmentRequest{StreamId: stream, Position: &pb.SegmentPosition{PartNumber: -1, Index: 1 << 30}}}},
		{Request: &pb.BatchRequestItem_SegmentList{SegmentList: &pb.ListSegmentsRequest{StreamId: stream}}},
		{Request: &pb.BatchRequestItem_SegmentDownload{SegmentDownload: &pb.DownloadSegmentRequest{StreamId: stream, CursorPosition: &pb.SegmentPosition{PartNumber: -5}}}},
		{Request: &pb.BatchRequestItem_ObjectBeginDelete{ObjectBeginDelete: &pb.BeginDeleteObjectRequest{Bucket: []byte("bucket"), EncryptedObjectKey: []byte("x"), Status: 1, StreamId: &stream}}},
		{Request: &pb.BatchRequestItem_BucketList{BucketList: &pb.ListBucketsRequest{Direction: -2}}},
		{Request: &pb.BatchRequestItem_RevokeApiKey{RevokeApiKey: &pb.RevokeAPIKeyRequest{ApiKey: w.key.SerializeRaw()}}},
	} {
		data, err := pb.Marshal(&pb.BatchRequest{Requests: []*pb.BatchRequestItem{item, item}})
		check(f, err)
		f.Add(data)
	}
	seeds.Add(f, "testdata/FuzzBatch.txt")
	f.Fuzz(func(t *testing.T, data []byte) {
		var batch pb.BatchRequest
		if pb.Unmarshal(data, &batch) != nil {
			return
		}
		batch.Header = w.header
		_, err := w.Batch(context.Background(), &batch)
		if faulty(err) {
			t.Fatalf("%+v", err)
		}
	})
}

// FuzzCompressedBatch sends whole requests, header and all, to the call that
// carries most of a client's requests.
func FuzzCompressedBatch(f *testing.F) {
	w := newWorldWithSecret(f, fuzzSecret)
	get := &pb.BatchRequestItem{Request: &pb.BatchRequestItem_BucketGet{BucketGet: &pb.GetBucketRequest{Name: []byte("bucket")}}}
	batch, err := pb.Marshal(&pb.BatchRequest{Header: w.header, Requests: []*pb.BatchRequestItem{get, get}})
	check(f, err)
	for _, req := range []*pb.CompressedBatchRequest{
		{Data: batch}, {Data: batch, Supported: []pb.CompressedBatchRequest_CompressionType{pb.CompressedBatchRequest_ZSTD}},
		{Data: batch, Selected: pb.CompressedBatchRequest_ZSTD}, {Data: binary.AppendUvarint([]byte{0x0a}, 1<<40)},
	} {
		data, err := pb.Marshal(req)
		check(f, err)
		f.Add(data)
	}
	seeds.Add(f, "testdata/FuzzCompressedBatch.txt")
	f.Fuzz(func(t *testing.T, data []byte) {
		var req pb.CompressedBatchRequest
		if pb.Unmarshal(data, &req) != nil {
			return
		}
		_, err := w.CompressedBatch(context.Background(), &req)
		if faulty(err) {
			t.Fatalf("%+v", err)
		}
	})
}
