package store

import (
	"encoding/binary"

	"go.etcd.io/bbolt"
	"storj.io/picobuf"
)

// Limits are what a project may do and have; 0 is no limit.
type Limits struct {
	// Requests is their number a second, KeyWrites the number of uploads to
	// the same key a second, three at once.
	Requests  int64 `json:"requests,omitempty"`
	KeyWrites int64 `json:"key-writes,omitempty"`
	// Storage and Bandwidth are bytes, encrypted; Metadata is bytes for each
	// object.
	Storage   int64 `json:"storage,omitempty"`
	Segments  int64 `json:"segments,omitempty"`
	Bandwidth int64 `json:"bandwidth,omitempty"`
	Buckets   int64 `json:"buckets,omitempty"`
	Metadata  int64 `json:"metadata,omitempty"`
	// PartSize is the least size of the parts of an upload, but for the last.
	PartSize int64 `json:"part-size,omitempty"`
}

// DefaultLimits are those of a new project: what every Storj satellite has.
var DefaultLimits = Limits{Metadata: 2 << 10, PartSize: 5 << 20}

// StorjLimits are those of a project on Storj's satellites.
var StorjLimits = Limits{
	Requests: 100, KeyWrites: 1, Buckets: 100,
	Metadata: DefaultLimits.Metadata, PartSize: DefaultLimits.PartSize,
}

// Encode writes the record.
func (l *Limits) Encode(c *picobuf.Encoder) bool {
	for i, field := range l.fields() {
		c.Int64(picobuf.FieldNumber(i+1), field)
	}
	return true
}

// Decode reads the record.
func (l *Limits) Decode(c *picobuf.Decoder) {
	for i, field := range l.fields() {
		c.Int64(picobuf.FieldNumber(i+1), field)
	}
}

func (l *Limits) fields() []*int64 {
	return []*int64{&l.Requests, &l.KeyWrites, &l.Storage, &l.Segments, &l.Bandwidth, &l.Buckets, &l.Metadata, &l.PartSize}
}

// Usage is what a project has. Uploads that are under way count with the
// segments that have come.
type Usage struct {
	Buckets  int64 `json:"buckets"`
	Objects  int64 `json:"objects"`
	Segments int64 `json:"segments"`
	// Storage is the size of the segments, encrypted.
	Storage int64 `json:"storage"`
	// Bandwidth is the size of the segments that were handed out since the
	// project was made or reset.
	Bandwidth int64 `json:"bandwidth"`
}

// Encode writes the record.
func (u *Usage) Encode(c *picobuf.Encoder) bool {
	for i, field := range u.fields() {
		c.Int64(picobuf.FieldNumber(i+1), field)
	}
	return true
}

// Decode reads the record.
func (u *Usage) Decode(c *picobuf.Decoder) {
	for i, field := range u.fields() {
		c.Int64(picobuf.FieldNumber(i+1), field)
	}
}

func (u *Usage) fields() []*int64 {
	return []*int64{&u.Buckets, &u.Objects, &u.Segments, &u.Storage, &u.Bandwidth}
}

func (u *Usage) add(other Usage) {
	for i, field := range u.fields() {
		*field += *other.fields()[i]
	}
}

// Usage returns what a project has, with what this transaction has changed.
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

// count changes the usage when the transaction ends.
func (t *Tx) count(project ProjectID, change Usage) {
	if t.changed == nil {
		t.changed = map[ProjectID]*Usage{}
	}
	if t.changed[project] == nil {
		t.changed[project] = new(Usage)
	}
	t.changed[project].add(change)
}

// SetBandwidth stores what a project has downloaded in all.
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
		value, err := picobuf.Marshal(&u)
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

// recount finds what all projects have by looking at everything.
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

// numberKey is where the name of a bucket is found by its number.
func numberKey(number uint64) []byte { return binary.BigEndian.AppendUint64(nil, number) }

// bucketOf returns the bucket whose tables have the given name.
func (t *Tx) bucketOf(table []byte) (*Bucket, error) {
	key := t.tx.Bucket(numbersBucket).Get(table)
	if len(key) < len(ProjectID{}) {
		return nil, nil
	}
	return t.Bucket(ProjectID(key[:16]), key[16:])
}

// rebuild makes the tables that older files do not have.
func (t *Tx) rebuild() error {
	err := t.tx.Bucket(bucketsBucket).ForEach(func(k, v []byte) error {
		b := new(Bucket)
		if err := decode(v, b); err != nil {
			return err
		}
		return t.put(t.tx.Bucket(numbersBucket), numberKey(b.Number), clone(k))
	})
	if err != nil {
		return err
	}
	if t.changed, err = t.recount(); err != nil {
		return err
	}
	return t.settle()
}
