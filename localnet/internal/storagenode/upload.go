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

// upload is the state of a piece that is being received.
type upload struct {
	node      *Node
	limit     *pb.OrderLimit
	algorithm pb.PieceHashAlgorithm
	hash      hash.Hash
	writer    *PieceWriter
	ordered   int64
}

// Upload receives a piece: the order limit, then orders and data in any
// order, and at last the client's signed hash.
func (n *Node) Upload(stream pb.DRPCPiecestore_UploadStream) error {
	ctx := stream.Context()
	up := &upload{node: n}
	defer func() {
		if up.writer != nil {
			up.writer.Cancel()
		}
	}()
	var message uploadMessage
	for {
		if err := stream.MsgRecv(&message, uploadEncoding{}); err != nil {
			if errors.Is(err, io.EOF) {
				return rpcstatus.Error(rpcstatus.InvalidArgument, "the upload ended without a hash")
			}
			return err
		}
		if err := up.receive(ctx, &message); err != nil {
			return err
		}
		if message.done == nil {
			continue
		}
		done, err := up.finish(ctx, message.done)
		if err != nil {
			return err
		}
		return stream.SendAndClose(&pb.PieceUploadResponse{Done: done, NodeCertchain: n.chain})
	}
}

func (up *upload) receive(ctx context.Context, m *uploadMessage) error {
	if up.limit == nil {
		if err := up.begin(ctx, m); err != nil {
			return err
		}
	} else if m.limit != nil {
		return rpcstatus.Error(rpcstatus.InvalidArgument, "a second order limit in one upload")
	}
	if m.order != nil {
		if err := up.node.verifier.Order(ctx, up.limit, m.order, up.ordered); err != nil {
			return err
		}
		up.ordered = m.order.Amount
	}
	if m.hasChunk {
		return up.store(&m.chunk)
	}
	return nil
}

func (up *upload) begin(ctx context.Context, m *uploadMessage) error {
	if err := up.node.verifier.Limit(ctx, m.limit, pb.PieceAction_PUT); err != nil {
		return err
	}
	if m.algorithm != pb.PieceHashAlgorithm_SHA256 && m.algorithm != pb.PieceHashAlgorithm_BLAKE3 {
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "unknown hash algorithm %d", m.algorithm)
	}
	writer, err := up.node.pieces.Create(m.limit.PieceId)
	if errors.Is(err, ErrPieceExists) {
		return rpcstatus.Error(rpcstatus.AlreadyExists, err.Error())
	}
	if err != nil {
		return up.node.diskError("cannot begin a piece", err)
	}
	up.limit, up.writer = m.limit, writer
	up.algorithm, up.hash = m.algorithm, pb.NewHashFromAlgorithm(m.algorithm)
	return nil
}

func (up *upload) store(chunk *chunkMessage) error {
	end := up.writer.Size() + int64(len(chunk.data))
	switch {
	case chunk.offset != up.writer.Size():
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "data for offset %d, expected %d", chunk.offset, up.writer.Size())
	case end > up.ordered:
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "%d bytes sent, but only %d ordered", end, up.ordered)
	}
	_, _ = up.hash.Write(chunk.data)
	if _, err := up.writer.Write(chunk.data); err != nil {
		return up.node.diskError("cannot store a piece", err)
	}
	return nil
}

// finish checks the client's hash, makes the piece durable and signs for it.
func (up *upload) finish(ctx context.Context, claimed *pb.PieceHash) (*pb.PieceHash, error) {
	sum := up.hash.Sum(nil)
	err := up.node.verifier.PieceHash(ctx, up.limit, claimed, up.algorithm, sum, up.writer.Size())
	if err != nil {
		return nil, err
	}
	if err := up.writer.Commit(); err != nil {
		return nil, up.node.diskError("cannot finish a piece", err)
	}
	return signing.SignPieceHash(ctx, up.node.signer, &pb.PieceHash{
		PieceId:       up.limit.PieceId,
		Hash:          sum,
		HashAlgorithm: up.algorithm,
		PieceSize:     up.writer.Size(),
		Timestamp:     up.node.now(),
	})
}

// diskError hides paths from clients and shows them in the log.
func (n *Node) diskError(what string, err error) error {
	n.log.Error(what, "node", n.verifier.Node, "error", err)
	return rpcstatus.Error(rpcstatus.Internal, what)
}
