// Package operation runs calls that the caller does not wait for: start, wait, cancel, take,
// detach.
package operation

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/handle"
	"libuplink/internal/progress"
	"libuplink/internal/stats"
)

// Nothing is the value of a call that has no result but its error.
type Nothing struct{}

// Call is a call whose arguments were read. It can run on the caller's thread or as an operation.
type Call[T any] struct {
	// The call is canceled when this context ends. Mostly it is the project's.
	Context context.Context
	// What is wrong with the arguments, or nil. A refused call does not run.
	Refused error
	Run     func(ctx context.Context) (T, error)
	// Closes a result that is never taken; nil if results need no closing.
	Close func(T)
	// Whether the call fills the caller's memory. Detach waits for the end of such a call, whose
	// result needs no closing.
	FillsMemory bool
	// Closed once the call has copied what it reads from the caller's memory; nil if it reads
	// nothing there.
	Copied <-chan struct{}
	// What the call waits for before it runs, or nil. While it waits it has no goroutine: the stack
	// would be most of the memory of a waiting operation.
	Claim *budget.Claim
	// What a transfer counts; nil for other calls.
	Progress *progress.Counters
	// What else may be read while the call runs, or nil.
	Log any
	// What is counted of the call; nil to count it for the project of the context alone.
	Counts *stats.Call
}

// Refuse returns a call that fails with the error.
func Refuse[T any](err error) Call[T] { return Call[T]{Refused: err} }

// Do runs a call on the caller's thread.
func (c Call[T]) Do() (value T, err error) {
	if c.Refused != nil {
		return value, c.Refused
	}
	counts := stats.Of(c.Context)
	counts.Start()
	value, err = guard.Call(func() (T, error) { return c.Run(c.Context) })
	err = fail.Cause(c.Context, err)
	counts.End(outcomeOf(err))
	return value, err
}

func outcomeOf(err error) stats.Outcome {
	switch {
	case err == nil, err == io.EOF:
		return stats.Succeeded
	case fail.IsCanceled(err):
		return stats.Canceled
	}
	return stats.Failed
}

// ErrCanceled is the cause of the end of an operation's context after Cancel or Detach.
var ErrCanceled = fail.Canceled("the call was canceled")

var errEnded = fail.Canceled("the call has ended")

// Operation is a started call.
type Operation struct {
	id          uintptr
	ctx         context.Context
	cancel      context.CancelCauseFunc
	fillsMemory bool
	copied      <-chan struct{}
	done        chan struct{} // closed when the operation has ended
	queue       *Queue        // gets an entry when the operation has ended; may be nil
	tag         uint64        // names the operation in the queue; 0 if its own number does
	progress    *progress.Counters
	log         any
	counts      *stats.Call

	mu       sync.Mutex
	ended    bool
	canceled bool
	detached bool
	outcome  any    // an outcome[T]
	close    func() // closes the result; nil if it needs no closing
}

type outcome[T any] struct {
	value T
	err   error
}

// Start starts a call and returns the operation's number. The queue may be nil.
func Start[T any](c Call[T], queue *Queue) uintptr { return start(c, queue, 0) }

func start[T any](c Call[T], queue *Queue, tag uint64) uintptr {
	if c.Context == nil {
		c.Context = context.Background()
	}
	if c.Counts == nil {
		c.Counts = stats.NewCallOf(c.Context)
	}
	c.Counts.Start()
	o := &Operation{
		id: handle.Reserve(), fillsMemory: c.FillsMemory, copied: c.Copied, queue: queue, tag: tag,
		progress: c.Progress, log: c.Log, counts: c.Counts, done: make(chan struct{}),
	}
	o.ctx, o.cancel = context.WithCancelCause(c.Context)
	handle.Put(o.id, o)
	if tag != 0 {
		queue.admit(o)
	}
	if c.Refused != nil {
		end(o, c, outcome[T]{err: c.Refused})
		return o.id
	}
	run := func() {
		value, err := guard.Call(func() (T, error) { return c.Run(o.ctx) })
		end(o, c, outcome[T]{value, err})
	}
	if c.Claim == nil {
		running.run(run)
		return o.id
	}
	granted := c.Counts.Wait()
	var proceeds atomic.Bool
	proceed := func() {
		if !proceeds.Swap(true) {
			granted()
			running.run(run)
		}
	}
	c.Claim.Enqueue(proceed)
	// After Enqueue: only a claim that is in the queue can be released. Mostly it is granted at once,
	// and the end of the context need not be watched, which takes another goroutine.
	if !proceeds.Load() {
		context.AfterFunc(o.ctx, proceed)
	}
	return o.id
}

// end records the outcome of an operation, and wakes all that wait for its end.
func end[T any](o *Operation, c Call[T], result outcome[T]) {
	o.mu.Lock()
	// After a cancellation the error of Go's library can be any.
	if o.canceled && result.err != nil && result.err != io.EOF && !fail.IsCanceled(result.err) {
		result.err = ErrCanceled
	}
	result.err = fail.Cause(o.ctx, result.err)
	o.outcome, o.ended = result, true
	if c.Close != nil && result.err == nil {
		o.close = func() { c.Close(result.value) }
	}
	detached := o.detached
	o.mu.Unlock()

	o.counts.End(outcomeOf(result.err))
	o.cancel(errEnded)
	close(o.done)
	if detached {
		guard.Run(o.closeResult)
		guard.Background.Add(-1)
		o.counts.Detach(-1)
	}
	if o.queue != nil {
		o.queue.push(o)
	}
}

// closeResult closes the result of an operation that has ended and was detached.
func (o *Operation) closeResult() {
	if o.close != nil {
		o.close()
	}
}

// Stats returns what was counted of the operation.
func (o *Operation) Stats() stats.CallSnapshot { return o.counts.Snapshot() }

// Cancel asks the operation to end soon.
func (o *Operation) Cancel() {
	o.mu.Lock()
	o.canceled = o.canceled || !o.ended
	o.mu.Unlock()
	o.cancel(ErrCanceled)
}

// Wait reports whether the operation ends within the timeout; a negative timeout never passes.
func (o *Operation) Wait(timeout time.Duration) bool {
	select {
	case <-o.done:
		return true
	default:
	}
	switch {
	case timeout == 0:
		return false
	case timeout < 0:
		<-o.done
		return true
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-o.done:
		return true
	case <-timer.C:
		return false
	}
}

// Progress returns what the operation counts, or nil if it is not a transfer.
func (o *Operation) Progress() *progress.Counters { return o.progress }

// Log returns the Log of the call.
func (o *Operation) Log() any { return o.log }

// Take returns the outcome of an operation and frees its number, once. If it cannot, taken is false
// and err is the reason.
func Take[T any](id uintptr) (value T, taken bool, err error) {
	const name = "operation"
	o, err := handle.Lookup[*Operation](id, name)
	if err != nil {
		return value, false, err
	}
	o.mu.Lock()
	ended, result := o.ended, o.outcome
	o.mu.Unlock()
	if !ended {
		return value, false, fail.InvalidArgument("the operation has not ended yet")
	}
	own, ok := result.(outcome[T])
	if !ok {
		return value, false, fail.InvalidArgument("the operation has a result of another type")
	}
	if _, found := handle.Remove[*Operation](id); !found {
		return value, false, fail.InvalidHandle(name)
	}
	return own.value, true, own.err
}

// Detach cancels an operation, closes its result when it ends, and frees its number. It waits only
// until the operation does not use the caller's memory any more.
func Detach(id uintptr) {
	o, found := handle.Remove[*Operation](id)
	if !found {
		return
	}
	o.mu.Lock()
	ended := o.ended
	o.canceled = o.canceled || !ended
	if !ended && !o.fillsMemory {
		o.detached = true
		guard.Background.Add(1)
		o.counts.Detach(1)
	}
	o.mu.Unlock()

	o.cancel(ErrCanceled)
	switch {
	case ended:
		o.closeResult()
	case o.fillsMemory:
		<-o.done // a canceled read ends within milliseconds
	case o.copied != nil:
		select {
		case <-o.copied:
		case <-o.done:
		}
	}
}
