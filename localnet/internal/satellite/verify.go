package satellite

import (
	"time"

	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/signing"
	"uplink-localnet/internal/satellite/store"
)

// hashLifetime is the greatest age of a node's signature at the commit.
const hashLifetime = 24 * time.Hour

// verifyPieces returns the pieces that a client commits. Each must be on the node
// that it was meant for, have the right size and the node's signature, and there
// must be as many as the redundancy's optimal number.
func (c *call) verifyPieces(id *segmentID, req *pb.CommitSegmentRequest) ([]store.Piece, error) {
	size := pieceSize(id.Redundancy, req.SizeEncryptedData)
	seen := map[int32]bool{}
	pieces := make([]store.Piece, 0, len(req.UploadResult))
	for _, result := range req.UploadResult {
		number := result.GetPieceNum()
		if result == nil || number < 0 || int(number) >= len(id.Nodes) || seen[number] {
			return nil, status(rpcstatus.InvalidArgument, "piece %d was not asked for", number)
		}
		seen[number] = true
		piece := store.Piece{Number: number, Node: id.Nodes[number]}
		if err := c.verifyPiece(id, piece, size, result); err != nil {
			return nil, err
		}
		pieces = append(pieces, piece)
	}
	if len(pieces) < int(id.Redundancy.Optimal) {
		return nil, status(rpcstatus.InvalidArgument, "the number of results of uploaded pieces (%d) is below the optimal threshold (%d)", len(pieces), id.Redundancy.Optimal)
	}
	return pieces, nil
}

// verifyPiece returns an error unless a piece's node has signed for that piece.
func (c *call) verifyPiece(id *segmentID, piece store.Piece, size int64, result *pb.SegmentPieceUploadResult) error {
	if piece.Node < 0 || int(piece.Node) >= len(c.nodes) {
		return status(rpcstatus.InvalidArgument, "piece %d is on an unknown node", piece.Number)
	}
	node := &c.nodes[piece.Node]
	hash := result.Hash
	switch {
	case result.NodeId != node.ID:
		return status(rpcstatus.InvalidArgument, "piece %d is on another node than it should be", piece.Number)
	case hash == nil:
		return status(rpcstatus.InvalidArgument, "piece %d comes without a hash", piece.Number)
	case hash.PieceId != id.Root.Derive(node.ID, piece.Number):
		return status(rpcstatus.InvalidArgument, "piece %d has the wrong id", piece.Number)
	case hash.PieceSize != size:
		return status(rpcstatus.InvalidArgument, "piece sizes are invalid: expected size is different from provided (%d != %d)", size, hash.PieceSize)
	case c.at.Sub(hash.Timestamp) > hashLifetime:
		return status(rpcstatus.InvalidArgument, "the hash of piece %d is too old", piece.Number)
	}
	if err := signing.VerifyPieceHashSignature(c.ctx, node.Signee, hash); err != nil {
		return status(rpcstatus.InvalidArgument, "the hash of piece %d is not signed by its node", piece.Number)
	}
	return nil
}
