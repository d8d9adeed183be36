package storagenode_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"storj.io/common/identity/testidentity"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/signing"
	"storj.io/common/storj"
	"storj.io/common/testrand"
)

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

// TestExpiredPieces checks that an expired piece is not stored, and that a running
// download of one continues.
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
