package stream

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// stopsAfter returns how long a source lasts, at most a minute, while bytes move on a connection
// each second until quiet.
func stopsAfter(t *testing.T, s *source, stop func(), quiet time.Duration) time.Duration {
	t.Helper()
	defer stop()
	moving := &movingMeter{}
	s.Use(moving)
	defer s.Unuse(moving)
	started := time.Now()
	for time.Since(started) < time.Minute {
		select {
		case <-s.ctx.Done():
			return time.Since(started)
		case <-time.After(time.Second):
		}
		if time.Since(started) <= quiet {
			moving.count.Add(100)
		}
	}
	return time.Since(started)
}

func TestAReadEndsWhenNoByteMoves(t *testing.T) {
	for _, test := range []struct {
		name             string
		stall            time.Duration // 0: the read has not asked all nodes
		hasAll           bool
		failures         int
		quiet            time.Duration
		earliest, latest time.Duration
	}{
		{"silence", 0, false, 0, 0, 2 * time.Second, 2500 * time.Millisecond},
		{"silence later", 0, false, 0, 10 * time.Second, 12 * time.Second, 13 * time.Second},
		{"a slow link", 0, false, 0, time.Hour, time.Minute, time.Hour},
		{"one node failed", 0, false, 1, 0, 2 * time.Second, 2500 * time.Millisecond},
		{"two nodes failed", 0, false, 2, 0, 200 * time.Millisecond, 250 * time.Millisecond},
		{"two of all nodes failed", 0, true, 2, 0, 2 * time.Second, 2500 * time.Millisecond},
		{"all nodes, silence", 20 * time.Second, true, 0, 0, 20 * time.Second, 25 * time.Second},
		{"all nodes, a slow link", 20 * time.Second, true, 0, time.Hour, time.Minute, time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newSource(t.Context(), test.hasAll)
			stop := s.limitRead
			if test.stall > 0 {
				stop = func() func() { return s.limitStall(test.stall) }
			}
			end := stop()
			for range test.failures {
				s.NodeFailed()
			}
			if lasted := stopsAfter(t, s, end, test.quiet); lasted < test.earliest || lasted > test.latest {
				t.Errorf("%s: stopped after %v by %v", test.name, lasted, context.Cause(s.ctx))
			}
		})
	}
}

func TestNothingStopsASourceBetweenReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource(t.Context(), false)
		s.limitRead()()
		time.Sleep(time.Minute)
		if s.ctx.Err() != nil {
			t.Error(context.Cause(s.ctx))
		}
	})
}

type movingMeter struct{ count atomic.Uint64 }

func (m *movingMeter) Moved() uint64 { return m.count.Load() }
