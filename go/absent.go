package main

import (
	"maps"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"

	"storj.io/common/pb"
	"storj.io/drpc"
)

// rememberAbsent is how long a node counts as absent after it could not be reached, or did not respond.
const rememberAbsent = time.Minute

// absentNodes knows nodes by their addresses.
type absentNodes struct {
	last atomic.Int64 // until when, on clock, some node may count as absent; spares the lock

	mu    sync.Mutex
	until map[string]int64
}

// some reports whether any node may be absent.
func (a *absentNodes) some() bool { return clock() < a.last.Load() }

func (a *absentNodes) add(address string) {
	now := clock()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.until == nil {
		a.until = map[string]int64{}
	}
	maps.DeleteFunc(a.until, func(_ string, until int64) bool { return until < now })
	a.until[address] = now + int64(rememberAbsent)
	a.last.Store(now + int64(rememberAbsent))
}

// remove notes that the node has responded.
func (a *absentNodes) remove(address string) {
	if !a.some() {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.until, address)
}

func (a *absentNodes) has(address string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return clock() < a.until[address]
}

// allNodes makes the satellite offer all pieces of a segment.
const allNodes = math.MaxInt32

// reconsider returns the request for a download again, now for all nodes, if too many of the nodes in the response are
// absent. The download would notice that after some seconds, and would get no further nodes. Otherwise reconsider
// returns nil.
func (a *absentNodes) reconsider(in, out drpc.Message) *pb.CompressedBatchRequest {
	sent, ok := in.(*pb.CompressedBatchRequest)
	if !ok || !a.some() {
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
	if desired == nil || *desired != 0 || !slices.ContainsFunc(segmentsIn(out), a.leaveTooFew) {
		return nil
	}
	*desired = allNodes
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
	data, err := received.Data, error(nil)
	if received.Selected == pb.CompressedBatchRequest_ZSTD {
		data, err = decompressor().DecodeAll(data, nil)
	}
	var batch pb.BatchResponse
	if err != nil || pb.Unmarshal(data, &batch) != nil || len(batch.Responses) != 1 {
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

func (a *absentNodes) leaveTooFew(segment *pb.DownloadSegmentResponse) bool {
	offered, absent := 0, 0
	for _, limit := range segment.AddressedLimits {
		if limit.GetLimit() == nil {
			continue
		}
		offered++
		if a.has(limit.StorageNodeAddress.GetAddress()) {
			absent++
		}
	}
	return absent > 0 && offered-absent <= int(segment.RedundancyScheme.GetMinReq())
}
