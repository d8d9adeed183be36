// Package rpcserver serves DRPC over TLS and Noise, as Storj's clients dial it.
package rpcserver

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"storj.io/common/identity"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/rpc/noise"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/drpc"
	"storj.io/drpc/drpcmanager"
	"storj.io/drpc/drpcserver"
	"storj.io/drpc/drpcstream"
)

// greetTimeout bounds how long a client may take from connecting to the end of
// the handshake.
const greetTimeout = 30 * time.Second

// Server serves one listener. When it is closed, all its connections are closed,
// also while calls are under way.
type Server struct {
	listener net.Listener
	tls      *tls.Config
	noise    *noise.Config // nil to speak TLS alone
	seen     *debouncer    // nil to serve each connection
	drpc     *drpcserver.Server
	log      *slog.Logger

	cancel context.CancelFunc
	ctx    context.Context
	wg     sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// Config has the settings of a server.
type Config struct {
	Identity *identity.FullIdentity
	Handler  drpc.Handler
	// Noise has the key for Noise, which is spoken at the same port; nil is TLS
	// alone. An attacker can repeat the first message of a client that speaks
	// Noise, so the handler must tolerate repeated calls.
	Noise *noise.Config
	// Debounce drops a connection if its first message came before on another.
	Debounce bool
	// WriteBuffer is the memory of each connection for data that is not sent
	// yet: large for streams, small for single replies.
	WriteBuffer int
	Log         *slog.Logger
}

// New makes a server for the listener; Serve starts it.
func New(listener net.Listener, config Config) (*Server, error) {
	opts, err := tlsopts.NewOptions(config.Identity, tlsopts.Config{PeerIDVersions: "*"}, nil)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var seen *debouncer
	if config.Debounce {
		seen = new(debouncer)
	}
	return &Server{
		listener: listener,
		tls:      opts.ServerTLSConfig(),
		noise:    config.Noise,
		seen:     seen,
		drpc: drpcserver.NewWithOptions(fence{config.Handler, config.Log}, drpcserver.Options{
			// A handler that sends several replies flushes itself. The end of a
			// call always flushes, together with the last reply.
			Manager: drpcmanager.Options{
				WriterBufferSize: config.WriteBuffer,
				Stream:           drpcstream.Options{ManualFlush: true},
			},
		}),
		log:    config.Log,
		ctx:    ctx,
		cancel: cancel,
		conns:  map[net.Conn]struct{}{},
	}, nil
}

// Addr returns the address at which the server listens.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Serve accepts connections until Close.
func (s *Server) Serve() {
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		for {
			conn, err := s.listener.Accept()
			if err == nil {
				s.start(conn)
				continue
			}
			if s.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			// Most likely the process has no descriptors left: wait, then continue.
			s.log.Warn("cannot accept a connection", "error", err)
			time.Sleep(50 * time.Millisecond)
		}
	}()
}

// Close stops accepting, closes all connections and waits for their handlers,
// but not longer than the timeout.
func (s *Server) Close(timeout time.Duration) {
	s.cancel()
	_ = s.listener.Close()
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(timeout):
	}
}

func (s *Server) start(conn net.Conn) {
	s.mu.Lock()
	if s.ctx.Err() != nil {
		s.mu.Unlock()
		_ = conn.Close()
		return
	}
	s.conns[conn] = struct{}{}
	s.wg.Add(1)
	s.mu.Unlock()

	go func() {
		defer s.wg.Done()
		defer func() {
			s.mu.Lock()
			delete(s.conns, conn)
			s.mu.Unlock()
			_ = conn.Close()
		}()
		s.serve(conn)
	}()
}

func (s *Server) serve(conn net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(greetTimeout))
	secured, err := s.greet(s.ctx, conn)
	if err != nil {
		// Clients dial twice, and drop the slower connection.
		s.log.Debug("connection refused", "remote", conn.RemoteAddr(), "error", err)
		return
	}
	_ = conn.SetDeadline(time.Time{})
	if err := s.drpc.ServeOne(s.ctx, secured); err != nil {
		s.log.Debug("connection ended", "remote", conn.RemoteAddr(), "error", err)
	}
}

// fence is a handler that turns a panic in one call into an error, so that the
// network continues.
type fence struct {
	handler drpc.Handler
	log     *slog.Logger
}

// HandleRPC runs the call.
func (f fence) HandleRPC(stream drpc.Stream, rpc string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			f.log.Error("panic in a call", "rpc", rpc, "panic", p, "stack", string(debug.Stack()))
			err = rpcstatus.Error(rpcstatus.Internal, "internal error")
		}
	}()
	return f.handler.HandleRPC(stream, rpc)
}
