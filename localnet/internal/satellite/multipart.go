package satellite

import (
	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// listPendingObjectStreams lists the uploads to one key.
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
		item, err := c.uploadItem(b, o, o.Key, includeAll)
		if err != nil {
			return nil, err
		}
		resp.Items = append(resp.Items, item)
		cursor.Next()
	}
}

// uploadItem returns an upload as an item of a listing, under a key relative to the
// listing's prefix.
func (c *call) uploadItem(b *store.Bucket, o *store.Object, key []byte, in includes) (*pb.ObjectListItem, error) {
	id, err := c.packStream(b.Name, o.Key, o.Stream)
	if err != nil {
		return nil, err
	}
	item := &pb.ObjectListItem{EncryptedObjectKey: key, Status: pb.Object_UPLOADING, StreamId: &id}
	return item, in.fill(item, o)
}

// getPendingObjectMetadata returns the metadata that an upload was begun with.
func (c *call) getPendingObjectMetadata(req *pb.GetPendingObjectMetadataRequest) (*pb.GetPendingObjectMetadataResponse, error) {
	id, err := c.unpackStream(c.streamOr(req.StreamId))
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

// streamObject returns the upload or the object with a stream id.
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

// deletePart deletes a part of an upload.
func (c *call) deletePart(req *pb.DeletePartRequest) (*pb.DeletePartResponse, error) {
	id, err := c.permittedStream(c.streamOr(req.StreamId), macaroon.ActionDelete)
	if err != nil {
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

// listedStream returns the upload or the object whose segments a client lists.
func (c *call) listedStream(packed storj.StreamID) (*store.Object, error) {
	id, err := c.permittedStream(packed, macaroon.ActionRead)
	if err != nil {
		return nil, err
	}
	return c.streamObject(id)
}
