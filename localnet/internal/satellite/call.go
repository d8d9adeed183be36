package satellite

import (
	"context"
	"time"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

// call is one request on its way: its transaction, its time and its key.
type call struct {
	*Endpoint
	ctx context.Context
	tx  *store.Tx
	at  time.Time

	key     *macaroon.APIKey
	root    *store.APIKey
	project store.ProjectID
	owner   *store.Project

	// later runs when the transaction is done; work that needs no
	// transaction is put there, so that it does not hold up others.
	later []func() error
}

func (e *Endpoint) newCall(ctx context.Context, tx *store.Tx, header *pb.RequestHeader) (*call, error) {
	// The client may have canceled the call while it waited for its transaction.
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	key, err := macaroon.ParseRawAPIKey(header.GetApiKey())
	if err != nil {
		return nil, status(rpcstatus.InvalidArgument, "Invalid API credentials")
	}
	root, err := tx.APIKey(key.Head())
	if err != nil {
		return nil, err
	}
	if root == nil {
		return nil, errUnauthorized
	}
	owner, err := tx.Project(root.Project)
	if err != nil {
		return nil, err
	}
	if owner == nil {
		return nil, errUnauthorized
	}
	c := &call{
		Endpoint: e,
		ctx:      ctx,
		tx:       tx,
		at:       e.now().UTC().Truncate(time.Microsecond),
		key:      key,
		root:     root,
		project:  root.Project,
		owner:    owner,
	}
	return c, c.admit()
}

func (c *call) finish() error {
	for _, fn := range c.later {
		if err := fn(); err != nil {
			return err
		}
	}
	return nil
}

// errUnauthorized says nothing about the reason, as a real satellite: the key
// is unknown, revoked, not good now, or does not permit the call.
var errUnauthorized = status(rpcstatus.PermissionDenied, "Unauthorized API credentials")

// revocations lets the macaroon package ask the store.
type revocations struct{ tx *store.Tx }

// Check tells whether one of the tails was revoked.
func (r revocations) Check(_ context.Context, tails [][]byte) (bool, error) {
	return r.tx.Revoked(tails), nil
}

// keyVersion says what keys can do at all; ours can do everything.
const keyVersion = macaroon.APIKeyVersionObjectLock | macaroon.APIKeyVersionAuditable | macaroon.APIKeyVersionEventing

func (c *call) action(op macaroon.ActionType, bucket, path []byte) macaroon.Action {
	return macaroon.Action{Op: op, Bucket: bucket, EncryptedPath: path, Time: c.at}
}

// permit fails unless the key allows the operation.
func (c *call) permit(op macaroon.ActionType, bucket, path []byte) error {
	if c.key.Check(c.ctx, c.root.Secret, keyVersion, c.action(op, bucket, path), revocations{c.tx}) != nil {
		return errUnauthorized
	}
	return nil
}

// permitAny fails unless the key allows one of the operations.
func (c *call) permitAny(bucket, path []byte, ops ...macaroon.ActionType) (err error) {
	for _, op := range ops {
		if err = c.permit(op, bucket, path); err == nil {
			return nil
		}
	}
	return err
}

// mayInspect tells whether the key may learn anything about an object.
func (c *call) mayInspect(bucket, path []byte) bool {
	return c.permitAny(bucket, path, macaroon.ActionRead, macaroon.ActionList) == nil
}

// bucket returns a bucket that has to exist.
func (c *call) bucket(name []byte) (*store.Bucket, error) {
	if err := checkNameLength(name); err != nil {
		return nil, err
	}
	return c.existingBucket(name)
}

func (c *call) existingBucket(name []byte) (*store.Bucket, error) {
	b, err := c.tx.Bucket(c.project, name)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, status(rpcstatus.NotFound, "bucket not found: %s", name)
	}
	return b, nil
}

// requireKey refuses an empty key. Only new keys have to be short enough, see
// checkNewKey: a longer one just names no object.
func requireKey(key []byte) error {
	if len(key) == 0 {
		return status(rpcstatus.InvalidArgument, "invalid request: ObjectKey missing")
	}
	return nil
}

// maxKeyLength bounds encrypted keys.
const maxKeyLength = 4000

func checkNewKey(key []byte) error {
	if len(key) > maxKeyLength {
		return status(rpcstatus.InvalidArgument, "key length is too big, got %d, maximum allowed is %d", len(key), maxKeyLength)
	}
	return requireKey(key)
}
