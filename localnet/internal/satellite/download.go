package satellite

import (
	"context"
	"math"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

const maxSegments = 1000

// DownloadObject tells about an object, the segments in the wanted range, and
// how to get the first of them.
func (e *Endpoint) DownloadObject(ctx context.Context, req *pb.DownloadObjectRequest) (*pb.DownloadObjectResponse, error) {
	return read(ctx, e, req, (*call).downloadObject)
}

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

// plainRange turns what the client wants into a range of the object, which may
// be empty.
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

// segmentsIn lists the segments from a position on that have bytes in a range,
// and returns the first of them.
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

// segmentDownload is what a client needs to get a segment.
func (c *call) segmentDownload(o *store.Object, s *store.Segment, wish int32) (*pb.DownloadSegmentResponse, error) {
	if err := c.handOut(s.EncryptedSize); err != nil {
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
	resp.RedundancyScheme = schemeMessage(s.Scheme)
	c.later = append(c.later, func() error {
		resp.AddressedLimits, err = c.downloadLimits(o, s, public, wish)
		return err
	})
	return resp, nil
}

// downloadLimits permits to get some of the pieces; the list has a place for
// every piece, most of them empty.
func (c *call) downloadLimits(o *store.Object, s *store.Segment, public storj.PiecePublicKey, wish int32) ([]*pb.AddressedOrderLimit, error) {
	g := &grant{
		action:  pb.PieceAction_GET,
		root:    s.Pieces.Root,
		public:  public,
		size:    pieceSize(s.Scheme, s.EncryptedSize),
		created: c.at,
		expires: o.Expires,
	}
	limits := make([]*pb.AddressedOrderLimit, s.Scheme.Total)
	for i := range limits {
		limits[i] = &pb.AddressedOrderLimit{}
	}
	for _, piece := range downloadPieces(s.Scheme, s.Pieces.List, wish) {
		limit, err := c.addressedLimit(c.ctx, g, piece)
		if err != nil {
			return nil, err
		}
		limits[piece.Number] = limit
	}
	return limits, nil
}

// stored returns the object behind the id of a downloaded stream.
func (c *call) stored(packed storj.StreamID) (*store.Object, error) {
	id, err := c.unpackStream(packed)
	if err != nil {
		return nil, err
	}
	if err := c.permit(macaroon.ActionRead, id.Bucket, id.Key); err != nil {
		return nil, err
	}
	b, err := c.bucket(id.Bucket)
	if err != nil {
		return nil, err
	}
	return c.byStream(b, id)
}

// DownloadSegment tells how to get one segment.
func (e *Endpoint) DownloadSegment(ctx context.Context, req *pb.DownloadSegmentRequest) (*pb.DownloadSegmentResponse, error) {
	return read(ctx, e, req, (*call).downloadSegment)
}

func (c *call) downloadSegment(req *pb.DownloadSegmentRequest) (*pb.DownloadSegmentResponse, error) {
	o, err := c.stored(req.StreamId)
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

// ListSegments lists the segments of an object after a position.
func (e *Endpoint) ListSegments(ctx context.Context, req *pb.ListSegmentsRequest) (*pb.ListSegmentsResponse, error) {
	return read(ctx, e, req, (*call).listSegments)
}

func (c *call) listSegments(req *pb.ListSegmentsRequest) (*pb.ListSegmentsResponse, error) {
	o, uploading, err := c.uploadedSegments(req.StreamId)
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
	if uploading {
		start, end = 0, math.MaxInt64
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

// after is the position that follows.
func after(p store.Position) store.Position {
	if p.Index == math.MaxInt32 {
		return store.Position{Part: p.Part + 1}
	}
	return store.Position{Part: p.Part, Index: p.Index + 1}
}
