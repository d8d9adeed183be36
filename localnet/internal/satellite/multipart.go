package satellite

import (
	"context"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// ListPendingObjectStreams lists the uploads of one key.
func (e *Endpoint) ListPendingObjectStreams(ctx context.Context, req *pb.ListPendingObjectStreamsRequest) (*pb.ListPendingObjectStreamsResponse, error) {
	return read(ctx, e, req, (*call).listPendingObjectStreams)
}

func (c *call) listPendingObjectStreams(req *pb.ListPendingObjectStreamsRequest) (*pb.ListPendingObjectStreamsResponse, error) {
	if err := c.permit(macaroon.ActionList, req.Bucket, req.EncryptedObjectKey); err != nil {
		return nil, err
	}
	if err := requireKey(req.EncryptedObjectKey); err != nil {
		return nil, err
	}
	b, err := c.bucket(req.Bucket)
	if err != nil {
		return nil, err
	}
	cursor := c.tx.Uploads(b)
	if len(req.StreamIdCursor) == 0 {
		cursor.Seek(req.EncryptedObjectKey)
	} else {
		id, err := c.unpackStream(req.StreamIdCursor)
		if err != nil {
			return nil, err
		}
		cursor.SeekAfterUpload(req.EncryptedObjectKey, id.Stream)
	}
	limit := pageLimit(req.Limit, maxObjects)
	resp := &pb.ListPendingObjectStreamsResponse{}
	everything := includes{system: true, custom: true, etag: true, checksum: true}
	for {
		o, err := cursor.Object()
		if err != nil || o == nil || string(o.Key) != string(req.EncryptedObjectKey) {
			return resp, err
		}
		if !o.Aborted.IsZero() {
			cursor.Next()
			continue
		}
		if len(resp.Items) >= limit {
			resp.More = true
			return resp, nil
		}
		item, err := c.uploadItem(b, o, o.Key, everything)
		if err != nil {
			return nil, err
		}
		resp.Items = append(resp.Items, item)
		cursor.Next()
	}
}

// uploadItem is an upload in a listing; clients need its id to go on with it.
func (c *call) uploadItem(b *store.Bucket, o *store.Object, key []byte, in includes) (*pb.ObjectListItem, error) {
	id, err := c.packStream(b.Name, o.Key, o.Stream)
	if err != nil {
		return nil, err
	}
	item := &pb.ObjectListItem{EncryptedObjectKey: key, Status: pb.Object_UPLOADING, StreamId: &id}
	return item, in.fill(item, o)
}

// GetPendingObjectMetadata returns the metadata given at an upload's begin.
func (e *Endpoint) GetPendingObjectMetadata(ctx context.Context, req *pb.GetPendingObjectMetadataRequest) (*pb.GetPendingObjectMetadataResponse, error) {
	return read(ctx, e, req, (*call).getPendingObjectMetadata)
}

func (c *call) getPendingObjectMetadata(req *pb.GetPendingObjectMetadataRequest) (*pb.GetPendingObjectMetadataResponse, error) {
	id, err := c.unpackStream(req.StreamId)
	if err != nil {
		return nil, err
	}
	err = c.permitAny(id.Bucket, id.Key, macaroon.ActionRead, macaroon.ActionList)
	if err != nil {
		return nil, err
	}
	o, err := c.streamObject(id)
	if err != nil {
		return nil, err
	}
	if o.Status != int32(pb.Object_UPLOADING) || string(req.EncryptedObjectKey) != string(id.Key) {
		return nil, errObjectNotFound
	}
	meta, err := streamMeta(o, o.Metadata.Data)
	return &pb.GetPendingObjectMetadataResponse{
		EncryptedMetadata:             meta,
		EncryptedMetadataNonce:        nonceOf(o.Metadata.Nonce),
		EncryptedMetadataEncryptedKey: o.Metadata.EncryptedKey,
		EncryptedEtag:                 o.Metadata.ETag,
		ChecksumAlgorithm:             pb.ObjectChecksumAlgorithm(o.Metadata.ChecksumAlgorithm),
		IsChecksumComposite:           o.Metadata.ChecksumIsComposite,
		EncryptedChecksum:             o.Metadata.Checksum,
	}, err
}

// streamObject returns the object or the upload that a stream id stands for.
func (c *call) streamObject(id *streamID) (*store.Object, error) {
	b, err := c.bucket(id.Bucket)
	if err != nil {
		return nil, err
	}
	o, err := c.tx.Pending(b, id.Key, id.Stream)
	if err != nil || o != nil {
		return o, err
	}
	return c.byStream(b, id)
}

// DeletePart throws a part of an upload away.
func (e *Endpoint) DeletePart(ctx context.Context, req *pb.DeletePartRequest) (*pb.DeletePartResponse, error) {
	return write(ctx, e, req, (*call).deletePart)
}

func (c *call) deletePart(req *pb.DeletePartRequest) (*pb.DeletePartResponse, error) {
	id, err := c.unpackStream(req.StreamId)
	if err != nil {
		return nil, err
	}
	if err := c.permit(macaroon.ActionDelete, id.Bucket, id.Key); err != nil {
		return nil, err
	}
	b, err := c.bucket(id.Bucket)
	if err != nil {
		return nil, err
	}
	o, err := c.tx.Pending(b, id.Key, id.Stream)
	if err != nil || o == nil {
		return &pb.DeletePartResponse{}, err
	}
	if req.PartNumber < 0 {
		return nil, status(rpcstatus.InvalidArgument, "negative part number")
	}
	var part []*store.Segment
	err = c.tx.EachSegment(id.Stream, store.Position{Part: req.PartNumber}, func(s *store.Segment) (bool, error) {
		if s.Position.Part != req.PartNumber {
			return false, nil
		}
		part = append(part, s)
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	return &pb.DeletePartResponse{}, removeSegments(c.tx, c.project, id.Stream, part, c.at)
}

// uploadedSegments is what ListSegments lists for a stream that may be an
// upload: then there are no offsets yet, and everything is listed.
func (c *call) uploadedSegments(packed storj.StreamID) (o *store.Object, uploading bool, err error) {
	id, err := c.unpackStream(packed)
	if err != nil {
		return nil, false, err
	}
	if err := c.permit(macaroon.ActionRead, id.Bucket, id.Key); err != nil {
		return nil, false, err
	}
	if o, err = c.streamObject(id); err != nil {
		return nil, false, err
	}
	return o, o.Status == int32(pb.Object_UPLOADING), nil
}
