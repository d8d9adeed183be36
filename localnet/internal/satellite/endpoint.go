// Package satellite implements the Metainfo service: it checks what a key
// permits, keeps the metadata of objects, and sends clients to the nodes that
// have their pieces.
package satellite

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"storj.io/common/identity"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/signing"
	"storj.io/common/storj"
	"storj.io/drpc"
	"storj.io/drpc/drpcmux"
	"uplink-localnet/internal/satellite/store"
)

// Node is a storage node that the satellite gives pieces to. Its place in
// Config.Nodes is its number in the metadata and must never change.
type Node struct {
	ID storj.NodeID
	// Address is the address that clients get.
	Address *pb.NodeAddress
	Signee  signing.Signee
	// Discard deletes pieces from the node.
	Discard func(context.Context, []storj.PieceID) error
	// List calls fn with all pieces of the node; nil skips the node's sweep.
	List func(ctx context.Context, fn func(storj.PieceID)) error
}

// Config is what a satellite needs.
type Config struct {
	Identity   *identity.FullIdentity
	Store      *store.Store
	Nodes      []Node
	Redundancy store.Redundancy
	Log        *slog.Logger
	// Now is the satellite's clock; nil is the real one.
	Now func() time.Time
	// CountCall counts each request of a batch by its name; nil counts none.
	CountCall func(name string)
	// BeforeRequest runs before each request of a batch, which fails with its
	// error; nil runs nothing.
	BeforeRequest func(ctx context.Context, name string) error
}

// Endpoint serves the Metainfo service.
type Endpoint struct {
	pb.DRPCMetainfoUnimplementedServer

	store      *store.Store
	nodes      []Node
	redundancy store.Redundancy
	signer     signing.Signer
	secret     []byte
	log        *slog.Logger
	now        func() time.Time
	meters     meters

	readers readers
	count   func(string)
	before  func(context.Context, string) error

	stop context.CancelFunc
	wg   sync.WaitGroup
}

const secretSetting = "id-secret"

// New returns a satellite whose cleaning has started; Close stops it.
func New(config Config) (*Endpoint, error) {
	now := config.Now
	if now == nil {
		now = time.Now
	}
	e := &Endpoint{
		store:      config.Store,
		nodes:      config.Nodes,
		redundancy: config.Redundancy,
		signer:     signing.SignerFromFullIdentity(config.Identity),
		log:        config.Log,
		now:        now,
		count:      config.CountCall,
		before:     config.BeforeRequest,
	}
	if err := e.loadSecret(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	e.stop = cancel
	e.wg.Add(1)
	go e.clean(ctx)
	return e, nil
}

// loadSecret loads the secret that authenticates stream and segment ids, or
// makes it the first time.
func (e *Endpoint) loadSecret() error {
	err := e.store.View(func(tx *store.Tx) error {
		e.secret = tx.Setting(secretSetting)
		return nil
	})
	if err != nil || len(e.secret) > 0 {
		return err
	}
	e.secret = make([]byte, 32)
	if _, err := rand.Read(e.secret); err != nil {
		return err
	}
	return e.store.Update(func(tx *store.Tx) error { return tx.SetSetting(secretSetting, e.secret) })
}

// Close stops the cleaning and waits for its end.
func (e *Endpoint) Close() {
	e.stop()
	e.wg.Wait()
}

// Handler returns the handler of the Metainfo service.
func (e *Endpoint) Handler() (drpc.Handler, error) {
	mux := drpcmux.New()
	return mux, mux.Register(e, newService())
}

// clientError returns the error that a client gets: an error with a status code
// as it is, any other as an internal error whose reason is in the log alone.
func (e *Endpoint) clientError(err error) error {
	// Without what wraps it: clients compare the beginning of the text.
	var coded interface {
		error
		Code() uint64
	}
	if errors.As(err, &coded) {
		return coded
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e.log.Error("a request failed", "error", err)
	return rpcstatus.Error(rpcstatus.Internal, "internal error")
}

func status(code rpcstatus.StatusCode, format string, args ...any) error {
	return rpcstatus.Error(code, fmt.Sprintf(format, args...))
}
