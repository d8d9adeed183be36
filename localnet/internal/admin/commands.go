package admin

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"uplink-localnet/internal/control"
)

// commands are all requests of an operator by their names. The control port
// runs them for a running network, and Do for a stopped one.
var commands = map[string]func(a *Admin, body []byte) (any, error){
	"calls":  func(a *Admin, _ []byte) (any, error) { return a.Calls() },
	"status": func(a *Admin, _ []byte) (any, error) { return a.Status() },
	"reset":  func(a *Admin, _ []byte) (any, error) { return nil, a.Reset() },
	"grant":  withRequest(func(a *Admin, r GrantRequest) (any, error) { return a.Grant(r) }),
	"limit":  withRequest(func(a *Admin, r LimitRequest) (any, error) { return a.Limit(r) }),
	"list":   withRequest(func(a *Admin, r ListRequest) (any, error) { return a.List(r) }),
	"revoke": withRequest(func(a *Admin, r RevokeRequest) (any, error) { return nil, a.Revoke(r.Key) }),
}

// withRequest returns a command that decodes its request. Unknown fields are
// refused, so that a misspelt setting is not ignored.
func withRequest[R any](run func(*Admin, R) (any, error)) func(*Admin, []byte) (any, error) {
	return func(a *Admin, body []byte) (any, error) {
		var request R
		if err := control.Decode(bytes.NewReader(body), &request); err != nil {
			return nil, err
		}
		return run(a, request)
	}
}

// Do runs a command, and returns the JSON of its result.
func (a *Admin) Do(command string, request any) (json.RawMessage, error) {
	run := commands[command]
	if run == nil {
		return nil, usageErrorf("unknown command %q", command)
	}
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	result, err := run(a, body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(result)
}

// HandleCommands adds all commands to a control port: each is a POST to its
// name.
func (a *Admin) HandleCommands(port *control.Server) {
	for name, run := range commands {
		port.Handle("POST /"+name, func(r *http.Request) (any, error) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			result, err := run(a, body)
			var usage *UsageError
			if errors.As(err, &usage) {
				return nil, control.Refuse("%v", usage)
			}
			return result, err
		})
	}
}
