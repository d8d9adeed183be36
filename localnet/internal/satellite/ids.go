package satellite

import (
	"crypto/hmac"
	"crypto/sha256"
	"time"

	"storj.io/common/macaroon"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/record"
	"uplink-localnet/internal/satellite/store"
)

// Stream and segment ids carry what the satellite needs to find the upload or
// segment, authenticated with its secret. The id of a stream is always the same bytes,
// because it is the id of a multipart upload.

type streamID struct {
	Bucket []byte
	Key    []byte
	Stream store.StreamID
}

// Fields lists the id's fields. Clients compare the bucket and the key with those that
// they know, and report the stream in their telemetry, so these have the numbers that
// they have on real satellites.
func (id *streamID) Fields(c record.Codec) {
	c.Bytes(1, &id.Bucket)
	c.Bytes(2, &id.Key)
	record.Fixed(c, 10, id.Stream[:])
}

// segmentID identifies a segment between its begin and its commit.
type segmentID struct {
	Stream   streamID
	Position store.Position
	Root     storj.PieceID
	// Nodes has the node of each piece number.
	Nodes []int32
	// Spent has the nodes that retries have replaced.
	Spent      []int32
	PublicKey  []byte
	MaxSize    int64
	Redundancy store.Redundancy
	Created    int64
}

// Fields lists the id's fields.
func (id *segmentID) Fields(c record.Codec) {
	record.Message(c, 1, &id.Stream)
	c.Int32(2, &id.Position.Part)
	c.Int32(3, &id.Position.Index)
	record.Fixed(c, 4, id.Root[:])
	c.RepeatedInt32(5, &id.Nodes)
	c.RepeatedInt32(6, &id.Spent)
	c.Bytes(7, &id.PublicKey)
	c.Int64(8, &id.MaxSize)
	id.Redundancy.Fields(c, 9)
	c.Int64(14, &id.Created)
}

const tagSize = 16

// tagField is what precedes the tag, so that an id is a message as a whole: a field of
// bytes with number 15, and its length.
const tagField = "\x7a\x10"

// tag returns the authentication of an id for one project and one kind of id.
func (c *call) tag(kind byte, body []byte) []byte {
	mac := hmac.New(sha256.New, c.secret)
	mac.Write([]byte{kind})
	mac.Write(c.project[:])
	mac.Write(body)
	return mac.Sum(nil)[:tagSize]
}

const (
	kindStream  = 's'
	kindSegment = 'g'
)

func (c *call) pack(kind byte, id record.Record) ([]byte, error) {
	body, err := record.Marshal(id)
	if err != nil {
		return nil, err
	}
	return append(append(body, tagField...), c.tag(kind, body)...), nil
}

func (c *call) unpack(kind byte, packed []byte, id record.Record) error {
	size := max(0, len(packed)-len(tagField)-tagSize)
	body, end := packed[:size], packed[size:]
	if !hmac.Equal(end, append([]byte(tagField), c.tag(kind, body)...)) {
		return status(rpcstatus.InvalidArgument, "signature is not valid")
	}
	return record.Unmarshal(body, id)
}

func (c *call) packStream(bucket, key []byte, stream store.StreamID) (storj.StreamID, error) {
	return c.pack(kindStream, &streamID{Bucket: bucket, Key: key, Stream: stream})
}

func (c *call) unpackStream(packed storj.StreamID) (*streamID, error) {
	id := new(streamID)
	return id, c.unpack(kindStream, packed, id)
}

// permittedStream returns the content of a stream id, if the key permits the actions
// on the object.
func (c *call) permittedStream(packed storj.StreamID, ops ...macaroon.ActionType) (*streamID, error) {
	id, err := c.unpackStream(packed)
	if err != nil {
		return nil, err
	}
	for _, op := range ops {
		if err := c.permit(op, id.Bucket, id.Key); err != nil {
			return nil, err
		}
	}
	return id, nil
}

func (c *call) unpackSegment(packed storj.SegmentID) (*segmentID, error) {
	id := new(segmentID)
	if err := c.unpack(kindSegment, packed, id); err != nil {
		return nil, err
	}
	if c.at.Sub(time.UnixMicro(id.Created)) > limitLifetime {
		return nil, status(rpcstatus.InvalidArgument, "the segment was begun too long ago")
	}
	return id, nil
}
