package satellite

import (
	"slices"
	"time"

	"storj.io/common/memory"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

const (
	// maxInlineSize is the most data of an inline segment, without the
	// cipherOverhead bytes that the cipher may add.
	maxInlineSize  = 4 << 10
	cipherOverhead = 16
)

var errNegativeIndex = status(rpcstatus.InvalidArgument, "segment index must be greater then 0")

// beginSegment returns signed permissions to upload the pieces of a segment.
func (c *call) beginSegment(req *pb.BeginSegmentRequest) (*pb.BeginSegmentResponse, error) {
	id, _, o, err := c.unpackUpload(c.streamOr(req.StreamId), errNotPending)
	if err != nil {
		return nil, err
	}
	pos := position(req.Position)
	switch {
	case pos.Index < 0:
		return nil, errNegativeIndex
	case req.LiteRequest:
		return nil, status(rpcstatus.Unimplemented, "unsigned order limits are not implemented")
	}
	if err := c.checkRoom(); err != nil {
		return nil, err
	}
	nodes, err := c.chooseNodes(int(c.redundancy.Total), nil)
	if err != nil {
		return nil, err
	}
	public, private, err := storj.NewPieceKey()
	if err != nil {
		return nil, err
	}
	segment := &segmentID{
		Stream:     *id,
		Position:   pos,
		Root:       storj.NewPieceID(),
		Nodes:      nodes,
		PublicKey:  public.Bytes(),
		MaxSize:    req.MaxOrderLimit,
		Redundancy: c.redundancy,
		Created:    c.at.UnixMicro(),
	}
	if err := c.tx.PutIssued(id.Stream, pos, segment.issued(), c.at); err != nil {
		return nil, err
	}
	resp := &pb.BeginSegmentResponse{
		PrivateKey:       private,
		RedundancyScheme: redundancyMessage(c.redundancy),
	}
	if resp.SegmentId, err = c.pack(kindSegment, segment); err != nil {
		return nil, err
	}
	c.previous.segment = resp.SegmentId
	c.later = append(c.later, func() (err error) {
		resp.AddressedLimits, err = c.uploadLimits(segment, public, o.Expires)
		return err
	})
	return resp, nil
}

// issued returns the pieces that clients may upload for the segment.
func (id *segmentID) issued() store.Pieces {
	pieces := store.Pieces{Root: id.Root}
	for number, node := range id.Nodes {
		pieces.List = append(pieces.List, store.Piece{Number: int32(number), Node: node})
	}
	return pieces
}

// uploadLimits returns an order limit for each piece of a segment.
func (c *call) uploadLimits(id *segmentID, public storj.PiecePublicKey, expires time.Time) ([]*pb.AddressedOrderLimit, error) {
	g := &grant{
		action:  pb.PieceAction_PUT,
		root:    id.Root,
		public:  public,
		size:    pieceSize(id.Redundancy, id.MaxSize),
		created: c.at,
		expires: expires,
	}
	limits := make([]*pb.AddressedOrderLimit, len(id.Nodes))
	for number, node := range id.Nodes {
		limit, err := c.addressedLimit(c.ctx, g, store.Piece{Number: int32(number), Node: node})
		if err != nil {
			return nil, err
		}
		limits[number] = limit
	}
	return limits, nil
}

// retryBeginSegmentPieces replaces the nodes of pieces that failed, and returns
// the permissions for all pieces.
func (c *call) retryBeginSegmentPieces(req *pb.RetryBeginSegmentPiecesRequest) (*pb.RetryBeginSegmentPiecesResponse, error) {
	id, err := c.unpackSegment(c.segmentOr(req.SegmentId))
	if err != nil {
		return nil, err
	}
	_, o, err := c.upload(&id.Stream, errNotPending)
	if err != nil {
		return nil, err
	}
	if err := checkExchange(req.RetryPieceNumbers, len(id.Nodes)); err != nil {
		return nil, err
	}
	taken := map[int32]bool{}
	for _, node := range slices.Concat(id.Nodes, id.Spent) {
		taken[node] = true
	}
	fresh, err := c.chooseNodes(len(req.RetryPieceNumbers), taken)
	if err != nil {
		return nil, err
	}
	pieces, _, err := c.tx.TakeIssued(id.Stream.Stream, id.Position, id.Root[:])
	if err != nil {
		return nil, err
	}
	pieces.Root = id.Root
	for i, number := range req.RetryPieceNumbers {
		id.Spent = append(id.Spent, id.Nodes[number])
		id.Nodes[number] = fresh[i]
		pieces.List = append(pieces.List, store.Piece{Number: number, Node: fresh[i]})
	}
	if err := c.tx.PutIssued(id.Stream.Stream, id.Position, pieces, c.at); err != nil {
		return nil, err
	}
	public, err := storj.PiecePublicKeyFromBytes(id.PublicKey)
	if err != nil {
		return nil, err
	}
	resp := &pb.RetryBeginSegmentPiecesResponse{}
	if resp.SegmentId, err = c.pack(kindSegment, id); err != nil {
		return nil, err
	}
	c.previous.segment = resp.SegmentId
	c.later = append(c.later, func() (err error) {
		resp.AddressedLimits, err = c.uploadLimits(id, public, o.Expires)
		return err
	})
	return resp, nil
}

// checkExchange returns an error for piece numbers whose nodes cannot be replaced.
func checkExchange(numbers []int32, total int) error {
	if len(numbers) == 0 {
		return status(rpcstatus.InvalidArgument, "piece numbers to exchange cannot be empty")
	}
	seen := map[int32]bool{}
	for _, n := range numbers {
		switch {
		case n < 0 || int(n) >= total:
			return status(rpcstatus.InvalidArgument, "piece number %d must be within range [0,%d]", n, total-1)
		case seen[n]:
			return status(rpcstatus.InvalidArgument, "piece number %d is duplicated", n)
		}
		seen[n] = true
	}
	return nil
}

// commitSegment adds a segment whose pieces were uploaded to its stream.
func (c *call) commitSegment(req *pb.CommitSegmentRequest) (*pb.CommitSegmentResponse, error) {
	id, err := c.unpackSegment(c.segmentOr(req.SegmentId))
	if err != nil {
		return nil, err
	}
	if _, _, err := c.upload(&id.Stream, errNotPending); err != nil {
		return nil, err
	}
	if req.PlainSize <= 0 || req.PlainSize > req.SizeEncryptedData || req.SizeEncryptedData > id.MaxSize {
		return nil, status(rpcstatus.InvalidArgument, "impossible segment sizes: %d plain, %d encrypted, %d allowed",
			req.PlainSize, req.SizeEncryptedData, id.MaxSize)
	}
	pieces, err := c.verifyPieces(id, req)
	if err != nil {
		return nil, err
	}
	before, err := c.tx.Segment(id.Stream.Stream, id.Position)
	if err != nil {
		return nil, err
	}
	if before != nil && !before.IsInline() && before.Pieces.Root == id.Root {
		// The client did not get the response to its first commit. The pieces
		// that were not in that one are being deleted.
		return &pb.CommitSegmentResponse{SuccessfulPieces: int32(len(before.Pieces.List))}, nil
	}
	if err := c.discardStray(id, pieces); err != nil {
		return nil, err
	}
	err = c.putSegment(id.Stream.Stream, &store.Segment{
		Position:      id.Position,
		Created:       c.at,
		EncryptedKey:  req.EncryptedKey,
		KeyNonce:      nonceBytes(req.EncryptedKeyNonce),
		EncryptedETag: req.EncryptedETag,
		Checksum:      req.EncryptedChecksum,
		PlainSize:     req.PlainSize,
		EncryptedSize: req.SizeEncryptedData,
		Redundancy:    id.Redundancy,
		Pieces:        store.Pieces{Root: id.Root, List: pieces},
	})
	return &pb.CommitSegmentResponse{SuccessfulPieces: int32(len(pieces))}, err
}

// putSegment stores a segment, and releases the pieces of a segment that it
// replaces.
func (c *call) putSegment(stream store.StreamID, s *store.Segment) error {
	old, err := c.tx.Segment(stream, s.Position)
	if err != nil {
		return err
	}
	if old != nil {
		if err := c.tx.ReleasePieces(old.Pieces, c.at.Add(readGrace)); err != nil {
			return err
		}
	}
	return c.tx.PutSegment(c.project, stream, s)
}

// discardStray has those pieces of a segment deleted that nodes may have got, but
// that the client does not commit.
func (c *call) discardStray(id *segmentID, committed []store.Piece) error {
	issued, found, err := c.tx.TakeIssued(id.Stream.Stream, id.Position, id.Root[:])
	if err != nil {
		return err
	}
	if !found {
		// The segment was committed and then replaced: its pieces are being deleted.
		return status(rpcstatus.InvalidArgument, "the segment was committed before, and has been replaced")
	}
	issued.List = slices.DeleteFunc(issued.List, func(p store.Piece) bool { return slices.Contains(committed, p) })
	return c.tx.AddGarbage(issued, c.at.Add(strayGrace))
}

// makeInlineSegment adds a segment to its stream whose data come with the request.
func (c *call) makeInlineSegment(req *pb.MakeInlineSegmentRequest) (*pb.MakeInlineSegmentResponse, error) {
	id, _, _, err := c.unpackUpload(c.streamOr(req.StreamId), errNotPending)
	if err != nil {
		return nil, err
	}
	pos := position(req.Position)
	switch {
	case pos.Index < 0:
		return nil, errNegativeIndex
	case len(req.EncryptedInlineData) > maxInlineSize+cipherOverhead:
		return nil, status(rpcstatus.InvalidArgument, "inline segment size cannot be larger than %v", memory.Size(maxInlineSize))
	case len(req.EncryptedKey) == 0:
		return nil, status(rpcstatus.InvalidArgument, "invalid request: EncryptedKey missing")
	case req.PlainSize > int64(len(req.EncryptedInlineData)):
		return nil, status(rpcstatus.InvalidArgument, "impossible segment sizes: %d plain, %d encrypted", req.PlainSize, len(req.EncryptedInlineData))
	}
	if err := c.checkRoom(); err != nil {
		return nil, err
	}
	return &pb.MakeInlineSegmentResponse{}, c.putSegment(id.Stream, &store.Segment{
		Position:      pos,
		Created:       c.at,
		EncryptedKey:  req.EncryptedKey,
		KeyNonce:      nonceBytes(req.EncryptedKeyNonce),
		EncryptedETag: req.EncryptedETag,
		Checksum:      req.EncryptedChecksum,
		PlainSize:     req.PlainSize,
		EncryptedSize: int64(len(req.EncryptedInlineData)),
		Inline:        req.EncryptedInlineData,
	})
}
