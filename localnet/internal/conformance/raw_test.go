package conformance_test

import (
	"context"
	"fmt"
	"time"

	"storj.io/common/identity"
	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/rpc"
	"storj.io/common/storj"
	"storj.io/uplink/private/metaclient"
)

// rawFamily speaks the protocol below the client.
type rawFamily struct {
	*family
	c *metaclient.Client
	// begun is an upload, segment a segment of it.
	begun   metaclient.BeginObjectResponse
	segment metaclient.BeginSegmentResponse
}

func (f *family) raw() {
	r := &rawFamily{family: f, c: f.client()}
	must(f.p.EnsureBucket(context.Background(), "raw"))
	must(f.p.EnsureBucket(context.Background(), "rawlist"))
	f.plain.mustPut("raw", "inline", data(100))
	f.plain.mustPut("raw", "remote", data(20000))
	f.plain.mustPut("raw", "empty", nil)
	for _, part := range []func(){r.objects, r.segments, r.retries, r.forged, r.inline, r.commit, r.lists, r.downloads, r.others, r.batches, r.badRequests} {
		part()
	}
	check(r.c.Close())
}

// client connects to the satellite without Go's library above it.
func (f *family) client() *metaclient.Client {
	ctx := context.Background()
	ident := must(identity.NewFullIdentity(ctx, identity.NewCAOptions{Difficulty: 0, Concurrency: 1}))
	options := must(tlsopts.NewOptions(ident, tlsopts.Config{UsePeerCAWhitelist: false, PeerIDVersions: "0"}, nil))
	key := must(macaroon.ParseAPIKey(f.apiKey))
	return must(metaclient.DialNodeURL(ctx, rpc.NewDefaultPooledDialer(options), f.satellite, key, "conformance/1.0"))
}

// dropped returns a step that makes a call and does not show its response.
func dropped[P, R any](call func(context.Context, P) (R, error), params P) step {
	return func(ctx context.Context) (any, error) {
		_, err := call(ctx, params)
		return nil, err
	}
}

// plainly returns a step that makes a call without a response.
func plainly[P any](call func(context.Context, P) error, params P) step {
	return func(ctx context.Context) (any, error) { return nil, call(ctx, params) }
}

var (
	encryption = storj.EncryptionParameters{CipherSuite: storj.EncAESGCM, BlockSize: 256}
	encrypted  = metaclient.SegmentEncryption{EncryptedKeyNonce: storj.Nonce{1}, EncryptedKey: make([]byte, 48)}
)

func inlineSegment(stream storj.StreamID, at metaclient.SegmentPosition, size int, plain int64) metaclient.MakeInlineSegmentParams {
	return metaclient.MakeInlineSegmentParams{
		StreamID: stream, Position: at, Encryption: encrypted, EncryptedInlineData: make([]byte, size), PlainSize: plain,
	}
}

// userData returns metadata whose key has keySize bytes.
func userData(metadata string, keySize int) metaclient.EncryptedUserData {
	return metaclient.EncryptedUserData{
		EncryptedMetadata: []byte(metadata), EncryptedMetadataNonce: storj.Nonce{1}, EncryptedMetadataEncryptedKey: make([]byte, keySize),
	}
}

func (f *rawFamily) beginObject(key string) metaclient.BeginObjectResponse {
	return must(f.c.BeginObject(context.Background(), metaclient.BeginObjectParams{
		Bucket: []byte("raw"), EncryptedObjectKey: []byte(key), EncryptionParameters: encryption,
	}))
}

func (f *rawFamily) objects() {
	c := f.c
	f.call("begin object, empty key", dropped(c.BeginObject, metaclient.BeginObjectParams{
		Bucket: []byte("raw"), EncryptionParameters: encryption,
	}))
	f.call("begin object, no cipher", dropped(c.BeginObject, metaclient.BeginObjectParams{
		Bucket: []byte("raw"), EncryptedObjectKey: []byte("x"),
	}))
	f.call("begin object, bad bucket", dropped(c.BeginObject, metaclient.BeginObjectParams{
		Bucket: []byte("A_"), EncryptedObjectKey: []byte("x"), EncryptionParameters: encryption,
	}))
	f.call("begin object, negative block size", dropped(c.BeginObject, metaclient.BeginObjectParams{Bucket: []byte("raw"), EncryptedObjectKey: []byte("x"),
		EncryptionParameters: storj.EncryptionParameters{CipherSuite: storj.EncAESGCM, BlockSize: -1},
	}))
	f.call("begin object", func(ctx context.Context) (any, error) {
		f.begun = f.beginObject("one")
		return fmt.Sprintf("id=%v", len(f.begun.StreamID) > 0), nil
	})
}

func (f *rawFamily) segments() {
	c := f.c
	for _, s := range []int64{-1, 0, 100, 64 << 20, 64<<20 + 10000, 65 << 20, 1 << 40} {
		f.call(fmt.Sprintf("begin segment, max order limit %d", s), func(ctx context.Context) (any, error) {
			r, err := c.BeginSegment(ctx, metaclient.BeginSegmentParams{
				StreamID: f.begun.StreamID, Position: metaclient.SegmentPosition{}, MaxOrderLimit: s,
			})
			if err != nil {
				return nil, err
			}
			f.segment = r
			rs := r.RedundancyStrategy
			return fmt.Sprintf("%d limits, required %d optimal %d repair %d total %d share %d, cohort %v",
				len(r.Limits), rs.RequiredCount(), rs.OptimalThreshold(), rs.RepairThreshold(), rs.TotalCount(), rs.ErasureShareSize(),
				r.CohortRequirements != nil), err
		})
	}
	f.call("order limit of a piece", func(ctx context.Context) (any, error) {
		limit, node := f.segment.Limits[0].Limit, f.segment.Limits[0].StorageNodeAddress
		return fmt.Sprintf("limit=%d action=%v expires=%s order expires=%s created=%s address=%v noise=%v debounce=%d features=%d",
			limit.Limit, limit.Action, until(limit.PieceExpiration), until(limit.OrderExpiration), near(limit.OrderCreation),
			node.GetAddress() != "", node.GetNoiseInfo() != nil, node.GetDebounceLimit(), node.GetFeatures()), nil
	})
	f.call("begin segment, negative part", dropped(c.BeginSegment, metaclient.BeginSegmentParams{
		StreamID: f.begun.StreamID, Position: metaclient.SegmentPosition{PartNumber: -1}, MaxOrderLimit: 1000,
	}))
	f.call("begin segment, negative index", dropped(c.BeginSegment, metaclient.BeginSegmentParams{
		StreamID: f.begun.StreamID, Position: metaclient.SegmentPosition{Index: -1}, MaxOrderLimit: 1000,
	}))
	f.call("begin segment, garbage stream", dropped(c.BeginSegment, metaclient.BeginSegmentParams{
		StreamID: storj.StreamID("garbage"), MaxOrderLimit: 1000,
	}))
	f.call("begin segment, empty stream", dropped(c.BeginSegment, metaclient.BeginSegmentParams{MaxOrderLimit: 1000}))
	f.call("begin segment, altered stream", func(ctx context.Context) (any, error) {
		id := append([]byte{}, f.begun.StreamID...)
		id[len(id)-1] ^= 1
		_, err := c.BeginSegment(ctx, metaclient.BeginSegmentParams{StreamID: id, MaxOrderLimit: 1000})
		return nil, err
	})
}

func (f *rawFamily) retries() {
	c := f.c
	f.call("retry pieces, one of ten", func(ctx context.Context) (any, error) {
		r, err := c.RetryBeginSegmentPieces(ctx, metaclient.RetryBeginSegmentPiecesParams{
			SegmentID: f.segment.SegmentID, RetryPieceNumbers: []int{0},
		})
		return len(r.Limits), err
	})
	f.call("retry pieces, none", dropped(c.RetryBeginSegmentPieces, metaclient.RetryBeginSegmentPiecesParams{SegmentID: f.segment.SegmentID}))
	f.call("retry pieces, number out of range", dropped(c.RetryBeginSegmentPieces, metaclient.RetryBeginSegmentPiecesParams{
		SegmentID: f.segment.SegmentID, RetryPieceNumbers: []int{100},
	}))
	f.call("retry pieces, twice the same", dropped(c.RetryBeginSegmentPieces, metaclient.RetryBeginSegmentPiecesParams{
		SegmentID: f.segment.SegmentID, RetryPieceNumbers: []int{1, 1},
	}))
}

func (f *rawFamily) forged() {
	c := f.c
	f.call("commit segment without pieces", plainly(c.CommitSegment, metaclient.CommitSegmentParams{
		SegmentID: f.segment.SegmentID, Encryption: encrypted, PlainSize: 100, SizeEncryptedData: 128,
	}))
	f.call("commit segment with forged pieces", func(ctx context.Context) (any, error) {
		var results []*pb.SegmentPieceUploadResult
		for i, l := range f.segment.Limits {
			results = append(results, &pb.SegmentPieceUploadResult{PieceNum: int32(i), NodeId: l.Limit.StorageNodeId, Hash: &pb.PieceHash{
				PieceId: l.Limit.PieceId, PieceSize: 100, Timestamp: time.Now(), Hash: make([]byte, 32), Signature: []byte("nope"),
			}})
		}
		return nil, c.CommitSegment(ctx, metaclient.CommitSegmentParams{
			SegmentID: f.segment.SegmentID, Encryption: encrypted, PlainSize: 100, SizeEncryptedData: 128, UploadResult: results,
		})
	})
	f.call("commit segment, garbage id", plainly(c.CommitSegment, metaclient.CommitSegmentParams{
		SegmentID: storj.SegmentID("garbage"), Encryption: encrypted, PlainSize: 100, SizeEncryptedData: 128,
	}))
}

func (f *rawFamily) inline() {
	c := f.c
	f.call("inline segment of 100", plainly(c.MakeInlineSegment, inlineSegment(f.begun.StreamID, metaclient.SegmentPosition{}, 100, 80)))
	f.call("inline segment again at the same place", plainly(c.MakeInlineSegment, inlineSegment(f.begun.StreamID, metaclient.SegmentPosition{}, 100, 80)))
	f.call("inline segment of 4096", plainly(c.MakeInlineSegment, inlineSegment(f.begun.StreamID, metaclient.SegmentPosition{Index: 1}, 4096, 4080)))
	f.call("inline segment of 4097", plainly(c.MakeInlineSegment, inlineSegment(f.begun.StreamID, metaclient.SegmentPosition{Index: 2}, 4097, 4081)))
	f.call("inline segment of 5000", plainly(c.MakeInlineSegment, inlineSegment(f.begun.StreamID, metaclient.SegmentPosition{Index: 2}, 5000, 4981)))
	f.call("inline segment negative plain size", plainly(c.MakeInlineSegment, inlineSegment(f.begun.StreamID, metaclient.SegmentPosition{Index: 3}, 100, -5)))
	f.call("inline segment negative index", plainly(c.MakeInlineSegment, inlineSegment(f.begun.StreamID, metaclient.SegmentPosition{Index: -3}, 100, 80)))
	f.call("inline segment part 10001", plainly(c.MakeInlineSegment, inlineSegment(f.begun.StreamID, metaclient.SegmentPosition{PartNumber: 10001}, 100, 80)))
	f.call("inline segment no key", plainly(c.MakeInlineSegment, metaclient.MakeInlineSegmentParams{
		StreamID: f.begun.StreamID, Position: metaclient.SegmentPosition{Index: 4}, EncryptedInlineData: make([]byte, 100), PlainSize: 80,
	}))
	f.call("list segments of a pending object", func(ctx context.Context) (any, error) {
		r, err := c.ListSegments(ctx, metaclient.ListSegmentsParams{StreamID: f.begun.StreamID})
		return fmt.Sprint(len(r.Items), r.More), err
	})
	for _, l := range []int32{-1, 1, 10000} {
		f.call(fmt.Sprintf("list segments limit %d", l), func(ctx context.Context) (any, error) {
			r, err := c.ListSegments(ctx, metaclient.ListSegmentsParams{StreamID: f.begun.StreamID, Limit: l})
			return fmt.Sprint(len(r.Items), r.More), err
		})
	}
}

func (f *rawFamily) commit() {
	c := f.c
	f.call("commit object", func(ctx context.Context) (any, error) {
		r, err := c.CommitObjectWithResponse(ctx, metaclient.CommitObjectParams{StreamID: f.begun.StreamID})
		return fmt.Sprintf("plain=%d segments status=%d", r.Object.PlainSize, r.Object.Status), err
	})
	f.call("commit object again", plainly(c.CommitObject, metaclient.CommitObjectParams{StreamID: f.begun.StreamID}))
	f.call("commit object, metadata without nonce", func(ctx context.Context) (any, error) {
		b := f.beginObject("nononce")
		return nil, c.CommitObject(ctx, metaclient.CommitObjectParams{
			StreamID: b.StreamID, EncryptedUserData: metaclient.EncryptedUserData{EncryptedMetadata: []byte("xx")},
		})
	})
	f.call("commit object, metadata with short key", func(ctx context.Context) (any, error) {
		b := f.beginObject("shortkey")
		return nil, c.CommitObject(ctx, metaclient.CommitObjectParams{
			StreamID: b.StreamID, EncryptedUserData: userData("xx", 5),
		})
	})
	f.call("commit object with a segment gap", func(ctx context.Context) (any, error) {
		b := f.beginObject("gap")
		check(c.MakeInlineSegment(ctx, inlineSegment(b.StreamID, metaclient.SegmentPosition{}, 100, 80)))
		check(c.MakeInlineSegment(ctx, inlineSegment(b.StreamID, metaclient.SegmentPosition{Index: 2}, 100, 80)))
		r, err := c.CommitObjectWithResponse(ctx, metaclient.CommitObjectParams{StreamID: b.StreamID})
		return r.Object.PlainSize, err
	})
	f.call("segment of a deleted bucket", func(ctx context.Context) (any, error) {
		must(f.p.CreateBucket(ctx, "raw-gone"))
		b := must(c.BeginObject(ctx, metaclient.BeginObjectParams{
			Bucket: []byte("raw-gone"), EncryptedObjectKey: []byte("k"), EncryptionParameters: encryption,
		}))
		if _, err := f.p.DeleteBucketWithObjects(ctx, "raw-gone"); err != nil {
			return "delete", err
		}
		return nil, c.MakeInlineSegment(ctx, inlineSegment(b.StreamID, metaclient.SegmentPosition{}, 100, 80))
	})
}
