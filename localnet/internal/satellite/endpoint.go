// Package satellite answers the Metainfo calls: who may do what, which objects
// there are, and which nodes have their pieces.
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
	// Address is what clients are told about it.
	Address *pb.NodeAddress
	Signee  signing.Signee
	// Discard deletes pieces from the node.
	Discard func(context.Context, []storj.PieceID) error
	// List calls fn with all pieces of the node; nil if they are not known.
	List func(ctx context.Context, fn func(storj.PieceID)) error
}

// Config is what a satellite needs.
type Config struct {
	Identity *identity.FullIdentity
	Store    *store.Store
	Nodes    []Node
	Scheme   store.Scheme
	Log      *slog.Logger
	// Now is the satellite's clock; nil is the real one.
	Now func() time.Time
	// Came is told of each request of a batch, by the name of the call that it
	// stands for; nil is told of none.
	Came func(call string)
	// Before is asked before each request of a batch, with the name of the
	// call that it stands for; nil lets all pass.
	Before func(ctx context.Context, call string) error
}

// Endpoint answers the Metainfo calls.
type Endpoint struct {
	pb.DRPCMetainfoUnimplementedServer

	store  *store.Store
	nodes  []Node
	scheme store.Scheme
	signer signing.Signer
	secret []byte
	log    *slog.Logger
	now    func() time.Time
	meters meters

	readers readers
	came    func(string)
	before  func(context.Context, string) error

	stop context.CancelFunc
	wg   sync.WaitGroup
}

const secretSetting = "id-secret"

// New makes a satellite and starts its cleaning.
func New(config Config) (*Endpoint, error) {
	now := config.Now
	if now == nil {
		now = time.Now
	}
	e := &Endpoint{
		store:  config.Store,
		nodes:  config.Nodes,
		scheme: config.Scheme,
		signer: signing.SignerFromFullIdentity(config.Identity),
		log:    config.Log,
		now:    now,
		came:   config.Came,
		before: config.Before,
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

// loadSecret reads the key that stream and segment ids are authenticated with.
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

// Close stops the cleaning.
func (e *Endpoint) Close() {
	e.stop()
	e.wg.Wait()
}

// Handler returns what a server needs to serve the satellite.
func (e *Endpoint) Handler() (drpc.Handler, error) {
	mux := drpcmux.New()
	return mux, pb.DRPCRegisterMetainfo(mux, e)
}

// request is any Metainfo request.
type request interface {
	GetHeader() *pb.RequestHeader
}

// read runs one call that changes nothing.
func read[Req request, Resp any](ctx context.Context, e *Endpoint, req Req, fn func(*call, Req) (Resp, error)) (Resp, error) {
	return run(ctx, e, req, e.store.View, fn)
}

// write runs one call that may change something.
func write[Req request, Resp any](ctx context.Context, e *Endpoint, req Req, fn func(*call, Req) (Resp, error)) (Resp, error) {
	return run(ctx, e, req, e.store.Update, fn)
}

func run[Req request, Resp any](ctx context.Context, e *Endpoint, req Req, transaction func(func(*store.Tx) error) error, fn func(*call, Req) (Resp, error)) (Resp, error) {
	var resp, none Resp
	var c *call
	err := transaction(func(tx *store.Tx) (err error) {
		if c, err = e.newCall(ctx, tx, req.GetHeader()); err != nil {
			return err
		}
		resp, err = fn(c, req)
		return err
	})
	if err == nil {
		err = c.finish()
	}
	if err != nil {
		return none, e.answer(err)
	}
	return resp, nil
}

// answer lets errors made for clients pass and hides all others in the log.
func (e *Endpoint) answer(err error) error {
	// The error that carries the code goes out by itself: clients look at the
	// beginning of its text.
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
	e.log.Error("a call failed", "error", err)
	return rpcstatus.Error(rpcstatus.Internal, "internal error")
}

func status(code rpcstatus.StatusCode, format string, args ...any) error {
	return rpcstatus.Error(code, fmt.Sprintf(format, args...))
}
