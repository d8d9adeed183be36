package satellite

import (
	"bytes"
	"context"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

// errUnauthorized gives no reason, as on a real satellite: the key is unknown,
// revoked, not valid now, or does not permit the request.
var errUnauthorized = status(rpcstatus.PermissionDenied, "Unauthorized API credentials")

// keyVersion is the version of all keys here; it permits everything that keys can.
const keyVersion = macaroon.APIKeyVersionObjectLock | macaroon.APIKeyVersionAuditable | macaroon.APIKeyVersionEventing

// revocations looks up in the store, for the macaroon package, what was revoked.
type revocations struct{ tx *store.Tx }

// Check reports whether one of the tails was revoked.
func (r revocations) Check(_ context.Context, tails [][]byte) (bool, error) {
	return r.tx.Revoked(tails), nil
}

func (c *call) action(op macaroon.ActionType, bucket, path []byte) macaroon.Action {
	return macaroon.Action{Op: op, Bucket: bucket, EncryptedPath: path, Time: c.at}
}

// permit returns an error unless the key permits the action.
func (c *call) permit(op macaroon.ActionType, bucket, path []byte) error {
	if c.key.Check(c.ctx, c.root.Secret, keyVersion, c.action(op, bucket, path), revocations{c.tx}) != nil {
		return errUnauthorized
	}
	return nil
}

// permitAny returns an error unless the key permits one of the actions.
func (c *call) permitAny(bucket, path []byte, ops ...macaroon.ActionType) (err error) {
	for _, op := range ops {
		if err = c.permit(op, bucket, path); err == nil {
			return nil
		}
	}
	return err
}

// mayInspect reports whether the key may learn anything about an object.
func (c *call) mayInspect(bucket, path []byte) bool {
	return c.permitAny(bucket, path, macaroon.ActionRead, macaroon.ActionList) == nil
}

// projectInfo returns the salt with which clients derive root keys from passphrases.
func (c *call) projectInfo(*pb.ProjectInfoRequest) (*pb.ProjectInfoResponse, error) {
	if err := c.permit(macaroon.ActionProjectInfo, nil, nil); err != nil {
		return nil, err
	}
	return &pb.ProjectInfoResponse{
		ProjectSalt:      c.owner.Salt,
		ProjectPublicId:  c.owner.PublicID,
		ProjectCreatedAt: c.owner.Created,
	}, nil
}

// revokeAPIKey revokes a key that was derived from the caller's.
func (c *call) revokeAPIKey(req *pb.RevokeAPIKeyRequest) (*pb.RevokeAPIKeyResponse, error) {
	caller, err := macaroon.ParseMacaroon(c.key.SerializeRaw())
	if err != nil || !caller.Validate(c.root.Secret) {
		return nil, errUnauthorized
	}
	victim, err := macaroon.ParseMacaroon(req.GetApiKey())
	if err != nil {
		return nil, status(rpcstatus.InvalidArgument, "API key to revoke is not a macaroon")
	}
	if !c.parentOf(victim) {
		return nil, status(rpcstatus.PermissionDenied, "Unauthorized attempt to revoke macaroon")
	}
	if c.tx.Revoked([][]byte{victim.Tail()}) {
		return nil, status(rpcstatus.Internal, "Failed to revoke API key")
	}
	return &pb.RevokeAPIKeyResponse{}, c.tx.Revoke(victim.Tail(), c.at)
}

// parentOf reports whether the victim was derived from the caller's key. It does not
// matter whether the caller's key has expired or is revoked.
func (c *call) parentOf(victim *macaroon.Macaroon) bool {
	valid, tails := victim.ValidateAndTails(c.root.Secret)
	if !valid || len(tails) == 0 {
		return false
	}
	// The last tail is the victim's own: a key is not its own parent.
	for _, tail := range tails[:len(tails)-1] {
		if bytes.Equal(tail, c.key.Tail()) {
			return true
		}
	}
	return false
}

// accountLicenses returns an empty list: a local network has no licenses.
func (c *call) accountLicenses(*pb.AccountLicensesRequest) (*pb.AccountLicensesResponse, error) {
	return &pb.AccountLicensesResponse{}, c.permit(macaroon.ActionProjectInfo, nil, nil)
}
