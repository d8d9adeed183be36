package storagenode

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"storj.io/common/pb"
	"storj.io/drpc"
)

// The two messages with data are encoded by hand, because the generated code
// allocates and copies each chunk, which would be most of a node's work.

// The kinds of fields in these messages, as a field's tag has them.
const (
	varint = 0
	length = 2
)

var (
	errMalformed = errors.New("malformed message")
	errWrongType = errors.New("unexpected message type")
)

// chunkMessage has data that a client sends or receives.
type chunkMessage struct {
	offset int64
	data   []byte
}

// uploadMessage is a pb.PieceUploadRequest whose chunk reuses its memory from
// message to message.
type uploadMessage struct {
	limit     *pb.OrderLimit
	algorithm pb.PieceHashAlgorithm
	order     *pb.Order
	chunk     chunkMessage
	hasChunk  bool
	done      *pb.PieceHash
}

// uploadEncoding receives uploadMessage.
type uploadEncoding struct{}

// Marshal is not needed: nodes never send upload requests.
func (uploadEncoding) Marshal(drpc.Message) ([]byte, error) { return nil, errWrongType }

// Unmarshal reads the message; data are copied once.
func (uploadEncoding) Unmarshal(buf []byte, msg drpc.Message) error {
	m, ok := msg.(*uploadMessage)
	if !ok {
		return errWrongType
	}
	*m = uploadMessage{chunk: chunkMessage{data: m.chunk.data[:0]}}
	return eachField(buf, func(tag, number uint64, value []byte) error {
		switch tag {
		case 1<<3 | length:
			m.limit = new(pb.OrderLimit)
			return pb.Unmarshal(value, m.limit)
		case 2<<3 | length:
			m.order = new(pb.Order)
			return pb.Unmarshal(value, m.order)
		case 3<<3 | length:
			m.hasChunk = true
			return m.chunk.unmarshal(value)
		case 4<<3 | length:
			m.done = new(pb.PieceHash)
			return pb.Unmarshal(value, m.done)
		case 5<<3 | varint:
			m.algorithm = pb.PieceHashAlgorithm(number)
		}
		return nil
	})
}

func (c *chunkMessage) unmarshal(buf []byte) error {
	return eachField(buf, func(tag, number uint64, value []byte) error {
		switch tag {
		case 1<<3 | varint:
			c.offset = int64(number)
		case 2<<3 | length:
			c.data = append(c.data[:0], value...)
		}
		return nil
	})
}

// chunkFromFile is a pb.PieceDownloadResponse whose data are read from a file
// right into the memory that is sent.
type chunkFromFile struct {
	file   io.ReaderAt
	offset int64
	size   int
}

// downloadEncoding sends chunkFromFile.
type downloadEncoding struct{}

// Marshal is called by drpc if it does not use MarshalAppend.
func (e downloadEncoding) Marshal(msg drpc.Message) ([]byte, error) {
	return e.MarshalAppend(nil, msg)
}

// Unmarshal is not needed: nodes never receive download responses.
func (downloadEncoding) Unmarshal([]byte, drpc.Message) error { return errWrongType }

// MarshalAppend appends the message to buf.
func (downloadEncoding) MarshalAppend(buf []byte, msg drpc.Message) ([]byte, error) {
	m, ok := msg.(*chunkFromFile)
	if !ok {
		return nil, errWrongType
	}
	inner := binary.AppendUvarint([]byte{1<<3 | varint}, uint64(m.offset))
	inner = binary.AppendUvarint(append(inner, 2<<3|length), uint64(m.size))
	buf = binary.AppendUvarint(append(buf, 1<<3|length), uint64(len(inner)+m.size))
	buf = append(buf, inner...)
	start := len(buf)
	buf = slices.Grow(buf, m.size)[:start+m.size]
	n, err := m.file.ReadAt(buf[start:], m.offset)
	if n == m.size {
		return buf, nil
	}
	return nil, err
}

// eachField calls fn with the fields of a protobuf message: varints as number,
// strings and messages as value. Other kinds are skipped.
func eachField(buf []byte, fn func(tag, number uint64, value []byte) error) error {
	for len(buf) > 0 {
		tag, n := binary.Uvarint(buf)
		if n <= 0 || tag>>3 == 0 || tag>>3 > 1<<29-1 {
			return errMalformed
		}
		buf = buf[n:]
		number, value, n := fieldValue(buf, tag&7)
		if n < 0 || n > len(buf) {
			return errMalformed
		}
		buf = buf[n:]
		if kind := tag & 7; kind != varint && kind != length {
			continue
		}
		if err := fn(tag, number, value); err != nil {
			return err
		}
	}
	return nil
}

// fieldValue reads the value after a tag and returns its size, which is negative
// if the value is malformed.
func fieldValue(buf []byte, kind uint64) (number uint64, value []byte, n int) {
	switch kind {
	case varint:
		number, n = binary.Uvarint(buf)
		if n == 0 {
			n = -1
		}
		return number, nil, n
	case length:
		size, m := binary.Uvarint(buf)
		if m <= 0 || size > uint64(len(buf)-m) {
			return 0, nil, -1
		}
		return 0, buf[m : m+int(size)], m + int(size)
	case 1: // eight bytes
		return 0, nil, 8
	case 5: // four bytes
		return 0, nil, 4
	}
	return 0, nil, -1
}
