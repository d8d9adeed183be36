package satellite

import (
	"crypto/rand"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// Copies and moves take two requests. The first returns the encrypted keys of the
// source; the client encrypts them for the target and sends them with the second.

// beginCopyObject returns the keys that a client encrypts again for a copy.
func (c *call) beginCopyObject(req *pb.BeginCopyObjectRequest) (*pb.BeginCopyObjectResponse, error) {
	if err := c.permit(macaroon.ActionRead, req.Bucket, req.EncryptedObjectKey); err != nil {
		return nil, err
	}
	if _, err := c.targetBucket(req.NewBucket, req.NewEncryptedObjectKey); err != nil {
		return nil, err
	}
	if err := c.checkRoom(); err != nil {
		return nil, err
	}
	_, o, err := c.object(req.Bucket, req.EncryptedObjectKey, req.ObjectVersion)
	if err != nil {
		return nil, err
	}
	resp := &pb.BeginCopyObjectResponse{
		EncryptedMetadataKey:      o.Metadata.EncryptedKey,
		EncryptedMetadataKeyNonce: nonceOf(o.Metadata.Nonce),
		EncryptionParameters:      encryptionParameters(o),
		ChecksumAlgorithm:         pb.ObjectChecksumAlgorithm(o.Metadata.ChecksumAlgorithm),
	}
	resp.StreamId, resp.SegmentKeys, err = c.sourceKeys(req.Bucket, o)
	return resp, err
}

// targetBucket returns the bucket of a target, or an error if the key may not write the
// target or the bucket does not exist.
func (c *call) targetBucket(bucket, key []byte) (*store.Bucket, error) {
	if err := c.permit(macaroon.ActionWrite, bucket, key); err != nil {
		return nil, err
	}
	if err := checkNewKey(key); err != nil {
		return nil, err
	}
	return c.bucket(bucket)
}

// sourceKeys returns the id of an object's stream, and the encrypted keys of its
// segments.
func (c *call) sourceKeys(bucket []byte, o *store.Object) (id storj.StreamID, keys []*pb.EncryptedKeyAndNonce, err error) {
	if id, err = c.packStream(bucket, o.Key, o.Stream); err != nil {
		return nil, nil, err
	}
	err = c.tx.EachSegment(o.Stream, store.Position{}, func(s *store.Segment) (bool, error) {
		keys = append(keys, &pb.EncryptedKeyAndNonce{
			Position: positionMessage(s.Position), EncryptedKey: s.EncryptedKey, EncryptedKeyNonce: nonceOf(s.KeyNonce),
		})
		return true, nil
	})
	return id, keys, err
}

// finishCopyObject makes a copy, which shares the pieces of its source.
func (c *call) finishCopyObject(req *pb.FinishCopyObjectRequest) (*pb.FinishCopyObjectResponse, error) {
	_, source, err := c.permittedObject(req.StreamId, macaroon.ActionRead)
	if err != nil {
		return nil, err
	}
	target, err := c.targetBucket(req.NewBucket, req.NewEncryptedObjectKey)
	if err != nil {
		return nil, err
	}
	segments, err := c.rekeyed(source, req.NewSegmentKeys)
	if err != nil {
		return nil, err
	}
	o := *source
	o.Key, o.Created, o.Metadata = req.NewEncryptedObjectKey, c.at, copiedMetadata(source, req)
	if err := c.checkMetadata(&o.Metadata); err != nil {
		return nil, err
	}
	o.Retention, o.LegalHold = store.Retention{}, false // a copy does not inherit them
	if err := c.limitLife(&o); err != nil {
		return nil, err
	}
	if err := c.lockNew(target, &o, req.Retention, req.LegalHold); err != nil {
		return nil, err
	}
	if _, err := rand.Read(o.Stream[:]); err != nil {
		return nil, err
	}
	if err := c.checkRoom(); err != nil {
		return nil, err
	}
	if err := c.putCopy(target, &o, segments, req.IfNoneMatch); err != nil {
		return nil, err
	}
	message, err := c.objectMessage(req.NewBucket, &o)
	return &pb.FinishCopyObjectResponse{Object: message}, err
}

// putCopy stores a copy with its segments.
func (c *call) putCopy(target *store.Bucket, o *store.Object, segments []*store.Segment, ifNoneMatch []string) error {
	// The pieces are shared before anything is removed: the target may be the source.
	for _, s := range segments {
		if !s.IsInline() {
			if err := c.tx.SharePieces(s.Pieces); err != nil {
				return err
			}
		}
	}
	return c.putReplacing(target, o, segments, ifNoneMatch)
}

// putReplacing stores an object with its segments in place of the one that has its key.
func (c *call) putReplacing(target *store.Bucket, o *store.Object, segments []*store.Segment, ifNoneMatch []string) error {
	if err := c.replace(target, o, ifNoneMatch); err != nil {
		return err
	}
	for _, s := range segments {
		if err := c.tx.PutSegment(c.project, o.Stream, s); err != nil {
			return err
		}
	}
	return c.tx.PutObject(target, o)
}

// replace gives the object of a copy or move its version, and deletes the object
// that it replaces. That takes no permission to delete.
func (c *call) replace(target *store.Bucket, o *store.Object, ifNoneMatch []string) error {
	old, err := c.place(target, o, ifNoneMatch)
	if err != nil || old == nil {
		return err
	}
	return c.removeObject(target, old)
}

// copiedMetadata returns the metadata of a copy: the source's or new ones, in any
// case with a new key.
func copiedMetadata(source *store.Object, req *pb.FinishCopyObjectRequest) store.Metadata {
	m := source.Metadata
	if req.OverrideMetadata {
		m = store.Metadata{
			Data:                req.NewEncryptedMetadata,
			ETag:                req.NewEncryptedEtag,
			ChecksumAlgorithm:   int32(req.NewChecksumAlgorithm),
			ChecksumIsComposite: req.NewIsChecksumComposite,
			Checksum:            req.NewEncryptedChecksum,
		}
	}
	m.EncryptedKey, m.Nonce = req.NewEncryptedMetadataKey, nonceBytes(req.NewEncryptedMetadataKeyNonce)
	return m
}

// limitLife returns an error if a copy lives longer than the key permits. A copy that
// would never expire gets the longest life that the key permits.
func (c *call) limitLife(o *store.Object) error {
	last, err := c.expiration(o.Expires)
	if err == nil {
		o.Expires = last
	}
	return err
}

// permittedObject returns the object with a stream id, if the key permits the actions
// on it.
func (c *call) permittedObject(packed storj.StreamID, ops ...macaroon.ActionType) (*store.Bucket, *store.Object, error) {
	id, err := c.permittedStream(packed, ops...)
	if err != nil {
		return nil, nil, err
	}
	b, err := c.bucket(id.Bucket)
	if err != nil {
		return nil, nil, err
	}
	o, err := c.byStream(b, id)
	return b, o, err
}

// rekeyed returns the segments of an object with the client's new keys.
func (c *call) rekeyed(o *store.Object, keys []*pb.EncryptedKeyAndNonce) ([]*store.Segment, error) {
	segments, err := c.tx.Segments(o.Stream)
	if err != nil {
		return nil, err
	}
	if len(keys) != len(segments) {
		return nil, status(rpcstatus.InvalidArgument, "wrong number of segments keys received")
	}
	byPosition := map[store.Position]*pb.EncryptedKeyAndNonce{}
	for _, key := range keys {
		byPosition[position(key.GetPosition())] = key
	}
	for _, s := range segments {
		key := byPosition[s.Position]
		if key == nil {
			return nil, status(rpcstatus.InvalidArgument, "missing new segment keys for segment %d", s.Position.Index)
		}
		s.EncryptedKey, s.KeyNonce = key.EncryptedKey, nonceBytes(key.EncryptedKeyNonce)
	}
	return segments, nil
}

// beginMoveObject returns the keys that a client encrypts again for a move.
func (c *call) beginMoveObject(req *pb.BeginMoveObjectRequest) (*pb.BeginMoveObjectResponse, error) {
	for _, op := range []macaroon.ActionType{macaroon.ActionRead, macaroon.ActionDelete} {
		if err := c.permit(op, req.Bucket, req.EncryptedObjectKey); err != nil {
			return nil, err
		}
	}
	if _, err := c.targetBucket(req.NewBucket, req.NewEncryptedObjectKey); err != nil {
		return nil, err
	}
	_, o, err := c.object(req.Bucket, req.EncryptedObjectKey, nil)
	if err != nil {
		return nil, err
	}
	resp := &pb.BeginMoveObjectResponse{
		EncryptedMetadataKey:      o.Metadata.EncryptedKey,
		EncryptedMetadataKeyNonce: nonceOf(o.Metadata.Nonce),
		EncryptionParameters:      encryptionParameters(o),
	}
	resp.StreamId, resp.SegmentKeys, err = c.sourceKeys(req.Bucket, o)
	return resp, err
}

// finishMoveObject moves an object to another key. Its pieces stay the same.
func (c *call) finishMoveObject(req *pb.FinishMoveObjectRequest) (*pb.FinishMoveObjectResponse, error) {
	from, source, err := c.permittedObject(req.StreamId, macaroon.ActionRead, macaroon.ActionDelete)
	if err != nil {
		return nil, err
	}
	if c.protected(source, false) {
		return nil, errProtected
	}
	target, err := c.targetBucket(req.NewBucket, req.NewEncryptedObjectKey)
	if err != nil {
		return nil, err
	}
	segments, err := c.rekeyed(source, req.NewSegmentKeys)
	if err != nil {
		return nil, err
	}
	o := *source
	o.Key = req.NewEncryptedObjectKey
	o.Metadata.EncryptedKey = req.NewEncryptedMetadataKey
	o.Metadata.Nonce = nonceBytes(req.NewEncryptedMetadataKeyNonce)
	if err := c.checkMetadata(&o.Metadata); err != nil {
		return nil, err
	}
	o.Retention = store.Retention{}
	if err := c.lockNew(target, &o, req.Retention, req.LegalHold); err != nil {
		return nil, err
	}
	return &pb.FinishMoveObjectResponse{}, c.putMoved(from, source, target, &o, segments)
}

// putMoved deletes the source, and stores the object with its segments at the
// target.
func (c *call) putMoved(from *store.Bucket, source *store.Object, target *store.Bucket, o *store.Object, segments []*store.Segment) error {
	if err := c.tx.DeleteObject(from, source); err != nil {
		return err
	}
	return c.putReplacing(target, o, segments, nil)
}
