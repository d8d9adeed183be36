package store

import (
	"encoding/binary"
	"time"
)

// The pieces of a segment belong to the segment that was uploaded, and to those
// that were copied from it. The table has the number of the copies; nearly all
// pieces have none, and no entry.

// SharePieces says that one more segment has the pieces.
func (t *Tx) SharePieces(p Pieces) error {
	return t.putCopies(p, t.copies(p)+1)
}

// ReleasePieces says that a segment with the pieces is gone. The last one's
// pieces are deleted from their nodes at the given time.
func (t *Tx) ReleasePieces(p Pieces, due time.Time) error {
	if n := t.copies(p); n > 0 {
		return t.putCopies(p, n-1)
	}
	return t.AddGarbage(p, due)
}

func (t *Tx) copies(p Pieces) uint64 {
	n, _ := binary.Uvarint(t.tx.Bucket(copiesBucket).Get(p.Root[:]))
	return n
}

func (t *Tx) putCopies(p Pieces, n uint64) error {
	b := t.tx.Bucket(copiesBucket)
	if n == 0 {
		return t.delete(b, p.Root[:])
	}
	return t.put(b, p.Root[:], binary.AppendUvarint(nil, n))
}

// EachPieces calls fn with all pieces that a node may have with good reason:
// those of uploads, of segments, and those that will be deleted.
func (t *Tx) EachPieces(fn func(Pieces) error) error {
	for _, table := range [][]byte{issuedBucket, garbageBucket} {
		err := t.tx.Bucket(table).ForEach(func(_, v []byte) error {
			p, err := decodePieces(v)
			if err != nil {
				return err
			}
			return fn(p)
		})
		if err != nil {
			return err
		}
	}
	return t.tx.Bucket(segmentsBucket).ForEach(func(k, v []byte) error {
		s, err := decodeSegment(k, v)
		if err != nil || s.IsInline() {
			return err
		}
		return fn(s.Pieces)
	})
}
