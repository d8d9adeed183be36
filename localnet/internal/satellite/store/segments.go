package store

import (
	"bytes"
	"encoding/binary"
	"time"

	"storj.io/picobuf"
	"uplink-localnet/internal/satellite/record"
)

// Position is the place of a segment in its object.
type Position struct {
	Part, Index int32
}

// Before reports whether p comes before other.
func (p Position) Before(other Position) bool {
	if p.Part != other.Part {
		return p.Part < other.Part
	}
	return p.Index < other.Index
}

// Redundancy has the four numbers of a segment's pieces, and the size of an erasure
// share in bytes.
type Redundancy struct {
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

	Inline     []byte
	Redundancy Redundancy
	Pieces     Pieces
}

// IsInline reports whether the segment's data are in the record itself.
func (s *Segment) IsInline() bool { return len(s.Pieces.List) == 0 }

// Fields lists the record's fields. The position is in the store's key.
func (s *Segment) Fields(c record.Codec) {
	record.Time(c, 1, &s.Created)
	c.Bytes(2, &s.EncryptedKey)
	c.Bytes(3, &s.KeyNonce)
	c.Bytes(4, &s.EncryptedETag)
	c.Bytes(5, &s.Checksum)
	c.Int64(6, &s.PlainOffset)
	c.Int64(7, &s.PlainSize)
	c.Int64(8, &s.EncryptedSize)
	c.Bytes(9, &s.Inline)
	s.Redundancy.Fields(c, 10)
	s.Pieces.fields(c, 15)
}

// Fields lists the five fields of a redundancy in a record, which have consecutive
// numbers.
func (s *Redundancy) Fields(c record.Codec, first picobuf.FieldNumber) {
	c.Int32(first, &s.Required)
	c.Int32(first+1, &s.Repair)
	c.Int32(first+2, &s.Optimal)
	c.Int32(first+3, &s.Total)
	c.Int32(first+4, &s.ShareSize)
}

func decodeSegment(k, v []byte) (*Segment, error) {
	if len(k) != 24 {
		return nil, errBadKey
	}
	s := &Segment{Position: Position{
		Part:  int32(binary.BigEndian.Uint32(k[16:20])),
		Index: int32(binary.BigEndian.Uint32(k[20:24])),
	}}
	return s, decode(v, s)
}

// PutSegment stores a segment of a stream that belongs to a project.
func (t *Tx) PutSegment(project ProjectID, stream StreamID, s *Segment) error {
	value, err := record.Marshal(s)
	if err != nil {
		return err
	}
	if err := t.uncount(project, stream, s.Position); err != nil {
		return err
	}
	t.count(project, Usage{Segments: 1, Storage: s.EncryptedSize})
	return t.put(t.tx.Bucket(segmentsBucket), segmentKey(stream, s.Position), value)
}

// uncount subtracts a segment that is about to be deleted or replaced from the usage.
func (t *Tx) uncount(project ProjectID, stream StreamID, pos Position) error {
	old, err := t.Segment(stream, pos)
	if err == nil && old != nil {
		t.count(project, Usage{Segments: -1, Storage: -old.EncryptedSize})
	}
	return err
}

// Segment returns one segment, nil if there is none.
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

// DeleteSegment deletes a segment; its pieces stay.
func (t *Tx) DeleteSegment(project ProjectID, stream StreamID, pos Position) error {
	if err := t.uncount(project, stream, pos); err != nil {
		return err
	}
	return t.delete(t.tx.Bucket(segmentsBucket), segmentKey(stream, pos))
}
