// Package monkit takes the place of the measurements that Go's library takes of itself: each of its functions looks up
// its caller's name, opens a span and counts. In a library for other languages nobody can read them, and they are a
// sixth of what a small call costs. This is as much of their interface as Go's library uses, and does nothing.
package monkit

import (
	"context"
	"time"
)

// Scope would name a package.
type Scope struct{}

// Func would count the calls of a function.
type Func struct{}

// IntVal would keep the distribution of a number.
type IntVal struct{}

// DurationVal would keep the distribution of a duration.
type DurationVal struct{}

// Meter would count events.
type Meter struct{}

// SeriesTag would tell one series of numbers from another.
type SeriesTag struct{}

// Task begins the measurement of a function; what it returns ends it.
type Task func(ctx *context.Context, arguments ...any) func(*error)

// Span is a function under way. There is none ever.
type Span struct{ context.Context }

// Trace is what the spans of one request would belong to. There is none ever.
type Trace struct{}

func ended(*error) {}

func begin(*context.Context, ...any) func(*error) { return ended }

// Package returns the scope of the calling package.
func Package() *Scope { return &Scope{} }

// ScopeNamed returns a scope.
func ScopeNamed(string) *Scope { return &Scope{} }

// Task measures the calling function.
func (*Scope) Task(...SeriesTag) Task { return begin }

// TaskNamed measures a function of that name.
func (*Scope) TaskNamed(string, ...SeriesTag) Task { return begin }

// FuncNamed returns the counter of a function.
func (*Scope) FuncNamed(string, ...SeriesTag) *Func { return &Func{} }

// Event counts one event.
func (*Scope) Event(string, ...SeriesTag) {}

// IntVal returns the distribution of that name.
func (*Scope) IntVal(string, ...SeriesTag) *IntVal { return &IntVal{} }

// DurationVal returns the distribution of that name.
func (*Scope) DurationVal(string, ...SeriesTag) *DurationVal { return &DurationVal{} }

// Meter returns the meter of that name.
func (*Scope) Meter(string, ...SeriesTag) *Meter { return &Meter{} }

// Observe adds a number.
func (*IntVal) Observe(int64) {}

// Observe adds a duration.
func (*DurationVal) Observe(time.Duration) {}

// Mark counts so many events.
func (*Meter) Mark(int) {}

// RemoteTrace measures a call that came from elsewhere.
func (*Func) RemoteTrace(*context.Context, int64, *Trace, ...any) func(*error) { return ended }

// ResetTrace measures a call outside of what it was called from.
func (*Func) ResetTrace(*context.Context, ...any) func(*error) { return ended }

// NewSeriesTag returns a tag.
func NewSeriesTag(string, string) SeriesTag { return SeriesTag{} }

// SpanFromCtx returns the function under way.
func SpanFromCtx(context.Context) *Span { return nil }

// ResetContextSpan returns the context outside of what is under way.
func ResetContextSpan(ctx context.Context) context.Context { return ctx }

// Trace returns what the span belongs to.
func (*Span) Trace() *Trace { return nil }

// Id is the span's number.
func (*Span) Id() int64 { return 0 }

// NewTrace returns a trace of that number.
func NewTrace(int64) *Trace { return &Trace{} }

// Id is the trace's number.
func (*Trace) Id() int64 { return 0 }

// Get returns what was noted under the key.
func (*Trace) Get(any) any { return nil }

// NewId returns a number.
func NewId() int64 { return 0 }
