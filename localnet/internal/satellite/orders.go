package satellite

import (
	"context"
	"math/rand/v2"
	"time"

	crand "crypto/rand"

	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/signing"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// limitLifetime is how long a transfer can be begun after it was permitted.
const limitLifetime = 24 * time.Hour

// grant is the common part of all order limits of one transfer.
type grant struct {
	action  pb.PieceAction
	root    storj.PieceID
	public  storj.PiecePublicKey
	size    int64
	created time.Time
	// expires is when the object expires, zero for never.
	expires time.Time
}

// addressedLimit returns the signed permission to transfer one piece.
func (e *Endpoint) addressedLimit(ctx context.Context, g *grant, piece store.Piece) (*pb.AddressedOrderLimit, error) {
	if piece.Node < 0 || int(piece.Node) >= len(e.nodes) {
		return nil, status(rpcstatus.Internal, "a piece is on an unknown node")
	}
	node := &e.nodes[piece.Node]
	limit := &pb.OrderLimit{
		SatelliteId:     e.signer.ID(),
		UplinkPublicKey: g.public,
		StorageNodeId:   node.ID,
		PieceId:         g.root.Derive(node.ID, piece.Number),
		Limit:           g.size,
		Action:          g.action,
		PieceExpiration: g.expires,
		OrderCreation:   g.created,
		OrderExpiration: g.created.Add(limitLifetime),
	}
	if _, err := crand.Read(limit.SerialNumber[:]); err != nil {
		return nil, err
	}
	signed, err := signing.SignOrderLimit(ctx, e.signer, limit)
	if err != nil {
		return nil, err
	}
	return &pb.AddressedOrderLimit{
		Limit:              signed,
		StorageNodeAddress: node.Address,
	}, nil
}

// paddingLength is the size of the number after a segment's data by which clients
// find how much of the last stripe is padding.
const paddingLength = 4

// pieceSize returns the size of each piece of a segment of so many encrypted bytes.
func pieceSize(s store.Redundancy, encrypted int64) int64 {
	stripe := int64(s.ShareSize) * int64(s.Required)
	if stripe <= 0 {
		return 0
	}
	return (encrypted + paddingLength + stripe - 1) / stripe * int64(s.ShareSize)
}

// chooseNodes returns count random nodes that are not in taken.
func (e *Endpoint) chooseNodes(count int, taken map[int32]bool) ([]int32, error) {
	free := make([]int32, 0, len(e.nodes))
	for n := range e.nodes {
		if !taken[int32(n)] {
			free = append(free, int32(n))
		}
	}
	if len(free) < count {
		return nil, status(rpcstatus.FailedPrecondition, "not enough nodes: requested %d, found %d", count, len(free))
	}
	rand.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	return free[:count], nil
}

// downloadPieces returns random pieces for a client: the required number and some
// to spare, as many as a real satellite gives, or wish if that is more.
func downloadPieces(s store.Redundancy, pieces []store.Piece, wish int32) []store.Piece {
	count := int64(s.Required) + 1
	if s.Optimal > 0 {
		count = max(count, int64(s.Required)+int64(s.Total-s.Optimal)*int64(s.Required)/int64(s.Optimal))
	}
	count = min(max(count, int64(wish)), int64(len(pieces)))
	chosen := append([]store.Piece{}, pieces...)
	rand.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	return chosen[:count]
}
