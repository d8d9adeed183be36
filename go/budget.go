package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/pace"
)

// Each call to the satellite takes a connection of its own while it runs, so many at the same time exhaust descriptors
// and gain nothing. They queue for one of these slots, first come, first served. What can depend on the caller, as
// the life of a stream does, never holds one.
type slots chan struct{}

func (s slots) enter(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s slots) leave() { <-s }

const (
	defaultCalls       = 64
	defaultConnections = 2048

	// What an uploading segment and a download take of connections to storage nodes.
	connectionsOfUpload   = 110
	connectionsOfDownload = 40
	// A download that has asked all nodes of a segment.
	connectionsToAllNodes = 110

	// What uploads take that need no connections. A put may wait for its key; a stream has a buffer and perhaps a file.
	weightOfPut    = 1
	weightOfStream = 4

	// The satellite keeps smaller objects itself.
	largestInline = 4096
)

// budget is what a project may do at the same time.
type budget struct{ calls, connections int }

func (b budget) orDefault() budget {
	if b.calls <= 0 {
		b.calls = defaultCalls
	}
	if b.connections <= 0 {
		b.connections = defaultConnections
	}
	return b
}

// process is shared by all projects. Of the descriptors one half is for transfers and one eighth for calls to
// satellites; the others are for idle connections and for the program itself.
var process = sync.OnceValue(func() *shared {
	limit := descriptorLimit()
	return &shared{
		calls:     make(slots, max(limit/8, 4)),
		idle:      max(limit/16, 4),
		idleNodes: min(max(limit/8, 4), 1000),
		transfers: transfers{limit: limit / 2, most: limit - limit/4, patience: time.Second},
	}
})

type shared struct {
	calls     slots
	idle      int // how many idle connections to its satellite a project may keep
	idleNodes int // and to nodes
	transfers transfers
}

// ask makes a call to the satellite, and makes it again while the satellite refuses it.
func ask[T any](ctx context.Context, p *project, run func() (T, error)) (T, error) {
	return askToWrite(ctx, p, "", run)
}

// askToWrite is ask for a call that begins to write to an object.
func askToWrite[T any](ctx context.Context, p *project, path string, run func() (T, error)) (value T, err error) {
	err = p.pace.Do(ctx, pace.CallerOf(ctx), path, func() (err error) {
		value, err = inTurn(ctx, p, run)
		return err
	})
	return value, err
}

// pathOf names an object among all of a project.
func pathOf(bucket, key string) string { return bucket + "/" + key }

// inTurn makes a call to the satellite once there is a slot.
func inTurn[T any](ctx context.Context, p *project, run func() (T, error)) (value T, err error) {
	for _, s := range []slots{p.calls, process().calls} {
		if err := s.enter(ctx); err != nil {
			return value, err
		}
		defer s.leave()
	}
	if ctx.Err() != nil {
		return value, context.Cause(ctx)
	}
	return run()
}

// transfers hands out connections to storage nodes. A transfer gets all that it may need at once, since several that
// have a part each would wait for each other.
//
// A transfer can last as long as its caller likes, who may want another one first. So when nothing has moved for a
// moment, the next one gets its connections over the budget, as long as there are descriptors.
type transfers struct {
	limit, most int
	patience    time.Duration

	mu      sync.Mutex
	used    int
	working int       // calls under way on transfers that have connections
	rested  time.Time // since when there are none
	queue   []*claim
	watched bool
}

// claim is what one transfer has or waits for.
type claim struct {
	of     *transfers
	owner  *allowance
	weight int
	since  time.Time
	// Closed when the claim is granted, or refused. The function is called then, if there is one.
	settled chan struct{}
	notify  func()
	refused error
}

// allowance is what the transfers of one project may have in all. Guarded by the mutex of the transfers.
type allowance struct{ limit, used int }

func (t *transfers) newClaim(owner *allowance, weight int) *claim {
	return &claim{of: t, owner: owner, weight: weight, since: time.Now(), settled: make(chan struct{})}
}

func (t *transfers) acquire(ctx context.Context, owner *allowance, weight int) (*claim, error) {
	c := t.newClaim(owner, weight)
	c.enqueue(nil)
	return c, c.await(ctx)
}

// enqueue begins to wait. A function that is given is called when that is over, and must return at once.
func (c *claim) enqueue(notify func()) {
	t := c.of
	t.mu.Lock()
	defer t.mu.Unlock()
	c.notify = notify
	t.queue = append(t.queue, c)
	t.admit()
	t.watch()
}

// await waits for the end of the waiting. A claim that fails need not be released.
func (c *claim) await(ctx context.Context) error {
	select {
	case <-c.settled:
		return c.refused
	case <-ctx.Done():
		c.release()
		return context.Cause(ctx)
	}
}

func (c *claim) settle() {
	close(c.settled)
	if c.notify != nil {
		c.notify()
	}
}

// watch looks after the oldest claim as long as there is one.
func (t *transfers) watch() {
	if t.watched || len(t.queue) == 0 || t.patience == 0 {
		return
	}
	t.watched = true
	guard.After(t.patience/4, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.watched = false
		t.insist()
		t.watch()
	})
}

// admit grants what waits, oldest first. One that waits for its own project holds up no other project's, but those
// of its own: lighter ones would take its room for ever.
func (t *transfers) admit() {
	waiting := t.queue[:0]
	var full map[*allowance]bool
	for i, c := range t.queue {
		if t.used > 0 && t.used+c.weight > t.limit {
			waiting = append(waiting, t.queue[i:]...)
			break
		}
		if full[c.owner] || c.owner.used > 0 && c.owner.used+c.weight > c.owner.limit {
			if full == nil {
				full = map[*allowance]bool{}
			}
			full[c.owner] = true
			waiting = append(waiting, c)
			continue
		}
		t.grant(c)
	}
	clear(t.queue[len(waiting):])
	t.queue = waiting
}

func (t *transfers) grant(c *claim) {
	t.used += c.weight
	c.owner.used += c.weight
	t.rested = time.Now()
	c.settle()
}

// insist lets the oldest claim pass where nothing moves, and refuses it if there is no hope for it.
func (t *transfers) insist() {
	if len(t.queue) == 0 || t.working > 0 || time.Since(t.rested) < t.patience {
		return
	}
	c := t.queue[0]
	if t.used+c.weight <= t.most {
		t.queue = t.queue[1:]
		t.grant(c)
	} else if time.Since(c.since) > 10*t.patience {
		t.queue = t.queue[1:]
		c.refused = fail.Internal(fail.DetailConnection, "no descriptors are left for another transfer: "+
			"those under way have %d; end some of them, or raise the limit (ulimit -n)", t.most)
		c.settle()
		t.admit() // what it held up
	}
}

// raise makes a granted claim as heavy as the weight. It does not wait: the transfer has other connections already, and
// could wait for a transfer that waits for it. Claims that come later wait instead.
func (c *claim) raise(weight int) {
	t := c.of
	t.mu.Lock()
	defer t.mu.Unlock()
	more := max(weight-c.weight, 0)
	c.weight += more
	t.used += more
	c.owner.used += more
}

// release ends a claim, whether it was settled meanwhile or not.
func (c *claim) release() {
	t := c.of
	t.mu.Lock()
	defer t.mu.Unlock()
	if at := slices.Index(t.queue, c); at >= 0 {
		t.queue = slices.Delete(t.queue, at, at+1)
		t.admit() // what it held up
	} else if c.refused == nil {
		t.used -= c.weight
		c.owner.used -= c.weight
		t.admit()
	}
}

// work notes that a call is under way on a transfer, until what it answers is called.
func (t *transfers) work() (done func()) {
	t.mu.Lock()
	t.working++
	t.mu.Unlock()
	return func() {
		t.mu.Lock()
		t.working--
		t.rested = time.Now()
		t.mu.Unlock()
	}
}
