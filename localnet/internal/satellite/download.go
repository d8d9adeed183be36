package satellite

import (
	"math"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// maxSegments is how many segments one response lists.
const maxSegments = 1000

// downloadObject returns an object, the list of its segments in a range, and the
// permissions to download the first of them.
func (c *call) downloadObject(req *pb.DownloadObjectRequest) (*pb.DownloadObjectResponse, error) {
	if err := c.permit(macaroon.ActionRead, req.Bucket, req.EncryptedObjectKey); err != nil {
		return nil, err
	}
	if req.LiteRequest {
		return nil, status(rpcstatus.Unimplemented, "unsigned order limits are not implemented")
	}
	_, o, err := c.object(req.Bucket, req.EncryptedObjectKey, req.ObjectVersion)
	if err != nil {
		return nil, err
	}
	start, end, err := plainRange(req.Range, o.PlainSize)
	if err != nil {
		return nil, err
	}
	resp := &pb.DownloadObjectResponse{}
	if resp.Object, err = c.objectMessage(req.Bucket, o); err != nil {
		return nil, err
	}
	var first *store.Segment
	resp.SegmentList, first, err = c.segmentsIn(o.Stream, store.Position{}, pageLimit(req.Limit, maxSegments), start, end)
	if err != nil {
		return nil, err
	}
	resp.SegmentList.EncryptionParameters = encryptionParameters(o)
	if first == nil {
		return resp, nil
	}
	segment, err := c.segmentDownload(o, first, req.DesiredNodes)
	if err != nil {
		return nil, err
	}
	resp.SegmentDownload = []*pb.DownloadSegmentResponse{segment}
	return resp, nil
}

// plainRange returns the part of an object of the given size that a client asks
// for. It may be empty.
func plainRange(want *pb.Range, size int64) (start, end int64, err error) {
	if want.GetRange() == nil || size <= 0 {
		// An empty object has one empty segment, which every range includes.
		return 0, max(size, 1), nil
	}
	start, end = 0, size
	switch r := want.GetRange().(type) {
	case *pb.Range_Start:
		start = r.Start.GetPlainStart()
	case *pb.Range_StartLimit:
		start, end = r.StartLimit.GetPlainStart(), r.StartLimit.GetPlainLimit()
	case *pb.Range_Suffix:
		start = max(0, size-r.Suffix.GetPlainSuffix())
	}
	if start > end {
		return 0, 0, status(rpcstatus.InvalidArgument, "invalid request: invalid range: %d:%d", start, end)
	}
	return max(start, 0), min(end, size), nil
}

// segmentsIn returns the list of the segments from a position on that have bytes
// in a range, and the first of these segments.
func (c *call) segmentsIn(stream store.StreamID, from store.Position, limit int, start, end int64) (*pb.ListSegmentsResponse, *store.Segment, error) {
	list := &pb.ListSegmentsResponse{}
	var first *store.Segment
	err := c.tx.EachSegment(stream, from, func(s *store.Segment) (bool, error) {
		if s.PlainOffset >= end {
			return false, nil
		}
		if s.PlainOffset+s.PlainSize <= start && s.PlainSize > 0 {
			return true, nil
		}
		if len(list.Items) >= limit {
			list.More = true
			return false, nil
		}
		if first == nil {
			first = s
		}
		list.Items = append(list.Items, segmentItem(s))
		return true, nil
	})
	return list, first, err
}

// segmentItem returns a segment as an item of a list.
func segmentItem(s *store.Segment) *pb.SegmentListItem {
	return &pb.SegmentListItem{
		Position:          positionMessage(s.Position),
		PlainSize:         s.PlainSize,
		PlainOffset:       s.PlainOffset,
		CreatedAt:         s.Created,
		EncryptedETag:     s.EncryptedETag,
		EncryptedChecksum: s.Checksum,
		EncryptedKeyNonce: nonceOf(s.KeyNonce),
		EncryptedKey:      s.EncryptedKey,
	}
}

// segmentDownload returns what a client needs to download a segment.
func (c *call) segmentDownload(o *store.Object, s *store.Segment, wish int32) (*pb.DownloadSegmentResponse, error) {
	if err := c.admitDownload(s.EncryptedSize); err != nil {
		return nil, err
	}
	resp := &pb.DownloadSegmentResponse{
		PlainOffset:         s.PlainOffset,
		PlainSize:           s.PlainSize,
		SegmentSize:         s.EncryptedSize,
		EncryptedKeyNonce:   nonceOf(s.KeyNonce),
		EncryptedKey:        s.EncryptedKey,
		EncryptedInlineData: s.Inline,
		Position:            positionMessage(s.Position),
	}
	if s.IsInline() {
		return resp, nil
	}
	public, private, err := storj.NewPieceKey()
	if err != nil {
		return nil, err
	}
	c.readers.add(s.Pieces.Root, c.at)
	resp.PrivateKey = private
	resp.RedundancyScheme = redundancyMessage(s.Redundancy)
	c.later = append(c.later, func() (err error) {
		resp.AddressedLimits, err = c.downloadLimits(o, s, public, wish)
		return err
	})
	return resp, nil
}

// downloadLimits returns order limits for some of a segment's pieces. The list has
// a place for each piece number; the others are empty.
func (c *call) downloadLimits(o *store.Object, s *store.Segment, public storj.PiecePublicKey, wish int32) ([]*pb.AddressedOrderLimit, error) {
	g := &grant{
		action:  pb.PieceAction_GET,
		root:    s.Pieces.Root,
		public:  public,
		size:    pieceSize(s.Redundancy, s.EncryptedSize),
		created: c.at,
		expires: o.Expires,
	}
	limits := make([]*pb.AddressedOrderLimit, s.Redundancy.Total)
	for i := range limits {
		limits[i] = &pb.AddressedOrderLimit{}
	}
	for _, piece := range downloadPieces(s.Redundancy, s.Pieces.List, wish) {
		limit, err := c.addressedLimit(c.ctx, g, piece)
		if err != nil {
			return nil, err
		}
		limits[piece.Number] = limit
	}
	return limits, nil
}

// downloadSegment returns the permissions to download one segment.
func (c *call) downloadSegment(req *pb.DownloadSegmentRequest) (*pb.DownloadSegmentResponse, error) {
	_, o, err := c.permittedObject(c.streamOr(req.StreamId), macaroon.ActionRead)
	if err != nil {
		return nil, err
	}
	s, err := c.tx.Segment(o.Stream, position(req.CursorPosition))
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, status(rpcstatus.NotFound, "segment not found")
	}
	return c.segmentDownload(o, s, req.DesiredNodes)
}

// listSegments lists the segments of an object or of an upload after a position.
func (c *call) listSegments(req *pb.ListSegmentsRequest) (*pb.ListSegmentsResponse, error) {
	o, err := c.listedStream(c.streamOr(req.StreamId))
	if err != nil {
		return nil, err
	}
	if req.Limit < 0 {
		return nil, status(rpcstatus.InvalidArgument, "invalid request: Invalid limit: %d", req.Limit)
	}
	start, end, err := plainRange(req.Range, o.PlainSize)
	if err != nil {
		return nil, err
	}
	if o.Status == int32(pb.Object_UPLOADING) {
		start, end = 0, math.MaxInt64 // the offsets come with the commit
	}
	from := store.Position{}
	if at := position(req.CursorPosition); at != (store.Position{}) {
		from = after(at)
	}
	resp, _, err := c.segmentsIn(o.Stream, from, pageLimit(req.Limit, maxSegments), start, end)
	if err != nil {
		return nil, err
	}
	resp.EncryptionParameters = encryptionParameters(o)
	return resp, nil
}

// after returns the position that follows.
func after(p store.Position) store.Position {
	if p.Index == math.MaxInt32 {
		return store.Position{Part: p.Part + 1}
	}
	return store.Position{Part: p.Part, Index: p.Index + 1}
}

// getObjectIPs returns the addresses of the nodes that have pieces of an object.
func (c *call) getObjectIPs(req *pb.GetObjectIPsRequest) (*pb.GetObjectIPsResponse, error) {
	if err := c.permit(macaroon.ActionRead, req.Bucket, req.EncryptedObjectKey); err != nil {
		return nil, err
	}
	_, o, err := c.object(req.Bucket, req.EncryptedObjectKey, req.ObjectVersion)
	if err != nil {
		return nil, err
	}
	resp := &pb.GetObjectIPsResponse{SegmentCount: o.SegmentCount}
	listed := map[storj.NodeID]bool{}
	err = c.tx.EachSegment(o.Stream, store.Position{}, func(s *store.Segment) (bool, error) {
		for _, piece := range s.Pieces.List {
			resp.PieceCount++
			if piece.Node < 0 || int(piece.Node) >= len(c.nodes) {
				continue
			}
			resp.ReliablePieceCount++
			if node := c.nodes[piece.Node]; !listed[node.ID] {
				listed[node.ID] = true
				resp.Ips = append(resp.Ips, []byte(node.Address.GetAddress()))
			}
		}
		return true, nil
	})
	return resp, err
}
