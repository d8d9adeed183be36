package main

import (
	"context"
	"sync/atomic"
	"time"

	"libuplink/internal/guard"

	"storj.io/common/pb"
	"storj.io/drpc"
)

type allNodesKey struct{}

// withAllNodes returns a context in which a download that is opened gets all nodes that have its first segment. The
// satellite otherwise names a few more than are required, chosen at random, and dead nodes may be among them again.
func withAllNodes(ctx context.Context) context.Context {
	return context.WithValue(ctx, allNodesKey{}, true)
}

type firstBatchKey struct{}

// firstBatch is the first batch of an upload, which makes the satellite keep a pending object. Only the response has the
// ID that deletes it.
type firstBatch struct{ answered atomic.Bool }

// withFirstBatch returns a context for one upload, whose first batch is not cancelled while it is under way.
func withFirstBatch(ctx context.Context) context.Context {
	return context.WithValue(ctx, firstBatchKey{}, &firstBatch{})
}

// firstBatchPatience is how long a canceled upload waits for the response to its first batch.
const firstBatchPatience = 30 * time.Second

// transmit makes a call on a connection.
func transmit(ctx context.Context, conn drpc.Conn, rpc string, enc drpc.Encoding, in, out drpc.Message) error {
	switch request := in.(type) {
	case *pb.CompressedBatchRequest:
		if ctx.Value(allNodesKey{}) != nil {
			if err := wantAllNodes(request); err != nil {
				return err
			}
		}
	case *pb.BatchRequest:
	default:
		return conn.Invoke(ctx, rpc, enc, in, out)
	}
	first, ok := ctx.Value(firstBatchKey{}).(*firstBatch)
	if !ok || first.answered.Load() || ctx.Err() != nil {
		return conn.Invoke(ctx, rpc, enc, in, out)
	}
	lasting, stop := outlast(ctx, firstBatchPatience)
	defer stop()
	err := conn.Invoke(lasting, rpc, enc, in, out)
	first.answered.Store(err == nil)
	return err
}

// outlast returns a context that ends so long after the given one.
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

func wantAllNodes(request *pb.CompressedBatchRequest) error {
	var batch pb.BatchRequest
	if err := pb.Unmarshal(request.Data, &batch); err != nil {
		return err
	}
	for _, item := range batch.Requests {
		if download := item.GetObjectDownload(); download != nil {
			download.DesiredNodes = allNodes
		}
	}
	data, err := pb.Marshal(&batch)
	request.Data = data
	return err
}
