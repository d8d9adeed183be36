// Package faults makes a network fail on command: it stands between the
// listeners, connections and calls of a satellite and its nodes on one side,
// and their clients on the other.
package faults

import (
	"slices"
	"strings"

	"storj.io/common/rpc/rpcstatus"
)

// Fault is one thing that is wrong, as it is asked for. Faults add up: of
// several that set the same number, the newest counts.
type Fault struct {
	// ID is given when the fault is added.
	ID int `json:"id,omitempty"`

	// Satellite, Nodes and AllNodes say who is concerned.
	Satellite bool  `json:"satellite,omitempty"`
	Nodes     []int `json:"nodes,omitempty"`
	AllNodes  bool  `json:"all_nodes,omitempty"`

	// Down closes the listener and cuts connections.
	Down bool `json:"down,omitempty"`
	// Frozen accepts connections, but neither reads nor writes.
	Frozen bool `json:"frozen,omitempty"`
	// Refusing answers each call with an error.
	Refusing bool `json:"refusing,omitempty"`
	// Delay in seconds comes before each message that is taken, and before
	// each piece of data that a download sends. With Call, it comes once.
	Delay float64 `json:"delay,omitempty"`
	// Skew in seconds is added to the clock.
	Skew float64 `json:"skew,omitempty"`

	// Corrupting flips bits all over what is downloaded.
	Corrupting bool `json:"corrupting,omitempty"`
	// Losing knows no piece.
	Losing bool `json:"losing,omitempty"`
	// Full has no space for pieces.
	Full bool `json:"full,omitempty"`

	// RTT in seconds is the round-trip time of each connection.
	RTT float64 `json:"rtt,omitempty"`
	// Mbit is the bandwidth of each connection and direction, in Mbit/s.
	Mbit float64 `json:"mbit,omitempty"`
	// CutAfter resets each connection when so many bytes have gone through it,
	// in both directions together. With Call, the connection of that call, so
	// many bytes after its beginning.
	CutAfter *int64 `json:"cut_after,omitempty"`

	// Call is the name of the calls that something happens to: Times of them
	// (one, unless said otherwise; 0 is all), from the Nth on.
	Call  string `json:"call,omitempty"`
	Nth   *int   `json:"nth,omitempty"`
	Times *int   `json:"times,omitempty"`
	// After lets the call happen, and only then fails instead of answering.
	After bool `json:"after,omitempty"`
	// Code and Text are those of the error, also for Refusing.
	Code string `json:"code,omitempty"`
	Text string `json:"text,omitempty"`
}

// WideArea is the link of a client that is far away from everything.
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

// concerns tells whether the fault is one of the site with that number.
func (f *Fault) concerns(number int) bool {
	if number == satelliteSite {
		return f.Satellite
	}
	return f.AllNodes || slices.Contains(f.Nodes, number)
}

// failure is the error that a call is answered with.
func (f *Fault) failure() error {
	i := slices.IndexFunc(codes, func(code rpcstatus.StatusCode) bool { return code.String() == f.Code })
	return rpcstatus.Error(codes[i], f.Text)
}
