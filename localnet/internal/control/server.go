// Package control is the port at which a running network takes requests: HTTP
// and JSON on the loopback interface, for clients that have the token.
package control

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Access is the address of a control port and its token.
type Access struct {
	Address string `json:"address"`
	Token   string `json:"token"`
}

// FileName is the file in a network's folder that holds the Access.
const FileName = "control.json"

const (
	// maxBody bounds the size of requests in bytes.
	maxBody = 1 << 20
	// serverName is the header Server of each reply: clients recognise a
	// control port by it.
	serverName = "uplink-localnet"
)

// Server is a control port. Handle adds what it can do.
type Server struct {
	Access

	mux      *http.ServeMux
	server   *http.Server
	listener net.Listener
}

// Listen opens a control port with a new token.
func Listen() (*Server, error) {
	token := make([]byte, 32)
	if _, err := rand.Read(token); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the control port cannot listen: %w", err)
	}
	s := &Server{
		Access:   Access{Address: listener.Addr().String(), Token: hex.EncodeToString(token)},
		mux:      http.NewServeMux(),
		listener: listener,
	}
	s.server = &http.Server{Handler: http.HandlerFunc(s.serve), ReadTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	return s, nil
}

// Serve starts to take requests.
func (s *Server) Serve() { go func() { _ = s.server.Serve(s.listener) }() }

// Close closes the port at once, with all of its connections.
func (s *Server) Close() error { return errors.Join(s.server.Close(), s.closeListener()) }

// closeListener closes the listener. After Serve, the server has done that.
func (s *Server) closeListener() error {
	if err := s.listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Handle adds a function for a pattern of net/http. The reply is the JSON of
// its result, or its error.
func (s *Server) Handle(pattern string, fn func(*http.Request) (any, error)) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		result, err := fn(r)
		var failed *Error
		switch {
		case errors.As(err, &failed):
			reply(w, failed.Status, failed)
		case err != nil:
			reply(w, http.StatusInternalServerError, &Error{Message: err.Error()})
		default:
			reply(w, http.StatusOK, result)
		}
	})
}

// serve refuses requests without the token.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", serverName)
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || subtle.ConstantTimeCompare([]byte(given), []byte(s.Token)) != 1 {
		reply(w, http.StatusForbidden, &Error{Message: "the token is missing or wrong"})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	s.mux.ServeHTTP(w, r)
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
