// Package monkit replaces the module with which Go's library measures itself. Each function of that module looks up the
// name of its caller, opens a span and counts. A library for other languages cannot show these measurements, and they
// are a sixth of the cost of a small call. This package has the functions that Go's library uses, which do nothing.
package monkit

import (
	"context"
	"time"
)

// Scope stands for a package that is measured.
type Scope struct{}

// Func stands for the counter of a function's calls.
type Func struct{}

// IntVal stands for the distribution of a number.
type IntVal struct{}

// DurationVal stands for the distribution of a duration.
type DurationVal struct{}

// Meter stands for a counter of events.
type Meter struct{}

// SeriesTag stands for the name of a series of numbers.
type SeriesTag struct{}

// Task begins the measurement of a function. It returns a function that ends the measurement.
type Task func(ctx *context.Context, arguments ...any) func(*error)

// Span stands for a function under way. There are no spans.
type Span struct{ context.Context }

// Trace stands for the spans of one request.
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

// Mark counts a number of events.
func (*Meter) Mark(int) {}

// RemoteTrace measures a call from another process.
func (*Func) RemoteTrace(*context.Context, int64, *Trace, ...any) func(*error) { return ended }

// ResetTrace measures a call apart from the trace of its caller.
func (*Func) ResetTrace(*context.Context, ...any) func(*error) { return ended }

// NewSeriesTag returns a tag.
func NewSeriesTag(string, string) SeriesTag { return SeriesTag{} }

// SpanFromCtx returns the span of the function under way: nil.
func SpanFromCtx(context.Context) *Span { return nil }

// ResetContextSpan returns the context without a span.
func ResetContextSpan(ctx context.Context) context.Context { return ctx }

// Trace returns the trace of the span.
func (*Span) Trace() *Trace { return nil }

// Id is the span's number.
func (*Span) Id() int64 { return 0 }

// NewTrace returns a trace of that number.
func NewTrace(int64) *Trace { return &Trace{} }

// Id is the trace's number.
func (*Trace) Id() int64 { return 0 }

// Get returns the value that was stored under the key.
func (*Trace) Get(any) any { return nil }

// NewId returns a number.
func NewId() int64 { return 0 }
