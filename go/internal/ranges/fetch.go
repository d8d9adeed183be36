package ranges

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/progress"
	"libuplink/internal/project"
)

// object is an Object, or one of a test.
type object interface {
	// open opens a download of a span. A further stream has claims of its own, or else they are nil.
	open(ctx context.Context, span Span, further *project.FurtherStream) (reader, error)
	// acquire returns the claims of a further stream, or nil if there is no room for it.
	acquire(weight int) *project.FurtherStream
	// latency returns how long it took to open a download.
	latency() time.Duration
	// attempts returns how often a download without a further byte is opened.
	attempts() int
	// wait returns the time to wait after the given number of attempts.
	wait(tried int) time.Duration
}

// reader is an open download of a span.
type reader interface {
	Read(ctx context.Context, memory []byte, all bool) (int, error)
	Connections() int
	Free()
}

// fetch downloads spans by streams: a first one, which takes spans until none is left, and further
// ones, as many as make it faster and the budgets have room for.
type fetch struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	object   object
	target   Target
	sizes    sizes
	counters *progress.Counters
	// By how much lighter than its connections a further stream is, which has buffers for a small
	// span only.
	lightness int

	received    atomic.Int64
	connections atomic.Int64  // of one stream; 0 until that is known
	ended       chan struct{} // closed when no stream runs

	mu      sync.Mutex
	left    []Span // what no stream has taken, by offset
	bytes   int64  // number of bytes in left
	climb   climb
	running int
	warm    int // streams that run and have received bytes
	failure error
}

func newFetch(ctx context.Context, o object, spans []Span, to Target, sizes sizes, counters *progress.Counters) *fetch {
	f := &fetch{object: o, target: to, sizes: sizes, counters: counters, left: spans, ended: make(chan struct{})}
	f.ctx, f.cancel = context.WithCancelCause(ctx)
	for _, span := range spans {
		f.bytes += span.Length
	}
	if small := len(spans) > 1 && f.bytes/int64(len(spans)) < sizes.block; small {
		f.lightness, f.climb = 8, newClimb(smallStreams, smallStreams) // most of the time is latency
	} else {
		f.lightness, f.climb = 1, newClimb(startStreams(o.latency()), 8)
	}
	return f
}

// smallStreams is the number of streams for small spans. A climb from fewer would end after most spans
// are downloaded: a window takes as long as several of them.
const smallStreams = 32

// startStreams returns the number of streams to begin with. On a fast network a single stream is
// fast, too.
func startStreams(latency time.Duration) int {
	if latency != unknownLatency && latency < 5*time.Millisecond {
		return 2
	}
	return 4
}

// run runs the streams until all spans are stored, or one stream has failed.
func (f *fetch) run() error {
	defer f.cancel(errEnded)
	if len(f.left) == 0 {
		return nil
	}
	f.mu.Lock()
	f.start(nil)
	f.grow()
	f.mu.Unlock()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-f.ended:
			if f.failure == nil && len(f.left) > 0 {
				return context.Cause(f.ctx) // which ended between two spans
			}
			return fail.Cause(f.ctx, f.failure)
		case now := <-ticker.C:
			f.mu.Lock()
			f.climb.observe(now, f.received.Load(), f.warm == f.running)
			f.grow()
			f.mu.Unlock()
		}
	}
}

var errEnded = fail.Canceled("the transfer has ended")

// grow starts further streams, as many as are allowed, have work and fit into the budgets. The
// caller has the mutex.
func (f *fetch) grow() {
	for f.running > 0 && f.running < f.climb.streams && f.ctx.Err() == nil && f.hasWork() {
		further := f.object.acquire(f.weight())
		if further == nil {
			return
		}
		f.start(further)
	}
}

// hasWork reports whether there is work for another stream beside those that run. The caller has the
// mutex.
func (f *fetch) hasWork() bool { return len(f.left) > 1 || f.bytes > f.sizes.least }

// weight returns the weight of a further stream in the budget of their memory.
func (f *fetch) weight() int {
	connections := int(f.connections.Load())
	if connections == 0 {
		connections = defaultConnections
	}
	return max(connections/f.lightness, 1)
}

// start starts a stream: a further one with its claims, or the first one with nil. The caller has
// the mutex.
func (f *fetch) start(further *project.FurtherStream) {
	f.running++
	w := &worker{fetch: f, further: further, first: further == nil}
	go func() {
		_, err := guard.Call(func() (struct{}, error) { return struct{}{}, w.run() })
		f.mu.Lock()
		defer f.mu.Unlock()
		if err != nil && f.failure == nil {
			f.failure = err
			f.cancel(err) // ends the other streams
		}
		if w.warm {
			f.warm--
		}
		if f.running--; f.running == 0 {
			close(f.ended)
		}
	}()
}

// next takes a span for a stream. There is none for a further stream if too many run.
func (f *fetch) next(w *worker) (Span, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.left) == 0 || f.ctx.Err() != nil || !w.first && f.running > f.climb.streams {
		return Span{}, false
	}
	front := &f.left[0]
	taken := Span{front.Offset, f.share(*front)}
	front.Offset, front.Length = taken.End(), front.Length-taken.Length
	if front.Length == 0 {
		f.left = f.left[1:]
	}
	f.bytes -= taken.Length
	return taken, true
}

// share returns how many bytes of a span a stream takes: not beyond the end of a segment, and so few
// that all streams end at about the same time. It leaves no small rest.
func (f *fetch) share(span Span) int64 {
	whole := min(span.Length, f.sizes.segment-span.Offset%f.sizes.segment)
	end := span.Offset + max(f.bytes/int64(2*f.climb.streams), f.sizes.least) + f.sizes.block - 1
	share := end - end%f.sizes.block - span.Offset
	if whole-share < f.sizes.least/2 {
		return whole
	}
	return share
}

// count notes that a stream has received and stored bytes.
func (f *fetch) count(w *worker, bytes int64) {
	f.received.Add(bytes)
	if f.counters != nil {
		f.counters.Transferred.Add(bytes)
	}
	if w.warm {
		return
	}
	w.warm = true
	f.mu.Lock()
	defer f.mu.Unlock()
	f.warm++
}
