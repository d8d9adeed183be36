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
	// defaultChunk is the size of a chunk if the client asks for no size.
	defaultChunk = 64 << 10
	minimumChunk = 1 << 10
	maximumChunk = 1 << 20
)

// Download sends a range of a piece, and never more than the client has ordered.
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

// open opens the piece of an order limit, and returns its size.
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

// chunkSize returns the size of chunks when the client asks for wish bytes.
func chunkSize(wish int32) int64 {
	if wish <= 0 {
		return defaultChunk
	}
	return min(max(int64(wish), minimumChunk), maximumChunk)
}

// receiveOrders receives orders until the client sends no more.
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

// send sends the range, up to the amount that is ordered. Chunks stay in the
// connection's buffer until no more can be sent now.
func (n *Node) send(ctx context.Context, stream pb.DRPCPiecestore_DownloadStream, file io.ReaderAt, offset, size, step int64, orders *ordered) error {
	flush := flusher(stream)
	data := make([]byte, min(step, size))
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
			chunk := &pb.PieceDownloadResponse_Chunk{Offset: offset + sent, Data: data[:next]}
			if read, err := file.ReadAt(chunk.Data, chunk.Offset); int64(read) < next {
				return n.diskError("cannot read a piece", err)
			}
			if err := stream.Send(&pb.PieceDownloadResponse{Chunk: chunk}); err != nil {
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

// flusher returns a function that flushes the stream's buffered messages.
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

// ordered is the number of bytes that the client has ordered so far.
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

// more returns the amount that is ordered once that is more than sent. It flushes
// before it waits.
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
