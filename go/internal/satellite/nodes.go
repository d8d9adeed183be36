package satellite

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"

	"storj.io/common/pb"
	"storj.io/drpc"
)

// AllNodes is the number of desired nodes for which the satellite names all nodes that have pieces
// of a segment.
const AllNodes = math.MaxInt32

type allNodesKey struct{}

// WithAllNodes returns a context in which a request for a download asks for all nodes that have
// pieces of its first segment. Otherwise the satellite names a few more nodes than are required,
// chosen at random, and some may be down.
func WithAllNodes(ctx context.Context) context.Context {
	return context.WithValue(ctx, allNodesKey{}, true)
}

// AsksAllNodes reports whether a context is one of WithAllNodes.
func AsksAllNodes(ctx context.Context) bool { return ctx.Value(allNodesKey{}) != nil }

// wantAllNodes changes a request for a download into one for all nodes.
func wantAllNodes(request *pb.CompressedBatchRequest) error {
	var batch pb.BatchRequest
	if err := pb.Unmarshal(request.Data, &batch); err != nil {
		return err
	}
	for _, item := range batch.Requests {
		if download := item.GetObjectDownload(); download != nil {
			download.DesiredNodes = AllNodes
		}
	}
	data, err := pb.Marshal(&batch)
	request.Data = data
	return err
}

// AskAgainForAllNodes returns the same request for a download, now for all nodes, if a segment in
// the response has too few nodes. It returns nil if no segment has, or if in is not such a request
// or asks for all nodes already.
func AskAgainForAllNodes(in, out drpc.Message, hasTooFew func(*pb.DownloadSegmentResponse) bool,
) *pb.CompressedBatchRequest {
	sent, ok := in.(*pb.CompressedBatchRequest)
	if !ok {
		return nil
	}
	var batch pb.BatchRequest
	if pb.Unmarshal(sent.Data, &batch) != nil || len(batch.Requests) != 1 {
		return nil
	}
	var desired *int32
	switch request := batch.Requests[0].Request.(type) {
	case *pb.BatchRequestItem_ObjectDownload:
		desired = &request.ObjectDownload.DesiredNodes
	case *pb.BatchRequestItem_SegmentDownload:
		desired = &request.SegmentDownload.DesiredNodes
	}
	if desired == nil || *desired != 0 || !slices.ContainsFunc(segmentsIn(out), hasTooFew) {
		return nil
	}
	*desired = AllNodes
	data, err := pb.Marshal(&batch)
	if err != nil {
		return nil
	}
	return &pb.CompressedBatchRequest{Supported: sent.Supported, Data: data}
}

// segmentsIn returns the segments in the response to a batch of one download.
func segmentsIn(out drpc.Message) []*pb.DownloadSegmentResponse {
	received, ok := out.(*pb.CompressedBatchResponse)
	if !ok {
		return nil
	}
	batch, err := unpack(received)
	if err != nil || len(batch.Responses) != 1 {
		return nil
	}
	switch response := batch.Responses[0].Response.(type) {
	case *pb.BatchResponseItem_ObjectDownload:
		return response.ObjectDownload.SegmentDownload
	case *pb.BatchResponseItem_SegmentDownload:
		return []*pb.DownloadSegmentResponse{response.SegmentDownload}
	}
	return nil
}

var decompressor = sync.OnceValue(func() *zstd.Decoder {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic(err) // these options are valid
	}
	return decoder
})
