package satellite

import (
	"context"
	"time"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

// call is a call to the satellite while it runs in its transaction: a request by
// itself, or a batch of them.
type call struct {
	*Endpoint
	ctx context.Context
	tx  *store.Tx
	at  time.Time

	// key is the client's API key, derived from root. Its project is owner, whose id
	// is project.
	key     *macaroon.APIKey
	root    *store.APIKey
	project store.ProjectID
	owner   *store.Project

	previous
	// failed is the error of a call whose transaction is committed all the same.
	failed error
	// later runs after the transaction. Work that needs no transaction belongs
	// there, where it does not delay other calls.
	later []func() error
}

// transact runs fn in a transaction, and then the functions that fn has put into
// later. The error is one for clients.
func (e *Endpoint) transact(ctx context.Context, header *pb.RequestHeader, writes bool, fn func(*call) error) error {
	transaction := e.store.View
	if writes {
		transaction = e.store.Update
	}
	var c *call
	err := transaction(func(tx *store.Tx) (err error) {
		if c, err = e.newCall(ctx, tx, header); err != nil {
			return err
		}
		return fn(c)
	})
	if err == nil {
		err = c.runLater()
	}
	if err != nil {
		return e.clientError(err)
	}
	return nil
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

// runLater runs the functions in later. If the call has failed, it returns that error
// instead.
func (c *call) runLater() error {
	if c.failed != nil {
		return c.failed
	}
	for _, fn := range c.later {
		if err := fn(); err != nil {
			return err
		}
	}
	return nil
}

// bucket returns a bucket, or an error if there is none or its name is too short
// or too long.
func (c *call) bucket(name []byte) (*store.Bucket, error) {
	if err := checkNameLength(name); err != nil {
		return nil, err
	}
	return c.existingBucket(name)
}

// existingBucket returns a bucket, or an error if there is none.
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

// requireKey returns an error for an empty key. Only new keys must also be short
// enough (see checkNewKey): a longer key just names no object.
func requireKey(key []byte) error {
	if len(key) == 0 {
		return status(rpcstatus.InvalidArgument, "invalid request: ObjectKey missing")
	}
	return nil
}

// maxKeyLength is the length of the longest encrypted key, in bytes.
const maxKeyLength = 4000

// checkNewKey returns an error for a key that a new object cannot have.
func checkNewKey(key []byte) error {
	if len(key) > maxKeyLength {
		return status(rpcstatus.InvalidArgument, "key length is too big, got %d, maximum allowed is %d", len(key), maxKeyLength)
	}
	return requireKey(key)
}
