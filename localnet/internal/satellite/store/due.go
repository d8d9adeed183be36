package store

import (
	"encoding/binary"
	"time"

	"go.etcd.io/bbolt"
)

// dueKey returns the key of an object in a table by time, which takeDue reads.
func dueKey(at time.Time, b *Bucket, key []byte) []byte {
	out := binary.BigEndian.AppendUint64(nil, uint64(at.UnixMicro()))
	out = binary.BigEndian.AppendUint64(out, b.Number)
	return append(out, key...)
}

// takeDue deletes up to limit objects whose time in a table has come, and returns them.
func (t *Tx) takeDue(
	table []byte, now time.Time, limit int,
	objects func(*Bucket) *bbolt.Bucket,
	decode func(k, v []byte) (*Object, error),
	remove func(*Bucket, *Object) error,
) (taken []Found, err error) {
	var due [][]byte
	c := t.tx.Bucket(table).Cursor()
	for k, _ := c.First(); len(k) >= 16 && len(due) < limit; k, _ = c.Next() {
		if binary.BigEndian.Uint64(k) > uint64(now.UnixMicro()) {
			break
		}
		due = append(due, clone(k))
	}
	for _, k := range due {
		if err := t.delete(t.tx.Bucket(table), k); err != nil {
			return nil, err
		}
		b, err := t.bucketOf(k[8:16])
		if err != nil {
			return nil, err
		}
		if b == nil {
			continue
		}
		value := objects(b).Get(k[16:])
		if value == nil {
			continue
		}
		o, err := decode(k[16:], value)
		if err != nil {
			return nil, err
		}
		if err := remove(b, o); err != nil {
			return nil, err
		}
		taken = append(taken, Found{o, b})
	}
	return taken, nil
}
