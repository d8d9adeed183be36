package store

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// ObjectCursor walks over the objects of a bucket in the order of their keys.
type ObjectCursor struct {
	c      *bbolt.Cursor
	decode func(k, v []byte) (*Object, error)
	k, v   []byte
}

// Objects returns a cursor that stands nowhere yet.
func (t *Tx) Objects(b *Bucket) *ObjectCursor {
	return &ObjectCursor{c: t.objects(b).Cursor(), decode: decodeObject}
}

// Uploads returns a cursor over the uploads of a bucket.
func (t *Tx) Uploads(b *Bucket) *ObjectCursor {
	return &ObjectCursor{c: t.pending(b).Cursor(), decode: decodePending}
}

// SeekAfterUpload goes behind one upload of a key.
func (c *ObjectCursor) SeekAfterUpload(key []byte, stream StreamID) {
	c.k, c.v = c.c.Seek(append(pendingKey(key, stream), 0))
}

// Seek goes to the first object whose key is not less than the given one.
func (c *ObjectCursor) Seek(key []byte) {
	c.k, c.v = c.c.Seek(appendEscaped(nil, key))
}

// SeekAfter goes to the first object whose key is greater than the given one.
func (c *ObjectCursor) SeekAfter(key []byte) {
	c.k, c.v = c.c.Seek(afterKey(key))
}

// SeekAfterVersion goes to the version of a key that is next older than the given one,
// or to the next key.
func (c *ObjectCursor) SeekAfterVersion(key []byte, version int64) {
	c.k, c.v = c.c.Seek(append(objectKey(key, version), 0))
}

// SeekAfterPrefix goes behind all objects with the prefix.
func (c *ObjectCursor) SeekAfterPrefix(prefix []byte) {
	end := prefixEnd(appendEscaped(nil, prefix))
	if end == nil {
		c.k, c.v = nil, nil
		return
	}
	c.k, c.v = c.c.Seek(end)
}

// NextKey goes to the next key, over all versions of the current one.
func (c *ObjectCursor) NextKey(current []byte) {
	// Nearly always the next entry is another key: look before seeking.
	c.k, c.v = c.c.Next()
	prefix := appendKey(nil, current)
	if bytes.HasPrefix(c.k, prefix) {
		c.SeekAfter(current)
	}
}

// Object returns where the cursor stands, nil at the end.
func (c *ObjectCursor) Object() (*Object, error) {
	if c.k == nil {
		return nil, nil
	}
	return c.decode(c.k, c.v)
}

// Next goes to the next entry, which may be an older version of the same key.
func (c *ObjectCursor) Next() { c.k, c.v = c.c.Next() }
