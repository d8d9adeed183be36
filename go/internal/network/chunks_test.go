package network

import (
	"bytes"
	"testing"

	"storj.io/common/pb"
	"storj.io/drpc"
)

// library is the encoding of Go's library.
type library struct{ used int }

func (l *library) Marshal(msg drpc.Message) ([]byte, error) {
	return pb.Marshal(msg.(*pb.PieceDownloadResponse))
}

func (l *library) Unmarshal(data []byte, msg drpc.Message) error {
	l.used++
	return pb.Unmarshal(data, msg.(*pb.PieceDownloadResponse))
}

func encode(t *testing.T, response *pb.PieceDownloadResponse) []byte {
	t.Helper()
	data, err := pb.Marshal(response)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// receive decodes a message as a call does.
func receive(t *testing.T, c *chunks, enc drpc.Encoding, data []byte) *pb.PieceDownloadResponse {
	t.Helper()
	response := new(pb.PieceDownloadResponse)
	if err := c.decode(response, enc).Unmarshal(data, response); err != nil {
		t.Fatal(err)
	}
	return response
}

func TestResponsesAreDecodedAsByTheLibrary(t *testing.T) {
	chunk := func(offset int64, size int) *pb.PieceDownloadResponse_Chunk {
		return &pb.PieceDownloadResponse_Chunk{Offset: offset, Data: bytes.Repeat([]byte{7}, size)}
	}
	for _, each := range []struct {
		response  *pb.PieceDownloadResponse
		byLibrary bool
	}{
		{response: &pb.PieceDownloadResponse{Chunk: chunk(0, 1)}},
		{response: &pb.PieceDownloadResponse{Chunk: chunk(1<<40, 100_000)}},
		{response: &pb.PieceDownloadResponse{Chunk: chunk(-1, 300)}},
		{response: &pb.PieceDownloadResponse{Chunk: chunk(5, 0)}, byLibrary: true},
		{response: &pb.PieceDownloadResponse{}, byLibrary: true},
		{response: &pb.PieceDownloadResponse{Chunk: chunk(0, 9), RestoredFromTrash: true}, byLibrary: true},
		{response: &pb.PieceDownloadResponse{Chunk: chunk(0, 9), Hash: &pb.PieceHash{PieceSize: 9}}, byLibrary: true},
	} {
		enc, data := new(library), encode(t, each.response)
		got := receive(t, new(chunks), enc, data)
		if !bytes.Equal(encode(t, got), data) || (enc.used > 0) != each.byLibrary {
			t.Error(each.response, got, enc.used)
		}
	}
}

func TestMessagesThatAreCutOffAreNoChunks(t *testing.T) {
	data := encode(t, &pb.PieceDownloadResponse{Chunk: &pb.PieceDownloadResponse_Chunk{Offset: 300, Data: make([]byte, 200)}})
	for size := range data {
		if _, _, ok := onlyChunk(data[:size]); ok {
			t.Error(size)
		}
	}
	if offset, found, ok := onlyChunk(data); !ok || offset != 300 || len(found) != 200 {
		t.Error(offset, len(found), ok)
	}
	if _, _, ok := onlyChunk(append(data, 0x20, 1)); ok {
		t.Error("a chunk with another field")
	}
}

func FuzzOnlyChunk(f *testing.F) {
	f.Add([]byte{keyOfChunk, 5, keyOfOffset, 1, keyOfBytes, 1, 9})
	f.Fuzz(func(t *testing.T, data []byte) {
		offset, found, ok := onlyChunk(data)
		response := new(pb.PieceDownloadResponse)
		if !ok {
			return
		}
		if err := pb.Unmarshal(data, response); err != nil {
			t.Fatal(err)
		}
		if response.Chunk.GetOffset() != offset || !bytes.Equal(response.Chunk.GetData(), found) {
			t.Error(response, offset, found)
		}
	})
}

// Chunks of one download use the same memory, until the download is closed: then Go's library may
// receive a message while it still has bytes of a chunk.
func TestChunksShareMemoryUntilTheEnd(t *testing.T) {
	data := func(value byte) []byte {
		chunk := &pb.PieceDownloadResponse_Chunk{Data: bytes.Repeat([]byte{value}, 100)}
		return encode(t, &pb.PieceDownloadResponse{Chunk: chunk})
	}
	var c chunks
	first := receive(t, &c, new(library), data(1)).Chunk.Data
	second := receive(t, &c, new(library), data(2)).Chunk.Data
	if &first[0] != &second[0] || second[0] != 2 {
		t.Error("other memory")
	}
	c.closed.Store(true)
	if third := receive(t, &c, new(library), data(3)).Chunk.Data; &third[0] == &second[0] || second[0] != 2 {
		t.Error("memory that may be in use")
	}
}

func TestLargeRangesComeInLargeChunks(t *testing.T) {
	for size, expected := range map[int64]int32{largeRange - 1: 16 << 10, largeRange: largeChunk} {
		request := &pb.PieceDownloadRequest{
			Chunk: &pb.PieceDownloadRequest_Chunk{ChunkSize: size}, MaximumChunkSize: 16 << 10,
		}
		askForLargeChunks(request)
		if request.MaximumChunkSize != expected {
			t.Error(size, request.MaximumChunkSize)
		}
	}
	order := &pb.PieceDownloadRequest{Order: &pb.Order{}}
	if askForLargeChunks(order); order.MaximumChunkSize != 0 {
		t.Error(order.MaximumChunkSize)
	}
}
