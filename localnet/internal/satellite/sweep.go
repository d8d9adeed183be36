package satellite

import (
	"context"
	"encoding/binary"
	"slices"

	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// Sweep deletes pieces that nodes have and nothing needs: a piece that came after
// its upload was aborted, or whose deletion a crash has undone.
func (e *Endpoint) Sweep(ctx context.Context) error {
	for n := range e.nodes {
		if err := e.sweepNode(ctx, n); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (e *Endpoint) sweepNode(ctx context.Context, n int) error {
	if e.nodes[n].List == nil {
		return nil
	}
	// List the pieces first: a piece that comes after the snapshot of the
	// metadata may belong to an upload that is not in the snapshot.
	var there []storj.PieceID
	err := e.nodes[n].List(ctx, func(id storj.PieceID) { there = append(there, id) })
	if err != nil || len(there) == 0 {
		return err
	}
	wanted, err := e.wantedPieces(ctx, n)
	if err != nil {
		return err
	}
	orphans := slices.DeleteFunc(there, func(id storj.PieceID) bool {
		_, found := slices.BinarySearch(wanted, pieceHead(id))
		return found
	})
	if len(orphans) == 0 {
		return nil
	}
	e.log.Info("pieces that nothing needs", "node", e.nodes[n].ID, "pieces", len(orphans))
	return e.nodes[n].Discard(ctx, orphans)
}

// pieceHead returns the first 8 bytes of a piece's id, which save a sweep memory.
// An unneeded piece stays if a needed one has the same.
func pieceHead(id storj.PieceID) uint64 { return binary.BigEndian.Uint64(id[:]) }

// wantedPieces returns the sorted heads of the pieces that a node should have.
// See pieceHead.
func (e *Endpoint) wantedPieces(ctx context.Context, n int) (wanted []uint64, err error) {
	err = e.store.View(func(tx *store.Tx) error {
		return tx.EachPieces(func(p store.Pieces) error {
			for _, piece := range p.List {
				if int(piece.Node) == n {
					wanted = append(wanted, pieceHead(p.Root.Derive(e.nodes[n].ID, piece.Number)))
				}
			}
			return ctx.Err()
		})
	})
	slices.Sort(wanted)
	return wanted, err
}
