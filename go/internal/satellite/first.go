package satellite

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/drpc"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
)

type firstBatchKey struct{}

// firstBatch is the first batch of an upload, or the request that begins a multipart upload, at
// which the satellite stores a pending object. Only the response has the ID by which the object can
// be deleted.
type firstBatch struct{ succeeded atomic.Bool }

// firstBatchPatience is how long a canceled upload waits for the response to its first batch.
const firstBatchPatience = 30 * time.Second

// WithFirstBatch returns a context for one upload. While the first batch of the upload, or the
// request that begins it, is under way, the end of the context does not cancel it.
func WithFirstBatch(ctx context.Context) context.Context {
	return context.WithValue(ctx, firstBatchKey{}, &firstBatch{})
}

// Transmit sends a request over a connection. It obeys WithAllNodes, WithListed and WithFirstBatch.
func Transmit(ctx context.Context, conn drpc.Conn, rpc string, enc drpc.Encoding, in, out drpc.Message) error {
	switch request := in.(type) {
	case *pb.CompressedBatchRequest:
		if AsksAllNodes(ctx) {
			if err := wantAllNodes(request); err != nil {
				return err
			}
		}
		if listed, ok := ctx.Value(listedKey{}).(*Listed); ok {
			return listed.invoke(out, func() error { return keepReason(in, conn.Invoke(ctx, rpc, enc, in, out)) })
		}
	case *pb.BatchRequest, *pb.BeginObjectRequest:
	default:
		return keepReason(in, conn.Invoke(ctx, rpc, enc, in, out))
	}
	first, ok := ctx.Value(firstBatchKey{}).(*firstBatch)
	if !ok || first.succeeded.Load() || ctx.Err() != nil {
		return keepReason(in, conn.Invoke(ctx, rpc, enc, in, out))
	}
	lasting, stop := outlast(ctx, firstBatchPatience)
	defer stop()
	err := conn.Invoke(lasting, rpc, enc, in, out)
	first.succeeded.Store(err == nil)
	return keepReason(in, err)
}

// keepReason returns an error of the status FailedPrecondition with its code and detail, unless it is
// about the condition of the request. Go's library takes each for that, and replaces its text.
func keepReason(in drpc.Message, err error) error {
	if err == nil || rpcstatus.Code(err) != rpcstatus.FailedPrecondition {
		return err
	}
	if known := fail.Classify(err); known.Detail != fail.DetailNone || known.Code == fail.CodeInternal && !isConditional(in) {
		return known
	}
	return err
}

// isConditional reports whether a request has a condition on what is stored.
func isConditional(in drpc.Message) bool {
	switch request := in.(type) {
	case *pb.FinishCopyObjectRequest:
		return len(request.IfNoneMatch) > 0
	case *pb.CommitObjectRequest:
		return len(request.IfNoneMatch) > 0
	case *pb.CompressedBatchRequest:
		var batch pb.BatchRequest
		return pb.Unmarshal(request.Data, &batch) == nil && slices.ContainsFunc(batch.Requests, isConditionalPart)
	case *pb.BatchRequest:
		return slices.ContainsFunc(request.Requests, isConditionalPart)
	}
	return false
}

func isConditionalPart(item *pb.BatchRequestItem) bool {
	return len(item.GetObjectCommit().GetIfNoneMatch()) > 0 || len(item.GetObjectFinishCopy().GetIfNoneMatch()) > 0
}

// outlast returns a context that ends the given time after ctx has ended.
func outlast(ctx context.Context, patience time.Duration) (lasting context.Context, stop func()) {
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	unwatch := context.AfterFunc(ctx, func() {
		timer := guard.After(patience, cancel)
		context.AfterFunc(lasting, func() { timer.Stop() })
	})
	return lasting, func() {
		unwatch()
		cancel()
	}
}
