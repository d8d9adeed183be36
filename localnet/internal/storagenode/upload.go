package storagenode

import (
	"context"
	"errors"
	"hash"
	"io"

	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/signing"
)

// upload is a piece that is being uploaded.
type upload struct {
	node      *Node
	limit     *pb.OrderLimit
	algorithm pb.PieceHashAlgorithm
	hash      hash.Hash
	writer    *PieceWriter
	ordered   int64
}

// Upload stores a piece. The client sends its order limit, then orders and data in
// any mixture, and at last its signed hash.
func (n *Node) Upload(stream pb.DRPCPiecestore_UploadStream) error {
	ctx := stream.Context()
	up := &upload{node: n}
	defer func() {
		if up.writer != nil {
			up.writer.Cancel()
		}
	}()
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return rpcstatus.Error(rpcstatus.InvalidArgument, "the upload ended without a hash")
		}
		if err != nil {
			return err
		}
		if err := up.receive(ctx, message); err != nil {
			return err
		}
		if message.Done == nil {
			continue
		}
		done, err := up.commit(ctx, message.Done)
		if err != nil {
			return err
		}
		return stream.SendAndClose(&pb.PieceUploadResponse{Done: done, NodeCertchain: n.chain})
	}
}

// receive checks and stores the parts of a message, except the client's hash.
func (up *upload) receive(ctx context.Context, m *pb.PieceUploadRequest) error {
	if up.limit == nil {
		if err := up.begin(ctx, m); err != nil {
			return err
		}
	} else if m.Limit != nil {
		return rpcstatus.Error(rpcstatus.InvalidArgument, "a second order limit in one upload")
	}
	if m.Order != nil {
		if err := up.node.verifier.Order(ctx, up.limit, m.Order, up.ordered); err != nil {
			return err
		}
		up.ordered = m.Order.Amount
	}
	if m.Chunk != nil {
		return up.store(m.Chunk)
	}
	return nil
}

// begin begins the piece with the first message.
func (up *upload) begin(ctx context.Context, m *pb.PieceUploadRequest) error {
	if err := up.node.verifier.Limit(ctx, m.Limit, pb.PieceAction_PUT); err != nil {
		return err
	}
	if m.HashAlgorithm != pb.PieceHashAlgorithm_SHA256 && m.HashAlgorithm != pb.PieceHashAlgorithm_BLAKE3 {
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "unknown hash algorithm %d", m.HashAlgorithm)
	}
	writer, err := up.node.pieces.Create(m.Limit.PieceId)
	if errors.Is(err, ErrPieceExists) {
		return rpcstatus.Error(rpcstatus.AlreadyExists, err.Error())
	}
	if err != nil {
		return up.node.diskError("cannot begin a piece", err)
	}
	up.limit, up.writer = m.Limit, writer
	up.algorithm, up.hash = m.HashAlgorithm, pb.NewHashFromAlgorithm(m.HashAlgorithm)
	return nil
}

// store appends data to the piece, if the client has sent orders for them.
func (up *upload) store(chunk *pb.PieceUploadRequest_Chunk) error {
	end := up.writer.Size() + int64(len(chunk.Data))
	switch {
	case chunk.Offset != up.writer.Size():
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "data for offset %d, expected %d", chunk.Offset, up.writer.Size())
	case end > up.ordered:
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "%d bytes sent, but only %d ordered", end, up.ordered)
	}
	_, _ = up.hash.Write(chunk.Data)
	if _, err := up.writer.Write(chunk.Data); err != nil {
		return up.node.diskError("cannot store a piece", err)
	}
	return nil
}

// commit checks the client's hash, commits the piece and returns the node's
// signature for it.
func (up *upload) commit(ctx context.Context, claimed *pb.PieceHash) (*pb.PieceHash, error) {
	sum := up.hash.Sum(nil)
	err := up.node.verifier.PieceHash(ctx, up.limit, claimed, up.algorithm, sum, up.writer.Size())
	if err != nil {
		return nil, err
	}
	if err := up.writer.Commit(); err != nil {
		return nil, up.node.diskError("cannot commit a piece", err)
	}
	return signing.SignPieceHash(ctx, up.node.signer, &pb.PieceHash{
		PieceId:       up.limit.PieceId,
		Hash:          sum,
		HashAlgorithm: up.algorithm,
		PieceSize:     up.writer.Size(),
		Timestamp:     up.node.now(),
	})
}

// diskError logs an error of the disk, and returns one without paths for clients.
func (n *Node) diskError(what string, err error) error {
	n.log.Error(what, "node", n.verifier.Node, "error", err)
	return rpcstatus.Error(rpcstatus.Internal, what)
}
