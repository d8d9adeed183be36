package network

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"uplink-localnet/internal/control"
	"uplink-localnet/internal/satellite/store"
)

// LimitRequest sets some limits of a project, or none to see what they are.
type LimitRequest struct {
	Project string `json:"project,omitempty"`
	Limits  Limits `json:"limits"`
}

// Limits are limits by their names. In JSON they are numbers, or texts as on the
// command line.
type Limits map[string]int64

// UnmarshalJSON reads numbers and texts such as "5GB".
func (l *Limits) UnmarshalJSON(data []byte) error {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(data, &given); err != nil {
		return err
	}
	*l = Limits{}
	for name, value := range given {
		text := string(value)
		if unquoted := new(string); json.Unmarshal(value, &unquoted) == nil && unquoted != nil {
			text = *unquoted
		}
		number, err := parseLimit(name, text)
		if err != nil {
			return control.Refuse("%v", err)
		}
		(*l)[name] = number
	}
	return nil
}

// RevokeRequest names an API key or an access grant.
type RevokeRequest struct {
	Key string `json:"key"`
}

// commands are what an operator can ask for. The control port answers them for
// a network that runs, Do for one that does not.
var commands = map[string]func(*Admin, context.Context, []byte) (any, error){
	"calls": func(a *Admin, _ context.Context, _ []byte) (any, error) { return a.Calls() },
	"grant": func(a *Admin, _ context.Context, body []byte) (any, error) {
		var request GrantRequest
		if err := decode(body, &request); err != nil {
			return nil, err
		}
		return a.Grant(request)
	},
	"limit": func(a *Admin, _ context.Context, body []byte) (any, error) {
		var request LimitRequest
		if err := decode(body, &request); err != nil {
			return nil, err
		}
		return a.limit(request)
	},
	"list": func(a *Admin, _ context.Context, body []byte) (any, error) {
		var request ListRequest
		if err := decode(body, &request); err != nil {
			return nil, err
		}
		return a.List(request)
	},
	"revoke": func(a *Admin, _ context.Context, body []byte) (any, error) {
		var request RevokeRequest
		if err := decode(body, &request); err != nil {
			return nil, err
		}
		return nil, a.Revoke(request.Key)
	},
	"reset":  func(a *Admin, ctx context.Context, _ []byte) (any, error) { return nil, a.Reset(ctx) },
	"status": func(a *Admin, _ context.Context, _ []byte) (any, error) { return a.Status() },
}

func (a *Admin) limit(request LimitRequest) (store.Limits, error) {
	for name, value := range request.Limits {
		if err := SetLimit(new(store.Limits), name, value); err != nil {
			return store.Limits{}, err
		}
	}
	return a.SetLimits(request.Project, func(l *store.Limits) {
		for name, value := range request.Limits {
			_ = SetLimit(l, name, value)
		}
	})
}

// decode refuses what it does not know: a misspelt wish is not granted.
func decode(body []byte, into any) error {
	return control.Decode(bytes.NewReader(body), into)
}

// Do runs a command, and returns what the control port would answer.
func (a *Admin) Do(ctx context.Context, command string, request any) (json.RawMessage, error) {
	run := commands[command]
	if run == nil {
		return nil, usageErrorf("unknown command %q", command)
	}
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	answer, err := run(a, ctx, body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

// answerCommands has the control port answer all commands: each is a POST to its
// name.
func (a *Admin) answerCommands(port *control.Server) {
	for name, run := range commands {
		port.Handle("POST /"+name, func(r *http.Request) (any, error) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			answer, err := run(a, r.Context(), body)
			var usage *UsageError
			if errors.As(err, &usage) {
				return nil, &control.Error{Status: http.StatusBadRequest, Message: usage.Error()}
			}
			return answer, err
		})
	}
}
