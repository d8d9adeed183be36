package satellite

import (
	"context"
	"sync"

	"github.com/klauspost/compress/zstd"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
)

// Batch runs several requests in one transaction. It stops at the first that
// fails and returns its error; the changes of the requests before it stay.
func (e *Endpoint) Batch(ctx context.Context, req *pb.BatchRequest) (*pb.BatchResponse, error) {
	changes := false
	for _, item := range req.Requests {
		r := itemOf(item)
		if r == nil {
			continue // its error comes when the batch reaches it
		}
		changes = changes || r.writes
		if e.count != nil {
			e.count(r.name)
		}
	}
	var resp *pb.BatchResponse
	err := e.transact(ctx, req.Header, changes, func(c *call) (err error) {
		resp, err = c.batch(req.Requests)
		return err
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// batch runs the items of a batch. An item that fails before it has changed
// anything sets c.failed, so that the changes of the items before it stay.
func (c *call) batch(items []*pb.BatchRequestItem) (*pb.BatchResponse, error) {
	resp := &pb.BatchResponse{}
	for _, item := range items {
		before := c.tx.Writes
		response, err := c.batchItem(item)
		if err != nil && c.tx.Writes != before {
			return nil, err
		}
		if err != nil {
			c.failed = err
			return nil, nil
		}
		resp.Responses = append(resp.Responses, response)
	}
	return resp, nil
}

func (c *call) batchItem(item *pb.BatchRequestItem) (*pb.BatchResponseItem, error) {
	r := itemOf(item)
	if r == nil {
		return nil, status(rpcstatus.InvalidArgument, "empty request in a batch")
	}
	if c.before != nil {
		if err := c.before(c.ctx, r.name); err != nil {
			return nil, err
		}
	}
	return r.run(c, item)
}

// previous has the last ids in a batch: an item without an id means them. They are
// not written into the request, because a transaction that was rolled back runs the
// same request again, and then the ids are others.
type previous struct {
	stream  storj.StreamID
	segment storj.SegmentID
}

// streamOr returns the id, or the one of the item before if it is empty.
func (p *previous) streamOr(id storj.StreamID) storj.StreamID {
	if !id.IsZero() {
		p.stream = id
	}
	return p.stream
}

// segmentOr returns the id, or the one of the item before if it is empty.
func (p *previous) segmentOr(id storj.SegmentID) storj.SegmentID {
	if !id.IsZero() {
		p.segment = id
	}
	return p.segment
}

// minCompressed is the size from which on compressing a response is worth it:
// small ones are mostly ciphertext.
const minCompressed = 16 << 10

// sharedEncoder returns the encoder of all requests: making one costs more than most
// requests.
var sharedEncoder = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(false), zstd.WithWindowSize(64<<10))
})

// CompressedBatch runs a batch and compresses its response, if that is large.
func (e *Endpoint) CompressedBatch(ctx context.Context, req *pb.CompressedBatchRequest) (*pb.CompressedBatchResponse, error) {
	if req.Selected != pb.CompressedBatchRequest_NONE {
		return nil, status(rpcstatus.InvalidArgument, "compressed requests are not supported")
	}
	var batch pb.BatchRequest
	if err := pb.Unmarshal(req.Data, &batch); err != nil {
		return nil, status(rpcstatus.InvalidArgument, "malformed batch")
	}
	responses, err := e.Batch(ctx, &batch)
	if err != nil {
		return nil, err
	}
	data, err := pb.Marshal(responses)
	if err != nil {
		return nil, e.clientError(err)
	}
	resp := &pb.CompressedBatchResponse{Data: data}
	if len(data) < minCompressed {
		return resp, nil
	}
	for _, supported := range req.Supported {
		if supported != pb.CompressedBatchRequest_ZSTD {
			continue
		}
		encoder, err := sharedEncoder()
		if err != nil {
			return nil, e.clientError(err)
		}
		resp.Data, resp.Selected = encoder.EncodeAll(data, nil), pb.CompressedBatchRequest_ZSTD
		break
	}
	return resp, nil
}
