package rpcserver

import (
	"sync"
	"time"
)

// DebounceLimit is the number of copies of its first message that a client may
// send at once, each on another connection. All but the first are dropped.
const DebounceLimit = 2

// rememberFor is the least time for which a first message is remembered. TCP
// resends lost data within this time.
const rememberFor = time.Minute

// debouncer remembers the random parts of first messages.
type debouncer struct {
	mu sync.Mutex
	// recent has the random parts that came after since, older the parts before it.
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
