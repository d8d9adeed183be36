package stats

import (
	"sync"
	"sync/atomic"
	"time"
)

// Kind is what happened.
type Kind int

// The kinds of events.
const (
	RequestRefused Kind = iota + 1 // the satellite had too many requests; subject: its address
	WriteRefused                   // the same for writes to one key; subject: bucket/key
	SlowedDown                     // subject: the satellite's address; value: requests a second
	Redialed                       // subject: the satellite's address; value: seconds of the pause
	Resumed                        // subject: bucket/key; value: the offset in bytes
	Stalled                        // subject: the address; value: seconds without a byte
	NodeDown                       // subject: the address; value: seconds until the failure
	Repeated                       // a part of a transfer; subject: its error; value: seconds of the pause
)

// Event is something rare that explains a slow call. Events of the same kind and subject are one
// until they are taken.
type Event struct {
	Kind    Kind
	Subject string
	Count   int64
	Value   float64   // of the last one
	Last    time.Time // when the last one happened
}

// mostEvents is how many events wait to be taken. Later ones are lost.
const mostEvents = 256

type eventKey struct {
	kind    Kind
	subject string
}

// events are those of all projects of the process.
var events struct {
	pending atomic.Int64 // the number of events, which is mostly 0

	mu    sync.Mutex
	known map[eventKey]*Event
	order []*Event
}

// note adds an event.
func note(kind Kind, subject string, value float64) {
	events.mu.Lock()
	defer events.mu.Unlock()
	key := eventKey{kind, subject}
	e := events.known[key]
	if e == nil {
		if len(events.order) == mostEvents {
			return
		}
		if events.known == nil {
			events.known = map[eventKey]*Event{}
		}
		e = &Event{Kind: kind, Subject: subject}
		events.known[key] = e
		events.order = append(events.order, e)
		events.pending.Store(int64(len(events.order)))
	}
	e.Count, e.Value, e.Last = e.Count+1, value, time.Now()
}

// HasEvents reports whether there are events to take.
func HasEvents() bool { return events.pending.Load() > 0 }

// NextEvent takes the oldest event, and reports whether there was one.
func NextEvent() (Event, bool) {
	if !HasEvents() {
		return Event{}, false
	}
	events.mu.Lock()
	defer events.mu.Unlock()
	if len(events.order) == 0 {
		return Event{}, false
	}
	e := events.order[0]
	events.order[0] = nil
	events.order = events.order[1:]
	delete(events.known, eventKey{e.Kind, e.Subject})
	events.pending.Store(int64(len(events.order)))
	return *e, true
}
