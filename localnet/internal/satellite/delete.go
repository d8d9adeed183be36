package satellite

import (
	"cmp"
	"errors"
	"time"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"uplink-localnet/internal/satellite/store"
)

// beginDeleteObject deletes an object, or aborts an upload.
func (c *call) beginDeleteObject(req *pb.BeginDeleteObjectRequest) (*pb.BeginDeleteObjectResponse, error) {
	if err := c.permit(macaroon.ActionDelete, req.Bucket, req.EncryptedObjectKey); err != nil {
		return nil, err
	}
	if err := errors.Join(requireKey(req.EncryptedObjectKey), checkNameLength(req.Bucket)); err != nil {
		return nil, err
	}
	b, err := c.tx.Bucket(c.project, req.Bucket)
	if err != nil {
		return nil, err
	}
	if pb.Object_Status(req.Status) == pb.Object_UPLOADING && req.StreamId != nil && !req.StreamId.IsZero() {
		return &pb.BeginDeleteObjectResponse{}, c.abortUpload(b, req)
	}
	if b == nil {
		// A missing object is no error, and neither is a missing bucket.
		return &pb.BeginDeleteObjectResponse{}, nil
	}
	var d deletion
	if len(req.ObjectVersion) > 0 {
		d.removed, err = c.deleteVersion(b, req.EncryptedObjectKey, req.ObjectVersion, req.BypassGovernanceRetention)
	} else {
		d, err = c.deleteLatest(b, req.EncryptedObjectKey)
	}
	shown := cmp.Or(d.removed, d.marker)
	if err != nil || shown == nil || !c.mayInspect(req.Bucket, req.EncryptedObjectKey) {
		return &pb.BeginDeleteObjectResponse{}, err
	}
	message, err := c.objectMessage(req.Bucket, shown)
	return &pb.BeginDeleteObjectResponse{Object: message}, err
}

// abortUpload hides an upload. As on a real satellite, a client that has its id
// can go on with it, and even commit it, until it is deleted.
func (c *call) abortUpload(b *store.Bucket, req *pb.BeginDeleteObjectRequest) error {
	id, err := c.unpackStream(*req.StreamId)
	if err != nil {
		return err
	}
	if b == nil {
		return errObjectNotFound
	}
	o, err := c.tx.Pending(b, req.EncryptedObjectKey, id.Stream)
	if err != nil {
		return err
	}
	if o == nil || !o.Aborted.IsZero() {
		return errObjectNotFound
	}
	return c.tx.AbortPending(b, o, c.at)
}

// finishDeleteObject does nothing: beginDeleteObject has deleted the object.
func (c *call) finishDeleteObject(*pb.FinishDeleteObjectRequest) (*pb.FinishDeleteObjectResponse, error) {
	return &pb.FinishDeleteObjectResponse{}, c.permit(macaroon.ActionProjectInfo, nil, nil)
}

// removeObject deletes an object with its segments, and releases their pieces.
func (c *call) removeObject(b *store.Bucket, o *store.Object) error {
	if err := c.tx.DeleteObject(b, o); err != nil {
		return err
	}
	return removeStream(c.tx, c.project, o.Stream, c.at)
}

// removePending deletes an upload with all its pieces.
func (c *call) removePending(b *store.Bucket, o *store.Object) error {
	if err := c.tx.DeletePending(b, o); err != nil {
		return err
	}
	return discardStream(c.tx, c.project, o.Stream, c.at)
}

// discardStream deletes the segments of an upload, and all pieces that nodes may
// have for it.
func discardStream(tx *store.Tx, project store.ProjectID, stream store.StreamID, now time.Time) error {
	if err := discardIssued(tx, stream, now); err != nil {
		return err
	}
	return removeStream(tx, project, stream, now)
}

// removeStream deletes the segments of a stream and releases their pieces.
func removeStream(tx *store.Tx, project store.ProjectID, stream store.StreamID, now time.Time) error {
	segments, err := tx.Segments(stream)
	if err != nil {
		return err
	}
	return removeSegments(tx, project, stream, segments, now)
}

func removeSegments(tx *store.Tx, project store.ProjectID, stream store.StreamID, segments []*store.Segment, now time.Time) error {
	for _, s := range segments {
		if err := tx.DeleteSegment(project, stream, s.Position); err != nil {
			return err
		}
		if err := tx.ReleasePieces(s.Pieces, now.Add(readGrace)); err != nil {
			return err
		}
	}
	return nil
}

// discardIssued has those pieces deleted that nodes may have got for a stream, but
// that were never committed.
func discardIssued(tx *store.Tx, stream store.StreamID, now time.Time) error {
	list, err := tx.TakeAllIssued(stream)
	if err != nil {
		return err
	}
	for _, pieces := range list {
		if err := tx.AddGarbage(pieces, now.Add(strayGrace)); err != nil {
			return err
		}
	}
	return nil
}
