package ranges

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/progress"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
)

var testSizes = sizes{block: 4, least: 16, segment: 64}

// fakeObject has an object in memory, and counts what is asked of it.
type fakeObject struct {
	data    []byte
	further int // further streams that have room
	// Runs at each opening, and each reading of a block; an error fails it. May be nil.
	opening, reading func(span Span) error
	// Returns the claims of a further stream. May be nil.
	claims func() *project.FurtherStream

	mu           sync.Mutex
	opened       []Span
	running, ran int // streams at the same time: now, and at most
	free         int // readers that were freed
}

type fakeReader struct {
	object *fakeObject
	span   Span
}

func (o *fakeObject) open(_ context.Context, span Span, _ *project.FurtherStream) (reader, error) {
	o.mu.Lock()
	o.opened = append(o.opened, span)
	o.running++
	o.ran = max(o.ran, o.running)
	o.mu.Unlock()
	r := &fakeReader{o, span}
	if o.opening != nil {
		if err := o.opening(span); err != nil {
			r.end()
			return nil, err
		}
	}
	return r, nil
}

func (o *fakeObject) acquire(int) *project.FurtherStream {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.further == 0 {
		return nil
	}
	o.further--
	if o.claims != nil {
		return o.claims()
	}
	return &project.FurtherStream{}
}

func (o *fakeObject) latency() time.Duration { return unknownLatency }

func (o *fakeObject) attempts() int { return 3 }

func (o *fakeObject) wait(int) time.Duration { return 0 }

func (r *fakeReader) Read(ctx context.Context, memory []byte, _ bool) (int, error) {
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	if r.object.reading != nil {
		if err := r.object.reading(r.span); err != nil {
			return 0, err
		}
	}
	n := copy(memory, r.object.data[r.span.Offset:r.span.End()])
	r.span = Span{r.span.Offset + int64(n), r.span.Length - int64(n)}
	if n < len(memory) {
		return n, io.EOF
	}
	return n, nil
}

func (r *fakeReader) Connections() int { return 10 }

func (r *fakeReader) Free() {
	r.object.mu.Lock()
	r.object.free++
	r.object.mu.Unlock()
	r.end()
}

func (r *fakeReader) end() {
	r.object.mu.Lock()
	defer r.object.mu.Unlock()
	r.object.running--
}

func sample(size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(rand.Uint32())
	}
	return data
}

// fetchAll fetches a whole object, and returns its bytes.
func fetchAll(ctx context.Context, o *fakeObject) ([]byte, *progress.Counters, error) {
	got, counters := make([]byte, len(o.data)), &progress.Counters{}
	var spans []Span
	if len(o.data) > 0 {
		spans = []Span{{0, int64(len(o.data))}}
	}
	err := newFetch(ctx, o, spans, whole{0, got}, testSizes, counters).run()
	return got, counters, err
}

func TestObjectsOfEverySize(t *testing.T) {
	for _, size := range []int{0, 1, 3, 4, 5, 15, 16, 17, 23, 24, 63, 64, 65, 127, 128, 129, 1000, 4096, 5001} {
		for _, further := range []int{0, 1, 100} {
			o := &fakeObject{data: sample(size), further: further}
			got, counters, err := fetchAll(t.Context(), o)
			if err != nil || !bytes.Equal(got, o.data) || counters.Transferred.Load() != int64(size) {
				t.Fatalf("%d bytes, %d further streams: %v", size, further, err)
			}
			if o.free != len(o.opened) || o.running != 0 {
				t.Errorf("%d of %d readers were freed", o.free, len(o.opened))
			}
			checkSpans(t, o, size)
		}
	}
}

// checkSpans checks that the spans cover the object once, in whole blocks, and that none crosses the
// end of a segment or is small without need.
func checkSpans(t *testing.T, o *fakeObject, size int) {
	t.Helper()
	covered := 0
	for _, span := range o.opened {
		covered += int(span.Length)
		if span.Offset/testSizes.segment != (span.End()-1)/testSizes.segment {
			t.Errorf("%v crosses the end of a segment", span)
		}
		if span.Offset%testSizes.block != 0 {
			t.Errorf("%v begins within a block", span)
		}
		atEnd := span.End() == int64(size) || span.End()%testSizes.segment == 0
		if span.Length < testSizes.least/2 && !(atEnd && span.Offset%testSizes.segment == 0) {
			t.Errorf("%v is small", span)
		}
	}
	if covered != size {
		t.Errorf("%d of %d bytes were opened", covered, size)
	}
}

func TestAsManyStreamsAsThereIsRoomFor(t *testing.T) {
	for further, streams := range map[int]int{0: 1, 1: 2, 2: 3, 100: 4} {
		arrived := make(chan struct{}, 1000)
		release := make(chan struct{})
		o := &fakeObject{data: sample(4096), further: further}
		o.opening = func(Span) error {
			arrived <- struct{}{}
			<-release
			return nil
		}
		ended := make(chan error, 1)
		go func() {
			_, _, err := fetchAll(t.Context(), o)
			ended <- err
		}()
		for range streams {
			<-arrived
		}
		close(release)
		if err := <-ended; err != nil || o.ran < streams {
			t.Errorf("%d streams in place of %d: %v", o.ran, streams, err)
		}
	}
}

func TestASmallObjectTakesOneStream(t *testing.T) {
	o := &fakeObject{data: sample(17), further: 100}
	if _, _, err := fetchAll(t.Context(), o); err != nil || len(o.opened) != 1 {
		t.Error(err, o.opened)
	}
}

func TestAFailureEndsAllStreams(t *testing.T) {
	lost := errors.New("lost")
	o := &fakeObject{data: sample(5000), further: 100}
	o.reading = func(span Span) error {
		if span.Offset > 1000 {
			return lost
		}
		return nil
	}
	if _, _, err := fetchAll(t.Context(), o); err != lost {
		t.Error(err)
	}
	if o.running != 0 || o.free != len(o.opened) {
		t.Error("a stream runs on")
	}
}

func TestACanceledFetchEnds(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := fail.Canceled("stop")
	o := &fakeObject{data: sample(5000), further: 100}
	o.reading = func(Span) error {
		cancel(stop)
		return nil
	}
	if _, _, err := fetchAll(ctx, o); err != stop {
		t.Error(err)
	}
}

// The end of a span is no error of its stream, so what is left must be one.
func TestAFetchThatIsCanceledBetweenSpansIsNotComplete(t *testing.T) {
	stop := fail.Canceled("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	o := &fakeObject{data: sample(1000)}
	o.reading = func(span Span) error {
		if span.Length <= testSizes.block { // the last block of a span
			cancel(stop)
		}
		return nil
	}
	if _, counters, err := fetchAll(ctx, o); err != stop || counters.Transferred.Load() == 1000 {
		t.Error(err, counters.Transferred.Load())
	}
	o = &fakeObject{data: sample(1000)}
	if _, _, err := fetchAll(ctx, o); err != stop || len(o.opened) != 0 {
		t.Error(err, o.opened)
	}
}

func TestAPanicOfAStreamIsAnError(t *testing.T) {
	o := &fakeObject{data: sample(500), further: 100, reading: func(Span) error { panic("oops") }}
	p := projecttest.Offline(t, project.Settings{})
	o.claims = func() *project.FurtherStream { return p.TryAcquireStream(1) }
	_, _, err := fetchAll(t.Context(), o)
	check.Error(t, err, fail.CodeInternal, fail.DetailPanic)
	// The whole budget is free again.
	all := p.TryAcquireStream(1 << 20)
	if all == nil {
		t.Fatal("a stream still has its claims")
	}
	all.Release()
}

func TestASpanGoesOnWhereItsDownloadFailed(t *testing.T) {
	for name, failure := range map[string]*fail.Error{
		"connection":      {Code: fail.CodeInternal, Detail: fail.DetailConnection},
		"dialed in vain":  {Code: fail.CodeInternal, Detail: fail.DetailConnection, Unchanged: true},
		"too few nodes":   {Code: fail.CodeInternal, Detail: fail.DetailNodesUnavailable},
		"ended too early": nil,
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			left := 2
			o := &fakeObject{data: sample(30)}
			o.reading = func(span Span) error {
				mu.Lock()
				defer mu.Unlock()
				if span.Offset == 8 && left > 0 {
					left--
					if failure == nil {
						return io.EOF
					}
					return failure
				}
				return nil
			}
			got, counters, err := fetchAll(t.Context(), o)
			if err != nil || !bytes.Equal(got, o.data) || counters.Transferred.Load() != 30 {
				t.Fatal(err)
			}
			if len(o.opened) != 4 || o.opened[1] != (Span{8, 8}) && o.opened[1] != (Span{8, 22}) {
				t.Error(o.opened)
			}
		})
	}
}

func TestASpanFailsAfterItsAttempts(t *testing.T) {
	o := &fakeObject{data: sample(10)}
	o.opening = func(Span) error { return fail.Internal(fail.DetailConnection, "lost") }
	_, _, err := fetchAll(t.Context(), o)
	check.Error(t, err, fail.CodeInternal, fail.DetailConnection)
	if len(o.opened) != 3 || !err.(*fail.Error).Unchanged {
		t.Error(o.opened, err)
	}
}

func TestAFailureThatIsFinal(t *testing.T) {
	for _, failure := range []error{
		errObjectChanged,
		fail.New(fail.CodePermissionDenied, fail.DetailNone, "no"),
		&fail.Error{Code: fail.CodeInternal, Detail: fail.DetailNodesUnavailable, Unchanged: true},
	} {
		o := &fakeObject{data: sample(10), opening: func(Span) error { return failure }}
		if _, _, err := fetchAll(t.Context(), o); err != failure || len(o.opened) != 1 {
			t.Error(err, o.opened)
		}
	}
}
