package network

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"storj.io/drpc"

	"libuplink/internal/satellite"
)

// nodeCall is a call to a storage node, whose messages are a stream. The watch of its connection
// observes each step that waits for the node.
type nodeCall struct {
	drpc.Stream
	conn   *connection
	ctx    context.Context
	failed atomic.Bool // whether a failure was recorded: each call counts once
	chunks chunks
}

func (s *nodeCall) MsgSend(msg drpc.Message, enc drpc.Encoding) error {
	if !satellite.AsksAllNodes(s.ctx) { // as a download does after it has broken off
		askForLargeChunks(msg)
	}
	return s.watched(func() error { return s.Stream.MsgSend(msg, enc) })
}

func (s *nodeCall) MsgRecv(msg drpc.Message, enc drpc.Encoding) error {
	err := s.watched(func() error { return s.Stream.MsgRecv(msg, s.chunks.decode(msg, enc)) })
	if err == nil {
		s.conn.down.remove(s.conn.address)
	}
	return err
}

func (s *nodeCall) CloseSend() error { return s.watched(s.Stream.CloseSend) }

func (s *nodeCall) Close() error {
	s.chunks.closed.Store(true)
	if o := observerOf(s.ctx); o != nil {
		o.Unuse(s.conn.watch.meter)
	}
	return s.watched(s.Stream.Close)
}

// SetManualFlush makes several messages go in one packet. Go's library calls it on streams that
// have it.
func (s *nodeCall) SetManualFlush(manual bool) {
	if flusher, ok := s.Stream.(interface{ SetManualFlush(bool) }); ok {
		flusher.SetManualFlush(manual)
	}
}

// slowAfter is the time after which a node counts as down if a step of a call on it fails or is
// canceled. It must be less than the time after which a read asks all nodes, which cancels the
// calls.
const slowAfter = 1500 * time.Millisecond

// watched runs a step of the call, and returns its error, or Stalled if the connection stalled
// meanwhile.
func (s *nodeCall) watched(step func() error) error {
	c := s.conn
	started := c.watch.begin()
	err := step()
	stalled := c.watch.end()
	if err == nil {
		return nil
	}
	if err != io.EOF && !s.failed.Swap(true) {
		nodeFailed(s.ctx, err)
	}
	if stalled || clock()-started >= int64(slowAfter) {
		c.down.add(c.address)
		c.counts.Down(c.address, time.Duration(clock()-started))
	}
	if !stalled {
		return err
	}
	if f := faultsOf(s.ctx); f != nil {
		f.stall.Store(&Stalled{c.watch.limit})
	}
	return Stalled{c.watch.limit}
}
