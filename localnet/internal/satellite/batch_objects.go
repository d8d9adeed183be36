package satellite

import "storj.io/common/pb"

// batchSetting runs requests about settings of buckets.
func (c *call) batchSetting(item *pb.BatchRequestItem, _ *ids) (*pb.BatchResponseItem, error) {
	resp := &pb.BatchResponseItem{}
	switch r := item.Request.(type) {
	case *pb.BatchRequestItem_BucketGetLocation:
		answer, err := c.getBucketLocation(r.BucketGetLocation)
		resp.Response = &pb.BatchResponseItem_BucketGetLocation{BucketGetLocation: answer}
		return resp, err
	case *pb.BatchRequestItem_BucketGetTagging:
		answer, err := c.getBucketTagging(r.BucketGetTagging)
		resp.Response = &pb.BatchResponseItem_BucketGetTagging{BucketGetTagging: answer}
		return resp, err
	case *pb.BatchRequestItem_BucketSetTagging:
		answer, err := c.setBucketTagging(r.BucketSetTagging)
		resp.Response = &pb.BatchResponseItem_BucketSetTagging{BucketSetTagging: answer}
		return resp, err
	case *pb.BatchRequestItem_BucketGetVersioning:
		answer, err := c.getBucketVersioning(r.BucketGetVersioning)
		resp.Response = &pb.BatchResponseItem_BucketGetVersioning{BucketGetVersioning: answer}
		return resp, err
	case *pb.BatchRequestItem_BucketSetVersioning:
		answer, err := c.setBucketVersioning(r.BucketSetVersioning)
		resp.Response = &pb.BatchResponseItem_BucketSetVersioning{BucketSetVersioning: answer}
		return resp, err
	case *pb.BatchRequestItem_BucketGetNotificationConfiguration:
		answer, err := c.getBucketNotificationConfiguration(r.BucketGetNotificationConfiguration)
		resp.Response = &pb.BatchResponseItem_BucketGetNotificationConfiguration{BucketGetNotificationConfiguration: answer}
		return resp, err
	case *pb.BatchRequestItem_BucketSetNotificationConfiguration:
		answer, err := c.setBucketNotificationConfiguration(r.BucketSetNotificationConfiguration)
		resp.Response = &pb.BatchResponseItem_BucketSetNotificationConfiguration{BucketSetNotificationConfiguration: answer}
		return resp, err
	}
	return nil, nil
}

// batchCopy runs requests that copy, move or delete, and one about pieces.
func (c *call) batchCopy(item *pb.BatchRequestItem, _ *ids) (*pb.BatchResponseItem, error) {
	resp := &pb.BatchResponseItem{}
	switch r := item.Request.(type) {
	case *pb.BatchRequestItem_ObjectBeginCopy:
		answer, err := c.beginCopyObject(r.ObjectBeginCopy)
		resp.Response = &pb.BatchResponseItem_ObjectBeginCopy{ObjectBeginCopy: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectFinishCopy:
		answer, err := c.finishCopyObject(r.ObjectFinishCopy)
		resp.Response = &pb.BatchResponseItem_ObjectFinishCopy{ObjectFinishCopy: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectBeginMove:
		answer, err := c.beginMoveObject(r.ObjectBeginMove)
		resp.Response = &pb.BatchResponseItem_ObjectBeginMove{ObjectBeginMove: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectFinishMove:
		answer, err := c.finishMoveObject(r.ObjectFinishMove)
		resp.Response = &pb.BatchResponseItem_ObjectFinishMove{ObjectFinishMove: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectsDelete:
		answer, err := c.deleteObjects(r.ObjectsDelete)
		resp.Response = &pb.BatchResponseItem_ObjectsDelete{ObjectsDelete: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectGetIps:
		answer, err := c.getObjectIPs(r.ObjectGetIps)
		resp.Response = &pb.BatchResponseItem_ObjectGetIps{ObjectGetIps: answer}
		return resp, err
	}
	return nil, nil
}

// batchLock runs requests about object lock.
func (c *call) batchLock(item *pb.BatchRequestItem, _ *ids) (*pb.BatchResponseItem, error) {
	resp := &pb.BatchResponseItem{}
	switch r := item.Request.(type) {
	case *pb.BatchRequestItem_BucketGetObjectLockConfiguration:
		answer, err := c.getBucketLock(r.BucketGetObjectLockConfiguration)
		resp.Response = &pb.BatchResponseItem_BucketGetObjectLockConfiguration{BucketGetObjectLockConfiguration: answer}
		return resp, err
	case *pb.BatchRequestItem_BucketSetObjectLockConfiguration:
		answer, err := c.setBucketLock(r.BucketSetObjectLockConfiguration)
		resp.Response = &pb.BatchResponseItem_BucketSetObjectLockConfiguration{BucketSetObjectLockConfiguration: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectGetRetention:
		answer, err := c.getObjectRetention(r.ObjectGetRetention)
		resp.Response = &pb.BatchResponseItem_ObjectGetRetention{ObjectGetRetention: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectSetRetention:
		answer, err := c.setObjectRetention(r.ObjectSetRetention)
		resp.Response = &pb.BatchResponseItem_ObjectSetRetention{ObjectSetRetention: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectGetLegalHold:
		answer, err := c.getObjectLegalHold(r.ObjectGetLegalHold)
		resp.Response = &pb.BatchResponseItem_ObjectGetLegalHold{ObjectGetLegalHold: answer}
		return resp, err
	case *pb.BatchRequestItem_ObjectSetLegalHold:
		answer, err := c.setObjectLegalHold(r.ObjectSetLegalHold)
		resp.Response = &pb.BatchResponseItem_ObjectSetLegalHold{ObjectSetLegalHold: answer}
		return resp, err
	}
	return nil, nil
}
