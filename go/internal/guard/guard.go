// Package guard runs functions such that a panic fails one call, and does not end the process.
package guard

import (
	"sync/atomic"
	"time"

	"libuplink/internal/fail"
)

// Call runs a call and returns an error for a panic.
func Call[T any](run func() (T, error)) (value T, err error) {
	defer Catch(&err)
	return run()
}

// Catch sets an error to that of a panic. It is deferred in each function that Go's library calls
// on a goroutine of its own.
func Catch(err *error) {
	if thrown := recover(); thrown != nil {
		*err = fail.Panic(thrown)
	}
}

// Run runs a function. It ignores a panic of the function, which has no error.
func Run(run func()) {
	var err error
	defer Catch(&err)
	run()
}

// After is time.AfterFunc for a function whose panic must not end the process.
func After(delay time.Duration, run func()) *time.Timer {
	return time.AfterFunc(delay, func() { Run(run) })
}

// Background counts the goroutines and operations that no caller waits for: detached operations,
// and the closing of freed handles.
var Background Counter

// Counter counts goroutines and operations that run.
type Counter struct{ running atomic.Int64 }

// Go runs a function on a goroutine of its own.
func (c *Counter) Go(run func()) {
	c.Add(1)
	go func() {
		defer c.Add(-1)
		Run(run)
	}()
}

// Add changes the count.
func (c *Counter) Add(change int64) { c.running.Add(change) }

// Count returns how many run.
func (c *Counter) Count() int64 { return c.running.Load() }
