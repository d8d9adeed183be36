// Package budget bounds what runs at the same time: calls to satellites, connections to storage
// nodes, and memory.
package budget

import (
	"context"
	"sync"
	"time"

	"libuplink/internal/stats"
)

const (
	defaultMaxInFlight    = 64
	defaultMaxConnections = 2048

	// ConnectionsOfUpload is what an uploading segment takes of connections to storage nodes.
	ConnectionsOfUpload = 110
	// ConnectionsOfDownload is what a download takes.
	ConnectionsOfDownload = 40
	// ConnectionsToAllNodes is what a download takes that asks all nodes of a segment.
	ConnectionsToAllNodes = 110

	// connectionsOfFurtherStreams bounds the connections of all streams that transfers open beside
	// their first ones. Each connection has buffers of almost half a megabyte.
	connectionsOfFurtherStreams = 80

	// WeightOfPut is what a put takes of the memory for inline objects.
	WeightOfPut = 1
	// WeightOfStream is what an upload stream takes of it: its caller has a buffer and perhaps a
	// file.
	WeightOfStream = 4

	// LargestInline is the size in bytes up to which the satellite keeps an object itself.
	LargestInline = 4096
)

// Limits are the budgets of one project. 0 is the default.
type Limits struct {
	// Calls to the satellite, each of which takes a connection.
	MaxInFlight int
	// Connections to storage nodes.
	MaxConnections int
}

// OrDefault returns the limits with the defaults filled in.
func (l Limits) OrDefault() Limits {
	if l.MaxInFlight <= 0 {
		l.MaxInFlight = defaultMaxInFlight
	}
	if l.MaxConnections <= 0 {
		l.MaxConnections = defaultMaxConnections
	}
	return l
}

// Slots bound the calls to a satellite, first come, first served. Each call uses a connection of
// its own while it runs, so many calls at the same time exhaust the descriptors and gain nothing. A
// stream holds no slot between its calls: its caller can keep it open for ever.
type Slots chan struct{}

// Acquire waits for a slot.
func (s Slots) Acquire(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	default:
	}
	defer stats.Of(ctx).Wait()()
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Release releases a slot.
func (s Slots) Release() { <-s }

// Shared are the budgets that all projects share.
type Shared struct {
	InFlight    Slots
	Connections *Budget
	// Connections to nodes of the streams that a transfer opens beside its first one, for the memory
	// of their buffers. Each is also counted in Connections.
	FurtherStreams *Budget
	// The number of idle connections that a project may keep: to its satellite, and to nodes.
	Idle, IdleNodes int
}

// Process returns the budgets of the process. One half of its descriptors is for connections to
// storage nodes, and one eighth for calls to satellites. The rest is for idle connections and for
// the program itself; three quarters are for connections to nodes when claims exceed the limit.
var Process = sync.OnceValue(func() *Shared {
	limit := descriptorLimit()
	return &Shared{
		InFlight:       make(Slots, max(limit/8, 4)),
		Connections:    &Budget{limit: limit / 2, most: limit - limit/4, patience: time.Second},
		FurtherStreams: New(connectionsOfFurtherStreams),
		Idle:           max(limit/16, 4),
		IdleNodes:      min(max(limit/8, 4), 1000),
	}
})
