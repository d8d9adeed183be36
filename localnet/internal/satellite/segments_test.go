package satellite_test

import (
	"context"
	"testing"
	"time"

	"storj.io/common/identity/testidentity"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/signing"
	"storj.io/common/storj"
)

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

// TestCommitSegmentAgain repeats a commit: pieces that are deleted after the first
// commit must not be in the second.
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
	check(t, w.satellite.Clean(ctx, time.Now().Add(time.Hour)))
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
