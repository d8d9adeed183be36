package satellite_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"storj.io/common/identity/testidentity"
	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/signing"
	"storj.io/common/storj"
	"storj.io/drpc"
	"uplink-localnet/internal/satellite"
	"uplink-localnet/internal/satellite/store"
)

// world is a satellite with nodes that exist only in the test.
type world struct {
	pb.DRPCMetainfoClient
	satellite *satellite.Endpoint
	header    *pb.RequestHeader
	key       *macaroon.APIKey
	secret    []byte
	// discarded counts the pieces that nodes had to delete.
	discarded atomic.Int64
	// ahead is by how many nanoseconds the satellite's clock is fast.
	ahead atomic.Int64
	nodes map[storj.NodeID]signing.Signer
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
	w.satellite, err = satellite.New(satellite.Config{
		Identity: testidentity.MustPregeneratedIdentity(0, storj.LatestIDVersion()),
		Store:    db, Nodes: nodes, Log: slog.New(slog.DiscardHandler),
		Redundancy: store.Redundancy{Required: 2, Repair: 3, Optimal: 4, Total: 5, ShareSize: 256},
		Now:        func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) },
	})
	check(t, err)
	t.Cleanup(func() { w.satellite.Close(); check(t, db.Close()) })
	handler, err := w.satellite.Handler()
	check(t, err)
	w.DRPCMetainfoClient = pb.NewDRPCMetainfoClient(direct{handler: handler})
	_, err = w.CreateBucket(context.Background(), &pb.CreateBucketRequest{Header: w.header, Name: []byte("bucket")})
	check(t, err)
	return w
}

// direct is a connection to a handler in this process. Messages are handed over as
// they are.
type direct struct {
	drpc.Conn
	handler drpc.Handler
}

func (d direct) Invoke(ctx context.Context, rpc string, _ drpc.Encoding, in, out drpc.Message) error {
	return d.handler.HandleRPC(&directStream{ctx: ctx, in: in, out: out}, rpc)
}

type directStream struct {
	drpc.Stream
	ctx     context.Context
	in, out drpc.Message
}

func (s *directStream) Context() context.Context { return s.ctx }

func (s *directStream) MsgRecv(msg drpc.Message, _ drpc.Encoding) error {
	reflect.ValueOf(msg).Elem().Set(reflect.ValueOf(s.in).Elem())
	return nil
}

func (s *directStream) MsgSend(msg drpc.Message, _ drpc.Encoding) error {
	reflect.ValueOf(s.out).Elem().Set(reflect.ValueOf(msg).Elem())
	return nil
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

// faulty reports whether an error is a fault of the satellite. For two mistakes
// of a client a real satellite returns codes as for a fault of its own.
func faulty(err error) bool {
	if err == nil || err.Error() == "Failed to revoke API key" || err.Error() == "unknown list direction" {
		return false
	}
	code := rpcstatus.Code(err)
	return code == rpcstatus.Internal || code == rpcstatus.Unknown
}
