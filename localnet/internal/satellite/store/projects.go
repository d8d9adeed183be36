package store

import (
	"bytes"
	"errors"
	"time"

	"uplink-localnet/internal/satellite/record"
)

// decode reads a record from a copy of the value: the file's memory is valid only in
// its transaction.
func decode(value []byte, into record.Record) error {
	return record.Unmarshal(clone(value), into)
}

// PutProject stores a project.
func (t *Tx) PutProject(p *Project) error {
	value, err := record.Marshal(p)
	if err != nil {
		return err
	}
	return t.put(t.tx.Bucket(projectsBucket), p.ID[:], value)
}

// Project returns a project, nil if there is none.
func (t *Tx) Project(id ProjectID) (*Project, error) {
	value := t.tx.Bucket(projectsBucket).Get(id[:])
	if value == nil {
		return nil, nil
	}
	p := &Project{ID: id}
	return p, decode(value, p)
}

// EachProject calls fn with all projects.
func (t *Tx) EachProject(fn func(*Project) error) error {
	return t.tx.Bucket(projectsBucket).ForEach(func(k, v []byte) error {
		p := &Project{ID: ProjectID(k)}
		if err := decode(v, p); err != nil {
			return err
		}
		return fn(p)
	})
}

// PutAPIKey stores a root key.
func (t *Tx) PutAPIKey(k *APIKey) error {
	value, err := record.Marshal(k)
	if err != nil {
		return err
	}
	return t.put(t.tx.Bucket(apiKeysBucket), k.Head, value)
}

// APIKey finds the root key of a macaroon by its head, nil if there is none.
func (t *Tx) APIKey(head []byte) (*APIKey, error) {
	value := t.tx.Bucket(apiKeysBucket).Get(head)
	if value == nil {
		return nil, nil
	}
	k := &APIKey{Head: clone(head)}
	return k, decode(value, k)
}

// Revoke revokes the macaroon with this tail, and all macaroons derived from it.
func (t *Tx) Revoke(tail []byte, now time.Time) error {
	return t.put(t.tx.Bucket(revokedBucket), tail, []byte(now.UTC().Format(time.RFC3339)))
}

// Revoked reports whether one of the tails was revoked.
func (t *Tx) Revoked(tails [][]byte) bool {
	b := t.tx.Bucket(revokedBucket)
	for _, tail := range tails {
		if b.Get(tail) != nil {
			return true
		}
	}
	return false
}

// Bucket returns a bucket, nil if there is none.
func (t *Tx) Bucket(project ProjectID, name []byte) (*Bucket, error) {
	value := t.tx.Bucket(bucketsBucket).Get(bucketKey(project, name))
	if value == nil {
		return nil, nil
	}
	b := &Bucket{Name: clone(name), Project: project}
	return b, decode(value, b)
}

// CreateBucket stores a new bucket and sets its number.
func (t *Tx) CreateBucket(project ProjectID, b *Bucket) error {
	buckets := t.tx.Bucket(bucketsBucket)
	number, err := buckets.NextSequence()
	if err != nil {
		return err
	}
	b.Number, b.Project = number, project
	value, err := record.Marshal(b)
	if err != nil {
		return err
	}
	t.Writes++
	for _, table := range [][]byte{objectsBucket, pendingBucket} {
		if _, err := t.tx.Bucket(table).CreateBucket(b.table()); err != nil {
			return err
		}
	}
	key := bucketKey(project, b.Name)
	t.count(project, Usage{Buckets: 1})
	return errors.Join(t.put(buckets, key, value), t.put(t.tx.Bucket(numbersBucket), b.table(), key))
}

// PutBucket stores a bucket that exists.
func (t *Tx) PutBucket(project ProjectID, b *Bucket) error {
	value, err := record.Marshal(b)
	if err != nil {
		return err
	}
	return t.put(t.tx.Bucket(bucketsBucket), bucketKey(project, b.Name), value)
}

// DropBucket deletes a bucket and its objects. Their segments and pieces must have
// been deleted before.
func (t *Tx) DropBucket(project ProjectID, b *Bucket) error {
	t.Writes++
	for _, table := range [][]byte{objectsBucket, pendingBucket} {
		if err := t.tx.Bucket(table).DeleteBucket(b.table()); err != nil {
			return err
		}
	}
	t.count(project, Usage{Buckets: -1})
	return errors.Join(
		t.delete(t.tx.Bucket(bucketsBucket), bucketKey(project, b.Name)),
		t.delete(t.tx.Bucket(numbersBucket), b.table()),
	)
}

// EachBucket calls fn with the project's buckets in the order of their names,
// beginning at the name from, until fn returns false.
func (t *Tx) EachBucket(project ProjectID, from []byte, fn func(*Bucket) (bool, error)) error {
	c := t.tx.Bucket(bucketsBucket).Cursor()
	for k, v := c.Seek(bucketKey(project, from)); bytes.HasPrefix(k, project[:]); k, v = c.Next() {
		b := &Bucket{Name: clone(k[len(project):]), Project: project}
		if err := decode(v, b); err != nil {
			return err
		}
		if more, err := fn(b); err != nil || !more {
			return err
		}
	}
	return nil
}
