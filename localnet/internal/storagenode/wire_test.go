package storagenode

import (
	"bytes"
	"testing"

	"storj.io/common/pb"
)

// FuzzUploadMessage compares the hand-written decoder with the generated one.
func FuzzUploadMessage(f *testing.F) {
	for _, m := range []*pb.PieceUploadRequest{
		{},
		{Limit: &pb.OrderLimit{Limit: 5}, HashAlgorithm: pb.PieceHashAlgorithm_BLAKE3},
		{Order: &pb.Order{Amount: 7}, Chunk: &pb.PieceUploadRequest_Chunk{Offset: 9, Data: []byte("data")}},
		{Done: &pb.PieceHash{PieceSize: 3}},
	} {
		data, err := pb.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var want pb.PieceUploadRequest
		wanted := pb.Unmarshal(data, &want)
		got := uploadMessage{chunk: chunkMessage{data: []byte("from the message before")}}
		if err := (uploadEncoding{}).Unmarshal(data, &got); err != nil || wanted != nil {
			return // some malformed messages are only noticed by one of them
		}
		if got.hasChunk != (want.Chunk != nil) || got.chunk.offset != want.GetChunk().GetOffset() || !bytes.Equal(got.chunk.data, want.GetChunk().GetData()) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		if (got.limit == nil) != (want.Limit == nil) || (got.order == nil) != (want.Order == nil) || (got.done == nil) != (want.Done == nil) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		if got.algorithm != want.HashAlgorithm {
			t.Fatalf("got %v, want %v", got.algorithm, want.HashAlgorithm)
		}
	})
}

func TestChunkFromFile(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789"), 100)
	for _, m := range []chunkFromFile{{offset: 0, size: 1}, {offset: 10, size: 500}, {offset: 0, size: 1000}} {
		m.file = bytes.NewReader(content)
		data, err := downloadEncoding{}.MarshalAppend([]byte("before"), &m)
		if err != nil {
			t.Fatal(err)
		}
		var got pb.PieceDownloadResponse
		if err := pb.Unmarshal(bytes.TrimPrefix(data, []byte("before")), &got); err != nil {
			t.Fatal(err)
		}
		if got.Chunk.Offset != m.offset || !bytes.Equal(got.Chunk.Data, content[m.offset:m.offset+int64(m.size)]) {
			t.Errorf("%v", got.Chunk)
		}
	}
	if _, err := (downloadEncoding{}).MarshalAppend(nil, &chunkFromFile{file: bytes.NewReader(content), offset: 990, size: 11}); err == nil {
		t.Error("read behind the end")
	}
}
