// Package record stores structs as small protobuf messages. A record lists its
// fields once, for writing and for reading.
package record

import (
	"time"

	"storj.io/picobuf"
)

// Record is a struct that can be stored.
type Record interface {
	// Fields calls a method of c, or a function of this package, for each field,
	// in the order of the fields' numbers.
	Fields(c Codec)
}

// Codec writes the fields of a record to a message, or reads them from it. Zero
// and empty fields are not written; a field that is not in the message keeps its
// value. Bytes that are read share the message's memory.
type Codec interface {
	Bool(picobuf.FieldNumber, *bool)
	Bytes(picobuf.FieldNumber, *[]byte)
	Int32(picobuf.FieldNumber, *int32)
	Int64(picobuf.FieldNumber, *int64)
	RepeatedInt32(picobuf.FieldNumber, *[]int32)
	RepeatedString(picobuf.FieldNumber, *[]string)
	String(picobuf.FieldNumber, *string)
	Uint64(picobuf.FieldNumber, *uint64)
}

// Marshal returns a record as a message.
func Marshal(r Record) ([]byte, error) { return picobuf.Marshal(message{r}) }

// Unmarshal reads a record from a message, whose memory the record then shares.
func Unmarshal(data []byte, into Record) error { return picobuf.Unmarshal(data, message{into}) }

// message is a record as picobuf takes it.
type message struct{ Record }

func (m message) Encode(c *picobuf.Encoder) bool {
	m.Fields(c)
	return true
}

func (m message) Decode(c *picobuf.Decoder) { m.Fields(c) }

// Message is a field that is a record itself.
func Message(c Codec, field picobuf.FieldNumber, r Record) {
	switch c := c.(type) {
	case *picobuf.Encoder:
		c.Message(field, message{r}.Encode)
	case *picobuf.Decoder:
		c.Message(field, message{r}.Decode)
	}
}

// Fixed is a field of a fixed number of bytes, even if they are all zero.
func Fixed(c Codec, field picobuf.FieldNumber, array []byte) {
	value := array
	c.Bytes(field, &value)
	copy(array, value)
}

// Time is a field with a time in microseconds, or the zero time.
func Time(c Codec, field picobuf.FieldNumber, t *time.Time) {
	switch c := c.(type) {
	case *picobuf.Encoder:
		if !t.IsZero() {
			micros := t.UnixMicro()
			c.Int64(field, &micros)
		}
	case *picobuf.Decoder:
		if c.PendingField() == field {
			var micros int64
			c.Int64(field, &micros)
			*t = time.UnixMicro(micros).UTC()
		}
	}
}
