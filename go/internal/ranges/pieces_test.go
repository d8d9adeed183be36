package ranges

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"storj.io/uplink"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/objects"
	"libuplink/internal/progress"
	"libuplink/internal/stream"
)

func TestPiecesAreMerged(t *testing.T) {
	pieces := func(spans ...Span) (made []Piece) {
		for _, span := range spans {
			made = append(made, Piece{span.Offset, make([]byte, span.Length)})
		}
		return made
	}
	for _, entry := range []struct {
		pieces []Piece
		maxGap int64
		spans  []Span
	}{
		{nil, 10, nil},
		{pieces(Span{3, 4}), 0, []Span{{3, 4}}},
		{pieces(Span{0, 4}, Span{4, 4}), 0, []Span{{0, 8}}},
		{pieces(Span{0, 4}, Span{5, 4}), 0, []Span{{0, 4}, {5, 4}}},
		{pieces(Span{0, 4}, Span{5, 4}), 1, []Span{{0, 9}}},
		{pieces(Span{0, 10}, Span{2, 3}, Span{12, 1}), 2, []Span{{0, 13}}},
		{pieces(Span{0, 10}, Span{2, 3}, Span{12, 1}), 1, []Span{{0, 10}, {12, 1}}},
		{pieces(Span{0, 10}, Span{8, 4}), -5, []Span{{0, 12}}},
	} {
		if got := merge(entry.pieces, entry.maxGap); !slices.Equal(got, entry.spans) {
			t.Errorf("%v, at most %d: %v", entry.spans, entry.maxGap, got)
		}
	}
}

func TestPiecesGetTheirBytes(t *testing.T) {
	for range 300 {
		o := &fakeObject{data: sample(1 + rand.IntN(500)), further: rand.IntN(10)}
		var pieces []Piece
		for range rand.IntN(30) {
			offset := rand.Int64N(int64(len(o.data)))
			length := 1 + rand.Int64N(min(int64(len(o.data))-offset, 1+rand.Int64N(200)))
			pieces = append(pieces, Piece{offset, make([]byte, length)})
		}
		slices.SortFunc(pieces, func(a, b Piece) int { return int(a.Offset - b.Offset) })
		spans := merge(pieces, rand.Int64N(20))
		if err := newFetch(t.Context(), o, spans, newScatter(pieces), testSizes, nil).run(); err != nil {
			t.Fatal(err)
		}
		for _, piece := range pieces {
			if !bytes.Equal(piece.Memory, o.data[piece.Offset:piece.end()]) {
				t.Fatalf("wrong bytes of %d at %d", len(piece.Memory), piece.Offset)
			}
		}
	}
}

func TestAPieceBeyondTheObject(t *testing.T) {
	o := &Object{known: true, size: 10}
	for _, piece := range []Piece{{9, make([]byte, 2)}, {11, make([]byte, 1)}, {-1, make([]byte, 1)}} {
		err := o.get(t.Context(), Wanted{Pieces: []Piece{piece}}, &progress.Counters{})
		check.Error(t, err, fail.CodeInternal, fail.DetailRangeInvalid)
	}
}

// record returns the record of an object.
func record(created time.Time, size int64, version string) *objects.Record {
	system := uplink.SystemMetadata{Created: created, ContentLength: size}
	return &objects.Record{Object: uplink.Object{System: system}, Version: []byte(version)}
}

func TestTheFirstDownloadMakesAnObjectKnown(t *testing.T) {
	now := time.Now()
	o := New(nil, stream.Version{}, time.Time{}, 0)
	if err := o.check([]Piece{{3, make([]byte, 2)}, {4, make([]byte, 6)}}); err != nil {
		t.Fatal(err)
	}
	check.Error(t, o.accept(record(now, 9, "short")), fail.CodeInternal, fail.DetailRangeInvalid)
	if _, known := o.version(); known {
		t.Error("an object that is too short became known")
	}
	for range 2 {
		if err := o.accept(record(now, 10, "first")); err != nil {
			t.Error(err)
		}
	}
	if from, known := o.version(); !known || string(from.ID) != "first" {
		t.Errorf("the version is %q", from.ID)
	}
	check.Error(t, o.accept(record(now.Add(time.Second), 10, "second")), fail.CodeInternal, fail.DetailObjectChanged)
	check.Error(t, o.accept(record(now, 11, "second")), fail.CodeInternal, fail.DetailObjectChanged)
	check.Error(t, o.check([]Piece{{9, make([]byte, 2)}}), fail.CodeInternal, fail.DetailRangeInvalid)
	check.Error(t, o.check([]Piece{{math.MaxInt64, make([]byte, 2)}}), fail.CodeInternal, fail.DetailRangeInvalid)
}

func TestPiecesWithoutBytes(t *testing.T) {
	o := &Object{known: true, size: 10, sizes: testSizes}
	if err := o.get(t.Context(), Wanted{Pieces: []Piece{{3, nil}, {99, nil}}}, &progress.Counters{}); err != nil {
		t.Error(err)
	}
}
