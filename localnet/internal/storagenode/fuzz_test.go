package storagenode_test

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"log/slog"
	"strings"
	"testing"
	"time"

	"storj.io/common/identity/testidentity"
	"storj.io/common/pb"
	"storj.io/common/signing"
	"storj.io/common/storj"
	"storj.io/common/testrand"
	"storj.io/drpc"
	"uplink-localnet/internal/seeds"
	"uplink-localnet/internal/storagenode"
)

// fuzzTime is the clock of the fuzzed verifier: stored inputs must have the same
// result next year.
var fuzzTime = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

// FuzzVerifier forges order limits and orders. An accepted one must be signed by
// the satellite and the client, for this node, in time, and is accepted once.
func FuzzVerifier(f *testing.F) {
	ctx := context.Background()
	satellite := testidentity.MustPregeneratedIdentity(0, storj.LatestIDVersion())
	node := testidentity.MustPregeneratedIdentity(1, storj.LatestIDVersion())
	private, err := storj.PiecePrivateKeyFromBytes(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	check(f, err)
	public, err := storj.PiecePublicKeyFromBytes(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey))
	check(f, err)
	for _, change := range []func(*pb.OrderLimit, *pb.Order){
		func(*pb.OrderLimit, *pb.Order) {},
		func(l *pb.OrderLimit, _ *pb.Order) { l.PieceExpiration = fuzzTime.Add(time.Hour) },
		func(l *pb.OrderLimit, _ *pb.Order) { l.OrderExpiration = fuzzTime },
		func(l *pb.OrderLimit, _ *pb.Order) { l.Limit = -1 },
		func(_ *pb.OrderLimit, o *pb.Order) { o.Amount = 1001 },
		func(_ *pb.OrderLimit, o *pb.Order) { o.Amount = -1 },
	} {
		limit := &pb.OrderLimit{
			SerialNumber: storj.SerialNumber{1}, SatelliteId: satellite.ID, UplinkPublicKey: public, StorageNodeId: node.ID,
			PieceId: storj.PieceID{2}, Limit: 1000, Action: pb.PieceAction_PUT, OrderCreation: fuzzTime, OrderExpiration: fuzzTime.Add(time.Hour),
		}
		order := &pb.Order{SerialNumber: limit.SerialNumber, Amount: 500}
		change(limit, order)
		limit, err = signing.SignOrderLimit(ctx, signing.SignerFromFullIdentity(satellite), limit)
		check(f, err)
		order, err = signing.SignUplinkOrder(ctx, private, order)
		check(f, err)
		rawLimit, err := pb.Marshal(limit)
		check(f, err)
		rawOrder, err := pb.Marshal(order)
		check(f, err)
		f.Add(rawLimit, rawOrder)
	}
	signee := signing.SigneeFromPeerIdentity(satellite.PeerIdentity())
	seeds.Add(f, "testdata/FuzzVerifier.txt")
	f.Fuzz(func(t *testing.T, rawLimit, rawOrder []byte) {
		var limit pb.OrderLimit
		var order pb.Order
		if pb.Unmarshal(rawLimit, &limit) != nil || pb.Unmarshal(rawOrder, &order) != nil {
			return
		}
		v := storagenode.Verifier{Node: node.ID, Satellite: signee, Now: func() time.Time { return fuzzTime }}
		accepted := v.Limit(ctx, &limit, pb.PieceAction_PUT) == nil
		if accepted && (limit.Limit < 0 || limit.StorageNodeId != node.ID || limit.SatelliteId != satellite.ID || limit.Action != pb.PieceAction_PUT ||
			!limit.OrderExpiration.After(fuzzTime) || signing.VerifyOrderLimitSignature(ctx, signee, &limit) != nil) {
			t.Fatalf("accepted %+v", &limit)
		}
		if accepted && v.Limit(ctx, &limit, pb.PieceAction_PUT) == nil {
			t.Fatal("accepted a second time")
		}
		if v.Order(ctx, &limit, &order, 100) == nil && (order.Amount < 100 || order.Amount > limit.Limit || order.SerialNumber != limit.SerialNumber) {
			t.Fatalf("accepted %+v under %+v", &order, &limit)
		}
	})
}

// protoMessage is a request.
type protoMessage interface {
	Reset()
	String() string
	ProtoMessage()
}

// rawMessage is a message that is sent as it is.
type rawMessage []byte

type rawEncoding struct{}

func (rawEncoding) Marshal(msg drpc.Message) ([]byte, error) { return msg.(rawMessage), nil }

func (rawEncoding) Unmarshal([]byte, drpc.Message) error { return nil }

// noPanic fails the test when something logs that a call has panicked.
type noPanic struct{ t testing.TB }

// Write checks a line of the log.
func (w noPanic) Write(line []byte) (int, error) {
	if strings.Contains(string(line), "panic") {
		w.t.Error(string(line))
	}
	return len(line), nil
}

func appendMessage(t testing.TB, script []byte, message protoMessage) []byte {
	t.Helper()
	data, err := pb.Marshal(message)
	check(t, err)
	return append(binary.AppendUvarint(script, uint64(len(data))), data...)
}

// splitMessages returns the messages that appendMessage has appended; a message that
// is cut off counts.
func splitMessages(script []byte) (messages [][]byte) {
	for len(script) > 0 && len(messages) < 8 {
		size, n := binary.Uvarint(script)
		if n <= 0 {
			return messages
		}
		script = script[n:]
		size = min(size, uint64(len(script)))
		messages = append(messages, script[:size])
		script = script[size:]
	}
	return messages
}

// resign signs the limits, orders and hashes in a message again, so that the input
// passes the first check.
func (w *world) resign(raw []byte, download bool, serial storj.SerialNumber, id storj.PieceID) []byte {
	var up pb.PieceUploadRequest
	var down pb.PieceDownloadRequest
	message, limit, order := protoMessage(&up), &up.Limit, &up.Order
	if download {
		message, limit, order = &down, &down.Limit, &down.Order
	}
	if pb.Unmarshal(raw, message) != nil {
		return raw
	}
	w.resignLimit(limit, serial, id)
	ctx := context.Background()
	if *order != nil {
		(*order).SerialNumber = serial
		if signed, err := signing.SignUplinkOrder(ctx, w.private, *order); err == nil {
			*order = signed
		}
	}
	if up.Done != nil {
		up.Done.PieceId = id
		if signed, err := signing.SignUplinkPieceHash(ctx, w.private, up.Done); err == nil {
			up.Done = signed
		}
	}
	data, err := pb.Marshal(message)
	if err != nil {
		return raw
	}
	return data
}

func (w *world) resignLimit(limit **pb.OrderLimit, serial storj.SerialNumber, id storj.PieceID) {
	l := *limit
	if l == nil {
		return
	}
	l.SerialNumber, l.PieceId, l.UplinkPublicKey = serial, id, w.public
	l.SatelliteId, l.StorageNodeId = w.satellite.ID, w.node.ID
	l.OrderCreation, l.OrderExpiration = time.Now(), time.Now().Add(time.Hour)
	l.PieceExpiration = time.Time{}
	if signed, err := signing.SignOrderLimit(context.Background(), w.signer, l); err == nil {
		*limit = signed
	}
}

// FuzzPiecestore sends malformed messages to a node over a real connection. The
// node must respond or end the call, and never panic.
func FuzzPiecestore(f *testing.F) {
	w := newWorldWithLog(f, slog.New(slog.NewTextHandler(noPanic{f}, nil)))
	stored := w.store(f, testrand.BytesInt(1000), pb.PieceHashAlgorithm_BLAKE3)
	const blake = pb.PieceHashAlgorithm_BLAKE3
	limit, data := w.unsigned(pb.PieceAction_PUT, stored, 1000), testrand.BytesInt(100)
	script := appendMessage(f, nil, &pb.PieceUploadRequest{Limit: limit, HashAlgorithm: blake})
	f.Add(false, true, script)
	script = appendMessage(f, script, &pb.PieceUploadRequest{Order: &pb.Order{Amount: 100}, Chunk: chunk(0, data)})
	f.Add(false, true, script)
	f.Add(false, false, script)
	f.Add(false, true, appendMessage(f, script, &pb.PieceUploadRequest{Done: w.hash(f, limit, blake, data)}))
	limit.Action = pb.PieceAction_GET
	wanted := &pb.PieceDownloadRequest_Chunk{Offset: 10, ChunkSize: 100}
	script = appendMessage(f, nil, &pb.PieceDownloadRequest{Limit: limit, Chunk: wanted, Order: &pb.Order{Amount: 10}})
	f.Add(true, true, script)
	f.Add(true, false, script)
	f.Add(true, true, appendMessage(f, script, &pb.PieceDownloadRequest{Order: &pb.Order{Amount: 100}}))
	f.Add(true, true, appendMessage(f, script, &pb.PieceDownloadRequest{Order: &pb.Order{Amount: -1 << 62}}))
	seeds.Add(f, "testdata/FuzzPiecestore.txt")
	f.Fuzz(func(t *testing.T, download, sign bool, script []byte) {
		id, rpc := testrand.PieceID(), "/piecestore.Piecestore/Upload"
		if download {
			id, rpc = stored, "/piecestore.Piecestore/Download"
		}
		serial := testrand.SerialNumber()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		stream, err := w.client.DRPCConn().NewStream(ctx, rpc, rawEncoding{})
		check(t, err)
		for _, message := range splitMessages(script) {
			if sign {
				message = w.resign(message, download, serial, id)
			}
			if stream.MsgSend(rawMessage(message), rawEncoding{}) != nil {
				break
			}
		}
		_ = stream.CloseSend()
		for stream.MsgRecv(nil, rawEncoding{}) == nil {
			continue
		}
		_ = stream.Close()
		if ctx.Err() != nil {
			t.Fatal("the node does not end the call")
		}
	})
}
