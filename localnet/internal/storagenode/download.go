package storagenode

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"

	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/drpc"
)

const (
	// defaultChunk is the size of a message if the client does not choose one.
	defaultChunk = 64 << 10
	minimumChunk = 1 << 10
	maximumChunk = 1 << 20
)

// Download sends a range of a piece, but never more than was ordered.
func (n *Node) Download(stream pb.DRPCPiecestore_DownloadStream) error {
	ctx := stream.Context()
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	if err := n.verifier.Limit(ctx, first.Limit, pb.PieceAction_GET); err != nil {
		return err
	}
	chunk := first.Chunk
	if chunk == nil {
		return rpcstatus.Error(rpcstatus.InvalidArgument, "the request names no range")
	}
	file, size, err := n.open(first.Limit)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	switch {
	case chunk.Offset < 0 || chunk.ChunkSize < 0:
		return rpcstatus.Error(rpcstatus.InvalidArgument, "negative range")
	case chunk.Offset > size || chunk.ChunkSize > size-chunk.Offset:
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "range %d+%d of a piece of %d bytes", chunk.Offset, chunk.ChunkSize, size)
	case chunk.ChunkSize > first.Limit.Limit:
		return rpcstatus.Errorf(rpcstatus.InvalidArgument, "range of %d bytes under a limit of %d", chunk.ChunkSize, first.Limit.Limit)
	}

	orders := newOrdered()
	go n.receiveOrders(ctx, stream, first, orders)
	return n.send(ctx, stream, file, chunk.Offset, chunk.ChunkSize, chunkSize(first.MaximumChunkSize), orders)
}

func (n *Node) open(limit *pb.OrderLimit) (*os.File, int64, error) {
	file, size, err := n.pieces.Open(limit.PieceId)
	if errors.Is(err, ErrPieceNotFound) {
		return nil, 0, rpcstatus.Error(rpcstatus.NotFound, err.Error())
	}
	if err != nil {
		return nil, 0, n.diskError("cannot open a piece", err)
	}
	return file, size, nil
}

func chunkSize(wish int32) int64 {
	if wish <= 0 {
		return defaultChunk
	}
	return min(max(int64(wish), minimumChunk), maximumChunk)
}

// receiveOrders takes the client's orders until it stops sending them.
func (n *Node) receiveOrders(ctx context.Context, stream pb.DRPCPiecestore_DownloadStream, first *pb.PieceDownloadRequest, orders *ordered) {
	for request := first; ; {
		if request.Order != nil {
			if err := n.verifier.Order(ctx, first.Limit, request.Order, orders.amount()); err != nil {
				orders.end(err)
				return
			}
			orders.raise(request.Order.Amount)
		}
		var err error
		if request, err = stream.Recv(); err != nil {
			orders.end(err)
			return
		}
	}
}

// send sends the range as far as it is ordered. Chunks are collected in the
// connection's buffer, which is flushed when nothing more can be sent now.
func (n *Node) send(ctx context.Context, stream pb.DRPCPiecestore_DownloadStream, file io.ReaderAt, offset, size, step int64, orders *ordered) error {
	flush := flusher(stream)
	for sent := int64(0); sent < size; {
		allowed, err := orders.more(ctx, sent, flush)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for end := min(allowed, size); sent < end; {
			next := min(step, end-sent)
			message := &chunkFromFile{file: file, offset: offset + sent, size: int(next)}
			if err := stream.MsgSend(message, downloadEncoding{}); err != nil {
				if errors.Is(err, io.EOF) || ctx.Err() != nil {
					return nil
				}
				return err
			}
			sent += next
		}
	}
	return flush()
}

// flusher returns the function that flushes the stream's buffered messages.
func flusher(stream pb.DRPCPiecestore_DownloadStream) func() error {
	outer, ok := stream.(interface{ GetStream() drpc.Stream })
	if !ok {
		return func() error { return nil }
	}
	inner, ok := outer.GetStream().(interface{ RawFlush() error })
	if !ok {
		return func() error { return nil }
	}
	return inner.RawFlush
}

// ordered is the amount that the client has signed for so far.
type ordered struct {
	mu     sync.Mutex
	total  int64
	err    error
	signal chan struct{}
}

func newOrdered() *ordered { return &ordered{signal: make(chan struct{}, 1)} }

func (o *ordered) amount() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.total
}

func (o *ordered) raise(total int64) {
	o.mu.Lock()
	o.total = total
	o.mu.Unlock()
	o.wake()
}

func (o *ordered) end(err error) {
	o.mu.Lock()
	o.err = err
	o.mu.Unlock()
	o.wake()
}

func (o *ordered) wake() {
	select {
	case o.signal <- struct{}{}:
	default:
	}
}

// more waits until more than sent is ordered; it flushes before it waits.
func (o *ordered) more(ctx context.Context, sent int64, flush func() error) (int64, error) {
	for {
		o.mu.Lock()
		total, err := o.total, o.err
		o.mu.Unlock()
		switch {
		case total > sent:
			return total, nil
		case err != nil:
			return 0, err
		}
		if err := flush(); err != nil {
			return 0, err
		}
		select {
		case <-o.signal:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}
