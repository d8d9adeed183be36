package main

import (
	"context"
	"testing"
	"time"

	"libuplink/internal/project"
)

func TestBytesThatBeginASegment(t *testing.T) {
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
		if got := bytesUntilSegment(size); got != left {
			t.Errorf("%d bytes after %d, not %d", got, size, left)
		}
	}
}

// Go's library is told of a cancellation after it has begun a segment, not meanwhile.
func TestNothingEndsWhileASegmentBegins(t *testing.T) {
	p := testStream().project
	u := newUpload(p, "bucket/key")
	u.begins.Lock()
	u.cancel(errStreamEnded)
	if u.failed() != errStreamEnded {
		t.Error("the stream goes on")
	}
	select {
	case <-u.lasting.Done():
		t.Error("ended while a segment begins")
	case <-time.After(20 * time.Millisecond):
	}
	u.begins.Unlock()
	<-u.lasting.Done()
	if context.Cause(u.lasting) != errStreamEnded {
		t.Error(context.Cause(u.lasting))
	}
	if count, err := u.beginSegment([]byte{0}); count != 0 || err != errStreamEnded {
		t.Error(count, err)
	}
}

func TestTheEndOfAProjectEndsItsUploads(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	u := newUpload(&project.Project{Context: ctx}, "bucket/key")
	cancel(project.ErrClosed)
	<-u.lasting.Done()
	if context.Cause(u.lasting) != project.ErrClosed {
		t.Error(context.Cause(u.lasting))
	}
}
