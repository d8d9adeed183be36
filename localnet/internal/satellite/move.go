package satellite

import (
	"context"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"uplink-localnet/internal/satellite/store"
)

// BeginMoveObject returns what a client encrypts anew for a move.
func (e *Endpoint) BeginMoveObject(ctx context.Context, req *pb.BeginMoveObjectRequest) (*pb.BeginMoveObjectResponse, error) {
	return read(ctx, e, req, (*call).beginMoveObject)
}

func (c *call) beginMoveObject(req *pb.BeginMoveObjectRequest) (*pb.BeginMoveObjectResponse, error) {
	for _, op := range []macaroon.ActionType{macaroon.ActionRead, macaroon.ActionDelete} {
		if err := c.permit(op, req.Bucket, req.EncryptedObjectKey); err != nil {
			return nil, err
		}
	}
	if err := c.checkTarget(req.NewBucket, req.NewEncryptedObjectKey); err != nil {
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

// FinishMoveObject gives an object another key. Its pieces stay where they are.
func (e *Endpoint) FinishMoveObject(ctx context.Context, req *pb.FinishMoveObjectRequest) (*pb.FinishMoveObjectResponse, error) {
	return write(ctx, e, req, (*call).finishMoveObject)
}

func (c *call) finishMoveObject(req *pb.FinishMoveObjectRequest) (*pb.FinishMoveObjectResponse, error) {
	from, source, err := c.source(req.StreamId, macaroon.ActionRead, macaroon.ActionDelete)
	if err != nil {
		return nil, err
	}
	if c.protected(source, false) {
		return nil, errProtected
	}
	if err := c.checkTarget(req.NewBucket, req.NewEncryptedObjectKey); err != nil {
		return nil, err
	}
	target, err := c.bucket(req.NewBucket)
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

// putMoved takes the source away, and stores it with its segments at the target.
func (c *call) putMoved(from *store.Bucket, source *store.Object, target *store.Bucket, o *store.Object, segments []*store.Segment) error {
	if err := c.tx.DeleteObject(from, source); err != nil {
		return err
	}
	if err := c.replace(target, o, nil); err != nil {
		return err
	}
	for _, s := range segments {
		if err := c.tx.PutSegment(c.project, o.Stream, s); err != nil {
			return err
		}
	}
	return c.tx.PutObject(target, o)
}
