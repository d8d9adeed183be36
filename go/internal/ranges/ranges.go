// Package ranges downloads ranges of one version of an object, in several streams at the same time
// where that is faster.
package ranges

import (
	"context"
	"time"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
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
	from     stream.Version
	created  time.Time
	size     int64
	openedIn time.Duration
	sizes    sizes

	// An open download of a span; nil if there is none, or if it is used.
	opened *stream.Download
	span   Span
}

// unknownLatency stands for a latency that was not measured.
const unknownLatency = -1

// New returns the version of an object with these properties. A download fails if the object that it
// finds has others.
func New(p *project.Project, from stream.Version, created time.Time, size int64) *Object {
	return &Object{project: p, from: from, created: created, size: size, openedIn: unknownLatency, sizes: defaultSizes}
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
	d, err := project.Ask(ctx, o.project, func() (*stream.Download, error) {
		return stream.OpenDownload(ctx, o.project, o.from, options)
	})
	if err != nil {
		e := fail.Classify(err)
		if e.Code == fail.CodeObjectNotFound || e.Detail == fail.DetailRangeInvalid {
			return nil, errObjectChanged
		}
		return nil, err
	}
	if now := d.Record().System; !same(now.Created, o.created) || now.ContentLength != o.size {
		d.Free()
		return nil, errObjectChanged
	}
	if further != nil {
		if connections := further.TakeConnections(); connections != nil {
			d.Hold(connections)
		}
	}
	return d, nil
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
