package storagenode

import (
	"bytes"
	"context"
	"sync"
	"time"

	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/signing"
	"storj.io/common/storj"
)

// Verifier checks order limits, and the orders and hashes under them.
type Verifier struct {
	// Node is the node's own id; Satellite is the satellite that it trusts.
	Node      storj.NodeID
	Satellite signing.Signee
	Now       func() time.Time

	serials serials
}

// maxClockSkew is how far in the future the creation of a limit may be.
const maxClockSkew = time.Hour

// Limit returns an error unless an order limit permits an action now. A limit is
// accepted once.
func (v *Verifier) Limit(ctx context.Context, limit *pb.OrderLimit, action pb.PieceAction) error {
	now := v.Now()
	switch {
	case limit == nil:
		return rpcstatus.Error(rpcstatus.InvalidArgument, "an order limit is missing")
	case limit.Action != action:
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "the order limit is for %v, not for %v", limit.Action, action)
	case limit.StorageNodeId != v.Node:
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "the order limit is for the node %v, not for %v", limit.StorageNodeId, v.Node)
	case limit.SatelliteId != v.Satellite.ID():
		return rpcstatus.Errorf(rpcstatus.PermissionDenied, "the satellite %v is not trusted", limit.SatelliteId)
	case limit.PieceId.IsZero():
		return rpcstatus.Error(rpcstatus.InvalidArgument, "the order limit has no piece id")
	case limit.SerialNumber == (storj.SerialNumber{}):
		return rpcstatus.Error(rpcstatus.InvalidArgument, "the order limit has no serial number")
	case limit.UplinkPublicKey.IsZero():
		return rpcstatus.Error(rpcstatus.InvalidArgument, "the order limit has no public key")
	case limit.Limit < 0:
		return rpcstatus.Error(rpcstatus.InvalidArgument, "the order limit is negative")
	case !now.Before(limit.OrderExpiration):
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "the order limit expired at %v", limit.OrderExpiration)
	// An expired piece can be downloaded until the satellite deletes it.
	case action == pb.PieceAction_PUT && !limit.PieceExpiration.IsZero() && !now.Before(limit.PieceExpiration):
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "the piece expired at %v", limit.PieceExpiration)
	case limit.OrderCreation.After(now.Add(maxClockSkew)):
		return rpcstatus.Error(rpcstatus.InvalidArgument, "the order limit was made in the future")
	}
	if err := signing.VerifyOrderLimitSignature(ctx, v.Satellite, limit); err != nil {
		return rpcstatus.Error(rpcstatus.PermissionDenied, "the order limit is not signed by the satellite")
	}
	if !v.serials.use(limit.SerialNumber, limit.OrderExpiration, now) {
		return rpcstatus.Error(rpcstatus.PermissionDenied, "the serial number was already used")
	}
	return nil
}

// Order returns an error unless an order under a limit is valid. Orders only grow;
// largest is the amount of the order before.
func (v *Verifier) Order(ctx context.Context, limit *pb.OrderLimit, order *pb.Order, largest int64) error {
	switch {
	case order.SerialNumber != limit.SerialNumber:
		return rpcstatus.Error(rpcstatus.InvalidArgument, "the order has another serial number than its limit")
	case order.Amount < largest:
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "the order of %d bytes is smaller than the one of %d before", order.Amount, largest)
	case order.Amount > limit.Limit:
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "the order of %d bytes exceeds its limit of %d", order.Amount, limit.Limit)
	}
	if err := signing.VerifyUplinkOrderSignature(ctx, limit.UplinkPublicKey, order); err != nil {
		return rpcstatus.Error(rpcstatus.PermissionDenied, "the order is not signed with the piece key")
	}
	return nil
}

// PieceHash returns an error unless the client's hash fits the data that came.
func (v *Verifier) PieceHash(ctx context.Context, limit *pb.OrderLimit, hash *pb.PieceHash, algorithm pb.PieceHashAlgorithm, sum []byte, size int64) error {
	switch {
	case hash.PieceId != limit.PieceId:
		return rpcstatus.Error(rpcstatus.InvalidArgument, "the hash is for another piece")
	case hash.HashAlgorithm != algorithm:
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "the upload began with %v and ends with %v", algorithm, hash.HashAlgorithm)
	case hash.PieceSize != size:
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "%d bytes came, the hash is for %d", size, hash.PieceSize)
	case !bytes.Equal(hash.Hash, sum):
		return rpcstatus.Error(rpcstatus.InvalidArgument, "the hash does not match the data that came")
	}
	if err := signing.VerifyUplinkPieceHashSignature(ctx, limit.UplinkPublicKey, hash); err != nil {
		return rpcstatus.Error(rpcstatus.PermissionDenied, "the hash is not signed with the piece key")
	}
	return nil
}

// serials has the used serial numbers until their limits expire.
type serials struct {
	mu   sync.Mutex
	used map[storj.SerialNumber]int64
	// sweepAt is the number of entries at which expired ones are deleted.
	sweepAt int
}

const firstSweep = 4096

// use reports whether a serial number is used for the first time.
func (s *serials) use(serial storj.SerialNumber, expires, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used == nil {
		s.used, s.sweepAt = map[storj.SerialNumber]int64{}, firstSweep
	}
	if _, again := s.used[serial]; again {
		return false
	}
	if len(s.used) >= s.sweepAt {
		for old, until := range s.used {
			if until <= now.Unix() {
				delete(s.used, old)
			}
		}
		s.sweepAt = max(firstSweep, 2*len(s.used))
	}
	s.used[serial] = expires.Unix()
	return true
}
