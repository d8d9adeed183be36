package satellite

import (
	"time"

	"github.com/gogo/protobuf/types"
	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

// Object lock protects versions: until a time, in a mode that keys with the right to
// it can bypass or in one that nobody can; and by a legal hold, as long as it is there.

var (
	errProtected   = status(rpcstatus.ObjectLockObjectProtected, "object is protected by Object Lock settings")
	errBucketState = status(rpcstatus.ObjectLockInvalidBucketState, "object lock requires bucket versioning to be enabled")
	errBucketLock  = status(rpcstatus.ObjectLockBucketRetentionConfigurationMissing, "object lock is not enabled for this bucket")
)

// mayBypass returns whether a client that asks for it may delete what is protected in
// governance mode.
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

func (c *call) retained(o *store.Object) bool {
	return o.Retention.Mode != 0 && c.at.Before(o.Retention.Until)
}

// lockNew gives a new object the protection that the client asks for, or that its
// bucket has by default. The object's own expiration is known already.
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

// checkRetention reads a retention that a client asks for.
func (c *call) checkRetention(r *pb.Retention) (store.Retention, error) {
	switch {
	case r.Mode != pb.Retention_COMPLIANCE && r.Mode != pb.Retention_GOVERNANCE:
		return store.Retention{}, status(rpcstatus.InvalidArgument, "invalid retention mode %d", r.Mode)
	case !r.RetainUntil.After(c.at):
		return store.Retention{}, status(rpcstatus.InvalidArgument, "retention period expiration time must not be in the past")
	}
	return store.Retention{Mode: int32(r.Mode), Until: r.RetainUntil.UTC().Truncate(time.Microsecond)}, nil
}

func retentionMessage(r store.Retention) *pb.Retention {
	if r.Mode == 0 {
		return nil
	}
	return &pb.Retention{Mode: pb.Retention_Mode(r.Mode), RetainUntil: r.Until}
}

// showLock adds the protection of an object to a message about it, as far as the key
// may know of it.
func (c *call) showLock(message *pb.Object, o *store.Object) {
	if c.permit(macaroon.ActionGetObjectRetention, message.Bucket, o.Key) == nil {
		message.Retention = retentionMessage(o.Retention)
	}
	if c.permit(macaroon.ActionGetObjectLegalHold, message.Bucket, o.Key) == nil {
		message.LegalHold = &types.BoolValue{Value: o.LegalHold}
	}
}

// lockable returns a version in a bucket with object lock, if the key may do the
// operation.
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
