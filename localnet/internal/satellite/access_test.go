package satellite_test

import (
	"context"
	"testing"
	"time"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"

	"uplink-localnet/internal/seeds"
)

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

// fuzzSecret is the same in each process of a fuzzed test.
var fuzzSecret = []byte("the secret of the fuzzed API keys")

// FuzzAPIKey forges macaroons: only a macaroon derived from the key's secret is
// accepted, and none makes the satellite fail.
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
	seeds.Add(f, "testdata/FuzzAPIKey.txt")
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
