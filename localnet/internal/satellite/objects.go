package satellite

import (
	"crypto/rand"
	"errors"
	"time"

	"storj.io/common/macaroon"
	"storj.io/common/memory"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// beginObject begins an upload and returns its stream id.
func (c *call) beginObject(req *pb.BeginObjectRequest) (*pb.BeginObjectResponse, error) {
	if err := c.permit(macaroon.ActionWrite, req.Bucket, req.EncryptedObjectKey); err != nil {
		return nil, err
	}
	meta := beginMetadata(req)
	if err := errors.Join(checkNewKey(req.EncryptedObjectKey), c.checkMetadata(&meta)); err != nil {
		return nil, err
	}
	b, err := c.bucket(req.Bucket)
	if err != nil {
		return nil, err
	}
	expires, err := c.expiration(req.ExpiresAt.Truncate(time.Microsecond))
	if err != nil {
		return nil, err
	}
	o := &store.Object{
		Key:         req.EncryptedObjectKey,
		Status:      int32(pb.Object_UPLOADING),
		Created:     c.at,
		Expires:     expires,
		CipherSuite: int32(req.GetEncryptionParameters().GetCipherSuite()),
		BlockSize:   req.GetEncryptionParameters().GetBlockSize(),
		Metadata:    meta,
	}
	if err := c.lockNew(b, o, req.Retention, req.LegalHold); err != nil {
		return nil, err
	}
	if err := errors.Join(c.checkRoom(), c.admitWrite(b, o.Key)); err != nil {
		return nil, err
	}
	if _, err := rand.Read(o.Stream[:]); err != nil {
		return nil, err
	}
	if err := c.tx.PutPending(b, o); err != nil {
		return nil, err
	}
	id, err := c.packStream(req.Bucket, o.Key, o.Stream)
	if err != nil {
		return nil, err
	}
	c.previous.stream = id
	return &pb.BeginObjectResponse{
		Bucket:               req.Bucket,
		EncryptedObjectKey:   req.EncryptedObjectKey,
		StreamId:             id,
		EncryptionParameters: req.EncryptionParameters,
	}, nil
}

// expiration returns when a new object expires: at the time that the client asks for.
// If it asks for none, it is as late as the key permits, which can be never (zero).
func (c *call) expiration(asked time.Time) (time.Time, error) {
	if !asked.IsZero() && !asked.After(c.at) {
		return time.Time{}, status(rpcstatus.InvalidArgument, "invalid expiration time, cannot be in the past")
	}
	ttl, err := c.key.GetMaxObjectTTL(c.ctx)
	if err != nil {
		return time.Time{}, errUnauthorized
	}
	if ttl == nil {
		return asked, nil
	}
	last := c.at.Add(*ttl)
	switch {
	case asked.IsZero():
		return last, nil
	case asked.After(last):
		return time.Time{}, status(rpcstatus.InvalidArgument, "invalid expiration time, cannot be longer than %v", *ttl)
	default:
		return asked, nil
	}
}

// commitObject makes an upload an object.
func (c *call) commitObject(req *pb.CommitObjectRequest) (*pb.CommitObjectResponse, error) {
	id, b, o, err := c.unpackUpload(c.streamOr(req.StreamId), errObjectNotFound)
	if err != nil {
		return nil, err
	}
	meta := commitMetadata(req)
	if err := c.checkMetadata(&meta); err != nil {
		return nil, err
	}
	pending := *o
	old, err := c.place(b, o, req.IfNoneMatch)
	if err != nil {
		return nil, err
	}
	if err := c.permitReplacing(b, old); err != nil {
		return nil, err
	}
	segments, err := c.tx.Segments(o.Stream)
	if err != nil {
		return nil, err
	}
	if err := c.checkPartSizes(segments); err != nil {
		return nil, err
	}
	// A commit without metadata keeps those of the begin.
	if !req.SkipOverrideEncryptedMetadata && !meta.IsEmpty() {
		o.Metadata = meta
	}
	o.Aborted = time.Time{}
	if err := c.putCommitted(b, &pending, o, old, segments); err != nil {
		return nil, err
	}
	message, err := c.objectMessage(id.Bucket, o)
	if err != nil {
		return nil, err
	}
	message.LegalHold, message.Retention = nil, nil // as on a real satellite
	return &pb.CommitObjectResponse{Object: message}, nil
}

// putCommitted stores an object in place of its upload and of the object that it
// replaces, nil for none.
func (c *call) putCommitted(b *store.Bucket, upload, o, replaced *store.Object, segments []*store.Segment) error {
	if replaced != nil {
		if err := c.removeObject(b, replaced); err != nil {
			return err
		}
	}
	if err := c.layOut(o, segments); err != nil {
		return err
	}
	if err := c.tx.DeletePending(b, upload); err != nil {
		return err
	}
	if err := discardIssued(c.tx, o.Stream, c.at); err != nil {
		return err
	}
	return c.tx.PutObject(b, o)
}

// checkPartSizes returns an error if a part, except the last, is too small.
func (c *call) checkPartSizes(segments []*store.Segment) error {
	least := c.owner.Limits.PartSize
	var size int64
	for i, s := range segments {
		size += s.PlainSize
		if i+1 == len(segments) || segments[i+1].Position.Part == s.Position.Part {
			continue
		}
		if size < least {
			return status(rpcstatus.FailedPrecondition, "failed precondition: size of part number %d is below minimum threshold, got: %v, min: %v",
				s.Position.Part, memory.Size(size), memory.Size(least))
		}
		size = 0
	}
	return nil
}

// layOut sets the offsets of the segments and the sizes of the object.
func (c *call) layOut(o *store.Object, segments []*store.Segment) error {
	o.SegmentCount = int64(len(segments))
	o.PlainSize, o.EncryptedSize, o.InlineSize, o.FixedSegmentSize = 0, 0, 0, 0
	for i, s := range segments {
		if s.PlainOffset != o.PlainSize {
			s.PlainOffset = o.PlainSize
			if err := c.tx.PutSegment(c.project, o.Stream, s); err != nil {
				return err
			}
		}
		o.PlainSize += s.PlainSize
		o.EncryptedSize += s.EncryptedSize
		if s.IsInline() {
			o.InlineSize += s.EncryptedSize
		}
		if i == 0 {
			o.FixedSegmentSize = s.PlainSize
		}
	}
	return nil
}

// errNotPending is the error of requests about segments when there is no upload.
var errNotPending = status(rpcstatus.NotFound, "pending object missing")

// unpackUpload returns the upload with a stream id, and the id's content. The rules
// are those of upload.
func (c *call) unpackUpload(packed storj.StreamID, missing error) (*streamID, *store.Bucket, *store.Object, error) {
	id, err := c.unpackStream(packed)
	if err != nil {
		return nil, nil, nil, err
	}
	b, o, err := c.upload(id, missing)
	return id, b, o, err
}

// upload returns the upload of a stream, if the key may write it. Without such an
// upload it returns the error missing.
func (c *call) upload(id *streamID, missing error) (*store.Bucket, *store.Object, error) {
	if err := c.permit(macaroon.ActionWrite, id.Bucket, id.Key); err != nil {
		return nil, nil, err
	}
	b, err := c.tx.Bucket(c.project, id.Bucket)
	if err != nil {
		return nil, nil, err
	}
	if b == nil {
		return nil, nil, missing
	}
	o, err := c.tx.Pending(b, id.Key, id.Stream)
	if err == nil && o == nil {
		err = missing
	}
	return b, o, err
}

// getObject returns an object's metadata.
func (c *call) getObject(req *pb.GetObjectRequest) (*pb.GetObjectResponse, error) {
	err := c.permitAny(req.Bucket, req.EncryptedObjectKey, macaroon.ActionRead, macaroon.ActionList)
	if err != nil {
		return nil, err
	}
	_, o, err := c.object(req.Bucket, req.EncryptedObjectKey, req.ObjectVersion)
	if err != nil {
		return nil, err
	}
	message, err := c.objectMessage(req.Bucket, o)
	return &pb.GetObjectResponse{Object: message}, err
}

// object returns a version of an object that exists; an empty version means the
// newest.
func (c *call) object(bucket, key, version []byte) (*store.Bucket, *store.Object, error) {
	if err := requireKey(key); err != nil {
		return nil, nil, err
	}
	b, err := c.bucket(bucket)
	if err != nil {
		return nil, nil, err
	}
	o, err := c.version(b, key, version)
	return b, o, err
}

// updateObjectMetadata replaces the user's metadata of an object.
func (c *call) updateObjectMetadata(req *pb.UpdateObjectMetadataRequest) (*pb.UpdateObjectMetadataResponse, error) {
	if err := c.permit(macaroon.ActionWrite, req.Bucket, req.EncryptedObjectKey); err != nil {
		return nil, err
	}
	id, err := c.unpackStream(req.StreamId)
	if err != nil {
		return nil, err
	}
	if err := requireKey(req.EncryptedObjectKey); err != nil {
		return nil, err
	}
	b, err := c.bucket(req.Bucket)
	if err != nil {
		return nil, err
	}
	// By stream: the object may have been replaced since the client got it.
	o, err := c.byStream(b, &streamID{Key: req.EncryptedObjectKey, Stream: id.Stream})
	if err != nil {
		return nil, err
	}
	m := &o.Metadata
	custom, etag, checksum := true, req.SetEncryptedEtag, false
	if req.Includes != nil {
		custom, etag, checksum = req.Includes.Custom, req.Includes.Etag, req.Includes.Checksum
	}
	if custom {
		m.Data = req.EncryptedMetadata
	}
	if etag {
		m.ETag = req.EncryptedEtag
	}
	if checksum {
		m.ChecksumAlgorithm = int32(req.ChecksumAlgorithm)
		m.ChecksumIsComposite = req.IsChecksumComposite
		m.Checksum = req.EncryptedChecksum
	}
	m.EncryptedKey = req.EncryptedMetadataEncryptedKey
	m.Nonce = nonceBytes(req.EncryptedMetadataNonce)
	if err := c.checkMetadata(m); err != nil {
		return nil, err
	}
	return &pb.UpdateObjectMetadataResponse{}, c.tx.PutObject(b, o)
}
