package satellite

import (
	"storj.io/common/memory"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// nonceBytes returns a nonce for the store, nil for one that was never set.
func nonceBytes(nonce storj.Nonce) []byte {
	if nonce.IsZero() {
		return nil
	}
	return append([]byte{}, nonce[:]...)
}

func nonceOf(data []byte) (nonce storj.Nonce) {
	copy(nonce[:], data)
	return nonce
}

func beginMetadata(req *pb.BeginObjectRequest) store.Metadata {
	return store.Metadata{
		Data:                req.EncryptedMetadata,
		EncryptedKey:        req.EncryptedMetadataEncryptedKey,
		Nonce:               nonceBytes(req.EncryptedMetadataNonce),
		ETag:                req.EncryptedEtag,
		ChecksumAlgorithm:   int32(req.ChecksumAlgorithm),
		ChecksumIsComposite: req.IsChecksumComposite,
		Checksum:            req.EncryptedChecksum,
	}
}

func commitMetadata(req *pb.CommitObjectRequest) store.Metadata {
	return store.Metadata{
		Data:                req.EncryptedMetadata,
		EncryptedKey:        req.EncryptedMetadataEncryptedKey,
		Nonce:               nonceBytes(req.EncryptedMetadataNonce),
		ETag:                req.EncryptedEtag,
		ChecksumAlgorithm:   int32(req.ChecksumAlgorithm),
		ChecksumIsComposite: req.IsChecksumComposite,
		Checksum:            req.EncryptedChecksum,
	}
}

// metadataKeySize is the size of an encrypted key of metadata: 32 bytes and the
// cipher's tag.
const metadataKeySize = 48

// checkMetadata returns an error for metadata that is larger than permitted, that
// lacks what clients decrypt it with, or that streamMeta could not complete.
func (c *call) checkMetadata(m *store.Metadata) error {
	limit := c.owner.Limits.Metadata
	switch {
	case limit > 0 && int64(len(m.Data)) > limit:
		return status(rpcstatus.InvalidArgument, "Encrypted metadata is too large, got %v, maximum allowed is %v",
			memory.Size(len(m.Data)), memory.Size(limit))
	case len(m.EncryptedKey) > 0 && len(m.EncryptedKey) != metadataKeySize:
		return status(rpcstatus.InvalidArgument, "Encrypted metadata key size is invalid, got %d, expected %d", len(m.EncryptedKey), metadataKeySize)
	case !m.IsEmpty() && (len(m.Nonce) == 0 || len(m.EncryptedKey) == 0):
		return status(rpcstatus.InvalidArgument, "invalid request: EncryptedMetadataNonce and EncryptedMetadataEncryptedKey must be set when EncryptedMetadata, EncryptedETag, or Checksum.EncryptedValue are set")
	case pb.Unmarshal(m.Data, new(pb.StreamMeta)) != nil:
		return status(rpcstatus.InvalidArgument, "malformed metadata")
	}
	return nil
}

// streamMeta returns the client's metadata with the fields that the satellite sets;
// clients cannot decrypt without them.
func streamMeta(o *store.Object, data []byte) ([]byte, error) {
	var meta pb.StreamMeta
	if err := pb.Unmarshal(data, &meta); err != nil {
		return nil, err
	}
	meta.EncryptionType = o.CipherSuite
	meta.EncryptionBlockSize = int32(o.BlockSize)
	meta.NumberOfSegments = o.SegmentCount
	if o.Status == int32(pb.Object_UPLOADING) && len(o.Metadata.EncryptedKey) > 0 {
		// Clients of 2023, such as the S3 gateway of that year, read the key of an upload only here.
		meta.LastSegmentMeta = &pb.SegmentMeta{EncryptedKey: o.Metadata.EncryptedKey, KeyNonce: o.Metadata.Nonce}
	}
	return pb.Marshal(&meta)
}

func encryptionParameters(o *store.Object) *pb.EncryptionParameters {
	return &pb.EncryptionParameters{
		CipherSuite: pb.CipherSuite(o.CipherSuite),
		BlockSize:   o.BlockSize,
	}
}

// objectMessage returns an object for clients, with all its metadata.
func (c *call) objectMessage(bucket []byte, o *store.Object) (*pb.Object, error) {
	id, err := c.packStream(bucket, o.Key, o.Stream)
	if err != nil {
		return nil, err
	}
	meta, err := streamMeta(o, o.Metadata.Data)
	if err != nil {
		return nil, err
	}
	message := &pb.Object{
		Bucket:                        bucket,
		EncryptedObjectKey:            o.Key,
		ObjectVersion:                 versionBytes(o),
		Status:                        pb.Object_Status(o.Status),
		StreamId:                      id,
		CreatedAt:                     o.Created,
		ExpiresAt:                     o.Expires,
		EncryptedMetadata:             meta,
		EncryptedMetadataNonce:        nonceOf(o.Metadata.Nonce),
		EncryptedMetadataEncryptedKey: o.Metadata.EncryptedKey,
		EncryptedEtag:                 o.Metadata.ETag,
		ChecksumAlgorithm:             pb.ObjectChecksumAlgorithm(o.Metadata.ChecksumAlgorithm),
		IsChecksumComposite:           o.Metadata.ChecksumIsComposite,
		EncryptedChecksum:             o.Metadata.Checksum,
		FixedSegmentSize:              o.FixedSegmentSize,
		EncryptionParameters:          encryptionParameters(o),
		TotalSize:                     o.EncryptedSize,
		InlineSize:                    o.InlineSize,
		RemoteSize:                    o.EncryptedSize - o.InlineSize,
		PlainSize:                     o.PlainSize,
	}
	c.showLock(message, o)
	return message, nil
}

func redundancyMessage(s store.Redundancy) *pb.RedundancyScheme {
	return &pb.RedundancyScheme{
		Type:             pb.RedundancyScheme_RS,
		MinReq:           s.Required,
		RepairThreshold:  s.Repair,
		SuccessThreshold: s.Optimal,
		Total:            s.Total,
		ErasureShareSize: s.ShareSize,
	}
}

func position(p *pb.SegmentPosition) store.Position {
	return store.Position{Part: p.GetPartNumber(), Index: p.GetIndex()}
}

func positionMessage(p store.Position) *pb.SegmentPosition {
	return &pb.SegmentPosition{PartNumber: p.Part, Index: p.Index}
}
