package ranges

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sort"
	"time"

	"libuplink/internal/fail"
	"libuplink/internal/objects"
	"libuplink/internal/progress"
	"libuplink/internal/project"
	"libuplink/internal/stream"
)

// Piece is a range of an object, and the memory for its bytes.
type Piece struct {
	Offset int64
	Memory []byte
}

func (p Piece) end() int64 { return p.Offset + int64(len(p.Memory)) }

// Wanted are pieces of an object.
type Wanted struct {
	// They may overlap.
	Pieces []Piece
	// Pieces with at most so many bytes between them are downloaded together, with these bytes.
	MaxGap int64
	// The creation time and the size of the object; the zero time for any object.
	Created time.Time
	Size    int64
}

// Get downloads pieces of one version of an object. With a creation time, an error that the object has
// changed is final: another call with the same time cannot succeed either.
func Get(ctx context.Context, p *project.Project, from stream.Version, wanted Wanted, counters *progress.Counters,
) error {
	err := New(p, from, wanted.Created, wanted.Size).get(ctx, wanted, counters)
	if err == errObjectChanged && !wanted.Created.IsZero() {
		return errUnexpected
	}
	return err
}

var errUnexpected = &fail.Error{
	Code: errObjectChanged.Code, Detail: errObjectChanged.Detail, Text: errObjectChanged.Text, Unchanged: true,
}

func (o *Object) get(ctx context.Context, wanted Wanted, counters *progress.Counters) error {
	pieces := slices.DeleteFunc(slices.Clone(wanted.Pieces), func(p Piece) bool { return len(p.Memory) == 0 })
	slices.SortFunc(pieces, func(a, b Piece) int { return cmp.Compare(a.Offset, b.Offset) })
	if err := o.check(pieces); err != nil {
		return err
	}
	spans := merge(pieces, wanted.MaxGap)
	if _, known := o.version(); len(spans) == 0 && !known {
		return o.find(ctx)
	}
	for _, span := range spans {
		counters.Total.Add(span.Length)
	}
	err := o.Fetch(ctx, spans, newScatter(pieces), counters)
	if err == nil {
		counters.Committed.Store(counters.Total.Load())
	}
	return err
}

// check checks that pieces, which are in the order of their offsets, lie within the object. If it is
// not known, its first download checks where they end.
func (o *Object) check(pieces []Piece) error {
	for _, piece := range pieces {
		length := int64(len(piece.Memory))
		if piece.Offset < 0 || piece.Offset > math.MaxInt64-length {
			return fail.Internal(fail.DetailRangeInvalid, "a range of %d bytes begins at %d", length, piece.Offset)
		}
		o.end = max(o.end, piece.end())
	}
	if _, known := o.version(); known && o.end > o.size {
		return errOutside(o.end, o.size)
	}
	return nil
}

// find checks that there is an object.
func (o *Object) find(ctx context.Context) error {
	_, err := project.Ask(ctx, o.project, func() (*objects.Record, error) {
		place := objects.Place{Bucket: o.from.Bucket, Key: o.from.Key}
		return objects.Stat(ctx, o.project.Project, place, o.from.ID)
	})
	return err
}

// merge returns the spans to download for pieces, which are in the order of their offsets.
func merge(pieces []Piece, maxGap int64) (spans []Span) {
	maxGap = max(maxGap, 0) // spans do not overlap
	for _, piece := range pieces {
		if n := len(spans); n > 0 && piece.Offset-spans[n-1].End() <= maxGap {
			last := &spans[n-1]
			last.Length = max(last.End(), piece.end()) - last.Offset
			continue
		}
		spans = append(spans, Span{piece.Offset, int64(len(piece.Memory))})
	}
	return spans
}

// scatter is a target for pieces.
type scatter struct {
	pieces []Piece // by offset
	ends   []int64 // the greatest end of the pieces up to each one
}

func newScatter(pieces []Piece) *scatter {
	s := &scatter{pieces: pieces, ends: make([]int64, len(pieces))}
	var end int64
	for i, piece := range pieces {
		end = max(end, piece.end())
		s.ends[i] = end
	}
	return s
}

// first returns the number of pieces that end at or before an offset, and before all later ones.
func (s *scatter) first(offset int64) int {
	return sort.Search(len(s.ends), func(i int) bool { return s.ends[i] > offset })
}

// Room returns memory of a piece if that piece alone has the span.
func (s *scatter) Room(span Span, scratch []byte) []byte {
	i := s.first(span.Offset)
	piece := s.pieces[i]
	alone := i+1 == len(s.pieces) || s.pieces[i+1].Offset >= span.End()
	if alone && piece.Offset <= span.Offset && piece.end() >= span.End() {
		return piece.Memory[span.Offset-piece.Offset:][:span.Length]
	}
	return scratch
}

func (s *scatter) Store(span Span, data []byte) error {
	for _, piece := range s.pieces[s.first(span.Offset):] {
		if piece.Offset >= span.End() {
			break
		}
		switch skipped := span.Offset - piece.Offset; {
		case skipped < 0:
			copy(piece.Memory, data[-skipped:])
		case skipped < int64(len(piece.Memory)):
			copy(piece.Memory[skipped:], data)
		}
	}
	return nil
}
