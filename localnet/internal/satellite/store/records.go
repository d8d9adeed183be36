package store

import (
	"slices"
	"time"

	"storj.io/common/storj"
	"storj.io/picobuf"
)

// StreamID names one object's data, from its begin to its end.
type StreamID [16]byte

// ProjectID names a project.
type ProjectID [16]byte

// Project owns buckets; its salt makes passphrases into root keys.
type Project struct {
	ID       ProjectID
	PublicID []byte
	Salt     []byte
	Created  time.Time
	Name     string
	Limits   Limits
}

// Encode writes the record.
func (p *Project) Encode(c *picobuf.Encoder) bool {
	c.Bytes(1, &p.PublicID)
	c.Bytes(2, &p.Salt)
	encodeTime(c, 3, p.Created)
	c.String(4, &p.Name)
	c.Message(5, p.Limits.Encode)
	return true
}

// Decode reads the record.
func (p *Project) Decode(c *picobuf.Decoder) {
	c.Bytes(1, &p.PublicID)
	c.Bytes(2, &p.Salt)
	decodeTime(c, 3, &p.Created)
	c.String(4, &p.Name)
	c.Message(5, p.Limits.Decode)
}

// APIKey is a root key of a project; what users hold are macaroons made from
// its secret.
type APIKey struct {
	Head    []byte
	Secret  []byte
	Project ProjectID
	Name    string
	Created time.Time
}

// Encode writes the record.
func (k *APIKey) Encode(c *picobuf.Encoder) bool {
	project := k.Project[:]
	c.Bytes(1, &k.Secret)
	c.Bytes(2, &project)
	c.String(3, &k.Name)
	encodeTime(c, 4, k.Created)
	return true
}

// Decode reads the record.
func (k *APIKey) Decode(c *picobuf.Decoder) {
	var project []byte
	c.Bytes(1, &k.Secret)
	if c.PendingField() == 2 {
		c.Bytes(2, &project)
		copy(k.Project[:], project)
	}
	c.String(3, &k.Name)
	decodeTime(c, 4, &k.Created)
}

// Bucket is a named set of objects. Its number, not its name, leads to the
// objects, so that a bucket created again starts empty.
type Bucket struct {
	Name    []byte
	Number  uint64
	Created time.Time
	Tags    []Tag
	// Versioning is one of Unversioned, Versioned and Suspended.
	Versioning int32
	Lock       Lock
	// Project is who owns the bucket.
	Project ProjectID
}

// A bucket never kept versions, keeps them, or kept them once.
const (
	Unversioned = iota
	Versioned
	Suspended
)

// Lock says whether objects of a bucket can be protected, and how new ones are.
type Lock struct {
	Enabled bool
	Default DefaultRetention
}

// DefaultRetention protects new objects for days or years; mode 0 does not.
type DefaultRetention struct{ Mode, Days, Years int32 }

// Retention protects an object until a time; mode 0 does not.
type Retention struct {
	Mode  int32
	Until time.Time
}

// Tag is a word about a bucket that its owner has chosen.
type Tag struct{ Key, Value string }

// Encode writes the record.
func (b *Bucket) Encode(c *picobuf.Encoder) bool {
	c.Uint64(1, &b.Number)
	encodeTime(c, 2, b.Created)
	var tags []string // keys and values by turns
	for _, tag := range b.Tags {
		tags = append(tags, tag.Key, tag.Value)
	}
	c.RepeatedString(3, &tags)
	c.Int32(4, &b.Versioning)
	c.Bool(5, &b.Lock.Enabled)
	c.Int32(6, &b.Lock.Default.Mode)
	c.Int32(7, &b.Lock.Default.Days)
	c.Int32(8, &b.Lock.Default.Years)
	return true
}

// Decode reads the record.
func (b *Bucket) Decode(c *picobuf.Decoder) {
	c.Uint64(1, &b.Number)
	decodeTime(c, 2, &b.Created)
	if c.PendingField() == 3 {
		var tags []string
		c.RepeatedString(3, &tags)
		for pair := range slices.Chunk(tags, 2) {
			b.Tags = append(b.Tags, Tag{Key: pair[0], Value: pair[len(pair)-1]})
		}
	}
	c.Int32(4, &b.Versioning)
	c.Bool(5, &b.Lock.Enabled)
	c.Int32(6, &b.Lock.Default.Mode)
	c.Int32(7, &b.Lock.Default.Days)
	c.Int32(8, &b.Lock.Default.Years)
}

// Metadata is what the user keeps beside an object, all of it encrypted.
type Metadata struct {
	Data         []byte
	EncryptedKey []byte
	Nonce        []byte
	ETag         []byte

	ChecksumAlgorithm   int32
	ChecksumIsComposite bool
	Checksum            []byte
}

// IsEmpty reports whether there is nothing to decrypt.
func (m *Metadata) IsEmpty() bool {
	return len(m.Data) == 0 && len(m.ETag) == 0 && len(m.Checksum) == 0
}

// Object is one version of an object, or one that is being uploaded.
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

// Expired tells whether nobody may see the object any more.
func (o *Object) Expired(now time.Time) bool {
	return !o.Expires.IsZero() && !now.Before(o.Expires)
}

// Encode writes the record; the key and the version are in the store's key.
func (o *Object) Encode(c *picobuf.Encoder) bool {
	stream := o.Stream[:]
	c.Bytes(1, &stream)
	c.Int32(2, &o.Status)
	encodeTime(c, 3, o.Created)
	encodeTime(c, 4, o.Expires)
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
	encodeTime(c, 19, o.Aborted)
	c.Int32(20, &o.Retention.Mode)
	encodeTime(c, 21, o.Retention.Until)
	c.Bool(22, &o.LegalHold)
	return true
}

// Decode reads the record.
func (o *Object) Decode(c *picobuf.Decoder) {
	if c.PendingField() == 1 {
		var stream []byte
		c.Bytes(1, &stream)
		copy(o.Stream[:], stream)
	}
	c.Int32(2, &o.Status)
	decodeTime(c, 3, &o.Created)
	decodeTime(c, 4, &o.Expires)
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
	decodeTime(c, 19, &o.Aborted)
	c.Int32(20, &o.Retention.Mode)
	decodeTime(c, 21, &o.Retention.Until)
	c.Bool(22, &o.LegalHold)
}

// Piece is one erasure coded piece and the number of the node that has it.
type Piece struct {
	Number int32
	Node   int32
}

// Pieces are the places of a segment's data.
type Pieces struct {
	Root storj.PieceID
	List []Piece
}

func (p *Pieces) encode(c *picobuf.Encoder, field picobuf.FieldNumber) {
	if len(p.List) == 0 {
		return
	}
	root := p.Root[:]
	numbers, nodes := make([]int32, len(p.List)), make([]int32, len(p.List))
	for i, piece := range p.List {
		numbers[i], nodes[i] = piece.Number, piece.Node
	}
	c.Bytes(field, &root)
	c.RepeatedInt32(field+1, &numbers)
	c.RepeatedInt32(field+2, &nodes)
}

// piecesDecoder collects the three fields that make up Pieces.
type piecesDecoder struct {
	root           []byte
	numbers, nodes []int32
}

func (d *piecesDecoder) decode(c *picobuf.Decoder, field picobuf.FieldNumber) {
	c.Bytes(field, &d.root)
	c.RepeatedInt32(field+1, &d.numbers)
	c.RepeatedInt32(field+2, &d.nodes)
}

func (d *piecesDecoder) result() Pieces {
	var p Pieces
	copy(p.Root[:], d.root)
	for i := range min(len(d.numbers), len(d.nodes)) {
		p.List = append(p.List, Piece{Number: d.numbers[i], Node: d.nodes[i]})
	}
	return p
}

// encodeTime keeps microseconds, which is what the record's readers see.
func encodeTime(c *picobuf.Encoder, field picobuf.FieldNumber, t time.Time) {
	if t.IsZero() {
		return
	}
	micros := t.UnixMicro()
	c.Int64(field, &micros)
}

func decodeTime(c *picobuf.Decoder, field picobuf.FieldNumber, t *time.Time) {
	if c.PendingField() != field {
		return
	}
	var micros int64
	c.Int64(field, &micros)
	*t = time.UnixMicro(micros).UTC()
}
