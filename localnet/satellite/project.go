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
	if err := c.permit(macaroon.ActionProjectInfo, nil, nil); err != nil {
		return nil, err
	}
	victim, err := macaroon.ParseMacaroon(req.GetApiKey())
	if err != nil {
		return nil, status(rpcstatus.InvalidArgument, "malformed API key")
	}
	valid, tails := victim.ValidateAndTails(c.root.Secret)
	if !valid || len(tails) == 0 || !bytes.Equal(victim.Head(), c.key.Head()) {
		return nil, status(rpcstatus.InvalidArgument, "the key to revoke is not valid")
	}
	// The last tail is the victim's own: a key is not its own parent.
	for _, tail := range tails[:len(tails)-1] {
		if bytes.Equal(tail, c.key.Tail()) {
			return &pb.RevokeAPIKeyResponse{}, c.tx.Revoke(victim.Tail(), c.at)
		}
	}
	return nil, status(rpcstatus.PermissionDenied, "only a key that the other was made from can revoke it")
}
