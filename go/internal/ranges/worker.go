package ranges

import (
	"io"

	"libuplink/internal/fail"
	"libuplink/internal/pace"
	"libuplink/internal/project"
	"libuplink/internal/stream"
)

// worker is a stream, which downloads spans of a fetch, one after the other.
type worker struct {
	fetch   *fetch
	first   bool
	further *project.FurtherStream // nil for the first stream
	warm    bool                   // whether it has received bytes
	scratch []byte
}

// run downloads spans until none is left, or there is no room for a further stream.
func (w *worker) run() error {
	for {
		if err := w.runOnce(); err != nil {
			if err == errNoSpan {
				return nil
			}
			return err
		}
		if w.first {
			continue
		}
		// Other transfers may wait for connections, so a further stream acquires them for each span.
		if w.further = w.fetch.object.acquire(w.fetch.weight()); w.further == nil {
			return nil
		}
	}
}

var errNoSpan = fail.Canceled("no span is left")

// runOnce downloads one span, and releases the claims. When the satellite cannot be reached, it goes
// on later, as often as the patience allows without a further byte.
func (w *worker) runOnce() error {
	if w.further != nil {
		defer w.further.Release() // also after a panic
	}
	f := w.fetch
	span, found := f.next(w)
	if !found {
		return errNoSpan
	}
	for tried := 1; ; tried++ {
		before := span.Length
		err := w.download(&span)
		if err == nil || f.ctx.Err() != nil || !again(err) {
			return err
		}
		if span.Length < before {
			tried = 1
		}
		if tried >= f.object.attempts() {
			e := *fail.Classify(err)
			e.Unchanged = true // the caller need not try again
			return &e
		}
		if err := pace.Sleep(f.ctx, f.object.wait(tried)); err != nil {
			return err
		}
	}
}

// again reports whether to go on with a span whose download has failed. A download itself has tried
// other nodes, but dials the satellite for a short time only.
func again(err error) bool {
	e := fail.Classify(err)
	return stream.Resumable(e) && (!e.Unchanged || e.Detail == fail.DetailConnection)
}

// download downloads a span, and takes off from it what is stored.
func (w *worker) download(span *Span) error {
	f := w.fetch
	r, err := f.object.open(f.ctx, *span, w.further)
	if err != nil {
		return err
	}
	defer r.Free()
	for span.Length > 0 {
		block := Span{span.Offset, min(span.Length, f.sizes.block-span.Offset%f.sizes.block)}
		if int64(cap(w.scratch)) < block.Length {
			w.scratch = make([]byte, block.Length)
		}
		data := f.target.Room(block, w.scratch[:block.Length])
		if n, err := r.Read(f.ctx, data, true); n < len(data) {
			if err == io.EOF {
				err = fail.Internal(fail.DetailConnection, "the download ended %d bytes early", span.Length-int64(n))
			}
			return err
		}
		f.connections.Store(int64(r.Connections()))
		if w.further != nil {
			w.further.Lower(f.weight())
		}
		if err := f.target.Store(block, data); err != nil {
			return err
		}
		span.Offset, span.Length = block.End(), span.Length-block.Length
		f.count(w, block.Length)
	}
	return nil
}
