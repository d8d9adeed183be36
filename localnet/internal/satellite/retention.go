package satellite

import (
	"context"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

// GetObjectRetention returns until when a version is protected.
func (e *Endpoint) GetObjectRetention(ctx context.Context, req *pb.GetObjectRetentionRequest) (*pb.GetObjectRetentionResponse, error) {
	return read(ctx, e, req, (*call).getObjectRetention)
}

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

// SetObjectRetention protects a version for longer, or with the right to bypass also for
// shorter.
func (e *Endpoint) SetObjectRetention(ctx context.Context, req *pb.SetObjectRetentionRequest) (*pb.SetObjectRetentionResponse, error) {
	return write(ctx, e, req, (*call).setObjectRetention)
}

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

// GetObjectLegalHold returns whether a version has a legal hold.
func (e *Endpoint) GetObjectLegalHold(ctx context.Context, req *pb.GetObjectLegalHoldRequest) (*pb.GetObjectLegalHoldResponse, error) {
	return read(ctx, e, req, (*call).getObjectLegalHold)
}

func (c *call) getObjectLegalHold(req *pb.GetObjectLegalHoldRequest) (*pb.GetObjectLegalHoldResponse, error) {
	_, o, err := c.lockable(macaroon.ActionGetObjectLegalHold, req.Bucket, req.EncryptedObjectKey, req.ObjectVersion)
	if err != nil {
		return nil, err
	}
	return &pb.GetObjectLegalHoldResponse{Enabled: o.LegalHold}, nil
}

// SetObjectLegalHold puts a legal hold on a version, or takes it away.
func (e *Endpoint) SetObjectLegalHold(ctx context.Context, req *pb.SetObjectLegalHoldRequest) (*pb.SetObjectLegalHoldResponse, error) {
	return write(ctx, e, req, (*call).setObjectLegalHold)
}

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

// GetBucketObjectLockConfiguration returns how new objects of a bucket are protected.
func (e *Endpoint) GetBucketObjectLockConfiguration(ctx context.Context, req *pb.GetBucketObjectLockConfigurationRequest) (*pb.GetBucketObjectLockConfigurationResponse, error) {
	return read(ctx, e, req, (*call).getBucketLock)
}

func (c *call) getBucketLock(req *pb.GetBucketObjectLockConfigurationRequest) (*pb.GetBucketObjectLockConfigurationResponse, error) {
	b, err := c.setting(macaroon.ActionGetBucketObjectLockConfiguration, req.Name)
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

// SetBucketObjectLockConfiguration turns object lock on, which is never turned off, and
// says how new objects are protected.
func (e *Endpoint) SetBucketObjectLockConfiguration(ctx context.Context, req *pb.SetBucketObjectLockConfigurationRequest) (*pb.SetBucketObjectLockConfigurationResponse, error) {
	return write(ctx, e, req, (*call).setBucketLock)
}

func (c *call) setBucketLock(req *pb.SetBucketObjectLockConfigurationRequest) (*pb.SetBucketObjectLockConfigurationResponse, error) {
	b, err := c.setting(macaroon.ActionPutBucketObjectLockConfiguration, req.Name)
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

// The longest default retentions, as those of S3.
const (
	maxLockDays  = 36_500
	maxLockYears = 100
)

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
