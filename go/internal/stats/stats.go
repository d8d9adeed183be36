// Package stats counts what happens on projects and in their calls, and keeps the rare events that
// explain a slow one. Nothing here waits.
package stats

import (
	"context"
	"sync/atomic"
	"time"
)

// Project has the counts of one project.
type Project struct {
	satellite string // its address, for events

	started, succeeded, failed, canceled   atomic.Int64
	waiting, detached                      atomic.Int64
	requests, retries, slowDowns, stalls   atomic.Int64
	sent, received, wireSent, wireReceived atomic.Int64
	waited                                 atomic.Int64 // nanoseconds
	toSatellite, toNodes                   atomic.Int64 // open connections
}

// NewProject returns the counts of a project at a satellite, all of which are zero.
func NewProject(satellite string) *Project { return &Project{satellite: satellite} }

// Snapshot has the counts of a project at one moment. The gauges are InFlight, Waiting, Detached and
// the connections; the other counts only grow.
type Snapshot struct {
	Started, Succeeded, Failed, Canceled int64
	// Calls that have not ended, calls of them that wait in a queue, and calls that no caller waits for.
	InFlight, Waiting, Detached int64
	// Requests to the satellite, repeats, times that the pace was lowered, and stalled connections.
	Requests, Retries, SlowDowns, Stalls int64
	// Bytes of objects, and bytes on the connections.
	Sent, Received, WireSent, WireReceived int64
	// The time that calls have waited in queues.
	Waited time.Duration
	// Open connections.
	ToSatellite, ToNodes int64
}

// Snapshot returns the counts. It reads the calls that have ended before those that have started, so
// that no call in flight is missing.
func (p *Project) Snapshot() Snapshot {
	s := Snapshot{
		Succeeded: p.succeeded.Load(), Failed: p.failed.Load(), Canceled: p.canceled.Load(),
		Waiting: p.waiting.Load(), Detached: p.detached.Load(),
		Requests: p.requests.Load(), Retries: p.retries.Load(),
		SlowDowns: p.slowDowns.Load(), Stalls: p.stalls.Load(),
		Sent: p.sent.Load(), Received: p.received.Load(),
		WireSent: p.wireSent.Load(), WireReceived: p.wireReceived.Load(),
		Waited:      time.Duration(p.waited.Load()),
		ToSatellite: p.toSatellite.Load(), ToNodes: p.toNodes.Load(),
	}
	s.Started = p.started.Load()
	s.InFlight = s.Started - s.Succeeded - s.Failed - s.Canceled
	return s
}

type callKey struct{}

// WithCall returns a context in which the counts go to the call.
func WithCall(ctx context.Context, c *Call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// nowhere takes the counts of what belongs to no project, such as a request for an access.
var nowhere = NewCall(NewProject(""))

// Of returns the call that a context belongs to. It is never nil.
func Of(ctx context.Context) *Call {
	c, _ := ctx.Value(callKey{}).(*Call)
	if c == nil {
		return nowhere
	}
	if newest := c.newest.Load(); newest != nil {
		return newest
	}
	return c
}
