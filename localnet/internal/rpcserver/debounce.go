package rpcserver

import (
	"sync"
	"time"
)

// DebounceLimit is how many copies of its first message a client may send at
// once, each on a connection of its own: all but the first are dropped.
const DebounceLimit = 2

// rememberFor is how long a first message is remembered at least. TCP sends
// what was lost again within this time.
const rememberFor = time.Minute

// debouncer remembers the random parts of first messages.
type debouncer struct {
	mu sync.Mutex
	// recent has those since the given moment, older those of the time before.
	recent, older map[[randomSize]byte]struct{}
	since         time.Time
}

// add reports whether a first message is new.
func (d *debouncer) add(random [randomSize]byte) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := time.Now(); d.recent == nil || now.Sub(d.since) > rememberFor {
		d.recent, d.older, d.since = map[[randomSize]byte]struct{}{}, d.recent, now
	}
	_, recent := d.recent[random]
	_, older := d.older[random]
	d.recent[random] = struct{}{}
	return !recent && !older
}
