package window

import (
	"reflect"
	"testing"

	"storj.io/common/storj"
	"storj.io/uplink/private/storage/streams"
	"storj.io/uplink/private/storage/streams/splitter"
)

// Another version of Go's library may not have the private fields.
func TestGosLibraryHasThePrivateFields(t *testing.T) {
	uploader, own := &streams.Uploader{}, &backend{}
	setBackend(uploader, own)
	if found := privateField(uploader, "backend").Interface(); found != any(own) {
		t.Error(found)
	}

	split, err := splitter.New(splitter.Options{
		Split: segmentSize, Minimum: 1, Key: &storj.Key{1},
		Params: storj.EncryptionParameters{CipherSuite: storj.EncAESGCM, BlockSize: blockSize},
	})
	if err != nil {
		t.Fatal(err)
	}
	split.NewBackend = own.newSegment
	own.source = Source{Turn: NewMemory(1 << 30).NewTurn()}
	written := make(chan error, 1)
	go func() {
		_, err := split.Write(make([]byte, blockSize))
		written <- err
	}()
	remote, err := split.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	encrypter := encrypterOf(remote)
	if encrypter == nil || encrypter.OutBlockSize() != blockSize || reflect.ValueOf(encrypter).IsNil() {
		t.Error(encrypter)
	}
	if len(own.segments) != 1 {
		t.Error(own.segments)
	}
	split.Finish(nil)
}

func TestAnIDThatIsNoneIsRefused(t *testing.T) {
	if _, err := Open(t.Context(), nil, "bucket", "key", "no ID", 1, Source{}); err == nil {
		t.Error("it was accepted")
	}
}
