package stream

import (
	"context"
	"io"
	"testing"
	"time"

	"storj.io/uplink"
	"storj.io/uplink/private/object"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/network"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
)

// memoryOrigin has an object in memory.
type memoryOrigin struct {
	data    string
	created time.Time
	// The number of bytes after which the readers fail, by the number of the reader. Other readers
	// do not fail.
	breaks map[int]int
	// Runs before each opening but the first; may be nil.
	reopening func()

	pinned  string
	readers []*memoryReader
}

type memoryReader struct {
	from   *memoryOrigin
	rest   string
	breaks bool // when the rest is read, before the end of the object
	closed bool
}

func (m *memoryOrigin) open(_ context.Context, _ *uplink.Project, options uplink.DownloadOptions) (reader, error) {
	if len(m.readers) > 0 && m.reopening != nil {
		m.reopening()
	}
	r := &memoryReader{from: m, rest: m.data[options.Offset:]}
	if after, found := m.breaks[len(m.readers)]; found {
		r.rest, r.breaks = r.rest[:after], true
	}
	m.readers = append(m.readers, r)
	return r, nil
}

func (m *memoryOrigin) pin(version []byte) { m.pinned = string(version) }

func (r *memoryReader) Info() *object.VersionedObject {
	system := uplink.SystemMetadata{ContentLength: int64(len(r.from.data)), Created: r.from.created}
	return &object.VersionedObject{Object: uplink.Object{Key: "key", System: system}, Version: []byte("version")}
}

func (r *memoryReader) Read(memory []byte) (int, error) {
	switch {
	case r.rest != "":
		n := copy(memory, r.rest)
		r.rest = r.rest[n:]
		return n, nil
	case r.breaks:
		return 0, io.ErrUnexpectedEOF
	}
	return 0, io.EOF
}

func (r *memoryReader) Close() error {
	r.closed = true
	return nil
}

// testDownload opens a download in a project that makes two attempts.
func testDownload(t *testing.T, origin *memoryOrigin) *Download {
	t.Helper()
	patience := network.Patience{Attempts: 2, Delay: time.Millisecond, LongestDelay: time.Millisecond}
	p := projecttest.Offline(t, project.Settings{Patience: patience})
	d, err := openDownload(t.Context(), p, origin, uplink.DownloadOptions{Length: -1})
	if err != nil {
		t.Fatal(err)
	}
	if origin.pinned != "version" {
		t.Error("further sources can be of another version")
	}
	return d
}

func TestAReadFillsTheMemory(t *testing.T) {
	d := testDownload(t, &memoryOrigin{data: "0123456789"})
	memory := make([]byte, 8)
	if count, err := d.Read(t.Context(), memory, true); count != 8 || err != nil {
		t.Fatal(count, err)
	}
	if count, err := d.Read(t.Context(), memory, true); count != 2 || err != io.EOF || string(memory[:2]) != "89" {
		t.Fatal(count, err)
	}
	if count, err := d.Read(t.Context(), memory, false); count != 0 || err != io.EOF {
		t.Fatal(count, err)
	}
}

func TestADownloadGoesOnWhereItBrokeOff(t *testing.T) {
	origin := &memoryOrigin{data: "0123456789", breaks: map[int]int{0: 3, 1: 3, 2: 3}}
	d := testDownload(t, origin)
	memory := make([]byte, 10)
	if count, err := d.Read(t.Context(), memory, true); count != 10 || err != nil || string(memory) != origin.data {
		t.Fatal(count, err, string(memory))
	}
	if len(origin.readers) != 4 {
		t.Errorf("%d sources", len(origin.readers))
	}
}

func TestADownloadFailsAfterItsAttempts(t *testing.T) {
	d := testDownload(t, &memoryOrigin{data: "0123456789", breaks: map[int]int{0: 3, 1: 0}})
	count, err := d.Read(t.Context(), make([]byte, 10), true)
	if count != 3 {
		t.Errorf("%d bytes", count)
	}
	check.Error(t, err, fail.CodeInternal, fail.DetailConnection)
	if !err.(*fail.Error).Unchanged {
		t.Error("the caller tries again")
	}
	if _, again := d.Read(t.Context(), make([]byte, 1), true); again != err {
		t.Error("a download that failed goes on:", again)
	}
}

func TestAnotherObjectIsNotRead(t *testing.T) {
	origin := &memoryOrigin{data: "0123456789", breaks: map[int]int{0: 3}}
	origin.reopening = func() { origin.created = origin.created.Add(time.Second) }
	count, err := testDownload(t, origin).Read(t.Context(), make([]byte, 10), true)
	if count != 3 {
		t.Errorf("%d bytes", count)
	}
	check.Error(t, err, fail.CodeInternal, fail.DetailObjectChanged)
}

func TestAClosedDownloadIsNotRead(t *testing.T) {
	origin := &memoryOrigin{data: "0123456789"}
	d := testDownload(t, origin)
	for range 2 {
		d.Close()
	}
	if !origin.readers[0].closed {
		t.Error("the source is open")
	}
	_, err := d.Read(t.Context(), make([]byte, 1), true)
	check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
}

func TestRangeLength(t *testing.T) {
	for _, entry := range []struct{ offset, length, covered int64 }{
		{0, -1, 10}, {3, -1, 7}, {10, -1, 0}, {11, -1, 0}, {-4, -1, 4}, {-40, -1, 10},
		{0, 0, 0}, {0, 4, 4}, {8, 4, 2}, {12, 4, 0},
	} {
		options := uplink.DownloadOptions{Offset: entry.offset, Length: entry.length}
		if got := rangeLength(10, options); got != entry.covered {
			t.Errorf("%v: %d", entry, got)
		}
	}
}

func TestACloseEndsAReadThatWasReplaced(t *testing.T) {
	d := testDownload(t, &memoryOrigin{data: "data"})
	begun := make(chan struct{})
	closed := make(chan struct{})
	go func() {
		<-begun
		d.Close()
		close(closed)
	}()
	replaced, _, err := d.Replace(t.Context(), 1, 4, func(ctx context.Context, _, _ int64) error {
		close(begun)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(10 * time.Second):
			return nil
		}
	})
	if !replaced || !fail.IsCanceled(err) {
		t.Error(replaced, err)
	}
	<-closed
}
