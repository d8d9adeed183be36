package store

import (
	"go.etcd.io/bbolt"
	"storj.io/picobuf"
	"uplink-localnet/internal/satellite/record"
)

// Limits are the limits of a project; 0 is no limit.
type Limits struct {
	// Requests is the number of requests a second, KeyWrites the number of
	// uploads of one key a second, of which three can come at once.
	Requests  int64 `json:"requests,omitempty"`
	KeyWrites int64 `json:"key-writes,omitempty"`
	// Storage and Bandwidth are encrypted bytes; Metadata is the bytes of each
	// object's metadata.
	Storage   int64 `json:"storage,omitempty"`
	Segments  int64 `json:"segments,omitempty"`
	Bandwidth int64 `json:"bandwidth,omitempty"`
	Buckets   int64 `json:"buckets,omitempty"`
	Metadata  int64 `json:"metadata,omitempty"`
	// PartSize is the least size of the parts of an upload, except the last.
	PartSize int64 `json:"part-size,omitempty"`
}

// DefaultLimits are the limits of a new project, which all Storj satellites have.
var DefaultLimits = Limits{Metadata: 2 << 10, PartSize: 5 << 20}

// StorjLimits are the limits of a project on Storj's satellites.
var StorjLimits = Limits{
	Requests: 100, KeyWrites: 1, Buckets: 100,
	Metadata: DefaultLimits.Metadata, PartSize: DefaultLimits.PartSize,
}

// Fields lists the record's fields.
func (l *Limits) Fields(c record.Codec) {
	for i, field := range l.fields() {
		c.Int64(picobuf.FieldNumber(i+1), field)
	}
}

// fields returns the limits in the order of their numbers in a record, which never
// changes.
func (l *Limits) fields() []*int64 {
	return []*int64{&l.Requests, &l.KeyWrites, &l.Storage, &l.Segments, &l.Bandwidth, &l.Buckets, &l.Metadata, &l.PartSize}
}

// Usage is what a project has. Uploads count with the segments that they have.
type Usage struct {
	Buckets  int64 `json:"buckets"`
	Objects  int64 `json:"objects"`
	Segments int64 `json:"segments"`
	// Storage is the encrypted size of the segments.
	Storage int64 `json:"storage"`
	// Bandwidth is the encrypted size of the segments that clients could download
	// since the project was made or reset.
	Bandwidth int64 `json:"bandwidth"`
}

// Fields lists the record's fields.
func (u *Usage) Fields(c record.Codec) {
	for i, field := range u.fields() {
		c.Int64(picobuf.FieldNumber(i+1), field)
	}
}

// fields returns the counts in the order of their numbers in a record, which never
// changes.
func (u *Usage) fields() []*int64 {
	return []*int64{&u.Buckets, &u.Objects, &u.Segments, &u.Storage, &u.Bandwidth}
}

func (u *Usage) add(other Usage) {
	for i, field := range u.fields() {
		*field += *other.fields()[i]
	}
}

// Usage returns a project's usage, with the changes of this transaction.
func (t *Tx) Usage(project ProjectID) (Usage, error) {
	var u Usage
	if value := t.tx.Bucket(usageBucket).Get(project[:]); value != nil {
		if err := decode(value, &u); err != nil {
			return u, err
		}
	}
	if changed := t.changed[project]; changed != nil {
		u.add(*changed)
	}
	return u, nil
}

// count adds to a project's usage; settle stores it.
func (t *Tx) count(project ProjectID, change Usage) {
	if t.changed == nil {
		t.changed = map[ProjectID]*Usage{}
	}
	if t.changed[project] == nil {
		t.changed[project] = new(Usage)
	}
	t.changed[project].add(change)
}

// SetBandwidth sets the bandwidth that a project has used.
func (t *Tx) SetBandwidth(project ProjectID, used int64) error {
	u, err := t.Usage(project)
	if err != nil {
		return err
	}
	t.count(project, Usage{Bandwidth: used - u.Bandwidth})
	return t.settle()
}

// settle stores the changes of the usage.
func (t *Tx) settle() error {
	for project, changed := range t.changed {
		if *changed == (Usage{}) {
			continue
		}
		u, err := t.Usage(project)
		if err != nil {
			return err
		}
		value, err := record.Marshal(&u)
		if err != nil {
			return err
		}
		if err := t.put(t.tx.Bucket(usageBucket), project[:], value); err != nil {
			return err
		}
	}
	t.changed = nil
	return nil
}

// recount returns the usage of all projects, from all their objects and segments.
func (t *Tx) recount() (map[ProjectID]*Usage, error) {
	count := &Tx{}
	err := t.tx.Bucket(projectsBucket).ForEach(func(k, _ []byte) error {
		return t.EachBucket(ProjectID(k), nil, func(b *Bucket) (bool, error) {
			count.count(b.Project, Usage{Buckets: 1})
			return true, t.recountBucket(count, b)
		})
	})
	return count.changed, err
}

func (t *Tx) recountBucket(count *Tx, b *Bucket) error {
	for _, table := range []*bbolt.Bucket{t.objects(b), t.pending(b)} {
		err := table.ForEach(func(_, v []byte) error {
			o := new(Object)
			if err := decode(v, o); err != nil {
				return err
			}
			segments, err := t.Segments(o.Stream)
			for _, s := range segments {
				count.count(b.Project, Usage{Segments: 1, Storage: s.EncryptedSize})
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	count.count(b.Project, Usage{Objects: int64(t.objects(b).Stats().KeyN)})
	return nil
}

// bucketOf returns the bucket with the given table, nil if there is none.
func (t *Tx) bucketOf(table []byte) (*Bucket, error) {
	key := t.tx.Bucket(numbersBucket).Get(table)
	if len(key) < len(ProjectID{}) {
		return nil, nil
	}
	return t.Bucket(ProjectID(key[:16]), key[16:])
}

// rebuild fills the tables that files of older versions do not have.
func (t *Tx) rebuild() error {
	err := t.tx.Bucket(bucketsBucket).ForEach(func(k, v []byte) error {
		b := new(Bucket)
		if err := decode(v, b); err != nil {
			return err
		}
		return t.put(t.tx.Bucket(numbersBucket), b.table(), clone(k))
	})
	if err != nil {
		return err
	}
	if t.changed, err = t.recount(); err != nil {
		return err
	}
	return t.settle()
}
