package store

import (
	"slices"
	"time"

	"storj.io/common/storj"
	"storj.io/picobuf"
	"uplink-localnet/internal/satellite/record"
)

// StreamID names one object's data, from its begin to its end.
type StreamID [16]byte

// ProjectID names a project.
type ProjectID [16]byte

// Project owns buckets. Clients derive root keys from passphrases with its salt.
type Project struct {
	ID       ProjectID
	PublicID []byte
	Salt     []byte
	Created  time.Time
	Name     string
	Limits   Limits
}

// Fields lists the record's fields.
func (p *Project) Fields(c record.Codec) {
	c.Bytes(1, &p.PublicID)
	c.Bytes(2, &p.Salt)
	record.Time(c, 3, &p.Created)
	c.String(4, &p.Name)
	record.Message(c, 5, &p.Limits)
}

// APIKey is a root key of a project. Users have macaroons derived from its secret.
type APIKey struct {
	Head    []byte
	Secret  []byte
	Project ProjectID
	Name    string
	Created time.Time
}

// Fields lists the record's fields. The head is in the store's key.
func (k *APIKey) Fields(c record.Codec) {
	c.Bytes(1, &k.Secret)
	record.Fixed(c, 2, k.Project[:])
	c.String(3, &k.Name)
	record.Time(c, 4, &k.Created)
}

// Bucket is a named set of objects. The objects are stored under its number, not its
// name, so a bucket that is created again is empty.
type Bucket struct {
	Name    []byte
	Number  uint64
	Created time.Time
	Tags    []Tag
	// Attribution is the application that created it.
	Attribution []byte
	// Versioning is one of Unversioned, Versioned and Suspended.
	Versioning int32
	Lock       Lock
	// Project is the bucket's owner.
	Project ProjectID
}

// The values of Bucket.Versioning.
const (
	Unversioned = iota
	Versioned
	Suspended
)

// Lock is the object lock configuration of a bucket.
type Lock struct {
	Enabled bool
	Default DefaultRetention
}

// DefaultRetention protects new objects for days or years; with mode 0 it protects
// nothing.
type DefaultRetention struct{ Mode, Days, Years int32 }

// Retention protects an object until a time; with mode 0 it protects nothing.
type Retention struct {
	Mode  int32
	Until time.Time
}

// Tag is a key of a bucket's owner with a value.
type Tag struct{ Key, Value string }

// Fields lists the record's fields. The project and the name are in the store's key.
func (b *Bucket) Fields(c record.Codec) {
	c.Uint64(1, &b.Number)
	record.Time(c, 2, &b.Created)
	b.tagFields(c)
	c.Int32(4, &b.Versioning)
	c.Bool(5, &b.Lock.Enabled)
	c.Int32(6, &b.Lock.Default.Mode)
	c.Int32(7, &b.Lock.Default.Days)
	c.Int32(8, &b.Lock.Default.Years)
	c.Bytes(9, &b.Attribution)
}

// tagFields lists the field of the tags, which has keys and values by turns.
func (b *Bucket) tagFields(c record.Codec) {
	var words []string
	for _, tag := range b.Tags {
		words = append(words, tag.Key, tag.Value)
	}
	known := len(words)
	c.RepeatedString(3, &words)
	for pair := range slices.Chunk(words[known:], 2) {
		b.Tags = append(b.Tags, Tag{Key: pair[0], Value: pair[len(pair)-1]})
	}
}

// Metadata is the user's metadata of an object, encrypted by the client.
type Metadata struct {
	Data         []byte
	EncryptedKey []byte
	Nonce        []byte
	ETag         []byte

	ChecksumAlgorithm   int32
	ChecksumIsComposite bool
	Checksum            []byte
}

// IsEmpty reports whether there is no encrypted value.
func (m *Metadata) IsEmpty() bool {
	return len(m.Data) == 0 && len(m.ETag) == 0 && len(m.Checksum) == 0
}

// Object is a version of an object, or an upload.
type Object struct {
	Key     []byte
	Stream  StreamID
	Version int64
	Status  int32

	Created time.Time
	Expires time.Time
	// Aborted is when the upload was aborted. See Tx.AbortPending.
	Aborted time.Time
	// Retention and LegalHold protect the version from being deleted.
	Retention Retention
	LegalHold bool

	CipherSuite int32
	BlockSize   int64
	Metadata    Metadata

	SegmentCount     int64
	PlainSize        int64
	EncryptedSize    int64
	InlineSize       int64
	FixedSegmentSize int64
}

// Expired reports whether the object has expired.
func (o *Object) Expired(now time.Time) bool {
	return !o.Expires.IsZero() && !now.Before(o.Expires)
}

// Fields lists the record's fields. The key and the version are in the store's key.
func (o *Object) Fields(c record.Codec) {
	record.Fixed(c, 1, o.Stream[:])
	c.Int32(2, &o.Status)
	record.Time(c, 3, &o.Created)
	record.Time(c, 4, &o.Expires)
	c.Int32(5, &o.CipherSuite)
	c.Int64(6, &o.BlockSize)
	c.Bytes(7, &o.Metadata.Data)
	c.Bytes(8, &o.Metadata.EncryptedKey)
	c.Bytes(9, &o.Metadata.Nonce)
	c.Bytes(10, &o.Metadata.ETag)
	c.Int32(11, &o.Metadata.ChecksumAlgorithm)
	c.Bool(12, &o.Metadata.ChecksumIsComposite)
	c.Bytes(13, &o.Metadata.Checksum)
	c.Int64(14, &o.SegmentCount)
	c.Int64(15, &o.PlainSize)
	c.Int64(16, &o.EncryptedSize)
	c.Int64(17, &o.InlineSize)
	c.Int64(18, &o.FixedSegmentSize)
	record.Time(c, 19, &o.Aborted)
	c.Int32(20, &o.Retention.Mode)
	record.Time(c, 21, &o.Retention.Until)
	c.Bool(22, &o.LegalHold)
}

// Piece has the number of an erasure coded piece, and of the node that stores it.
type Piece struct {
	Number int32
	Node   int32
}

// Pieces are the pieces of a segment; their ids are derived from Root.
type Pieces struct {
	Root storj.PieceID
	List []Piece
}

// fields lists the three fields of pieces, which have consecutive numbers. They are
// absent if there is no piece.
func (p *Pieces) fields(c record.Codec, first picobuf.FieldNumber) {
	var root []byte
	var numbers, nodes []int32
	if known := len(p.List); known > 0 {
		root = p.Root[:]
		numbers, nodes = make([]int32, known), make([]int32, known)
	}
	for i, piece := range p.List {
		numbers[i], nodes[i] = piece.Number, piece.Node
	}
	c.Bytes(first, &root)
	c.RepeatedInt32(first+1, &numbers)
	c.RepeatedInt32(first+2, &nodes)
	copy(p.Root[:], root)
	for i := len(p.List); i < min(len(numbers), len(nodes)); i++ {
		p.List = append(p.List, Piece{Number: numbers[i], Node: nodes[i]})
	}
}
