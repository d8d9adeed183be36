package storagenode_test

import (
	"bytes"
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
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/signing"
	"storj.io/common/storj"
	"storj.io/common/testrand"
	"uplink-localnet/internal/rpcserver"
	"uplink-localnet/internal/storagenode"
)

// world is a node with a satellite that the test plays itself.
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

// upload sends messages one after the other and returns the reply.
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

// download asks for a range, sends orders and returns what comes.
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
		// EOF means that the node has ended the call: the reason is to be received.
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

func TestStoreAndLoad(t *testing.T) {
	w := newWorld(t)
	for _, algorithm := range []pb.PieceHashAlgorithm{pb.PieceHashAlgorithm_SHA256, pb.PieceHashAlgorithm_BLAKE3} {
		data := testrand.BytesInt(300_000)
		id := w.store(t, data, algorithm)
		limit := w.sign(t, w.unsigned(pb.PieceAction_GET, id, 300_000))
		got, err := w.download(limit, 1000, 250_000, w.order(t, limit, 100_000), w.order(t, limit, 250_000))
		check(t, err)
		if !bytes.Equal(got, data[1000:251_000]) {
			t.Error("got other bytes")
		}
	}
}

// TestExpiredPieces refuses to store what has expired, but not to go on with a
// download of it.
func TestExpiredPieces(t *testing.T) {
	w := newWorld(t)
	expired := func(action pb.PieceAction, id storj.PieceID) *pb.OrderLimit {
		limit := w.unsigned(action, id, 1000)
		limit.PieceExpiration = time.Now().Add(-time.Second)
		return w.sign(t, limit)
	}
	if _, err := w.upload(&pb.PieceUploadRequest{Limit: expired(pb.PieceAction_PUT, testrand.PieceID())}); rpcstatus.Code(err) != rpcstatus.InvalidArgument {
		t.Errorf("stored: %v", err)
	}
	data := testrand.BytesInt(1000)
	limit := expired(pb.PieceAction_GET, w.store(t, data, pb.PieceHashAlgorithm_BLAKE3))
	got, err := w.download(limit, 0, 1000, w.order(t, limit, 1000))
	check(t, err)
	if !bytes.Equal(got, data) {
		t.Error("got other bytes")
	}
}

func TestNeverMoreThanOrdered(t *testing.T) {
	w := newWorld(t)
	data := testrand.BytesInt(200_000)
	id := w.store(t, data, pb.PieceHashAlgorithm_BLAKE3)
	for _, amount := range []int64{0, 1, 70_000} {
		limit := w.sign(t, w.unsigned(pb.PieceAction_GET, id, 200_000))
		got, err := w.download(limit, 0, 200_000, w.order(t, limit, amount))
		if int64(len(got)) != amount || err == nil || !bytes.Equal(got, data[:amount]) {
			t.Errorf("%d bytes for an order of %d, %v", len(got), amount, err)
		}
	}
}

func TestRefusedLimits(t *testing.T) {
	w := newWorld(t)
	data := testrand.BytesInt(1000)
	id := w.store(t, data, pb.PieceHashAlgorithm_BLAKE3)
	other := testidentity.MustPregeneratedIdentity(3, storj.LatestIDVersion())
	for name, change := range map[string]func(*pb.OrderLimit){
		"other node":      func(l *pb.OrderLimit) { l.StorageNodeId = other.ID },
		"other satellite": func(l *pb.OrderLimit) { l.SatelliteId = other.ID },
		"other action":    func(l *pb.OrderLimit) { l.Action = pb.PieceAction_GET_AUDIT },
		"put for get":     func(l *pb.OrderLimit) { l.Action = pb.PieceAction_PUT },
		"expired":         func(l *pb.OrderLimit) { l.OrderExpiration = time.Now().Add(-time.Second) },
		"no expiration":   func(l *pb.OrderLimit) { l.OrderExpiration = time.Time{} },
		"future":          func(l *pb.OrderLimit) { l.OrderCreation = time.Now().Add(2 * time.Hour) },
		"no serial":       func(l *pb.OrderLimit) { l.SerialNumber = storj.SerialNumber{} },
		"no key":          func(l *pb.OrderLimit) { l.UplinkPublicKey = storj.PiecePublicKey{} },
		"no piece":        func(l *pb.OrderLimit) { l.PieceId = storj.PieceID{} },
		"negative":        func(l *pb.OrderLimit) { l.Limit = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			limit := w.unsigned(pb.PieceAction_GET, id, 1000)
			change(limit)
			limit = w.sign(t, limit)
			if got, err := w.download(limit, 0, 1000, w.order(t, limit, 1000)); err == nil || len(got) > 0 {
				t.Errorf("downloaded %d bytes: %v", len(got), err)
			}
		})
	}
	for name, change := range map[string]func(*pb.OrderLimit){
		"raised":    func(l *pb.OrderLimit) { l.Limit++ },
		"redirect":  func(l *pb.OrderLimit) { l.PieceId = testrand.PieceID() },
		"prolonged": func(l *pb.OrderLimit) { l.OrderExpiration = l.OrderExpiration.Add(time.Hour) },
		"other key": func(l *pb.OrderLimit) { l.UplinkPublicKey, _, _ = storj.NewPieceKey() },
		"serial":    func(l *pb.OrderLimit) { l.SerialNumber = testrand.SerialNumber() },
		"unsigned":  func(l *pb.OrderLimit) { l.SatelliteSignature = nil },
		"forged": func(l *pb.OrderLimit) {
			signed, _ := signing.SignOrderLimit(context.Background(), signing.SignerFromFullIdentity(other), l)
			l.SatelliteSignature = signed.SatelliteSignature
		},
	} {
		t.Run(name, func(t *testing.T) {
			limit := w.sign(t, w.unsigned(pb.PieceAction_GET, id, 1000))
			change(limit)
			_, err := w.download(limit, 0, 1000, w.order(t, limit, 1000))
			if !code(err, rpcstatus.PermissionDenied) {
				t.Errorf("%v", err)
			}
		})
	}
}

func code(err error, want rpcstatus.StatusCode) bool {
	return err != nil && rpcstatus.Code(err) == want
}

func TestReplayedSerials(t *testing.T) {
	w := newWorld(t)
	data := testrand.BytesInt(1000)
	id := w.store(t, data, pb.PieceHashAlgorithm_BLAKE3)
	limit := w.sign(t, w.unsigned(pb.PieceAction_GET, id, 1000))
	_, err := w.download(limit, 0, 1000, w.order(t, limit, 1000))
	check(t, err)
	if _, err := w.download(limit, 0, 1000, w.order(t, limit, 1000)); !code(err, rpcstatus.PermissionDenied) {
		t.Errorf("%v", err)
	}
}

func TestRefusedRangesAndOrders(t *testing.T) {
	w := newWorld(t)
	id := w.store(t, testrand.BytesInt(1000), pb.PieceHashAlgorithm_BLAKE3)
	get := func(limit, offset, size int64, orders ...func(*pb.OrderLimit) *pb.Order) error {
		l := w.sign(t, w.unsigned(pb.PieceAction_GET, id, limit))
		var list []*pb.Order
		for _, order := range orders {
			list = append(list, order(l))
		}
		_, err := w.download(l, offset, size, list...)
		return err
	}
	amount := func(n int64) func(*pb.OrderLimit) *pb.Order {
		return func(l *pb.OrderLimit) *pb.Order { return w.order(t, l, n) }
	}
	for name, err := range map[string]error{
		"too much":       get(1000, 500, 501, amount(501)),
		"behind":         get(1000, 1001, 1, amount(1)),
		"negative":       get(1000, -1, 10, amount(10)),
		"negative size":  get(1000, 1, 1<<62, amount(10)),
		"over limit":     get(10, 0, 11, amount(10)),
		"raised order":   get(500, 0, 500, amount(501)),
		"shrunk order":   get(1000, 0, 1000, amount(500), amount(400)),
		"negative order": get(1000, 0, 1000, amount(-1)),
		"other serial": get(1000, 0, 1000, func(*pb.OrderLimit) *pb.Order {
			return w.order(t, w.unsigned(pb.PieceAction_GET, id, 1000), 1000)
		}),
		"changed order": get(1000, 0, 1000, func(l *pb.OrderLimit) *pb.Order {
			order := w.order(t, l, 10)
			order.Amount = 1000
			return order
		}),
	} {
		if !code(err, rpcstatus.InvalidArgument) && !code(err, rpcstatus.PermissionDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	missing := w.sign(t, w.unsigned(pb.PieceAction_GET, testrand.PieceID(), 1000))
	if _, err := w.download(missing, 0, 10, w.order(t, missing, 10)); !code(err, rpcstatus.NotFound) {
		t.Errorf("%v", err)
	}
}

func TestRefusedUploads(t *testing.T) {
	w := newWorld(t)
	data := testrand.BytesInt(1000)
	const blake = pb.PieceHashAlgorithm_BLAKE3
	begin := func(limit int64) (*pb.OrderLimit, *pb.PieceUploadRequest) {
		l := w.sign(t, w.unsigned(pb.PieceAction_PUT, testrand.PieceID(), limit))
		return l, &pb.PieceUploadRequest{Limit: l, HashAlgorithm: blake}
	}
	refused := func(name string, build func(*pb.OrderLimit) []*pb.PieceUploadRequest) {
		t.Run(name, func(t *testing.T) {
			limit, first := begin(1000)
			_, err := w.upload(append([]*pb.PieceUploadRequest{first}, build(limit)...)...)
			if !code(err, rpcstatus.InvalidArgument) && !code(err, rpcstatus.PermissionDenied) {
				t.Errorf("%v", err)
			}
			if w.pieces.Has(limit.PieceId) {
				t.Error("the piece was kept")
			}
		})
	}
	type requests = []*pb.PieceUploadRequest
	refused("no order", func(l *pb.OrderLimit) requests {
		return requests{{Chunk: chunk(0, data)}, {Done: w.hash(t, l, blake, data)}}
	})
	refused("too small an order", func(l *pb.OrderLimit) requests {
		return requests{{Order: w.order(t, l, 999), Chunk: chunk(0, data)}, {Done: w.hash(t, l, blake, data)}}
	})
	refused("raised order", func(l *pb.OrderLimit) requests {
		return requests{{Order: w.order(t, l, 1001), Chunk: chunk(0, data)}, {Done: w.hash(t, l, blake, data)}}
	})
	refused("gap", func(l *pb.OrderLimit) requests {
		return requests{{Order: w.order(t, l, 1000), Chunk: chunk(1, data[:10])}, {Done: w.hash(t, l, blake, data[:10])}}
	})
	refused("no hash", func(l *pb.OrderLimit) requests {
		return requests{{Order: w.order(t, l, 1000), Chunk: chunk(0, data)}}
	})
	refused("hash of other data", func(l *pb.OrderLimit) requests {
		return requests{{Order: w.order(t, l, 1000), Chunk: chunk(0, data)}, {Done: w.hash(t, l, blake, testrand.BytesInt(1000))}}
	})
	refused("hash of another size", func(l *pb.OrderLimit) requests {
		return requests{{Order: w.order(t, l, 1000), Chunk: chunk(0, data)}, {Done: w.hash(t, l, blake, data[:999])}}
	})
	refused("other algorithm", func(l *pb.OrderLimit) requests {
		return requests{{Order: w.order(t, l, 1000), Chunk: chunk(0, data)}, {Done: w.hash(t, l, pb.PieceHashAlgorithm_SHA256, data)}}
	})
	refused("changed hash", func(l *pb.OrderLimit) requests {
		hash := w.hash(t, l, blake, data)
		hash.Timestamp = hash.Timestamp.Add(time.Second)
		return requests{{Order: w.order(t, l, 1000), Chunk: chunk(0, data)}, {Done: hash}}
	})
	refused("second limit", func(l *pb.OrderLimit) requests {
		_, again := begin(1000)
		return requests{again}
	})
	if _, err := w.upload(&pb.PieceUploadRequest{Chunk: chunk(0, data)}); !code(err, rpcstatus.InvalidArgument) {
		t.Errorf("without a limit: %v", err)
	}
	if _, err := w.upload(); err == nil {
		t.Error("an upload of nothing at all")
	}
	id := w.store(t, data, blake)
	twice := w.sign(t, w.unsigned(pb.PieceAction_PUT, id, 1000))
	if _, err := w.upload(&pb.PieceUploadRequest{Limit: twice, HashAlgorithm: blake}); !code(err, rpcstatus.AlreadyExists) {
		t.Errorf("stored twice: %v", err)
	}
}
