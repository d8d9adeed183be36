package network_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"storj.io/uplink"
	"storj.io/uplink/private/testuplink"
	"uplink-localnet/network"
)

// The README lists what was assumed about the real satellite. These are the
// tests of that list: with an access grant in LOCALNET_ASSUMPTIONS they run
// against its satellite instead, and tell which assumptions do not hold there.

// site is the satellite under test, with a bucket of the test's own.
type site struct {
	access *uplink.Access
	*uplink.Project
	raw    pb.DRPCMetainfoClient
	header *pb.RequestHeader
	bucket string
}

func newSite(t *testing.T) *site {
	t.Helper()
	serialized := os.Getenv("LOCALNET_ASSUMPTIONS")
	if serialized == "" {
		serialized = start(t, network.Config{}).Access
	}
	s := &site{access: parse(t, serialized), bucket: fmt.Sprintf("assumption-%d", time.Now().UnixNano())}
	s.Project = openAccess(t, s.access)
	_, err := s.CreateBucket(timeout(t), s.bucket)
	check(t, err)
	t.Cleanup(func() { _, _ = s.DeleteBucketWithObjects(context.Background(), s.bucket) })
	inner, err := grant.ParseAccess(serialized)
	check(t, err)
	s.header = &pb.RequestHeader{ApiKey: inner.APIKey.SerializeRaw()}
	s.raw = dialMetainfo(t, inner.SatelliteAddress)
	return s
}

// share opens the project with fewer permissions.
func (s *site) share(t *testing.T, p uplink.Permission) *uplink.Project {
	t.Helper()
	shared, err := s.access.Share(p, uplink.SharePrefix{Bucket: s.bucket})
	check(t, err)
	return openAccess(t, shared)
}

func wantCode(t *testing.T, err error, want rpcstatus.StatusCode) {
	t.Helper()
	if rpcstatus.Code(err) != want {
		t.Errorf("got %v, want the code %v", err, want)
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestAssumeKeys(t *testing.T) {
	s, ctx := newSite(t), timeout(t)
	stranger, err := macaroon.NewAPIKey([]byte("nobody's secret"))
	check(t, err)
	_, err = s.raw.ListBuckets(ctx, &pb.ListBucketsRequest{Header: &pb.RequestHeader{ApiKey: []byte("garbage")}})
	wantCode(t, err, rpcstatus.InvalidArgument)
	_, err = s.raw.ListBuckets(ctx, &pb.ListBucketsRequest{Header: &pb.RequestHeader{ApiKey: stranger.SerializeRaw()}})
	wantCode(t, err, rpcstatus.PermissionDenied)
}

func TestAssumePermissions(t *testing.T) {
	s, ctx := newSite(t), timeout(t)
	mustPut(t, s.Project, s.bucket, "key", []byte("data"))
	for _, p := range []uplink.Permission{{AllowDownload: true}, {AllowList: true}} {
		_, err := s.share(t, p).StatObject(ctx, s.bucket, "key")
		check(t, err)
	}
	_, err := get(s.share(t, uplink.Permission{AllowList: true}), ctx, s.bucket, "key", nil)
	wantError(t, err, uplink.ErrPermissionDenied)

	info, err := s.BeginUpload(ctx, s.bucket, "upload", nil)
	check(t, err)
	wantError(t, s.share(t, uplink.Permission{AllowUpload: true}).AbortUpload(ctx, s.bucket, "upload", info.UploadID), uplink.ErrPermissionDenied)
	it := s.share(t, uplink.Permission{AllowList: true}).ListUploads(ctx, s.bucket, nil)
	if !it.Next() || it.Err() != nil || it.Item().Key != "upload" {
		t.Errorf("uploads are not listed with the list permission: %v", it.Err())
	}
	for _, p := range []uplink.Permission{{AllowDownload: true}, {AllowList: true}} {
		parts := s.share(t, p).ListUploadParts(ctx, s.bucket, "upload", info.UploadID, nil)
		for parts.Next() {
			continue
		}
		check(t, parts.Err())
	}
}

func TestAssumeEarlyRefusal(t *testing.T) {
	s, ctx := newSite(t), timeout(t)
	mustPut(t, s.Project, s.bucket, "key", []byte("data"))
	_, err := s.share(t, uplink.Permission{AllowUpload: true}).BeginUpload(ctx, s.bucket, "key", nil)
	wantError(t, err, uplink.ErrPermissionDenied)
}

func TestAssumePendingFillsBucket(t *testing.T) {
	s, ctx := newSite(t), timeout(t)
	_, err := s.BeginUpload(ctx, s.bucket, "key", nil)
	check(t, err)
	_, err = s.DeleteBucket(ctx, s.bucket)
	wantError(t, err, uplink.ErrBucketNotEmpty)
}

func TestAssumePartAgain(t *testing.T) {
	s := newSite(t)
	ctx := testuplink.WithMaxSegmentSize(timeout(t), 20_000)
	p, err := uplink.OpenProject(ctx, s.access)
	check(t, err)
	defer func() { _ = p.Close() }()
	info, err := p.BeginUpload(ctx, s.bucket, "key", nil)
	check(t, err)
	for _, size := range []int{50_000, 20_000} {
		part, err := p.UploadPart(ctx, s.bucket, "key", info.UploadID, 1)
		check(t, err)
		_, err = part.Write(random(size, uint64(size)))
		check(t, err)
		check(t, part.Commit())
	}
	o, err := p.CommitUpload(ctx, s.bucket, "key", info.UploadID, nil)
	check(t, err)
	if o.System.ContentLength != 50_000 {
		t.Errorf("%d bytes", o.System.ContentLength)
	}
}

func TestAssumeNames(t *testing.T) {
	s, ctx := newSite(t), timeout(t)
	for _, name := range []string{"ab", "Upper", "under_score", "-dash", "dash-", "two..dots", "10.0.0.1", strings.Repeat("a", 64)} {
		_, err := s.CreateBucket(ctx, name)
		wantError(t, err, uplink.ErrBucketNameInvalid)
	}
	for size, want := range map[int]rpcstatus.StatusCode{4000: rpcstatus.NotFound, 4001: rpcstatus.ObjectKeyTooLong} {
		_, err := s.raw.GetObject(ctx, &pb.GetObjectRequest{Header: s.header, Bucket: []byte(s.bucket), EncryptedObjectKey: make([]byte, size)})
		wantCode(t, err, want)
	}
}

func TestAssumeExpiration(t *testing.T) {
	s, ctx := newSite(t), timeout(t)
	if _, err := s.BeginUpload(ctx, s.bucket, "key", &uplink.UploadOptions{Expires: time.Now().Add(-time.Hour)}); err == nil {
		t.Error("an expiration in the past")
	}
	inner, err := macaroon.ParseRawAPIKey(s.header.ApiKey)
	check(t, err)
	ttl := time.Hour
	restricted, err := inner.Restrict(macaroon.Caveat{MaxObjectTtl: &ttl})
	check(t, err)
	_, err = s.raw.BeginObject(ctx, &pb.BeginObjectRequest{
		Header: &pb.RequestHeader{ApiKey: restricted.SerializeRaw()}, Bucket: []byte(s.bucket), EncryptedObjectKey: []byte("key"),
		ExpiresAt: time.Now().Add(2 * time.Hour), EncryptionParameters: &pb.EncryptionParameters{CipherSuite: pb.CipherSuite_ENC_AESGCM, BlockSize: 7424},
	})
	wantCode(t, err, rpcstatus.PermissionDenied)
}

func TestAssumeCursorInPrefix(t *testing.T) {
	s, ctx := newSite(t), timeout(t)
	for _, key := range []string{"a/1", "a/2", "b"} {
		resp, err := s.raw.BeginObject(ctx, &pb.BeginObjectRequest{
			Header: s.header, Bucket: []byte(s.bucket), EncryptedObjectKey: []byte(key),
			EncryptionParameters: &pb.EncryptionParameters{CipherSuite: pb.CipherSuite_ENC_NULL, BlockSize: 7424},
		})
		check(t, err)
		_, err = s.raw.CommitObject(ctx, &pb.CommitObjectRequest{Header: s.header, StreamId: resp.StreamId})
		check(t, err)
	}
	page, err := s.raw.ListObjects(ctx, &pb.ListObjectsRequest{Header: s.header, Bucket: []byte(s.bucket), EncryptedCursor: []byte("a/1"), Delimiter: []byte("/")})
	check(t, err)
	if len(page.Items) != 1 || string(page.Items[0].EncryptedObjectKey) != "b" {
		t.Errorf("%v", page.Items)
	}
}

func TestAssumeRangeBehindEnd(t *testing.T) {
	s, ctx := newSite(t), timeout(t)
	for i, size := range []int{100, 10_000} {
		key := fmt.Sprint(i)
		mustPut(t, s.Project, s.bucket, key, random(size, 1))
		got, err := get(s.Project, ctx, s.bucket, key, &uplink.DownloadOptions{Offset: int64(size) + 5, Length: 10})
		if err != nil || len(got) > 0 {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	}
}

func TestAssumeLimits(t *testing.T) {
	s, ctx := newSite(t), timeout(t)
	resp, err := s.raw.BeginObject(ctx, &pb.BeginObjectRequest{
		Header: s.header, Bucket: []byte(s.bucket), EncryptedObjectKey: []byte("key"),
		EncryptionParameters: &pb.EncryptionParameters{CipherSuite: pb.CipherSuite_ENC_AESGCM, BlockSize: 7424},
	})
	check(t, err)
	begun, err := s.raw.BeginSegment(ctx, &pb.BeginSegmentRequest{Header: s.header, StreamId: resp.StreamId, Position: &pb.SegmentPosition{}, MaxOrderLimit: 1 << 20})
	check(t, err)
	used := map[storj.NodeID]bool{}
	for _, limit := range begun.AddressedLimits {
		used[limit.Limit.StorageNodeId] = true
		if life := limit.Limit.OrderExpiration.Sub(limit.Limit.OrderCreation); life < time.Hour || life > 48*time.Hour {
			t.Errorf("an order limit is good for %v", life)
		}
	}
	retried, err := s.raw.RetryBeginSegmentPieces(ctx, &pb.RetryBeginSegmentPiecesRequest{Header: s.header, SegmentId: begun.SegmentId, RetryPieceNumbers: []int32{0}})
	check(t, err)
	if node := retried.AddressedLimits[0].Limit.StorageNodeId; used[node] {
		t.Errorf("the piece is to go to %v again", node)
	}
}

func TestAssumeDownloadPieces(t *testing.T) {
	s, ctx := newSite(t), timeout(t)
	mustPut(t, s.Project, s.bucket, "key", random(10_000, 1))
	listed, err := s.raw.ListObjects(ctx, &pb.ListObjectsRequest{Header: s.header, Bucket: []byte(s.bucket), Recursive: true})
	check(t, err)
	down, err := s.raw.DownloadObject(ctx, &pb.DownloadObjectRequest{Header: s.header, Bucket: []byte(s.bucket), EncryptedObjectKey: listed.Items[0].EncryptedObjectKey})
	check(t, err)
	scheme, offered := down.SegmentDownload[0].RedundancyScheme, 0
	for _, limit := range down.SegmentDownload[0].AddressedLimits {
		if limit.GetLimit() != nil {
			offered++
		}
	}
	want := max(scheme.MinReq+1, scheme.MinReq+(scheme.Total-scheme.SuccessThreshold)*scheme.MinReq/scheme.SuccessThreshold)
	if offered != int(want) {
		t.Errorf("%d pieces offered of %v, want %d", offered, scheme, want)
	}
}

func TestAssumeMetadataOfReplaced(t *testing.T) {
	s, ctx := newSite(t), timeout(t)
	mustPut(t, s.Project, s.bucket, "key", []byte("first"))
	listed, err := s.raw.ListObjects(ctx, &pb.ListObjectsRequest{Header: s.header, Bucket: []byte(s.bucket), Recursive: true})
	check(t, err)
	key := listed.Items[0].EncryptedObjectKey
	first, err := s.raw.GetObject(ctx, &pb.GetObjectRequest{Header: s.header, Bucket: []byte(s.bucket), EncryptedObjectKey: key})
	check(t, err)
	mustPut(t, s.Project, s.bucket, "key", []byte("second"))
	_, err = s.raw.UpdateObjectMetadata(ctx, &pb.UpdateObjectMetadataRequest{Header: s.header, Bucket: []byte(s.bucket), EncryptedObjectKey: key, StreamId: first.Object.StreamId})
	wantCode(t, err, rpcstatus.NotFound)
}
