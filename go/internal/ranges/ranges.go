// Package ranges downloads ranges of one version of an object, in several streams at the same time
// where that is faster.
package ranges

import (
	"context"
	"sync"
	"time"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/objects"
	"libuplink/internal/progress"
	"libuplink/internal/project"
	"libuplink/internal/stream"
)

// Span is a range of an object.
type Span struct{ Offset, Length int64 }

// End returns the offset after the last byte.
func (s Span) End() int64 { return s.Offset + s.Length }

// Target takes the bytes of spans. Its methods are called on several goroutines.
type Target interface {
	// Room returns memory for the bytes of a span, which is at most a block: its own memory, or a
	// part of scratch, which has room for a block.
	Room(span Span, scratch []byte) []byte
	// Store takes the bytes that were written to the memory of Room.
	Store(span Span, data []byte) error
}

// Block is the size of what a stream reads at a time. A block ends where a multiple of its size ends,
// or with its span.
const Block = 1 << 20

// sizes are the sizes by which spans are divided among streams. Each one divides the next one.
type sizes struct {
	block   int64
	least   int64 // the least part of an object that is worth a stream of its own
	segment int64 // a download that crosses the end of a segment begins anew there
}

// defaultSizes are the sizes for objects as Storj's clients upload them.
var defaultSizes = sizes{block: Block, least: 16 << 20, segment: 64 << 20}

// Object is one version of an object, of which spans are downloaded.
type Object struct {
	project  *project.Project
	openedIn time.Duration
	sizes    sizes
	end      int64 // the size that the object has at least, or else the spans lie outside of it

	mu      sync.Mutex
	from    stream.Version
	known   bool // whether created and size are those of the version
	created time.Time
	size    int64

	// An open download of a span; nil if there is none, or if it is used.
	opened *stream.Download
	span   Span
}

// unknownLatency stands for a latency that was not measured.
const unknownLatency = -1

// New returns the version of an object with these properties. A download fails if the object that it
// finds has others. With the zero time, the first download that is opened decides which properties
// the object has.
func New(p *project.Project, from stream.Version, created time.Time, size int64) *Object {
	return &Object{
		project: p, openedIn: unknownLatency, sizes: defaultSizes,
		from: from, known: !created.IsZero(), created: created, size: size,
	}
}

// Of returns the version that an open download reads.
func Of(d *stream.Download) *Object {
	system := d.Record().System
	o := New(d.Project(), d.From(), system.Created, system.ContentLength)
	o.openedIn = d.OpenedIn()
	return o
}

// Open is Of for a download that the object may use if all that is left of it is fetched in one span.
func Open(d *stream.Download) *Object {
	o := Of(d)
	o.opened = d
	o.span.Offset, o.span.Length = d.Rest()
	return o
}

// Fetch downloads spans, which do not overlap and are in the order of their offsets. When it
// returns, nothing more is stored.
func (o *Object) Fetch(ctx context.Context, spans []Span, to Target, counters *progress.Counters) error {
	return newFetch(ctx, o, spans, to, o.sizes, counters).run()
}

// open opens a download of a span. A further stream has claims of its own.
func (o *Object) open(ctx context.Context, span Span, further *project.FurtherStream) (reader, error) {
	if span == o.span && o.opened != nil {
		d := o.opened
		o.opened = nil // streams never have the same span at the same time
		return d, nil
	}
	options := uplink.DownloadOptions{Offset: span.Offset, Length: span.Length}
	from, known := o.version()
	d, err := project.Ask(ctx, o.project, func() (*stream.Download, error) {
		return stream.OpenDownload(ctx, o.project, from, options)
	})
	if err != nil {
		e := fail.Classify(err)
		if known && (e.Code == fail.CodeObjectNotFound || e.Detail == fail.DetailRangeInvalid) {
			return nil, errObjectChanged
		}
		return nil, err
	}
	if err := o.accept(d.Record()); err != nil {
		d.Free()
		return nil, err
	}
	if further != nil {
		if connections := further.TakeConnections(); connections != nil {
			d.Hold(connections)
		}
	}
	return d, nil
}

// version returns what to open, and whether it is known which version that is.
func (o *Object) version() (stream.Version, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.from, o.known
}

// accept checks that a download found the object. The first download of an object that is not known
// makes it known, so later ones open the same version.
func (o *Object) accept(found *objects.Record) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	system := found.System
	if o.known {
		if !same(system.Created, o.created) || system.ContentLength != o.size {
			return errObjectChanged
		}
		return nil
	}
	if o.end > system.ContentLength {
		return errOutside(o.end, system.ContentLength)
	}
	o.known, o.created, o.size = true, system.Created, system.ContentLength
	if o.from.ID == nil {
		o.from.ID = found.Version
	}
	return nil
}

func errOutside(end, size int64) error {
	return fail.Internal(fail.DetailRangeInvalid, "a range ends at %d, outside of the object, which has %d bytes", end, size)
}

// same reports whether two times are the same in microseconds, which is all that some callers know.
func same(a, b time.Time) bool {
	return a.Truncate(time.Microsecond).Equal(b.Truncate(time.Microsecond))
}

var errObjectChanged = fail.Internal(fail.DetailObjectChanged,
	"the object was replaced or deleted while it was downloaded")

// acquire returns claims for a further stream, or nil.
func (o *Object) acquire(weight int) *project.FurtherStream {
	return o.project.TryAcquireStream(weight)
}

// latency returns how long it takes to open a download.
func (o *Object) latency() time.Duration { return o.openedIn }

func (o *Object) attempts() int { return o.project.Patience.Attempts }

func (o *Object) wait(tried int) time.Duration { return o.project.Patience.Wait(tried) }

// defaultConnections is the number of connections of a stream before it is known.
const defaultConnections = budget.ConnectionsOfDownload
