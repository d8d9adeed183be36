package store

import (
	"bytes"
	"encoding/binary"
	"time"

	"uplink-localnet/internal/satellite/record"
)

// piecesRecord is a record in the tables of issued pieces and of garbage.
type piecesRecord struct {
	pieces  Pieces
	created time.Time
}

// Fields lists the record's fields.
func (r *piecesRecord) Fields(c record.Codec) {
	record.Time(c, 1, &r.created)
	r.pieces.fields(c, 2)
}

func decodePieces(value []byte) (Pieces, error) {
	var r piecesRecord
	err := decode(value, &r)
	return r.pieces, err
}

func issuedKey(stream StreamID, pos Position, root []byte) []byte {
	return append(segmentKey(stream, pos), root...)
}

// PutIssued stores which nodes may get which pieces, so that pieces that are never
// committed can be deleted.
func (t *Tx) PutIssued(stream StreamID, pos Position, p Pieces, now time.Time) error {
	value, err := record.Marshal(&piecesRecord{pieces: p, created: now})
	if err != nil {
		return err
	}
	return t.put(t.tx.Bucket(issuedBucket), issuedKey(stream, pos, p.Root[:]), value)
}

// TakeIssued removes and returns the pieces that PutIssued has stored for a root
// piece, and reports whether there were any.
func (t *Tx) TakeIssued(stream StreamID, pos Position, root []byte) (Pieces, bool, error) {
	b := t.tx.Bucket(issuedBucket)
	key := issuedKey(stream, pos, root)
	value := b.Get(key)
	if value == nil {
		return Pieces{}, false, nil
	}
	p, err := decodePieces(value)
	if err != nil {
		return Pieces{}, false, err
	}
	return p, true, t.delete(b, key)
}

// TakeAllIssued removes and returns all issued pieces of a stream.
func (t *Tx) TakeAllIssued(stream StreamID) (list []Pieces, err error) {
	b := t.tx.Bucket(issuedBucket)
	var keys [][]byte
	c := b.Cursor()
	for k, v := c.Seek(stream[:]); bytes.HasPrefix(k, stream[:]); k, v = c.Next() {
		p, err := decodePieces(v)
		if err != nil {
			return nil, err
		}
		keys, list = append(keys, clone(k)), append(list, p)
	}
	for _, k := range keys {
		if err := t.delete(b, k); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// AddGarbage adds pieces to the list of pieces that are deleted from their nodes,
// at the time due.
func (t *Tx) AddGarbage(p Pieces, due time.Time) error {
	if len(p.List) == 0 {
		return nil
	}
	b := t.tx.Bucket(garbageBucket)
	seq, err := b.NextSequence()
	if err != nil {
		return err
	}
	value, err := record.Marshal(&piecesRecord{pieces: p})
	if err != nil {
		return err
	}
	key := binary.BigEndian.AppendUint64(nil, uint64(due.UnixMicro()))
	return t.put(b, binary.BigEndian.AppendUint64(key, seq), value)
}

// Garbage is an entry of the list of pieces to delete.
type Garbage struct {
	Pieces Pieces
	key    []byte
}

// DueGarbage returns up to limit entries that are due.
func (t *Tx) DueGarbage(now time.Time, limit int) (list []Garbage, err error) {
	c := t.tx.Bucket(garbageBucket).Cursor()
	for k, v := c.First(); k != nil && len(list) < limit; k, v = c.Next() {
		if binary.BigEndian.Uint64(k) > uint64(now.UnixMicro()) {
			break
		}
		p, err := decodePieces(v)
		if err != nil {
			return nil, err
		}
		list = append(list, Garbage{Pieces: p, key: clone(k)})
	}
	return list, nil
}

// DropGarbage removes entries from the list.
func (t *Tx) DropGarbage(list []Garbage) error {
	b := t.tx.Bucket(garbageBucket)
	for _, g := range list {
		if err := t.delete(b, g.key); err != nil {
			return err
		}
	}
	return nil
}
