package satellite

import (
	"time"

	"github.com/gogo/protobuf/types"
	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

// Object lock keeps versions from being deleted: a retention until a time, a legal
// hold until it is removed. A retention in governance mode can be bypassed with a
// permission of its own, in compliance mode it cannot.

var (
	errProtected   = status(rpcstatus.ObjectLockObjectProtected, "object is protected by Object Lock settings")
	errBucketState = status(rpcstatus.ObjectLockInvalidBucketState, "object lock requires bucket versioning to be enabled")
	errBucketLock  = status(rpcstatus.ObjectLockBucketRetentionConfigurationMissing, "object lock is not enabled for this bucket")
)

// mayBypass reports whether a request bypasses governance mode, with an error if
// it asks for that without permission.
func (c *call) mayBypass(asked bool, bucket, key []byte) (bool, error) {
	if !asked {
		return false, nil
	}
	return true, c.permit(macaroon.ActionBypassGovernanceRetention, bucket, key)
}

// protected reports whether a version must not be deleted now.
func (c *call) protected(o *store.Object, bypass bool) bool {
	if o.LegalHold {
		return true
	}
	if !c.retained(o) {
		return false
	}
	return !bypass || pb.Retention_Mode(o.Retention.Mode) == pb.Retention_COMPLIANCE
}

// retained reports whether the retention of a version has not ended.
func (c *call) retained(o *store.Object) bool {
	return o.Retention.Mode != 0 && c.at.Before(o.Retention.Until)
}

// lockNew sets the retention and legal hold of a new object, as the client asks for
// them or as the bucket's default is. o.Expires must be set before.
func (c *call) lockNew(b *store.Bucket, o *store.Object, retention *pb.Retention, hold bool) error {
	if retention == nil && !hold {
		return c.lockByDefault(b, o)
	}
	if retention != nil {
		if err := c.permit(macaroon.ActionPutObjectRetention, b.Name, o.Key); err != nil {
			return err
		}
		wanted, err := c.checkRetention(retention)
		if err != nil {
			return err
		}
		o.Retention = wanted
	}
	if hold {
		if err := c.permit(macaroon.ActionPutObjectLegalHold, b.Name, o.Key); err != nil {
			return err
		}
		o.LegalHold = true
	}
	switch {
	case !b.Lock.Enabled:
		return errBucketLock
	case !o.Expires.IsZero():
		return status(rpcstatus.InvalidArgument, "cannot specify Object Lock settings and an object expiration time")
	case o.Retention.Mode == 0:
		return c.lockByDefault(b, o)
	}
	return nil
}

// lockByDefault sets the retention that the bucket gives to new objects.
func (c *call) lockByDefault(b *store.Bucket, o *store.Object) error {
	d := b.Lock.Default
	if d.Mode == 0 {
		return nil
	}
	if !o.Expires.IsZero() {
		return status(rpcstatus.ObjectLockUploadWithTTLAndDefaultRetention,
			"cannot specify an object expiration time when uploading into a bucket with default retention settings")
	}
	o.Retention = store.Retention{Mode: d.Mode, Until: c.at.AddDate(int(d.Years), 0, int(d.Days))}
	return nil
}

// checkRetention returns a client's retention for the store, or an error if it is
// invalid.
func (c *call) checkRetention(r *pb.Retention) (store.Retention, error) {
	switch {
	case r.Mode != pb.Retention_COMPLIANCE && r.Mode != pb.Retention_GOVERNANCE:
		return store.Retention{}, status(rpcstatus.InvalidArgument, "invalid retention mode %d", r.Mode)
	case !r.RetainUntil.After(c.at):
		return store.Retention{}, status(rpcstatus.InvalidArgument, "retention period expiration time must not be in the past")
	}
	return store.Retention{Mode: int32(r.Mode), Until: r.RetainUntil.UTC().Truncate(time.Microsecond)}, nil
}

// retentionMessage returns a retention for clients, nil if there is none.
func retentionMessage(r store.Retention) *pb.Retention {
	if r.Mode == 0 {
		return nil
	}
	return &pb.Retention{Mode: pb.Retention_Mode(r.Mode), RetainUntil: r.Until}
}

// showLock adds the retention and legal hold of an object to its message, where the
// key may read them.
func (c *call) showLock(message *pb.Object, o *store.Object) {
	if c.permit(macaroon.ActionGetObjectRetention, message.Bucket, o.Key) == nil {
		message.Retention = retentionMessage(o.Retention)
	}
	if c.permit(macaroon.ActionGetObjectLegalHold, message.Bucket, o.Key) == nil {
		message.LegalHold = &types.BoolValue{Value: o.LegalHold}
	}
}

// lockable returns a version in a bucket with object lock, if the key permits the
// action.
func (c *call) lockable(op macaroon.ActionType, bucket, key, version []byte) (*store.Bucket, *store.Object, error) {
	if err := c.permit(op, bucket, key); err != nil {
		return nil, nil, err
	}
	b, err := c.bucket(bucket)
	if err != nil {
		return nil, nil, err
	}
	if !b.Lock.Enabled {
		return nil, nil, errBucketLock
	}
	return c.object(bucket, key, version)
}

// getObjectRetention returns the retention of a version.
func (c *call) getObjectRetention(req *pb.GetObjectRetentionRequest) (*pb.GetObjectRetentionResponse, error) {
	_, o, err := c.lockable(macaroon.ActionGetObjectRetention, req.Bucket, req.EncryptedObjectKey, req.ObjectVersion)
	if err != nil {
		return nil, err
	}
	if o.Retention.Mode == 0 {
		return nil, status(rpcstatus.ObjectLockObjectRetentionConfigurationMissing, "object has no retention configuration")
	}
	return &pb.GetObjectRetentionResponse{Retention: retentionMessage(o.Retention)}, nil
}

// setObjectRetention sets the retention of a version. A shorter one than before
// takes the permission to bypass governance mode.
func (c *call) setObjectRetention(req *pb.SetObjectRetentionRequest) (*pb.SetObjectRetentionResponse, error) {
	b, o, err := c.lockable(macaroon.ActionPutObjectRetention, req.Bucket, req.EncryptedObjectKey, req.ObjectVersion)
	if err != nil {
		return nil, err
	}
	bypass, err := c.mayBypass(req.BypassGovernanceRetention, req.Bucket, req.EncryptedObjectKey)
	if err != nil {
		return nil, err
	}
	var wanted store.Retention
	if req.Retention != nil && req.Retention.Mode != pb.Retention_INVALID {
		if wanted, err = c.checkRetention(req.Retention); err != nil {
			return nil, err
		}
	}
	if !o.Expires.IsZero() {
		return nil, status(rpcstatus.ObjectLockInvalidObjectState, "an object with an expiration time cannot be locked")
	}
	if c.retained(o) && weaker(wanted, o.Retention) {
		if !bypass || pb.Retention_Mode(o.Retention.Mode) == pb.Retention_COMPLIANCE {
			return nil, errProtected
		}
	}
	o.Retention = wanted
	return &pb.SetObjectRetentionResponse{}, c.tx.PutObject(b, o)
}

// weaker reports whether a retention protects less than the one before.
func weaker(wanted, before store.Retention) bool {
	left := pb.Retention_Mode(before.Mode) == pb.Retention_COMPLIANCE && wanted.Mode != before.Mode
	return left || wanted.Mode == 0 || wanted.Until.Before(before.Until)
}

// getObjectLegalHold reports whether a version has a legal hold.
func (c *call) getObjectLegalHold(req *pb.GetObjectLegalHoldRequest) (*pb.GetObjectLegalHoldResponse, error) {
	_, o, err := c.lockable(macaroon.ActionGetObjectLegalHold, req.Bucket, req.EncryptedObjectKey, req.ObjectVersion)
	if err != nil {
		return nil, err
	}
	return &pb.GetObjectLegalHoldResponse{Enabled: o.LegalHold}, nil
}

// setObjectLegalHold adds a legal hold to a version, or removes it.
func (c *call) setObjectLegalHold(req *pb.SetObjectLegalHoldRequest) (*pb.SetObjectLegalHoldResponse, error) {
	b, o, err := c.lockable(macaroon.ActionPutObjectLegalHold, req.Bucket, req.EncryptedObjectKey, req.ObjectVersion)
	if err != nil {
		return nil, err
	}
	if !o.Expires.IsZero() {
		return nil, status(rpcstatus.ObjectLockInvalidObjectState, "an object with an expiration time cannot be locked")
	}
	o.LegalHold = req.Enabled
	return &pb.SetObjectLegalHoldResponse{}, c.tx.PutObject(b, o)
}

// getBucketLock returns the object lock configuration of a bucket.
func (c *call) getBucketLock(req *pb.GetBucketObjectLockConfigurationRequest) (*pb.GetBucketObjectLockConfigurationResponse, error) {
	b, err := c.permittedBucket(macaroon.ActionGetBucketObjectLockConfiguration, req.Name)
	if err != nil {
		return nil, err
	}
	if !b.Lock.Enabled {
		return nil, errBucketLock
	}
	config := &pb.ObjectLockConfiguration{Enabled: true}
	if d := b.Lock.Default; d.Mode != 0 {
		config.DefaultRetention = &pb.DefaultRetention{Mode: pb.Retention_Mode(d.Mode)}
		if d.Years > 0 {
			config.DefaultRetention.Duration = &pb.DefaultRetention_Years{Years: d.Years}
		} else {
			config.DefaultRetention.Duration = &pb.DefaultRetention_Days{Days: d.Days}
		}
	}
	return &pb.GetBucketObjectLockConfigurationResponse{Configuration: config}, nil
}

// setBucketLock turns object lock on and sets the retention of new objects. Object
// lock is never turned off.
func (c *call) setBucketLock(req *pb.SetBucketObjectLockConfigurationRequest) (*pb.SetBucketObjectLockConfigurationResponse, error) {
	b, err := c.permittedBucket(macaroon.ActionPutBucketObjectLockConfiguration, req.Name)
	if err != nil {
		return nil, err
	}
	if b.Versioning != store.Versioned {
		return nil, errBucketState
	}
	if b.Lock, err = checkLock(req.Configuration); err != nil {
		return nil, err
	}
	return &pb.SetBucketObjectLockConfigurationResponse{}, c.tx.PutBucket(c.project, b)
}

// The longest default retentions, as in S3.
const (
	maxLockDays  = 36_500
	maxLockYears = 100
)

// checkLock returns a client's configuration for the store, or an error if it is
// invalid.
func checkLock(config *pb.ObjectLockConfiguration) (store.Lock, error) {
	invalid := status(rpcstatus.ObjectLockInvalidBucketRetentionConfiguration, "bucket object lock configuration is invalid")
	if !config.GetEnabled() {
		return store.Lock{}, invalid
	}
	lock := store.Lock{Enabled: true}
	d := config.DefaultRetention
	if d == nil {
		return lock, nil
	}
	lock.Default = store.DefaultRetention{Mode: int32(d.Mode), Days: d.GetDays(), Years: d.GetYears()}
	known := d.Mode == pb.Retention_COMPLIANCE || d.Mode == pb.Retention_GOVERNANCE
	days := lock.Default.Days > 0 && lock.Default.Days <= maxLockDays
	years := lock.Default.Years > 0 && lock.Default.Years <= maxLockYears
	if !known || !days && !years {
		return store.Lock{}, invalid
	}
	return lock, nil
}
