package satellite_test

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
)

// fuzzSecret is the same in each process of a fuzzed test.
var fuzzSecret = []byte("the secret of the fuzzed API keys")

// FuzzAPIKey forges macaroons: whoever gets in has one that was made from the
// key's secret, and nobody brings the satellite down.
func FuzzAPIKey(f *testing.F) {
	w := newWorldWithSecret(f, fuzzSecret)
	later := time.Now().Add(1e6 * time.Hour)
	for _, caveat := range []macaroon.Caveat{
		{}, {DisallowReads: true}, {NotAfter: &later}, {NotBefore: &later}, {Nonce: []byte("nonce")},
		{AllowedPaths: []*macaroon.Caveat_Path{{Bucket: []byte("bucket"), EncryptedPathPrefix: []byte("a/")}}},
	} {
		key, err := w.key.Restrict(caveat)
		check(f, err)
		again, err := key.Restrict(macaroon.Caveat{DisallowDeletes: true})
		check(f, err)
		f.Add(w.key.SerializeRaw(), key.SerializeRaw())
		f.Add(key.SerializeRaw(), again.SerializeRaw())
	}
	ctx := context.Background()
	f.Fuzz(func(t *testing.T, raw, victim []byte) {
		header := &pb.RequestHeader{ApiKey: raw}
		_, list := w.ListBuckets(ctx, &pb.ListBucketsRequest{Header: header, Direction: pb.ListDirection_FORWARD})
		_, get := w.GetObject(ctx, &pb.GetObjectRequest{Header: header, Bucket: []byte("bucket"), EncryptedObjectKey: []byte("a/b")})
		_, revoke := w.RevokeAPIKey(ctx, &pb.RevokeAPIKeyRequest{Header: header, ApiKey: victim})
		valid := false
		if mac, err := macaroon.ParseMacaroon(raw); err == nil {
			valid = mac.Validate(w.secret)
		}
		for _, err := range []error{list, get, revoke} {
			code := rpcstatus.Code(err)
			if faulty(err) {
				t.Fatalf("%+v", err)
			}
			if refused := code == rpcstatus.PermissionDenied || code == rpcstatus.InvalidArgument; !refused && !valid {
				t.Fatalf("a forged key got in: %v", err)
			}
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

// faulty reports whether an error is a fault of the satellite. For two mistakes
// of a client a real satellite returns codes as for a fault of its own.
func faulty(err error) bool {
	if err == nil || err.Error() == "Failed to revoke API key" || err.Error() == "unknown list direction" {
		return false
	}
	code := rpcstatus.Code(err)
	return code == rpcstatus.Internal || code == rpcstatus.Unknown
}
