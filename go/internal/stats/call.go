package stats

import (
	"context"
	"sync/atomic"
	"time"
)

// Call has the counts of one call. Each count also goes to its project.
type Call struct {
	project *Project
	// In the context of a stream: the newest call on the stream, which gets the counts.
	newest atomic.Pointer[Call]

	requests, retries, sent, received atomic.Int64
	waited                            atomic.Int64 // nanoseconds
}

// CallSnapshot has the counts of a call at one moment.
type CallSnapshot struct {
	// Requests to the satellite, and repeats.
	Requests, Retries int64
	// Bytes of objects.
	Sent, Received int64
	// The time that it has waited in queues.
	Waited time.Duration
}

// NewCall returns the counts of a call on a project, all of which are zero.
func NewCall(p *Project) *Call { return &Call{project: p} }

// NewCallOf returns the counts of another call on the project that a context belongs to.
func NewCallOf(ctx context.Context) *Call { return NewCall(Of(ctx).project) }

// Project returns the counts of the project.
func (c *Call) Project() *Project { return c.project }

// Relay passes the counts of a stream on to a call from now on.
func (c *Call) Relay(to *Call) { c.newest.Store(to) }

// Snapshot returns the counts.
func (c *Call) Snapshot() CallSnapshot {
	return CallSnapshot{
		Requests: c.requests.Load(), Retries: c.retries.Load(),
		Sent: c.sent.Load(), Received: c.received.Load(), Waited: time.Duration(c.waited.Load()),
	}
}

// Start counts the start of the call.
func (c *Call) Start() { c.project.started.Add(1) }

// Outcome is how a call ended.
type Outcome int

// The outcomes of a call.
const (
	Succeeded Outcome = iota
	Failed
	Canceled
)

// End counts the end of the call.
func (c *Call) End(outcome Outcome) {
	p := c.project
	[]*atomic.Int64{Succeeded: &p.succeeded, Failed: &p.failed, Canceled: &p.canceled}[outcome].Add(1)
}

// Detach changes the number of calls that no caller waits for.
func (c *Call) Detach(change int64) { c.project.detached.Add(change) }

// Wait counts the time until done is called as time in a queue.
func (c *Call) Wait() (done func()) {
	started := time.Now()
	c.project.waiting.Add(1)
	return func() {
		spent := int64(time.Since(started))
		c.project.waiting.Add(-1)
		c.project.waited.Add(spent)
		c.waited.Add(spent)
	}
}

// Send counts bytes of an object that were accepted for sending.
func (c *Call) Send(bytes int) {
	c.sent.Add(int64(bytes))
	c.project.sent.Add(int64(bytes))
}

// Receive counts bytes of an object that the caller got.
func (c *Call) Receive(bytes int) {
	c.received.Add(int64(bytes))
	c.project.received.Add(int64(bytes))
}

// Request counts a request to the satellite.
func (c *Call) Request() {
	c.requests.Add(1)
	c.project.requests.Add(1)
}

func (c *Call) retry() {
	c.retries.Add(1)
	c.project.retries.Add(1)
}

// Refused notes that the satellite refused a request because there are too many, and that the
// request is repeated. The key is that of the object if the limit is that of writes to a key.
func (c *Call) Refused(key string) {
	c.retry()
	if key == "" {
		note(RequestRefused, c.project.satellite, 0)
	} else {
		c.project.slowDowns.Add(1)
		note(WriteRefused, key, 0)
	}
}

// Slow notes that requests are sent more slowly from now on: so many a second.
func (c *Call) Slow(perSecond float64) {
	c.project.slowDowns.Add(1)
	note(SlowedDown, c.project.satellite, perSecond)
}

// Resume notes that a download broke off, and is opened again after so many bytes.
func (c *Call) Resume(object string, position int64) {
	c.retry()
	note(Resumed, object, float64(position))
}

// Repeat notes that a part of a transfer failed, and is tried again after the time.
func (c *Call) Repeat(failure string, after time.Duration) {
	c.retry()
	note(Repeated, failure, after.Seconds())
}

// Redial notes that the satellite could not be reached, and is dialed again after the time.
func (c *Call) Redial(after time.Duration) {
	c.retry()
	note(Redialed, c.project.satellite, after.Seconds())
}

// Stall notes that no byte moved on a connection for the time, and that it was closed.
func (p *Project) Stall(address string, span time.Duration) {
	p.stalls.Add(1)
	note(Stalled, address, span.Seconds())
}

// Down notes that a storage node could not be reached, or did not respond for the time.
func (p *Project) Down(address string, span time.Duration) {
	note(NodeDown, address, span.Seconds())
}
