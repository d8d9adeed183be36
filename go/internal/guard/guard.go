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

// Catch makes an error of a panic. Deferred in each function that Go's library calls on a goroutine
// of its own.
func Catch(err *error) {
	if thrown := recover(); thrown != nil {
		*err = fail.Panic(thrown)
	}
}

// Run runs a function that has no error, and ends its panic.
func Run(run func()) {
	var err error // there is no call to fail
	defer Catch(&err)
	run()
}

// After is time.AfterFunc for a function whose panic must not end the process.
func After(delay time.Duration, run func()) *time.Timer {
	return time.AfterFunc(delay, func() { Run(run) })
}

// Background counts what runs although no caller waits for it: detached operations and the closing
// of what was freed.
var Background Counter

// Counter counts what runs.
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
