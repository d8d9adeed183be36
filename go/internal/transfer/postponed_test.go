package transfer

import (
	"bytes"
	"context"
	"testing"

	"storj.io/uplink"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/progress"
	"libuplink/internal/project/projecttest"
)

// A part that is postponed counts as not sent, and is sent again as a whole.
func TestAPostponedPartIsSentAgain(t *testing.T) {
	p := projecttest.Open(t)
	_, data := writeFile(t, 2*partSize)
	var counters progress.Counters
	s := &partsUpload{kept: tally{counters: &counters}, upload: &upload{
		project: p, bucket: projecttest.Bucket, key: "postponed", source: Lend(data), counters: &counters,
		options: UploadOptions{PartSize: partSize},
	}}
	s.parts = s.plan()
	s.etags = make([][]byte, len(s.parts))
	if err := s.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := s.sendPart(ctx, 1, func(int64) { cancel() }); err == nil || counters.Transferred.Load() != 0 {
		t.Fatal(err, counters.Transferred.Load())
	}
	record, err := s.finish(t.Context())
	if err != nil || counters.Transferred.Load() != 2*partSize || record.System.ContentLength != 2*partSize {
		t.Fatal(err, counters.Transferred.Load())
	}
	d, err := p.DownloadObject(t.Context(), projecttest.Bucket, "postponed", &uplink.DownloadOptions{Length: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var got bytes.Buffer
	if _, err := got.ReadFrom(d); err != nil || !bytes.Equal(got.Bytes(), data) {
		t.Error(err, got.Len())
	}
	check.Eventually(t, "the end of the pending upload", func() bool { return len(pendingOf(t, p, "postponed")) == 0 })
}

// failing is a source whose first read behind an offset fails as a connection does.
type failing struct {
	source
	behind int64
	failed bool
}

func (f *failing) read(data []byte, offset int64) error {
	if offset > f.behind && !f.failed {
		f.failed = true
		return fail.Internal(fail.DetailConnection, "the connection broke off")
	}
	return f.source.read(data, offset)
}

// The bytes of an attempt that failed do not count for the next one.
func TestAPartThatIsSentAgainCountsOnce(t *testing.T) {
	p := projecttest.Open(t)
	_, data := writeFile(t, 2*partSize)
	var counters progress.Counters
	s := &partsUpload{kept: tally{counters: &counters}, upload: &upload{
		project: p, bucket: projecttest.Bucket, key: "again", counters: &counters,
		source: &failing{source: Lend(data), behind: partSize / 2}, options: UploadOptions{PartSize: partSize},
	}}
	s.parts = s.plan()
	s.etags = make([][]byte, len(s.parts))
	if err := s.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	var sent, most int64
	err := s.sendPart(t.Context(), 0, func(bytes int64) {
		sent += bytes
		most = max(most, sent)
	})
	if err != nil || sent != partSize || most != partSize {
		t.Error(err, sent, most)
	}
	if _, err := s.finish(t.Context()); err != nil {
		t.Error(err)
	}
}
