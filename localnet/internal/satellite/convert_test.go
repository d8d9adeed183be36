package satellite

import (
	"bytes"
	"testing"

	"storj.io/common/pb"
	"uplink-localnet/internal/satellite/store"
)

func TestMetadataOfAnUploadHasItsKeyForOlderClients(t *testing.T) {
	key, nonce := []byte("encrypted key"), bytes.Repeat([]byte{7}, 24)
	for status, want := range map[pb.Object_Status]*pb.SegmentMeta{
		pb.Object_UPLOADING:             {EncryptedKey: key, KeyNonce: nonce},
		pb.Object_COMMITTED_UNVERSIONED: nil,
	} {
		o := &store.Object{Status: int32(status), Metadata: store.Metadata{EncryptedKey: key, Nonce: nonce}}
		data, err := streamMeta(o, nil)
		if err != nil {
			t.Fatal(err)
		}
		var meta pb.StreamMeta
		if err := pb.Unmarshal(data, &meta); err != nil {
			t.Fatal(err)
		}
		got := meta.LastSegmentMeta
		if (got == nil) != (want == nil) || got != nil && (!bytes.Equal(got.EncryptedKey, key) || !bytes.Equal(got.KeyNonce, nonce)) {
			t.Errorf("status %v: %v, want %v", status, got, want)
		}
	}
}
