package store

import (
	"encoding/binary"
	"time"
)

// Pieces are shared by the uploaded segment and its copies. The table has the number
// of copies; pieces without copies have no entry.

// SharePieces adds a segment to those that share the pieces.
func (t *Tx) SharePieces(p Pieces) error {
	return t.putCopies(p, t.copies(p)+1)
}

// ReleasePieces removes a segment from those that share the pieces. After the last
// one, the pieces are deleted from their nodes at the time due.
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

// EachPieces calls fn with all pieces that nodes may have: issued ones, those of
// segments, and those that will be deleted.
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
