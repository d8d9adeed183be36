package network

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"storj.io/common/pb"
	"storj.io/drpc"

	"libuplink/internal/satellite"
)

// rememberDown is how long a node counts as down after it could not be reached, or did not respond.
const rememberDown = time.Minute

// downNodes holds the addresses of the nodes that were down a moment ago.
type downNodes struct {
	// Until when any node may count as down, on clock. Mostly no node is down, and then no call
	// takes the mutex.
	anyUntil atomic.Int64

	mu    sync.Mutex
	until map[string]int64 // by address, on clock
}

// any reports whether any node may be down.
func (d *downNodes) any() bool { return clock() < d.anyUntil.Load() }

func (d *downNodes) add(address string) {
	now := clock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.until == nil {
		d.until = map[string]int64{}
	}
	maps.DeleteFunc(d.until, func(_ string, until int64) bool { return until < now })
	d.until[address] = now + int64(rememberDown)
	d.anyUntil.Store(now + int64(rememberDown))
}

// remove notes that the node has responded.
func (d *downNodes) remove(address string) {
	if !d.any() {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.until, address)
}

func (d *downNodes) has(address string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return clock() < d.until[address]
}

// askAgain returns the same request for a download, now for all nodes, if too many of the nodes in
// the response are down. Otherwise the download would notice that only after some seconds, and
// would get no further nodes. askAgain returns nil if enough nodes are up.
func (d *downNodes) askAgain(in, out drpc.Message) *pb.CompressedBatchRequest {
	if !d.any() {
		return nil
	}
	return satellite.AskAgainForAllNodes(in, out, d.leaveTooFew)
}

// leaveTooFew reports whether nodes of the segment are down, and so many that the download has no
// node to spare.
func (d *downNodes) leaveTooFew(segment *pb.DownloadSegmentResponse) bool {
	offered, down := 0, 0
	for _, limit := range segment.AddressedLimits {
		if limit.GetLimit() == nil {
			continue
		}
		offered++
		if d.has(limit.StorageNodeAddress.GetAddress()) {
			down++
		}
	}
	return down > 0 && offered-down <= int(segment.RedundancyScheme.GetMinReq())
}
