// Package control is the port at which a running network is told what to do:
// HTTP and JSON on the loopback interface, for whoever has the token.
package control

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"uplink-localnet/internal/faults"
)

// Access is what it takes to talk to a control port.
type Access struct {
	Address string `json:"address"`
	Token   string `json:"token"`
}

// FileName is the file in a network's folder that holds the Access.
const FileName = "control.json"

// maxBody bounds requests.
const maxBody = 1 << 20

// Server is a control port.
type Server struct {
	Access

	mux      *http.ServeMux
	server   *http.Server
	listener net.Listener
}

// Listen opens a control port for a network's faults. Its token is new each
// time.
func Listen(set *faults.Set) (*Server, error) {
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
	s.handleFaults(set)
	return s, nil
}

// Serve starts answering.
func (s *Server) Serve() { go func() { _ = s.server.Serve(s.listener) }() }

// Close ends it, whatever it is doing.
func (s *Server) Close() error { return errors.Join(s.server.Close(), s.closeListener()) }

// closeListener closes the listener, which the server does if it was started.
func (s *Server) closeListener() error {
	if err := s.listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Handle adds what is answered to a pattern of net/http: what fn returns, as
// JSON, or its error.
func (s *Server) Handle(pattern string, fn func(*http.Request) (any, error)) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		answer, err := fn(r)
		var failed *Error
		switch {
		case errors.As(err, &failed):
			reply(w, failed.Status, failed)
		case err != nil:
			reply(w, http.StatusInternalServerError, &Error{Message: err.Error()})
		default:
			reply(w, http.StatusOK, answer)
		}
	})
}

// Error is an answer that is not the one hoped for.
type Error struct {
	Status  int    `json:"-"`
	Message string `json:"error"`
}

func (e *Error) Error() string { return e.Message }

// serverName is the header Server of all replies: clients recognize a control
// port by it.
const serverName = "uplink-localnet"

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

func reply(w http.ResponseWriter, code int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *Server) handleFaults(set *faults.Set) {
	s.Handle("GET /faults", func(*http.Request) (any, error) { return set.List(), nil })
	s.Handle("GET /faults/{id}", func(r *http.Request) (any, error) {
		id, err := faultID(r)
		if err != nil {
			return nil, err
		}
		fault, found := set.Find(id)
		if !found {
			return nil, noFault(id)
		}
		return fault, nil
	})
	s.Handle("POST /faults", func(r *http.Request) (any, error) {
		var fault faults.Fault
		if err := Decode(r.Body, &fault); err != nil {
			return nil, err
		}
		added, err := set.Add(fault)
		var invalid *faults.InvalidError
		if errors.As(err, &invalid) {
			return nil, Refuse("%v", invalid)
		}
		return added, err
	})
	s.Handle("DELETE /faults", func(*http.Request) (any, error) { return struct{}{}, set.Clear() })
	s.Handle("DELETE /faults/{id}", func(r *http.Request) (any, error) {
		id, err := faultID(r)
		if err != nil {
			return nil, err
		}
		found, err := set.Remove(id)
		if err == nil && !found {
			return nil, noFault(id)
		}
		return struct{}{}, err
	})
}

func faultID(r *http.Request) (int, error) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return 0, Refuse("the id is not a number")
	}
	return id, nil
}

func noFault(id int) error {
	return &Error{http.StatusNotFound, fmt.Sprintf("there is no fault %d", id)}
}

// ReadFile reads the Access of the network that runs in a folder.
func ReadFile(path string) (*Access, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	access := new(Access)
	if err := json.Unmarshal(data, access); err != nil || access.Token == "" {
		return nil, fmt.Errorf("%s is damaged", path)
	}
	return access, nil
}

// callTimeout is longer than anything takes that is asked of a control port.
const callTimeout = 30 * time.Second

// Call asks the control port. The answer goes into answer, unless it is nil.
func (a *Access) Call(ctx context.Context, method, path string, request, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var body io.Reader
	if request != nil {
		data, err := json.Marshal(request)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+a.Address+path, body)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+a.Token)
	// The port is on this machine; a proxy is never in between.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("no network answers at the control port %s: %w", a.Address, err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		failed := &Error{Status: response.StatusCode}
		if err := json.Unmarshal(data, failed); err != nil || failed.Message == "" {
			failed.Message = strings.TrimSpace(string(data))
		}
		return failed
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(data, answer)
}
