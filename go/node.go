package main

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"storj.io/drpc"
)

// nodeCall is the stream of a call to a storage node. Calls to a satellite have none. Each step that waits for the node
// is watched.
type nodeCall struct {
	drpc.Stream
	conn   *connection
	ctx    context.Context
	failed atomic.Bool
}

func (s *nodeCall) MsgSend(msg drpc.Message, enc drpc.Encoding) error {
	return s.watched(func() error { return s.Stream.MsgSend(msg, enc) })
}

func (s *nodeCall) MsgRecv(msg drpc.Message, enc drpc.Encoding) error {
	err := s.watched(func() error { return s.Stream.MsgRecv(msg, enc) })
	if err == nil {
		s.conn.absent.remove(s.conn.address)
	}
	return err
}

func (s *nodeCall) CloseSend() error { return s.watched(s.Stream.CloseSend) }

func (s *nodeCall) Close() error {
	if own := sourceOf(s.ctx); own != nil {
		own.unuse(s.conn.meter)
	}
	return s.watched(s.Stream.Close)
}

// SetManualFlush makes several messages go in one packet. Go's library calls it where a stream has it.
func (s *nodeCall) SetManualFlush(manual bool) {
	if flusher, ok := s.Stream.(interface{ SetManualFlush(bool) }); ok {
		flusher.SetManualFlush(manual)
	}
}

// answersLate is the time after which a node counts as absent if the call is then canceled. It is less than
// patienceOfReads.
const answersLate = 1500 * time.Millisecond

// watched runs a step of the call.
func (s *nodeCall) watched(step func() error) error {
	c := s.conn
	started := c.wait()
	err := step()
	over := c.waited()
	if err == nil {
		return nil
	}
	if err != io.EOF && !s.failed.Swap(true) {
		nodeFailed(s.ctx, err)
	}
	if over || clock()-started >= int64(answersLate) {
		c.absent.add(c.address)
	}
	if !over {
		return err
	}
	if f := faultsOf(s.ctx); f != nil {
		f.stall.Store(int64(c.limit))
	}
	return stalled{c.limit}
}
