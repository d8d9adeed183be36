// Package storagenode implements the Piecestore service: it stores and returns
// pieces for clients that have an order limit which its satellite has signed.
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

// Config has the settings of a node.
type Config struct {
	Identity  *identity.FullIdentity
	Satellite signing.Signee
	Pieces    *Pieces
	Log       *slog.Logger
	// Now is the node's clock; nil is the real one.
	Now func() time.Time
}

// Node serves the Piecestore service.
type Node struct {
	pb.DRPCPiecestoreUnimplementedServer

	pieces   *Pieces
	signer   signing.Signer
	chain    []byte // certificates; a client that speaks Noise gets them only from Upload
	verifier Verifier
	log      *slog.Logger
	now      func() time.Time
}

// New returns a node.
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

// Handler returns the handler of the Piecestore service.
func (n *Node) Handler() (drpc.Handler, error) {
	mux := drpcmux.New()
	return mux, pb.DRPCRegisterPiecestore(mux, n)
}

// List calls fn with all complete pieces.
func (n *Node) List(ctx context.Context, fn func(storj.PieceID)) error {
	return n.pieces.each(func(path string, _ fs.DirEntry) error {
		if id, ok := pieceID(path); ok {
			fn(id)
		}
		return ctx.Err()
	})
}

// Discard deletes pieces. The satellite, in the same process, calls it without the
// network.
func (n *Node) Discard(_ context.Context, ids []storj.PieceID) error {
	for _, id := range ids {
		if err := n.pieces.Delete(id); err != nil {
			return err
		}
	}
	return nil
}
