package stream

import (
	"context"
	"testing"
	"time"

	"libuplink/internal/project"
)

func TestRoomOfASegment(t *testing.T) {
	const mib = 1 << 20
	for size, left := range map[int]int{
		0:                 4096,
		4095:              1,
		4096:              0,
		4097:              64*mib - 1,
		64*mib - 1:        4097,
		64 * mib:          4096,
		64*mib + 4096:     0,
		64*mib + 4097:     64*mib - 1,
		640*mib + 4096:    0,
		640*mib + 5*mib/2: 64*mib - 5*mib/2 + 4096,
	} {
		s := segments{size: size}
		if got := s.room(); got != left {
			t.Errorf("%d bytes after %d, not %d", got, size, left)
		}
	}
}

// The context of Go's library ends after a segment has begun, not meanwhile.
func TestNothingEndsWhileASegmentBegins(t *testing.T) {
	p := testStream().project
	u := newUpload(p, "bucket", "key", &memorySink{})
	u.segments.beginning.Lock()
	u.cancel(errEnded)
	if u.failed() != errEnded {
		t.Error("the stream goes on")
	}
	select {
	case <-u.segments.ctx.Done():
		t.Error("ended while a segment begins")
	case <-time.After(20 * time.Millisecond):
	}
	u.segments.beginning.Unlock()
	<-u.segments.ctx.Done()
	if context.Cause(u.segments.ctx) != errEnded {
		t.Error(context.Cause(u.segments.ctx))
	}
	if count, err := u.segments.begin(u.sink, []byte{0}); count != 0 || err != errEnded {
		t.Error(count, err)
	}
}

func TestTheEndOfAProjectEndsItsUploads(t *testing.T) {
	p, closeProject := testProject()
	u := newUpload(p, "bucket", "key", &memorySink{})
	closeProject()
	<-u.segments.ctx.Done()
	if context.Cause(u.segments.ctx) != project.ErrClosed {
		t.Error(context.Cause(u.segments.ctx))
	}
}
