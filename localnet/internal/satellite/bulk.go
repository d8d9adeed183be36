package satellite

import (
	"errors"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

const maxDeletedObjects = 1000

// deleteObjects deletes up to maxDeletedObjects objects of a bucket, and returns a
// status for each.
func (c *call) deleteObjects(req *pb.DeleteObjectsRequest) (*pb.DeleteObjectsResponse, error) {
	b, err := c.bulkBucket(req)
	if err != nil {
		return nil, err
	}
	resp := &pb.DeleteObjectsResponse{}
	seen := map[string]bool{}
	for _, item := range req.Items {
		name := string(item.ObjectVersion) + "/" + string(item.EncryptedObjectKey)
		if seen[name] {
			continue
		}
		seen[name] = true
		result, err := c.deleteItem(b, req, item)
		if err != nil {
			return nil, err
		}
		if !req.Quiet || result.Status != pb.DeleteObjectsResponseItem_OK {
			resp.Items = append(resp.Items, result)
		}
	}
	return resp, nil
}

// bulkBucket returns the bucket of a request, or an error if the request is
// invalid. The codes are those of this request alone.
func (c *call) bulkBucket(req *pb.DeleteObjectsRequest) (*store.Bucket, error) {
	switch {
	case len(req.Bucket) == 0:
		return nil, status(rpcstatus.BucketNameMissing, "bucket name is missing")
	case checkNameLength(req.Bucket) != nil:
		return nil, status(rpcstatus.BucketNameInvalid, "bucket name is invalid")
	case len(req.Items) == 0:
		return nil, status(rpcstatus.DeleteObjectsNoItems, "no objects to delete")
	case len(req.Items) > maxDeletedObjects:
		return nil, status(rpcstatus.DeleteObjectsTooManyItems, "more than %d objects to delete", maxDeletedObjects)
	}
	for _, item := range req.Items {
		switch {
		case len(item.GetEncryptedObjectKey()) == 0:
			return nil, status(rpcstatus.ObjectKeyMissing, "object key is missing")
		case len(item.EncryptedObjectKey) > maxKeyLength:
			return nil, status(rpcstatus.ObjectKeyTooLong, "object key is too long")
		}
	}
	b, err := c.tx.Bucket(c.project, req.Bucket)
	if err == nil && b == nil {
		err = status(rpcstatus.BucketNotFound, "bucket not found: %s", req.Bucket)
	}
	return b, err
}

// deleteItem deletes one object, and returns its status.
func (c *call) deleteItem(b *store.Bucket, req *pb.DeleteObjectsRequest, item *pb.DeleteObjectsRequestItem) (*pb.DeleteObjectsResponseItem, error) {
	result := &pb.DeleteObjectsResponseItem{
		EncryptedObjectKey:     item.EncryptedObjectKey,
		RequestedObjectVersion: item.ObjectVersion,
		Status:                 pb.DeleteObjectsResponseItem_UNAUTHORIZED,
	}
	if c.permit(macaroon.ActionDelete, b.Name, item.EncryptedObjectKey) != nil {
		return result, nil
	}
	var d deletion
	var err error
	if len(item.ObjectVersion) > 0 {
		d.removed, err = c.deleteVersion(b, item.EncryptedObjectKey, item.ObjectVersion, req.BypassGovernanceRetention)
	} else {
		d, err = c.deleteLatest(b, item.EncryptedObjectKey)
	}
	switch {
	case errors.Is(err, errProtected):
		result.Status = pb.DeleteObjectsResponseItem_LOCKED
		return result, nil
	case errors.Is(err, errUnauthorized):
		return result, nil
	}
	result.Removed, result.Marker = deletedInfo(d.removed), deletedInfo(d.marker)
	result.Status = pb.DeleteObjectsResponseItem_OK
	if d == (deletion{}) {
		result.Status = pb.DeleteObjectsResponseItem_NOT_FOUND
	}
	return result, err
}

func deletedInfo(o *store.Object) *pb.DeleteObjectsResponseItemInfo {
	if o == nil {
		return nil
	}
	return &pb.DeleteObjectsResponseItemInfo{ObjectVersion: versionBytes(o), Status: pb.Object_Status(o.Status)}
}
