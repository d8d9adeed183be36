package satellite

import (
	"context"

	"storj.io/common/pb"
	"storj.io/common/storj"
	"storj.io/drpc"
)

// Listed keeps the newest response to the requests of a listing that asks for metadata. Go's library
// leaves out objects whose metadata cannot be decrypted. So the response can be read a second time,
// without the metadata.
type Listed struct {
	response pb.CompressedBatchResponse
	state    listedState
}

type listedState int

const (
	nothingListed listedState = iota
	listedWithMetadata
	listedBare // the response was read a second time
)

type listedKey struct{}

// WithListed returns a context for one listing, whose requests come one after the other. If Go's
// library asks for another page because it can decrypt nothing in the newest response, it first
// gets the same response without metadata.
func WithListed(ctx context.Context, l *Listed) context.Context {
	return context.WithValue(ctx, listedKey{}, l)
}

// Bare reports whether the newest response was read without the metadata.
func (l *Listed) Bare() bool { return l.state == listedBare }

// Count returns the number of items in the newest response, or 0.
func (l *Listed) Count() (count int) {
	if batch, err := unpack(&l.response); err == nil {
		for _, part := range batch.Responses {
			count += len(part.GetObjectList().GetItems())
		}
	}
	return count
}

// invoke makes the call, or answers it with the newest response without metadata.
func (l *Listed) invoke(out drpc.Message, call func() error) error {
	response, ok := out.(*pb.CompressedBatchResponse)
	if !ok {
		return call()
	}
	if l.state == listedWithMetadata {
		data, err := withoutMetadata(&l.response)
		if err != nil {
			return err
		}
		response.Selected, response.Data = pb.CompressedBatchRequest_NONE, data
		l.state = listedBare
		return nil
	}
	if err := call(); err != nil {
		return err
	}
	l.response.Selected, l.response.Data = response.Selected, response.Data
	l.state = listedWithMetadata
	return nil
}

// withoutMetadata returns a response to a batch, without metadata and ETags of listed objects.
func withoutMetadata(response *pb.CompressedBatchResponse) ([]byte, error) {
	batch, err := unpack(response)
	if err != nil {
		return nil, err
	}
	for _, part := range batch.Responses {
		for _, item := range part.GetObjectList().GetItems() {
			item.EncryptedMetadata, item.EncryptedEtag = nil, nil
			item.EncryptedMetadataEncryptedKey, item.EncryptedMetadataNonce = nil, storj.Nonce{}
		}
	}
	return pb.Marshal(batch)
}

// unpack returns a response to a batch.
func unpack(response *pb.CompressedBatchResponse) (_ *pb.BatchResponse, err error) {
	data := response.Data
	if response.Selected == pb.CompressedBatchRequest_ZSTD {
		if data, err = decompressor().DecodeAll(data, nil); err != nil {
			return nil, err
		}
	}
	batch := &pb.BatchResponse{}
	return batch, pb.Unmarshal(data, batch)
}
