package store

import (
	"bytes"
	"encoding/binary"
	"time"

	"storj.io/picobuf"
)

// piecesRecord is what the issued and garbage tables hold.
type piecesRecord struct {
	pieces   Pieces
	created  time.Time
	decoding piecesDecoder
}

// Encode writes the record.
func (r *piecesRecord) Encode(c *picobuf.Encoder) bool {
	encodeTime(c, 1, r.created)
	r.pieces.encode(c, 2)
	return true
}

// Decode reads the record.
func (r *piecesRecord) Decode(c *picobuf.Decoder) {
	decodeTime(c, 1, &r.created)
	r.decoding.decode(c, 2)
}

func decodePieces(value []byte) (Pieces, error) {
	var r piecesRecord
	if err := decode(value, &r); err != nil {
		return Pieces{}, err
	}
	return r.decoding.result(), nil
}

func issuedKey(stream StreamID, pos Position, root []byte) []byte {
	return append(segmentKey(stream, pos), root...)
}

// PutIssued remembers which nodes were allowed to store which piece, so that
// what is never committed can be thrown away.
func (t *Tx) PutIssued(stream StreamID, pos Position, p Pieces, now time.Time) error {
	value, err := picobuf.Marshal(&piecesRecord{pieces: p, created: now})
	if err != nil {
		return err
	}
	return t.put(t.tx.Bucket(issuedBucket), issuedKey(stream, pos, p.Root[:]), value)
}

// TakeIssued returns and forgets what PutIssued remembered for one root piece.
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

// TakeAllIssued returns and forgets everything issued for a stream.
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

// AddGarbage has the pieces deleted from their nodes at the given time.
func (t *Tx) AddGarbage(p Pieces, due time.Time) error {
	if len(p.List) == 0 {
		return nil
	}
	b := t.tx.Bucket(garbageBucket)
	seq, err := b.NextSequence()
	if err != nil {
		return err
	}
	value, err := picobuf.Marshal(&piecesRecord{pieces: p})
	if err != nil {
		return err
	}
	key := binary.BigEndian.AppendUint64(nil, uint64(due.UnixMicro()))
	return t.put(b, binary.BigEndian.AppendUint64(key, seq), value)
}

// Garbage is one entry of the list of pieces to delete.
type Garbage struct {
	Pieces Pieces
	key    []byte
}

// DueGarbage returns up to limit entries whose time has come.
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

// DropGarbage forgets entries whose pieces are gone.
func (t *Tx) DropGarbage(list []Garbage) error {
	b := t.tx.Bucket(garbageBucket)
	for _, g := range list {
		if err := t.delete(b, g.key); err != nil {
			return err
		}
	}
	return nil
}
