package store

import (
	"bytes"
	"encoding/binary"
	"time"

	"storj.io/picobuf"
)

// Position is the place of a segment in its object.
type Position struct {
	Part, Index int32
}

// Before tells whether p comes before other.
func (p Position) Before(other Position) bool {
	if p.Part != other.Part {
		return p.Part < other.Part
	}
	return p.Index < other.Index
}

// Scheme is the redundancy with which a segment was stored.
type Scheme struct {
	Required, Repair, Optimal, Total int32
	ShareSize                        int32
}

// Segment is up to 64 MiB of an object, either inline or as pieces on nodes.
type Segment struct {
	Position      Position
	Created       time.Time
	EncryptedKey  []byte
	KeyNonce      []byte
	EncryptedETag []byte
	Checksum      []byte

	PlainOffset   int64
	PlainSize     int64
	EncryptedSize int64

	Inline []byte
	Scheme Scheme
	Pieces Pieces

	decoding piecesDecoder
}

// IsInline tells whether the data are in the record itself.
func (s *Segment) IsInline() bool { return len(s.Pieces.List) == 0 }

// Encode writes the record; the position is in the store's key.
func (s *Segment) Encode(c *picobuf.Encoder) bool {
	encodeTime(c, 1, s.Created)
	c.Bytes(2, &s.EncryptedKey)
	c.Bytes(3, &s.KeyNonce)
	c.Bytes(4, &s.EncryptedETag)
	c.Bytes(5, &s.Checksum)
	c.Int64(6, &s.PlainOffset)
	c.Int64(7, &s.PlainSize)
	c.Int64(8, &s.EncryptedSize)
	c.Bytes(9, &s.Inline)
	c.Int32(10, &s.Scheme.Required)
	c.Int32(11, &s.Scheme.Repair)
	c.Int32(12, &s.Scheme.Optimal)
	c.Int32(13, &s.Scheme.Total)
	c.Int32(14, &s.Scheme.ShareSize)
	s.Pieces.encode(c, 15)
	return true
}

// Decode reads the record.
func (s *Segment) Decode(c *picobuf.Decoder) {
	decodeTime(c, 1, &s.Created)
	c.Bytes(2, &s.EncryptedKey)
	c.Bytes(3, &s.KeyNonce)
	c.Bytes(4, &s.EncryptedETag)
	c.Bytes(5, &s.Checksum)
	c.Int64(6, &s.PlainOffset)
	c.Int64(7, &s.PlainSize)
	c.Int64(8, &s.EncryptedSize)
	c.Bytes(9, &s.Inline)
	c.Int32(10, &s.Scheme.Required)
	c.Int32(11, &s.Scheme.Repair)
	c.Int32(12, &s.Scheme.Optimal)
	c.Int32(13, &s.Scheme.Total)
	c.Int32(14, &s.Scheme.ShareSize)
	s.decoding.decode(c, 15)
}

func decodeSegment(k, v []byte) (*Segment, error) {
	if len(k) != 24 {
		return nil, errBadKey
	}
	s := &Segment{Position: Position{
		Part:  int32(binary.BigEndian.Uint32(k[16:20])),
		Index: int32(binary.BigEndian.Uint32(k[20:24])),
	}}
	if err := decode(v, s); err != nil {
		return nil, err
	}
	s.Pieces = s.decoding.result()
	return s, nil
}

// PutSegment stores a segment of a stream that belongs to a project.
func (t *Tx) PutSegment(project ProjectID, stream StreamID, s *Segment) error {
	value, err := picobuf.Marshal(s)
	if err != nil {
		return err
	}
	if err := t.uncount(project, stream, s.Position); err != nil {
		return err
	}
	t.count(project, Usage{Segments: 1, Storage: s.EncryptedSize})
	return t.put(t.tx.Bucket(segmentsBucket), segmentKey(stream, s.Position), value)
}

// uncount takes a segment out of the usage that is about to disappear.
func (t *Tx) uncount(project ProjectID, stream StreamID, pos Position) error {
	old, err := t.Segment(stream, pos)
	if err == nil && old != nil {
		t.count(project, Usage{Segments: -1, Storage: -old.EncryptedSize})
	}
	return err
}

// Segment returns one segment, nil when there is none.
func (t *Tx) Segment(stream StreamID, pos Position) (*Segment, error) {
	key := segmentKey(stream, pos)
	value := t.tx.Bucket(segmentsBucket).Get(key)
	if value == nil {
		return nil, nil
	}
	return decodeSegment(key, value)
}

// EachSegment calls fn with the segments of a stream in order, beginning at
// the position from, until fn returns false.
func (t *Tx) EachSegment(stream StreamID, from Position, fn func(*Segment) (bool, error)) error {
	c := t.tx.Bucket(segmentsBucket).Cursor()
	for k, v := c.Seek(segmentKey(stream, from)); bytes.HasPrefix(k, stream[:]); k, v = c.Next() {
		s, err := decodeSegment(k, v)
		if err != nil {
			return err
		}
		if more, err := fn(s); err != nil || !more {
			return err
		}
	}
	return nil
}

// Segments returns all segments of a stream.
func (t *Tx) Segments(stream StreamID) (list []*Segment, err error) {
	err = t.EachSegment(stream, Position{}, func(s *Segment) (bool, error) {
		list = append(list, s)
		return true, nil
	})
	return list, err
}

// DeleteSegment forgets a segment; its pieces stay.
func (t *Tx) DeleteSegment(project ProjectID, stream StreamID, pos Position) error {
	if err := t.uncount(project, stream, pos); err != nil {
		return err
	}
	return t.delete(t.tx.Bucket(segmentsBucket), segmentKey(stream, pos))
}
