package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"

	"go.etcd.io/bbolt"
	"uplink-localnet/internal/satellite/record"
)

// table returns the name of the nested tables with the bucket's objects and uploads.
// In the table of numbers it is the key of the bucket's project and name.
func (b *Bucket) table() []byte {
	return binary.BigEndian.AppendUint64(nil, b.Number)
}

func (t *Tx) objects(b *Bucket) *bbolt.Bucket {
	return t.tx.Bucket(objectsBucket).Bucket(b.table())
}

func (t *Tx) pending(b *Bucket) *bbolt.Bucket {
	return t.tx.Bucket(pendingBucket).Bucket(b.table())
}

// PutObject stores a committed object under its key and version.
func (t *Tx) PutObject(b *Bucket, o *Object) error {
	value, err := record.Marshal(o)
	if err != nil {
		return err
	}
	if !o.Expires.IsZero() {
		if err := t.put(t.tx.Bucket(expiryBucket), expiryKey(b, o), nil); err != nil {
			return err
		}
	}
	table, key := t.objects(b), objectKey(o.Key, o.Version)
	if table.Get(key) == nil {
		t.count(b.Project, Usage{Objects: 1})
	}
	return t.put(table, key, value)
}

// DeleteObject deletes a committed object; its segments stay.
func (t *Tx) DeleteObject(b *Bucket, o *Object) error {
	if !o.Expires.IsZero() {
		if err := t.delete(t.tx.Bucket(expiryBucket), expiryKey(b, o)); err != nil {
			return err
		}
	}
	table, key := t.objects(b), objectKey(o.Key, o.Version)
	if table.Get(key) != nil {
		t.count(b.Project, Usage{Objects: -1})
	}
	return t.delete(table, key)
}

// LatestObject returns the newest version of a key, nil if there is none.
func (t *Tx) LatestObject(b *Bucket, key []byte) (*Object, error) {
	prefix := appendKey(nil, key)
	k, v := t.objects(b).Cursor().Seek(prefix)
	if !bytes.HasPrefix(k, prefix) {
		return nil, nil
	}
	return decodeObject(k, v)
}

// ObjectVersion returns one version of a key, nil if there is none.
func (t *Tx) ObjectVersion(b *Bucket, key []byte, version int64) (*Object, error) {
	k := objectKey(key, version)
	v := t.objects(b).Get(k)
	if v == nil {
		return nil, nil
	}
	return decodeObject(k, v)
}

// EachVersion calls fn with all versions of a key, the newest first, until fn returns
// false.
func (t *Tx) EachVersion(b *Bucket, key []byte, fn func(*Object) bool) error {
	prefix := appendKey(nil, key)
	c := t.objects(b).Cursor()
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		o, err := decodeObject(k, v)
		if err != nil || !fn(o) {
			return err
		}
	}
	return nil
}

func decodeObject(k, v []byte) (*Object, error) {
	key, version, err := splitObjectKey(k)
	if err != nil {
		return nil, err
	}
	o := &Object{Key: key, Version: version}
	return o, decode(v, o)
}

// PutPending stores an upload.
func (t *Tx) PutPending(b *Bucket, o *Object) error {
	value, err := record.Marshal(o)
	if err != nil {
		return err
	}
	return t.put(t.pending(b), pendingKey(o.Key, o.Stream), value)
}

// Pending returns an upload, nil if there is none.
func (t *Tx) Pending(b *Bucket, key []byte, stream StreamID) (*Object, error) {
	value := t.pending(b).Get(pendingKey(key, stream))
	if value == nil {
		return nil, nil
	}
	o := &Object{Key: clone(key)}
	return o, decode(value, o)
}

// DeletePending deletes an upload; its segments stay.
func (t *Tx) DeletePending(b *Bucket, o *Object) error {
	return t.delete(t.pending(b), pendingKey(o.Key, o.Stream))
}

// EachPending calls fn with all uploads of a bucket.
func (t *Tx) EachPending(b *Bucket, fn func(*Object) error) error {
	return t.pending(b).ForEach(func(k, v []byte) error {
		o, err := decodePending(k, v)
		if err != nil {
			return err
		}
		return fn(o)
	})
}

func decodePending(k, v []byte) (*Object, error) {
	key, _, err := splitKey(k)
	if err != nil {
		return nil, err
	}
	o := &Object{Key: key}
	return o, decode(v, o)
}

// Found is an object with its bucket.
type Found struct {
	*Object
	Bucket *Bucket
}

// TakeStalePending deletes and returns up to limit uploads that were begun before a
// time and have got no segment since then.
func (t *Tx) TakeStalePending(before time.Time, limit int) (taken []Found, err error) {
	tables := t.tx.Bucket(pendingBucket)
	err = tables.ForEachBucket(func(name []byte) error {
		b, err := t.bucketOf(name)
		if err != nil || b == nil {
			return err
		}
		stale, err := t.stalePending(b, before, limit-len(taken))
		for _, o := range stale {
			err = errors.Join(err, t.DeletePending(b, o))
			taken = append(taken, Found{o, b})
		}
		return err
	})
	return taken, err
}

// stalePending returns up to limit uploads of a bucket that were begun before a time
// and have got no segment since then.
func (t *Tx) stalePending(b *Bucket, before time.Time, limit int) (stale []*Object, err error) {
	c := t.pending(b).Cursor()
	for k, v := c.First(); k != nil && len(stale) < limit; k, v = c.Next() {
		o, err := decodePending(k, v)
		if err != nil {
			return nil, err
		}
		active, err := t.activeSince(o, before)
		if err != nil {
			return nil, err
		}
		if !active {
			stale = append(stale, o)
		}
	}
	return stale, nil
}

// activeSince reports whether an upload was begun, or has got a segment, since a time.
func (t *Tx) activeSince(o *Object, since time.Time) (active bool, err error) {
	if !o.Created.Before(since) {
		return true, nil
	}
	err = t.EachSegment(o.Stream, Position{}, func(s *Segment) (bool, error) {
		active = !s.Created.Before(since)
		return !active, nil
	})
	return active, err
}

// HasContent reports whether a bucket has an object that is not expired, or an
// upload that is not aborted.
func (t *Tx) HasContent(b *Bucket, now time.Time) (bool, error) {
	c := t.objects(b).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		o, err := decodeObject(k, v)
		if err != nil {
			return false, err
		}
		if !o.Expired(now) {
			return true, nil
		}
	}
	p := t.pending(b).Cursor()
	for k, v := p.First(); k != nil; k, v = p.Next() {
		o, err := decodePending(k, v)
		if err != nil || o.Aborted.IsZero() {
			return err == nil, err
		}
	}
	return false, nil
}

func expiryKey(b *Bucket, o *Object) []byte {
	return dueKey(o.Expires, b, objectKey(o.Key, o.Version))
}

// TakeExpired deletes up to limit expired objects and returns them.
func (t *Tx) TakeExpired(now time.Time, limit int) ([]Found, error) {
	return t.takeDue(expiryBucket, now, limit, t.objects, decodeObject, t.DeleteObject)
}
