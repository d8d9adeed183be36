package store

import (
	"encoding/binary"
	"time"
)

// An aborted upload stays in the table of uploads for a while. The table of aborted
// uploads has it by the time of the abort, and keeps the entry if the upload is
// committed after all; TakeAborted then skips it.

// AbortPending hides an upload, until it is committed or TakeAborted deletes it.
func (t *Tx) AbortPending(b *Bucket, o *Object, now time.Time) error {
	o.Aborted = now
	if err := t.put(t.tx.Bucket(abortedBucket), abortedKey(b, o), nil); err != nil {
		return err
	}
	return t.PutPending(b, o)
}

func abortedKey(b *Bucket, o *Object) []byte {
	out := binary.BigEndian.AppendUint64(nil, uint64(o.Aborted.UnixMicro()))
	out = binary.BigEndian.AppendUint64(out, b.Number)
	return append(out, pendingKey(o.Key, o.Stream)...)
}

// TakeAborted deletes up to limit uploads that were aborted before the given
// time, and returns them.
func (t *Tx) TakeAborted(before time.Time, limit int) (taken []Found, err error) {
	table := t.tx.Bucket(abortedBucket)
	var due [][]byte
	c := table.Cursor()
	for k, _ := c.First(); len(k) >= 16 && len(due) < limit; k, _ = c.Next() {
		if binary.BigEndian.Uint64(k) > uint64(before.UnixMicro()) {
			break
		}
		due = append(due, clone(k))
	}
	for _, k := range due {
		if err := t.delete(table, k); err != nil {
			return nil, err
		}
		b, err := t.bucketOf(k[8:16])
		if err != nil {
			return nil, err
		}
		if b == nil {
			continue
		}
		value := t.pending(b).Get(k[16:])
		if value == nil {
			continue
		}
		o, err := decodePending(k[16:], value)
		if err != nil {
			return nil, err
		}
		if err := t.DeletePending(b, o); err != nil {
			return nil, err
		}
		taken = append(taken, Found{o, b})
	}
	return taken, nil
}
