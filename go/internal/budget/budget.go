package budget

import (
	"context"
	"slices"
	"sync"
	"time"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/stats"
)

// Budget grants claims, oldest first: of connections to storage nodes, or of memory. A transfer
// claims all that it may need at once: transfers that each have a part of what they need would wait
// for each other.
//
// A caller can keep transfers open and do nothing on them until it gets another one. So when no
// operation on a transfer has run for a moment, the oldest claim is granted over the limit, as long
// as there are descriptors.
type Budget struct {
	limit    int           // what is granted to claims as they come
	most     int           // what is granted over the limit, too, when nothing moves
	patience time.Duration // how long nothing moves before a claim is granted over the limit; 0: never

	// The mutex guards the fields below and the claims. The unexported methods need it.
	mu      sync.Mutex
	used    int
	working int       // operations under way on transfers that have connections
	moved   time.Time // when a claim was last granted, or such an operation last ended
	queue   []*Claim  // the claims that wait, oldest first
	watched bool      // whether a timer will call insist
}

// New returns a budget that is never exceeded.
func New(limit int) *Budget { return &Budget{limit: limit} }

// Limit returns how much may be granted at the same time.
func (b *Budget) Limit() int { return b.limit }

// Allowance is how much of a budget the claims of one project may have together.
type Allowance struct {
	limit int
	used  int // guarded by the mutex of the budget
}

// NewAllowance returns an allowance of which nothing is used.
func NewAllowance(limit int) *Allowance { return &Allowance{limit: limit} }

// Claim is what one transfer has of a budget, or waits for.
type Claim struct {
	budget *Budget
	owner  *Allowance
	weight int
	since  time.Time

	// Closed when the claim is granted or refused; settle also calls notify, if there is one.
	settled chan struct{}
	notify  func()
	refused error
}

// NewClaim returns a claim that is not in the queue yet.
func (b *Budget) NewClaim(owner *Allowance, weight int) *Claim {
	return &Claim{budget: b, owner: owner, weight: weight, since: time.Now(), settled: make(chan struct{})}
}

// Acquire waits for a claim. It needs no release if it fails.
func (b *Budget) Acquire(ctx context.Context, owner *Allowance, weight int) (*Claim, error) {
	c := b.NewClaim(owner, weight)
	c.Enqueue(nil)
	return c, c.Await(ctx)
}

// TryAcquire returns a claim that is granted at once, or nil if there is no room for it or another
// claim waits.
func (b *Budget) TryAcquire(owner *Allowance, weight int) *Claim {
	b.mu.Lock()
	defer b.mu.Unlock()
	over := b.used > 0 && b.used+weight > b.limit || owner.used > 0 && owner.used+weight > owner.limit
	if over || len(b.queue) > 0 {
		return nil
	}
	c := b.NewClaim(owner, weight)
	b.grant(c)
	return c
}

// Enqueue begins to wait. If notify is not nil it is called when the claim is granted or refused;
// it must return at once.
func (c *Claim) Enqueue(notify func()) {
	b := c.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	c.notify = notify
	b.queue = append(b.queue, c)
	b.admit()
	b.watch()
}

// Await waits until the claim is granted. It needs no release if that fails.
func (c *Claim) Await(ctx context.Context) error {
	select {
	case <-c.settled:
		return c.refused
	default:
	}
	defer stats.Of(ctx).Wait()()
	select {
	case <-c.settled:
		return c.refused
	case <-ctx.Done():
		c.Release()
		return context.Cause(ctx)
	}
}

func (c *Claim) settle() {
	close(c.settled)
	if c.notify != nil {
		c.notify()
	}
}

// watch calls insist from time to time, as long as there are claims that wait.
func (b *Budget) watch() {
	if b.watched || len(b.queue) == 0 || b.patience == 0 {
		return
	}
	b.watched = true
	guard.After(b.patience/4, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.watched = false
		b.insist()
		b.watch()
	})
}

// admit grants the claims that fit, oldest first. A claim over its project's allowance blocks only
// later claims of that project, so small ones cannot starve it.
func (b *Budget) admit() {
	waiting := b.queue[:0]
	var full map[*Allowance]bool
	for i, c := range b.queue {
		if b.used > 0 && b.used+c.weight > b.limit {
			waiting = append(waiting, b.queue[i:]...)
			break
		}
		if full[c.owner] || c.owner.used > 0 && c.owner.used+c.weight > c.owner.limit {
			if full == nil {
				full = map[*Allowance]bool{}
			}
			full[c.owner] = true
			waiting = append(waiting, c)
			continue
		}
		b.grant(c)
	}
	clear(b.queue[len(waiting):])
	b.queue = waiting
}

func (b *Budget) grant(c *Claim) {
	b.used += c.weight
	c.owner.used += c.weight
	b.moved = time.Now()
	c.settle()
}

// insist grants the oldest claim over the limit if nothing has moved for the patience. If there are
// no descriptors for it, it refuses the claim after a longer wait.
func (b *Budget) insist() {
	if len(b.queue) == 0 || b.working > 0 || time.Since(b.moved) < b.patience {
		return
	}
	c := b.queue[0]
	if b.used+c.weight <= b.most {
		b.queue = b.queue[1:]
		b.grant(c)
	} else if time.Since(c.since) > 10*b.patience {
		b.queue = b.queue[1:]
		c.refused = fail.Internal(fail.DetailConnection, "no descriptors are left for another transfer: "+
			"those under way have %d; end some of them, or raise the limit (ulimit -n)", b.most)
		c.settle()
		b.admit() // the claims behind it
	}
}

// Raise raises the weight of a granted claim to at least the given weight. It does not wait: two
// transfers that both have connections could wait for each other. Later claims wait instead.
func (c *Claim) Raise(weight int) {
	b := c.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	more := max(weight-c.weight, 0)
	c.weight += more
	b.used += more
	c.owner.used += more
}

// Lower lowers the weight of a granted claim to at most the given weight.
func (c *Claim) Lower(weight int) {
	b := c.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	less := max(c.weight-weight, 0)
	c.weight -= less
	b.used -= less
	c.owner.used -= less
	b.admit()
}

// Release releases a granted claim, or takes a waiting one out of the queue.
func (c *Claim) Release() {
	b := c.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	if at := slices.Index(b.queue, c); at >= 0 {
		b.queue = slices.Delete(b.queue, at, at+1)
		b.admit() // the claims behind it
	} else if c.refused == nil {
		b.used -= c.weight
		c.owner.used -= c.weight
		b.admit()
	}
}

// Work notes that an operation on a transfer is under way, until done is called.
func (b *Budget) Work() (done func()) {
	b.mu.Lock()
	b.working++
	b.mu.Unlock()
	return func() {
		b.mu.Lock()
		b.working--
		b.moved = time.Now()
		b.mu.Unlock()
	}
}
