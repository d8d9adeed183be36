package satellite_test

import (
	"context"
	"testing"
	"time"

	"storj.io/common/pb"
)

// TestSlowReader checks that pieces stay for clients that got order limits just
// before they were deleted.
func TestSlowReader(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	discarded := w.discarded.Load
	for _, key := range []string{"read", "unread"} {
		stream := w.begin(t, key)
		_, commit := w.segment(t, stream)
		_, err := w.CommitSegment(ctx, commit)
		check(t, err)
		_, err = w.CommitObject(ctx, &pb.CommitObjectRequest{Header: w.header, StreamId: stream})
		check(t, err)
	}
	_, err := w.DownloadObject(ctx, &pb.DownloadObjectRequest{Header: w.header, Bucket: []byte("bucket"), EncryptedObjectKey: []byte("read")})
	check(t, err)
	for _, key := range []string{"read", "unread"} {
		_, err := w.BeginDeleteObject(ctx, &pb.BeginDeleteObjectRequest{Header: w.header, Bucket: []byte("bucket"), EncryptedObjectKey: []byte(key)})
		check(t, err)
	}
	for _, c := range []struct {
		after time.Duration
		want  int64
	}{{time.Second, 0}, {20 * time.Second, 5}, {29 * time.Second, 5}, {40 * time.Second, 10}, {time.Hour, 10}} {
		check(t, w.satellite.Clean(ctx, time.Now().Add(c.after)))
		if got := discarded(); got != c.want {
			t.Errorf("after %v: %d pieces discarded, want %d", c.after, got, c.want)
		}
	}
}
