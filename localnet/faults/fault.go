// Package faults makes a network fail on command: it stands between the
// listeners, connections and calls of a satellite and its nodes on one side,
// and their clients on the other.
package faults

import (
	"errors"
	"fmt"
	"math"
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
	Nth   int    `json:"nth,omitempty"`
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

// codes are the status codes by name.
var codes = func() map[string]rpcstatus.StatusCode {
	named := map[string]rpcstatus.StatusCode{}
	for _, block := range [][2]rpcstatus.StatusCode{{0, 100}, {10000, 10100}} {
		for code := block[0]; code < block[1]; code++ {
			if name := code.String(); !strings.HasPrefix(name, "StatusCode(") && code != rpcstatus.OK {
				named[strings.ToLower(name)] = code
			}
		}
	}
	return named
}()

// prepare refuses what cannot be meant, and fills in what was left out.
func (f *Fault) prepare(nodes int) error {
	if !f.Satellite && !f.AllNodes && len(f.Nodes) == 0 {
		return errors.New("the fault says neither satellite nor nodes")
	}
	for _, number := range f.Nodes {
		if number < 0 || number >= nodes {
			return fmt.Errorf("there is no node %d: they are numbered from 0 to %d", number, nodes-1)
		}
	}
	if f.Satellite && (f.Corrupting || f.Losing || f.Full) {
		return errors.New("only nodes can be corrupting, losing or full")
	}
	for name, value := range map[string]float64{"delay": f.Delay, "rtt": f.RTT, "mbit": f.Mbit} {
		if value < 0 || math.IsNaN(value) || value > 1e6 {
			return fmt.Errorf("%s must be between 0 and a million, not %g", name, value)
		}
	}
	if math.IsNaN(f.Skew) || math.Abs(f.Skew) > 1e9 {
		return fmt.Errorf("skew must be less than a billion seconds, not %g", f.Skew)
	}
	if f.CutAfter != nil && *f.CutAfter < 0 {
		return errors.New("cut_after must not be negative")
	}
	if err := f.prepareCall(); err != nil {
		return err
	}
	if f.Refusing || f.Code != "" || f.Text != "" {
		if f.Code == "" {
			f.Code = defaultCode
		}
		if f.Text == "" {
			f.Text = defaultText
		}
		if _, known := codes[strings.ToLower(f.Code)]; !known {
			return fmt.Errorf("unknown code %q; there are those of rpcstatus, such as Unavailable, NotFound and ResourceExhausted", f.Code)
		}
	}
	if f.Call == "" && !f.does() {
		return errors.New("the fault does not say what happens")
	}
	return nil
}

func (f *Fault) prepareCall() error {
	if f.Call == "" {
		if f.Nth != 0 || f.Times != nil || f.After || (f.Code+f.Text != "" && !f.Refusing) {
			return errors.New("nth, times, after, code and text belong to a call")
		}
		return nil
	}
	if f.Down || f.Frozen || f.Refusing || f.Corrupting || f.Losing || f.Full || f.Skew != 0 || f.RTT != 0 || f.Mbit != 0 {
		return errors.New("a call can be answered with an error, delayed or cut; all else is a fault of its own")
	}
	if f.Nth < 0 || (f.Times != nil && *f.Times < 0) {
		return errors.New("nth and times must not be negative")
	}
	if f.Nth == 0 {
		f.Nth = 1
	}
	if f.Times == nil {
		one := 1
		f.Times = &one
	}
	if f.CutAfter != nil && f.Code+f.Text != "" {
		return errors.New("a call is answered with an error or cut, not both")
	}
	if f.Code == "" && f.CutAfter == nil && f.Delay == 0 {
		f.Code = defaultCode
	}
	return nil
}

// does tells whether the fault has any effect.
func (f *Fault) does() bool {
	return f.Down || f.Frozen || f.Refusing || f.Corrupting || f.Losing || f.Full ||
		f.Delay != 0 || f.Skew != 0 || f.RTT != 0 || f.Mbit != 0 || f.CutAfter != nil
}

// concerns tells whether the fault is one of the site with that number.
func (f *Fault) concerns(number int) bool {
	if number == satelliteSite {
		return f.Satellite
	}
	return f.AllNodes || slices.Contains(f.Nodes, number)
}

func (f *Fault) status() error {
	return rpcstatus.Error(codes[strings.ToLower(f.Code)], f.Text)
}
