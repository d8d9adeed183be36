// Package edge is the edge service of a network: the auth service, at which
// access grants are registered, and the linksharing service, which serves objects
// over HTTP with them.
package edge

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"storj.io/common/grant"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"storj.io/drpc/drpcmux"
	"storj.io/drpc/drpcserver"
	"uplink-localnet/internal/satellite/store"
)

// Config has the settings of an edge service.
type Config struct {
	// Satellite is the satellite whose grants are accepted.
	Satellite storj.NodeID
	// Store keeps the registered grants.
	Store *store.Store
	// Auth and Links are the listeners of the two services. Serve takes them over.
	Auth, Links net.Listener
	Certificate *Certificate
	Log         *slog.Logger
}

// Service is a running edge service.
type Service struct {
	// Address is the address of the auth service, as host:port.
	Address string
	// URL is the URL of the linksharing service.
	URL string
	// CertificatePEM is the certificate of the auth service.
	CertificatePEM string

	config Config
	http   *http.Server
	cancel context.CancelFunc
	done   chan struct{}
}

// Serve starts an edge service.
func Serve(config Config) (*Service, error) {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Service{
		Address:        config.Auth.Addr().String(),
		URL:            "http://" + config.Links.Addr().String(),
		CertificatePEM: string(config.Certificate.PEM),
		config:         config,
		cancel:         cancel,
		done:           make(chan struct{}),
	}
	mux := drpcmux.New()
	if err := pb.DRPCRegisterEdgeAuth(mux, s); err != nil {
		cancel()
		return nil, err
	}
	// The handler gets the path as the client sent it: a mux would clean it, and
	// keys may have "//" and ".." in them.
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.serveHTTP),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       time.Minute,
		ErrorLog:          slog.NewLogLogger(config.Log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	go func() { _ = s.http.Serve(config.Links) }()
	go func() {
		defer close(s.done)
		_ = drpcserver.New(mux).Serve(ctx, &eitherListener{config.Auth, config.Certificate.tls()})
	}()
	return s, nil
}

// Close stops the service, with all of its connections. It waits for the end of
// calls, but not longer than the timeout.
func (s *Service) Close(timeout time.Duration) error {
	s.cancel()
	err := errors.Join(ignoreClosed(s.http.Close()), ignoreClosed(s.config.Auth.Close()), ignoreClosed(s.config.Links.Close()))
	select {
	case <-s.done:
	case <-time.After(timeout):
	}
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// encoding is that of access key ids and secret keys.
var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// Sizes of the random parts of credentials, in bytes: as texts they have 28 and
// 53 characters.
const (
	accessKeySize = 17
	secretKeySize = 33
)

// RegisterAccess registers an access grant, and returns credentials for it.
func (s *Service) RegisterAccess(_ context.Context, req *pb.EdgeRegisterAccessRequest) (*pb.EdgeRegisterAccessResponse, error) {
	parsed, err := grant.ParseAccess(req.GetAccessGrant())
	if err != nil {
		return nil, rpcstatus.Error(rpcstatus.InvalidArgument, "the access grant cannot be read: "+err.Error())
	}
	url, err := storj.ParseNodeURL(parsed.SatelliteAddress)
	if err != nil || url.ID != s.config.Satellite {
		return nil, rpcstatus.Error(rpcstatus.InvalidArgument, "the access grant is for another satellite")
	}
	registered := &store.Registered{
		AccessKeyID: newKey(accessKeySize),
		Grant:       req.GetAccessGrant(),
		Public:      req.GetPublic(),
		Created:     time.Now(),
	}
	if err := s.config.Store.Update(func(tx *store.Tx) error { return tx.PutRegistered(registered) }); err != nil {
		return nil, rpcstatus.Error(rpcstatus.Internal, err.Error())
	}
	// There is no gateway that would ask for the secret key, so nothing keeps it.
	return &pb.EdgeRegisterAccessResponse{
		AccessKeyId: registered.AccessKeyID,
		SecretKey:   newKey(secretKeySize),
		Endpoint:    s.URL,
	}, nil
}

func newKey(size int) string {
	random := make([]byte, size)
	_, _ = rand.Read(random) // it never fails
	return strings.ToLower(encoding.EncodeToString(random))
}

// find returns the registered grant of an access key id, nil if there is none.
func (s *Service) find(accessKeyID string) (found *store.Registered, err error) {
	err = s.config.Store.View(func(tx *store.Tx) (err error) {
		found, err = tx.Registered(accessKeyID)
		return err
	})
	return found, err
}
