// Package storagenode is a storage node: it keeps pieces for clients that have
// a satellite's signed order limit, and nothing for anybody else.
package storagenode

import (
	"context"
	"io/fs"
	"log/slog"
	"time"

	"storj.io/common/identity"
	"storj.io/common/pb"
	"storj.io/common/signing"
	"storj.io/common/storj"
	"storj.io/drpc"
	"storj.io/drpc/drpcmux"
)

// Config is what a node needs.
type Config struct {
	Identity  *identity.FullIdentity
	Satellite signing.Signee
	Pieces    *Pieces
	Log       *slog.Logger
	// Now is the node's clock; nil is the real one.
	Now func() time.Time
}

// Node answers the Piecestore calls.
type Node struct {
	pb.DRPCPiecestoreUnimplementedServer

	pieces   *Pieces
	signer   signing.Signer
	chain    []byte // of certificates: a client that speaks Noise has it from here alone
	verifier Verifier
	log      *slog.Logger
	now      func() time.Time
}

// New makes a node.
func New(config Config) *Node {
	now := config.Now
	if now == nil {
		now = time.Now
	}
	return &Node{
		pieces:   config.Pieces,
		signer:   signing.SignerFromFullIdentity(config.Identity),
		chain:    identity.EncodePeerIdentity(config.Identity.PeerIdentity()),
		verifier: Verifier{Node: config.Identity.ID, Satellite: config.Satellite, Now: now},
		log:      config.Log,
		now:      now,
	}
}

// Handler returns what a server needs to serve the node.
func (n *Node) Handler() (drpc.Handler, error) {
	mux := drpcmux.New()
	return mux, pb.DRPCRegisterPiecestore(mux, n)
}

// List calls fn with all pieces that are complete. It is for the satellite only.
func (n *Node) List(ctx context.Context, fn func(storj.PieceID)) error {
	return n.pieces.each(func(path string, _ fs.DirEntry) error {
		if id, ok := pieceID(path); ok {
			fn(id)
		}
		return ctx.Err()
	})
}

// Discard removes pieces. Only the satellite may ask for it; since it lives in
// the same process, it does so without a call over the network.
func (n *Node) Discard(_ context.Context, ids []storj.PieceID) error {
	for _, id := range ids {
		if err := n.pieces.Delete(id); err != nil {
			return err
		}
	}
	return nil
}
