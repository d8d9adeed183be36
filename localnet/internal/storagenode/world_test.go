package storagenode_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"storj.io/common/identity"
	"storj.io/common/identity/testidentity"
	"storj.io/common/pb"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/rpc"
	"storj.io/common/signing"
	"storj.io/common/storj"
	"storj.io/common/testrand"
	"uplink-localnet/internal/rpcserver"
	"uplink-localnet/internal/storagenode"
)

// world is a node, and the identities of its satellite and client, which the test has.
type world struct {
	satellite, node *identity.FullIdentity
	signer          signing.Signer
	public          storj.PiecePublicKey
	private         storj.PiecePrivateKey
	pieces          *storagenode.Pieces
	client          pb.DRPCPiecestoreClient
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldWithLog(t, slog.New(slog.DiscardHandler))
}

func newWorldWithLog(t testing.TB, log *slog.Logger) *world {
	t.Helper()
	w := &world{
		satellite: testidentity.MustPregeneratedIdentity(0, storj.LatestIDVersion()),
		node:      testidentity.MustPregeneratedIdentity(1, storj.LatestIDVersion()),
	}
	w.signer = signing.SignerFromFullIdentity(w.satellite)
	var err error
	w.public, w.private, err = storj.NewPieceKey()
	check(t, err)
	w.pieces, err = storagenode.OpenPieces(t.TempDir(), false)
	check(t, err)
	handler, err := storagenode.New(storagenode.Config{
		Identity:  w.node,
		Satellite: signing.SigneeFromPeerIdentity(w.satellite.PeerIdentity()),
		Pieces:    w.pieces,
		Log:       log,
	}).Handler()
	check(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	server, err := rpcserver.New(listener, rpcserver.Config{Identity: w.node, Handler: handler, Log: log})
	check(t, err)
	server.Serve()
	t.Cleanup(func() { server.Close(time.Second) })
	w.dial(t, server.Addr().String())
	return w
}

func (w *world) dial(t testing.TB, address string) {
	t.Helper()
	opts, err := tlsopts.NewOptions(testidentity.MustPregeneratedIdentity(2, storj.LatestIDVersion()), tlsopts.Config{PeerIDVersions: "*"}, nil)
	check(t, err)
	conn, err := rpc.NewDefaultDialer(opts).DialNodeURL(context.Background(), storj.NodeURL{ID: w.node.ID, Address: address})
	check(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	w.client = pb.NewDRPCPiecestoreClient(conn)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%+v", err)
	}
}

func (w *world) unsigned(action pb.PieceAction, id storj.PieceID, limit int64) *pb.OrderLimit {
	return &pb.OrderLimit{
		SerialNumber:    testrand.SerialNumber(),
		SatelliteId:     w.satellite.ID,
		UplinkPublicKey: w.public,
		StorageNodeId:   w.node.ID,
		PieceId:         id,
		Limit:           limit,
		Action:          action,
		OrderCreation:   time.Now(),
		OrderExpiration: time.Now().Add(time.Hour),
	}
}

func (w *world) sign(t testing.TB, limit *pb.OrderLimit) *pb.OrderLimit {
	t.Helper()
	signed, err := signing.SignOrderLimit(context.Background(), w.signer, limit)
	check(t, err)
	return signed
}

func (w *world) order(t testing.TB, limit *pb.OrderLimit, amount int64) *pb.Order {
	t.Helper()
	order, err := signing.SignUplinkOrder(context.Background(), w.private, &pb.Order{SerialNumber: limit.SerialNumber, Amount: amount})
	check(t, err)
	return order
}

func (w *world) hash(t testing.TB, limit *pb.OrderLimit, algorithm pb.PieceHashAlgorithm, data []byte) *pb.PieceHash {
	t.Helper()
	sum := pb.NewHashFromAlgorithm(algorithm)
	_, _ = sum.Write(data)
	hash, err := signing.SignUplinkPieceHash(context.Background(), w.private, &pb.PieceHash{
		PieceId: limit.PieceId, PieceSize: int64(len(data)), Hash: sum.Sum(nil), HashAlgorithm: algorithm, Timestamp: time.Now(),
	})
	check(t, err)
	return hash
}

// upload sends messages and returns the response.
func (w *world) upload(messages ...*pb.PieceUploadRequest) (*pb.PieceUploadResponse, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	stream, err := w.client.Upload(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = stream.Close() }()
	for _, m := range messages {
		if err := stream.Send(m); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
	return stream.CloseAndRecv()
}

// download requests a range, sends orders and returns the data.
func (w *world) download(limit *pb.OrderLimit, offset, size int64, orders ...*pb.Order) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	stream, err := w.client.Download(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = stream.Close() }()
	err = stream.Send(&pb.PieceDownloadRequest{Limit: limit, Chunk: &pb.PieceDownloadRequest_Chunk{Offset: offset, ChunkSize: size}})
	for _, order := range orders {
		// After EOF the node has ended the call, and Recv returns the reason.
		if serr := stream.Send(&pb.PieceDownloadRequest{Order: order}); serr != nil && !errors.Is(serr, io.EOF) {
			err = errors.Join(err, serr)
		}
	}
	var got []byte
	for err == nil && int64(len(got)) < size {
		var resp *pb.PieceDownloadResponse
		if resp, err = stream.Recv(); err == nil {
			got = append(got, resp.GetChunk().GetData()...)
		}
	}
	return got, err
}

func chunk(offset int64, data []byte) *pb.PieceUploadRequest_Chunk {
	return &pb.PieceUploadRequest_Chunk{Offset: offset, Data: data}
}

func (w *world) store(t testing.TB, data []byte, algorithm pb.PieceHashAlgorithm) storj.PieceID {
	t.Helper()
	limit := w.sign(t, w.unsigned(pb.PieceAction_PUT, testrand.PieceID(), int64(len(data))))
	half := len(data) / 2
	resp, err := w.upload(
		&pb.PieceUploadRequest{Limit: limit, HashAlgorithm: algorithm},
		&pb.PieceUploadRequest{Order: w.order(t, limit, int64(half)), Chunk: chunk(0, data[:half])},
		&pb.PieceUploadRequest{Order: w.order(t, limit, int64(len(data))), Chunk: chunk(int64(half), data[half:]), Done: w.hash(t, limit, algorithm, data)},
	)
	check(t, err)
	node := signing.SigneeFromPeerIdentity(w.node.PeerIdentity())
	check(t, signing.VerifyPieceHashSignature(context.Background(), node, resp.Done))
	if resp.Done.PieceId != limit.PieceId || resp.Done.PieceSize != int64(len(data)) || resp.Done.HashAlgorithm != algorithm {
		t.Errorf("signed %v", resp.Done)
	}
	return limit.PieceId
}
