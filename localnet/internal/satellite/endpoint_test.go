package satellite_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"storj.io/common/identity/testidentity"
	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/signing"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite"
	"uplink-localnet/internal/satellite/store"
)

// world is a satellite whose nodes the test plays itself.
type world struct {
	*satellite.Endpoint
	header *pb.RequestHeader
	key    *macaroon.APIKey
	secret []byte
	// discarded counts the pieces that nodes were told to delete.
	discarded atomic.Int64
	nodes     map[storj.NodeID]signing.Signer
}

func newWorld(t testing.TB) *world {
	t.Helper()
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	return newWorldWithSecret(t, secret)
}

func newWorldWithSecret(t testing.TB, secret []byte) *world {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "metadata.db"), store.Options{})
	check(t, err)
	key, err := macaroon.FromParts([]byte("the head of the test's key"), secret)
	check(t, err)
	w := &world{secret: secret, header: &pb.RequestHeader{ApiKey: key.SerializeRaw()}, key: key, nodes: map[storj.NodeID]signing.Signer{}}
	project := store.ProjectID{1}
	check(t, db.Update(func(tx *store.Tx) error {
		check(t, tx.PutProject(&store.Project{ID: project, Salt: []byte("salt"), PublicID: []byte("id"), Created: time.Now()}))
		return tx.PutAPIKey(&store.APIKey{Head: key.Head(), Secret: secret, Project: project})
	}))
	var nodes []satellite.Node
	for i := range 6 {
		id := testidentity.MustPregeneratedIdentity(i+1, storj.LatestIDVersion())
		w.nodes[id.ID] = signing.SignerFromFullIdentity(id)
		nodes = append(nodes, satellite.Node{
			ID: id.ID, Address: &pb.NodeAddress{Address: "127.0.0.1:1"}, Signee: signing.SigneeFromPeerIdentity(id.PeerIdentity()),
			Discard: func(_ context.Context, ids []storj.PieceID) error {
				w.discarded.Add(int64(len(ids)))
				return nil
			},
		})
	}
	w.Endpoint, err = satellite.New(satellite.Config{
		Identity: testidentity.MustPregeneratedIdentity(0, storj.LatestIDVersion()),
		Store:    db, Nodes: nodes, Log: slog.New(slog.DiscardHandler),
		Scheme: store.Scheme{Required: 2, Repair: 3, Optimal: 4, Total: 5, ShareSize: 256},
	})
	check(t, err)
	t.Cleanup(func() { w.Close(); check(t, db.Close()) })
	_, err = w.CreateBucket(context.Background(), &pb.CreateBucketRequest{Header: w.header, Name: []byte("bucket")})
	check(t, err)
	return w
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%+v", err)
	}
}

func (w *world) begin(t testing.TB, key string) storj.StreamID {
	t.Helper()
	resp, err := w.BeginObject(context.Background(), &pb.BeginObjectRequest{
		Header: w.header, Bucket: []byte("bucket"), EncryptedObjectKey: []byte(key),
		EncryptionParameters: &pb.EncryptionParameters{CipherSuite: pb.CipherSuite_ENC_AESGCM, BlockSize: 7424},
	})
	check(t, err)
	return resp.StreamId
}

const encryptedSize = 10_000

// segment begins a segment and has all nodes sign for their pieces.
func (w *world) segment(t testing.TB, stream storj.StreamID) (*pb.BeginSegmentResponse, *pb.CommitSegmentRequest) {
	t.Helper()
	ctx := context.Background()
	begun, err := w.BeginSegment(ctx, &pb.BeginSegmentRequest{
		Header: w.header, StreamId: stream, Position: &pb.SegmentPosition{}, MaxOrderLimit: 64 << 20,
	})
	check(t, err)
	commit := &pb.CommitSegmentRequest{
		Header: w.header, SegmentId: begun.SegmentId, EncryptedKey: []byte("key"),
		SizeEncryptedData: encryptedSize, PlainSize: 9000,
	}
	for number, limit := range begun.AddressedLimits {
		hash, err := signing.SignPieceHash(ctx, w.nodes[limit.Limit.StorageNodeId], &pb.PieceHash{
			PieceId: limit.Limit.PieceId, PieceSize: 5120, Hash: []byte("hash"), Timestamp: time.Now(),
		})
		check(t, err)
		commit.UploadResult = append(commit.UploadResult, &pb.SegmentPieceUploadResult{
			PieceNum: int32(number), NodeId: limit.Limit.StorageNodeId, Hash: hash,
		})
	}
	return begun, commit
}

func TestCommitSegment(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	stream := w.begin(t, "key")
	begun, good := w.segment(t, stream)
	satelliteSignee := signing.SigneeFromPeerIdentity(testidentity.MustPregeneratedIdentity(0, storj.LatestIDVersion()).PeerIdentity())
	for _, limit := range begun.AddressedLimits {
		check(t, signing.VerifyOrderLimitSignature(ctx, satelliteSignee, limit.Limit))
	}
	resign := func(r *pb.SegmentPieceUploadResult) {
		var err error
		r.Hash, err = signing.SignPieceHash(ctx, w.nodes[r.NodeId], r.Hash)
		check(t, err)
	}
	for name, change := range map[string]func(*pb.CommitSegmentRequest){
		"too few pieces":  func(r *pb.CommitSegmentRequest) { r.UploadResult = r.UploadResult[:3] },
		"no pieces":       func(r *pb.CommitSegmentRequest) { r.UploadResult = nil },
		"a piece twice":   func(r *pb.CommitSegmentRequest) { r.UploadResult[1] = r.UploadResult[0] },
		"unknown piece":   func(r *pb.CommitSegmentRequest) { r.UploadResult[0].PieceNum = 99 },
		"negative piece":  func(r *pb.CommitSegmentRequest) { r.UploadResult[0].PieceNum = -1 },
		"no hash":         func(r *pb.CommitSegmentRequest) { r.UploadResult[0].Hash = nil },
		"no result":       func(r *pb.CommitSegmentRequest) { r.UploadResult[0] = nil },
		"other node":      func(r *pb.CommitSegmentRequest) { r.UploadResult[0].NodeId = r.UploadResult[1].NodeId },
		"unsigned":        func(r *pb.CommitSegmentRequest) { r.UploadResult[0].Hash.Signature = nil },
		"other signature": func(r *pb.CommitSegmentRequest) { r.UploadResult[0].Hash.Signature = r.UploadResult[1].Hash.Signature },
		"other piece id": func(r *pb.CommitSegmentRequest) {
			r.UploadResult[0].Hash.PieceId = storj.NewPieceID()
			resign(r.UploadResult[0])
		},
		"other size": func(r *pb.CommitSegmentRequest) {
			r.UploadResult[0].Hash.PieceSize++
			resign(r.UploadResult[0])
		},
		"old hash": func(r *pb.CommitSegmentRequest) {
			r.UploadResult[0].Hash.Timestamp = time.Now().Add(-25 * time.Hour)
			resign(r.UploadResult[0])
		},
		"impossible plain size": func(r *pb.CommitSegmentRequest) { r.PlainSize = encryptedSize + 1 },
		"negative plain size":   func(r *pb.CommitSegmentRequest) { r.PlainSize = -1 },
		"too large":             func(r *pb.CommitSegmentRequest) { r.SizeEncryptedData = 65 << 20 },
		"changed id":            func(r *pb.CommitSegmentRequest) { r.SegmentId = append(storj.SegmentID{1}, r.SegmentId[1:]...) },
		"a stream's id":         func(r *pb.CommitSegmentRequest) { r.SegmentId = storj.SegmentID(stream) },
		"no id":                 func(r *pb.CommitSegmentRequest) { r.SegmentId = nil },
	} {
		t.Run(name, func(t *testing.T) {
			_, bad := w.segment(t, stream)
			change(bad)
			if _, err := w.CommitSegment(ctx, bad); rpcstatus.Code(err) != rpcstatus.InvalidArgument {
				t.Errorf("%v", err)
			}
		})
	}
	_, err := w.CommitSegment(ctx, good)
	check(t, err)
	_, err = w.CommitObject(ctx, &pb.CommitObjectRequest{Header: w.header, StreamId: stream})
	check(t, err)
	if _, err := w.CommitSegment(ctx, good); rpcstatus.Code(err) != rpcstatus.NotFound {
		t.Errorf("committed into a finished object: %v", err)
	}
	if _, err := w.CommitObject(ctx, &pb.CommitObjectRequest{Header: w.header, StreamId: stream}); rpcstatus.Code(err) != rpcstatus.NotFound {
		t.Errorf("committed twice: %v", err)
	}
}

// TestCommitSegmentAgain repeats a commit: pieces that the first one has thrown
// away must not be counted on.
func TestCommitSegmentAgain(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	stream := w.begin(t, "key")
	_, first := w.segment(t, stream)
	all := first.UploadResult
	for _, results := range [][]*pb.SegmentPieceUploadResult{all[:4], all[1:], all[:4]} {
		first.UploadResult = results
		resp, err := w.CommitSegment(ctx, first)
		check(t, err)
		if resp.SuccessfulPieces != 4 {
			t.Errorf("%v", resp)
		}
	}
	check(t, w.Clean(ctx, time.Now().Add(time.Hour)))
	if got := w.discarded.Load(); got != 1 {
		t.Errorf("%d pieces thrown away, want the one that was not committed", got)
	}
	_, second := w.segment(t, stream)
	_, err := w.CommitSegment(ctx, second)
	check(t, err)
	if _, err := w.CommitSegment(ctx, first); rpcstatus.Code(err) != rpcstatus.InvalidArgument {
		t.Errorf("a replaced segment came back: %v", err)
	}
}

func TestRetryPieces(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	begun, _ := w.segment(t, w.begin(t, "key"))
	retried, err := w.RetryBeginSegmentPieces(ctx, &pb.RetryBeginSegmentPiecesRequest{Header: w.header, SegmentId: begun.SegmentId, RetryPieceNumbers: []int32{3}})
	check(t, err)
	for i, limit := range retried.AddressedLimits {
		same := limit.Limit.StorageNodeId == begun.AddressedLimits[i].Limit.StorageNodeId
		if same != (i != 3) {
			t.Errorf("piece %d on the same node: %v", i, same)
		}
	}
	// All six nodes have been used up now.
	_, err = w.RetryBeginSegmentPieces(ctx, &pb.RetryBeginSegmentPiecesRequest{Header: w.header, SegmentId: retried.SegmentId, RetryPieceNumbers: []int32{3}})
	if rpcstatus.Code(err) != rpcstatus.FailedPrecondition {
		t.Errorf("%v", err)
	}
	for _, numbers := range [][]int32{nil, {-1}, {5}, {1, 1}} {
		_, err := w.RetryBeginSegmentPieces(ctx, &pb.RetryBeginSegmentPiecesRequest{Header: w.header, SegmentId: begun.SegmentId, RetryPieceNumbers: numbers})
		if err == nil {
			t.Errorf("exchanged %v", numbers)
		}
	}
}

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
	for _, requests := range [][]*pb.BatchRequestItem{{nil}, {{}}, {commit}, {inline}} {
		if _, err := w.Batch(ctx, &pb.BatchRequest{Header: w.header, Requests: requests}); err == nil {
			t.Errorf("%v", requests)
		}
	}
}

func TestForgedKeys(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	stranger, err := macaroon.NewAPIKey([]byte("another secret"))
	check(t, err)
	restricted, err := w.key.Restrict(macaroon.Caveat{DisallowReads: true, DisallowLists: true})
	check(t, err)
	widened := restricted.SerializeRaw()
	widened[len(widened)-1] ^= 1
	for name, raw := range map[string][]byte{
		"none": nil, "garbage": []byte("garbage"), "stranger": stranger.SerializeRaw(), "changed": widened,
		"cut off": w.key.SerializeRaw()[:20],
	} {
		_, err := w.ListBuckets(ctx, &pb.ListBucketsRequest{Header: &pb.RequestHeader{ApiKey: raw}})
		if code := rpcstatus.Code(err); code != rpcstatus.PermissionDenied && code != rpcstatus.InvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.ListBuckets(ctx, &pb.ListBucketsRequest{}); err == nil {
		t.Error("without a header")
	}
	if _, err := w.GetObject(ctx, &pb.GetObjectRequest{Header: &pb.RequestHeader{ApiKey: restricted.SerializeRaw()}, Bucket: []byte("bucket"), EncryptedObjectKey: []byte("key")}); rpcstatus.Code(err) != rpcstatus.PermissionDenied {
		t.Errorf("%v", err)
	}
}

// FuzzBatch sends malformed batches: they may fail, but neither panic nor be
// answered as a fault of the satellite.
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

// TestManySegments downloads an object whose segments do not fit on one page.
func TestManySegments(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	stream := w.begin(t, "many")
	const count = 2345
	for i := range int32(count) {
		_, err := w.MakeInlineSegment(ctx, &pb.MakeInlineSegmentRequest{
			// The order of arrival is not that of the positions.
			Header: w.header, StreamId: stream, Position: &pb.SegmentPosition{Index: count - 1 - i},
			EncryptedKey: []byte("key"), EncryptedInlineData: []byte("0123456789"), PlainSize: 10,
		})
		check(t, err)
	}
	_, err := w.CommitObject(ctx, &pb.CommitObjectRequest{Header: w.header, StreamId: stream})
	check(t, err)
	for _, c := range []struct {
		want        *pb.Range
		first, last int64
	}{
		{nil, 0, count - 1},
		{&pb.Range{Range: &pb.Range_Start{Start: &pb.RangeStart{PlainStart: 5005}}}, 500, count - 1},
		{&pb.Range{Range: &pb.Range_StartLimit{StartLimit: &pb.RangeStartLimit{PlainStart: 20, PlainLimit: 20_001}}}, 2, 2000},
		{&pb.Range{Range: &pb.Range_Suffix{Suffix: &pb.RangeSuffix{PlainSuffix: 1}}}, count - 1, count - 1},
		{&pb.Range{Range: &pb.Range_StartLimit{StartLimit: &pb.RangeStartLimit{PlainStart: 99_999, PlainLimit: 100_000}}}, 0, -1},
	} {
		got, err := w.DownloadObject(ctx, &pb.DownloadObjectRequest{Header: w.header, Bucket: []byte("bucket"), EncryptedObjectKey: []byte("many"), Range: c.want})
		check(t, err)
		items, more := got.SegmentList.Items, got.SegmentList.More
		for more {
			next, err := w.ListSegments(ctx, &pb.ListSegmentsRequest{Header: w.header, StreamId: stream, CursorPosition: items[len(items)-1].Position, Range: c.want})
			check(t, err)
			items, more = append(items, next.Items...), next.More
		}
		if int64(len(items)) != c.last-c.first+1 {
			t.Errorf("%v: %d segments, want %d to %d", c.want, len(items), c.first, c.last)
			continue
		}
		for i, item := range items {
			if at := c.first + int64(i); item.PlainOffset != at*10 || item.Position.Index != int32(at) {
				t.Fatalf("%v: %v at place %d", c.want, item, i)
			}
		}
		if len(items) > 0 && (len(got.SegmentDownload) != 1 || got.SegmentDownload[0].PlainOffset != c.first*10) {
			t.Errorf("%v: %v", c.want, got.SegmentDownload)
		}
	}
}

// TestSlowReader checks that pieces stay for those who were sent for them just
// before they were deleted.
func TestSlowReader(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	discarded := w.discarded.Load
	for _, key := range []string{"read", "unread"} {
		stream := w.begin(t, key)
		_, commit := w.segment(t, stream)
		_, err := w.CommitSegment(ctx, commit)
		check(t, err)
		_, err = w.CommitObject(ctx, &pb.CommitObjectRequest{Header: w.header, StreamId: stream})
		check(t, err)
	}
	_, err := w.DownloadObject(ctx, &pb.DownloadObjectRequest{Header: w.header, Bucket: []byte("bucket"), EncryptedObjectKey: []byte("read")})
	check(t, err)
	for _, key := range []string{"read", "unread"} {
		_, err := w.BeginDeleteObject(ctx, &pb.BeginDeleteObjectRequest{Header: w.header, Bucket: []byte("bucket"), EncryptedObjectKey: []byte(key)})
		check(t, err)
	}
	for _, c := range []struct {
		after time.Duration
		want  int64
	}{{time.Second, 0}, {20 * time.Second, 5}, {29 * time.Second, 5}, {40 * time.Second, 10}, {time.Hour, 10}} {
		check(t, w.Clean(ctx, time.Now().Add(c.after)))
		if got := discarded(); got != c.want {
			t.Errorf("after %v: %d pieces discarded, want %d", c.after, got, c.want)
		}
	}
}
