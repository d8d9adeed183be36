package control

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// callTimeout is longer than any request takes.
const callTimeout = 30 * time.Second

// ReadFile returns the Access of the network that runs in a folder.
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

// Call sends a request and stores the reply's JSON in result, unless result is
// nil. A reply that is an error is returned as an *Error.
func (a *Access) Call(ctx context.Context, method, path string, request, result any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	status, data, err := a.exchange(ctx, method, path, request)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		failed := &Error{Status: status}
		if err := json.Unmarshal(data, failed); err != nil || failed.Message == "" {
			failed.Message = strings.TrimSpace(string(data))
		}
		return failed
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(data, result); err != nil {
		return fmt.Errorf("the control port %s sent a reply of the wrong form: %w", a.Address, err)
	}
	return nil
}

// exchange sends a request, and returns the status and the body of the reply.
func (a *Access) exchange(ctx context.Context, method, path string, request any) (status int, data []byte, err error) {
	var body io.Reader
	if request != nil {
		data, err := json.Marshal(request)
		if err != nil {
			return 0, nil, err
		}
		body = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+a.Address+path, body)
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+a.Token)
	// The port is on this machine, so there is no proxy in between.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		return 0, nil, fmt.Errorf("cannot reach the control port %s of the network: %w", a.Address, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.Header.Get("Server") != serverName {
		return 0, nil, fmt.Errorf("the server at %s is no control port: another program has the port now", a.Address)
	}
	data, err = io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, fmt.Errorf("the control port %s closed the connection before the reply ended: %w", a.Address, err)
	}
	return response.StatusCode, data, nil
}
