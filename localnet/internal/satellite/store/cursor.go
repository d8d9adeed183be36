package store

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// ObjectCursor iterates over the objects or uploads of a bucket in the order of
// their keys.
type ObjectCursor struct {
	c      *bbolt.Cursor
	decode func(k, v []byte) (*Object, error)
	k, v   []byte
}

// Objects returns a cursor over the objects of a bucket. It has no position before
// a Seek.
func (t *Tx) Objects(b *Bucket) *ObjectCursor {
	return &ObjectCursor{c: t.objects(b).Cursor(), decode: decodeObject}
}

// Uploads returns a cursor over the uploads of a bucket.
func (t *Tx) Uploads(b *Bucket) *ObjectCursor {
	return &ObjectCursor{c: t.pending(b).Cursor(), decode: decodePending}
}

// SeekAfterUpload moves to the entry after an upload of a key.
func (c *ObjectCursor) SeekAfterUpload(key []byte, stream StreamID) {
	c.k, c.v = c.c.Seek(append(pendingKey(key, stream), 0))
}

// Seek moves to the first object whose key is not less than the given one.
func (c *ObjectCursor) Seek(key []byte) {
	c.k, c.v = c.c.Seek(appendEscaped(nil, key))
}

// SeekAfter moves to the first object whose key is greater than the given one.
func (c *ObjectCursor) SeekAfter(key []byte) {
	c.k, c.v = c.c.Seek(afterKey(key))
}

// SeekAfterVersion moves to the next older version of a key, or to the next key.
func (c *ObjectCursor) SeekAfterVersion(key []byte, version int64) {
	c.k, c.v = c.c.Seek(append(objectKey(key, version), 0))
}

// SeekAfterPrefix moves to the first object after all those with the prefix.
func (c *ObjectCursor) SeekAfterPrefix(prefix []byte) {
	end := prefixEnd(appendEscaped(nil, prefix))
	if end == nil {
		c.k, c.v = nil, nil
		return
	}
	c.k, c.v = c.c.Seek(end)
}

// NextKey moves to the next key, past all versions of the current key.
func (c *ObjectCursor) NextKey(current []byte) {
	// The next entry nearly always has another key, and Next costs less than Seek.
	c.k, c.v = c.c.Next()
	prefix := appendKey(nil, current)
	if bytes.HasPrefix(c.k, prefix) {
		c.SeekAfter(current)
	}
}

// Object returns the object at the cursor's position, nil at the end.
func (c *ObjectCursor) Object() (*Object, error) {
	if c.k == nil {
		return nil, nil
	}
	return c.decode(c.k, c.v)
}

// Next moves to the next entry, which may be an older version of the same key.
func (c *ObjectCursor) Next() { c.k, c.v = c.c.Next() }
