// Package faults makes a network fail on command: it stands between the
// listeners, connections and calls of a satellite and its nodes on one side,
// and their clients on the other.
package faults

import (
	"slices"
	"strings"
	"time"

	"storj.io/common/rpc/rpcstatus"
)

// Fault is one thing that is wrong, as a request to the control port has it.
// Faults add up: of several that set the same number, the newest counts. The
// table in effect.go has the rules of each effect.
type Fault struct {
	// ID is given when the fault is added.
	ID int `json:"id,omitempty"`

	// Satellite, Nodes and AllNodes are the ends that the fault concerns.
	Satellite bool  `json:"satellite,omitempty"`
	Nodes     []int `json:"nodes,omitempty"`
	AllNodes  bool  `json:"all_nodes,omitempty"`

	// Down closes the listener and cuts connections.
	Down bool `json:"down,omitempty"`
	// Frozen accepts connections, but neither reads nor writes.
	Frozen bool `json:"frozen,omitempty"`
	// Refusing returns an error from each call.
	Refusing bool `json:"refusing,omitempty"`
	// Delay makes an end slow: it comes before each message that is received,
	// and before each piece of data that a download sends. With Call, it comes
	// once.
	Delay Seconds `json:"delay,omitempty"`
	// Skew is added to the clock.
	Skew Seconds `json:"skew,omitempty"`

	// Corrupting flips bits in all of the data that is downloaded.
	Corrupting bool `json:"corrupting,omitempty"`
	// Losing finds no piece.
	Losing bool `json:"losing,omitempty"`
	// Full has no space for pieces.
	Full bool `json:"full,omitempty"`

	// RTT is the round-trip time of each connection.
	RTT Seconds `json:"rtt,omitempty"`
	// Mbit is the bandwidth of each connection and direction, in Mbit/s.
	Mbit float64 `json:"mbit,omitempty"`
	// CutAfter resets each connection after so many bytes, in both directions
	// together. With Call, it resets the connection of that call, so many bytes
	// after the call's beginning.
	CutAfter *int64 `json:"cut_after,omitempty"`

	// Call is the name of the calls that fail: Times of them (default 1, and 0
	// for all), from the Nth on (default 1).
	Call  string `json:"call,omitempty"`
	Nth   *int   `json:"nth,omitempty"`
	Times *int   `json:"times,omitempty"`
	// After lets the call succeed, and loses only its reply.
	After bool `json:"after,omitempty"`
	// Code and Text are the error's, also for Refusing.
	Code string `json:"code,omitempty"`
	Text string `json:"text,omitempty"`
}

// Seconds is a time as JSON has it.
type Seconds float64

// Duration returns the time as Go has it.
func (s Seconds) Duration() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// WideArea returns the links of a client that is far away from everything.
func WideArea() Fault { return Fault{Satellite: true, AllNodes: true, RTT: 0.040, Mbit: 50} }

const (
	defaultCode = "Unavailable"
	defaultText = "failed on demand"
)

// codes are the status codes that an error can have.
var codes = func() (list []rpcstatus.StatusCode) {
	for _, block := range [][2]rpcstatus.StatusCode{{0, 100}, {10000, 10100}} {
		for code := block[0]; code < block[1]; code++ {
			if code != rpcstatus.OK && !strings.HasPrefix(code.String(), "StatusCode(") {
				list = append(list, code)
			}
		}
	}
	return list
}()

// concerns reports whether the fault happens at an end.
func (f *Fault) concerns(at end) bool {
	if at.satellite {
		return f.Satellite
	}
	return f.AllNodes || slices.Contains(f.Nodes, at.node)
}

// onNodes reports whether the fault happens at any node.
func (f *Fault) onNodes() bool { return f.AllNodes || len(f.Nodes) > 0 }

// strikes reports whether the fault happens to the n-th call of its name.
func (f *Fault) strikes(n int) bool {
	all := *f.Times == 0
	return n >= *f.Nth && (all || n < *f.Nth+*f.Times)
}

// failure returns the error that calls fail with.
func (f *Fault) failure() error {
	i := slices.IndexFunc(codes, func(code rpcstatus.StatusCode) bool { return code.String() == f.Code })
	return rpcstatus.Error(codes[i], f.Text)
}
