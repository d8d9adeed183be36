package network

import (
	"encoding/binary"
	"sync/atomic"

	"storj.io/common/pb"
	"storj.io/drpc"
)

const (
	// Go's library asks nodes for chunks of 16 KiB. It receives each chunk on a new goroutine, with a
	// timer, so larger chunks take less CPU time.
	largeChunk = 64 << 10
	// A range of a piece that is smaller comes in small chunks: its first bytes come sooner. So does all
	// that comes after a failure: connections that soon break off again would lose whole large chunks.
	largeRange = 1 << 20
)

// askForLargeChunks changes a request for a large range.
func askForLargeChunks(msg drpc.Message) {
	request, ok := msg.(*pb.PieceDownloadRequest)
	if ok && request.Chunk != nil && request.Chunk.ChunkSize >= largeRange {
		request.MaximumChunkSize = max(request.MaximumChunkSize, largeChunk)
	}
}

// chunks decodes the chunks of a download from a node into memory that it uses again. Go's library
// has copied a chunk before it receives the next one. Only after it has closed the call, it may
// receive messages that it ignores while it still has bytes of a chunk.
type chunks struct {
	closed   atomic.Bool
	memory   []byte
	encoding drpc.Encoding
}

// decode returns the encoding for a message to receive.
func (c *chunks) decode(msg drpc.Message, enc drpc.Encoding) drpc.Encoding {
	if _, ok := msg.(*pb.PieceDownloadResponse); !ok || c.closed.Load() {
		return enc
	}
	c.encoding = enc
	return c
}

// Marshal is that of the encoding of Go's library.
func (c *chunks) Marshal(msg drpc.Message) ([]byte, error) { return c.encoding.Marshal(msg) }

// Unmarshal decodes a response that has nothing but a chunk. The encoding of Go's library decodes all
// others.
func (c *chunks) Unmarshal(data []byte, msg drpc.Message) error {
	response, ok := msg.(*pb.PieceDownloadResponse)
	if !ok {
		return c.encoding.Unmarshal(data, msg)
	}
	offset, bytes, ok := onlyChunk(data)
	if !ok {
		return c.encoding.Unmarshal(data, msg)
	}
	c.memory = append(c.memory[:0], bytes...)
	response.Chunk = &pb.PieceDownloadResponse_Chunk{Offset: offset, Data: c.memory}
	return nil
}

// The keys of fields in protocol buffers: the number of the field, and the type of its value.
const (
	keyOfChunk  = 1<<3 | 2
	keyOfOffset = 1 << 3
	keyOfBytes  = 2<<3 | 2
)

// onlyChunk returns the offset and the bytes of a chunk, if that is all that an encoded response has.
func onlyChunk(data []byte) (offset int64, bytes []byte, ok bool) {
	chunk, rest, ok := lengthDelimited(data, keyOfChunk)
	if !ok || len(rest) > 0 {
		return 0, nil, false
	}
	if len(chunk) > 0 && chunk[0] == keyOfOffset {
		value, length := binary.Uvarint(chunk[1:])
		if length <= 0 {
			return 0, nil, false
		}
		offset, chunk = int64(value), chunk[1+length:]
	}
	bytes, rest, ok = lengthDelimited(chunk, keyOfBytes)
	return offset, bytes, ok && len(rest) == 0
}

// lengthDelimited returns the value of the first field, which has the key, and the bytes behind it.
func lengthDelimited(data []byte, key byte) (value, rest []byte, ok bool) {
	if len(data) == 0 || data[0] != key {
		return nil, nil, false
	}
	size, length := binary.Uvarint(data[1:])
	if length <= 0 || size > uint64(len(data)-1-length) {
		return nil, nil, false
	}
	data = data[1+length:]
	return data[:size], data[size:], true
}
