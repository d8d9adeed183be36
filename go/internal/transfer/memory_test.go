package transfer

import (
	"bytes"
	"context"
	"testing"

	"libuplink/internal/check"
	"libuplink/internal/checksum"
	"libuplink/internal/fail"
	"libuplink/internal/multipart"
	"libuplink/internal/objects"
	"libuplink/internal/progress"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
	"libuplink/internal/stream"
)

func TestMemoryIsUploaded(t *testing.T) {
	p := projecttest.Open(t)
	for _, size := range []int{0, 1, smallFile + 1, 2*partSize + 1} {
		_, data := writeFile(t, size)
		memory := Lend(data)
		var counters progress.Counters
		options := UploadOptions{PartSize: partSize, Checksum: checksum.SHA256}
		record, err := UploadMemory(t.Context(), p, projecttest.Bucket, "memory", memory, options, &counters)
		if err != nil || record.System.ContentLength != int64(size) || counters.Committed.Load() != int64(size) {
			t.Fatal(size, err)
		}
		<-memory.Returned()
		sum := checksum.New(checksum.SHA256)
		_, _ = sum.Write(data)
		if want := sum.AddTo(nil)["sha256"]; record.Custom["sha256"] != want {
			t.Error(size, record.Custom, want)
		}
	}
	if ids := pendingOf(t, p, "memory"); len(ids) > 0 {
		t.Error(ids)
	}
}

func TestMemoryIsReturnedByACancellation(t *testing.T) {
	p := projecttest.Open(t)
	_, data := writeFile(t, 3*partSize)
	ctx, cancel := context.WithCancelCause(t.Context())
	memory, ended := Lend(data), make(chan error)
	var counters progress.Counters
	go func() {
		_, err := UploadMemory(ctx, p, projecttest.Bucket, "canceled", memory, UploadOptions{PartSize: partSize}, &counters)
		ended <- err
	}()
	check.Eventually(t, "some bytes", func() bool { return counters.Transferred.Load() > 0 })
	cancel(fail.Canceled("enough"))
	<-memory.Returned()
	for i := range data { // as another owner does; the race detector finds a reader
		data[i] = 0
	}
	if err := <-ended; err == nil {
		t.Skip("the upload was faster")
	}
	check.Eventually(t, "the abort", func() bool { return len(pendingOf(t, p, "canceled")) == 0 })
}

// The request of a commit may not have been sent when the call ends. If it was, the abort changes
// nothing.
func TestACommitThatFailsLeavesNoPendingUpload(t *testing.T) {
	p := projecttest.Open(t)
	_, data := writeFile(t, 2*partSize)
	s := &partsUpload{upload: &upload{
		project: p, bucket: projecttest.Bucket, key: "commit", source: Lend(data), counters: &progress.Counters{},
		options: UploadOptions{PartSize: partSize, NoResume: true},
	}}
	s.parts = s.plan()
	s.etags = make([][]byte, len(s.parts))
	if err := s.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !s.committing || s.keepsPending(fail.Canceled("in the pause after a refusal")) {
		t.Error("the upload stays pending")
	}
	_ = multipart.Abort(t.Context(), p.Project, s.pending)
	if !bytes.Equal(download(t, p, "commit"), data) {
		t.Error("other bytes")
	}
}

func TestMemoryIsNotReadAfterItsReturn(t *testing.T) {
	m := Lend([]byte("data"))
	got := make([]byte, 2)
	if err := m.read(got, 1); err != nil || !bytes.Equal(got, []byte("at")) {
		t.Fatal(err, got)
	}
	m.Return()
	m.close() // harmless
	check.Error(t, m.read(got, 1), fail.CodeCanceled, fail.DetailNone)
}

// The end of the context returns the memory, but is itself the reason.
func TestTheReasonOfACancellationIsKept(t *testing.T) {
	p := projecttest.Offline(t, project.Settings{})
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := fail.Canceled("the project was closed")
	cancel(reason)
	memory := Lend([]byte("data"))
	memory.Return() // the first read fails
	_, err := UploadMemory(ctx, p, projecttest.Bucket, "key", memory, UploadOptions{}, &progress.Counters{})
	if err != reason {
		t.Errorf("the reason is %q", err)
	}
}

// Nothing is sent to a key that has an object already.
func TestAnObjectIsFoundBeforeAnythingIsSent(t *testing.T) {
	p := projecttest.Open(t)
	put := func() (*objects.Record, error) {
		var counters progress.Counters
		_, data := writeFile(t, 2*partSize)
		options := UploadOptions{PartSize: partSize, Object: stream.Options{IfNoneMatch: []string{"*"}}}
		record, err := UploadMemory(t.Context(), p, projecttest.Bucket, "once", Lend(data), options, &counters)
		if err != nil && counters.Transferred.Load() > 0 {
			t.Error("bytes were sent")
		}
		return record, err
	}
	if _, err := put(); err != nil {
		t.Fatal(err)
	}
	_, err := put()
	check.Error(t, err, fail.CodeInternal, fail.DetailPreconditionFailed)
	if !fail.Classify(err).Unchanged {
		t.Error("the caller tries again")
	}
	if ids := pendingOf(t, p, "once"); len(ids) > 0 {
		t.Error(ids)
	}
}
