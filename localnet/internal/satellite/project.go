package satellite

import (
	"bytes"
	"context"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
)

// ProjectInfo tells the salt that makes a passphrase into a root key.
func (e *Endpoint) ProjectInfo(ctx context.Context, req *pb.ProjectInfoRequest) (*pb.ProjectInfoResponse, error) {
	return read(ctx, e, req, (*call).projectInfo)
}

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

// RevokeAPIKey makes a key worthless that was restricted from the caller's.
func (e *Endpoint) RevokeAPIKey(ctx context.Context, req *pb.RevokeAPIKeyRequest) (*pb.RevokeAPIKeyResponse, error) {
	return write(ctx, e, req, (*call).revokeAPIKey)
}

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

// parentOf reports whether the victim was made from the caller's key. A key that
// has expired or was revoked is a parent nevertheless.
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
