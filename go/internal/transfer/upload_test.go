package transfer

import (
	"bytes"
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"storj.io/uplink"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/multipart"
	"libuplink/internal/progress"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
)

// The smallest parts that satellites accept.
const partSize = 5 << 20

// Its tests need a network: UPLINK_TEST_ACCESS.

// writeFile returns a file with so many bytes, and the bytes.
func writeFile(t *testing.T, size int) (path string, data []byte) {
	t.Helper()
	data = make([]byte, size)
	random := rand.NewChaCha8([32]byte{byte(size)})
	_, _ = random.Read(data)
	path = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, data
}

// download returns the bytes of an object.
func download(t *testing.T, p *project.Project, key string) []byte {
	t.Helper()
	d, err := p.DownloadObject(t.Context(), projecttest.Bucket, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var data bytes.Buffer
	if _, err := data.ReadFrom(d); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

// pendingOf returns the pending uploads of a key, and deletes them after the test.
func pendingOf(t *testing.T, p *project.Project, key string) []string {
	t.Helper()
	ids, err := multipart.PendingOf(t.Context(), p.Project, projecttest.Bucket, key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, id := range ids {
			_ = multipart.Abort(p.Context, p.Project, multipart.Upload{Bucket: projecttest.Bucket, Key: key, ID: id})
		}
	})
	return ids
}

func TestFilesOfAllSizesAreUploaded(t *testing.T) {
	p := projecttest.Open(t)
	for name, size := range map[string]int{
		"empty": 0, "a byte": 1, "inline": 4096, "not inline": 4097, "small": smallFile, "not small": smallFile + 1,
		"a part": partSize, "a byte more": partSize + 1, "two parts": 2 * partSize, "three parts": 2*partSize + 12345,
	} {
		t.Run(name, func(t *testing.T) {
			path, data := writeFile(t, size)
			var counters progress.Counters
			options := UploadOptions{PartSize: partSize, Custom: uplink.CustomMetadata{"a": "b"}}
			options.Object.Expires = time.Now().Add(time.Hour)
			options.ETag = []byte("etag")
			record, err := UploadFile(t.Context(), p, projecttest.Bucket, "sizes/"+name, path, options, &counters)
			if err != nil {
				t.Fatal(err)
			}
			if record.System.ContentLength != int64(size) || record.Custom["a"] != "b" || record.Key != "sizes/"+name {
				t.Error(record)
			}
			for _, count := range []int64{counters.Total.Load(), counters.Transferred.Load(), counters.Committed.Load()} {
				if count != int64(size) {
					t.Error(count)
				}
			}
			if !bytes.Equal(download(t, p, "sizes/"+name), data) {
				t.Error("other bytes")
			}
			stat, err := p.StatObject(t.Context(), projecttest.Bucket, "sizes/"+name)
			if err != nil || stat.System.Expires.IsZero() || stat.Custom["a"] != "b" {
				t.Error(stat, err)
			}
			if ids := pendingOf(t, p, "sizes/"+name); len(ids) != 0 {
				t.Error(ids)
			}
		})
	}
}

// stopAfter returns a context that is canceled once so many bytes of parts are sent.
func stopAfter(t *testing.T, counters *progress.Counters, size int64) context.Context {
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		for counters.Transferred.Load() < size && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel(fail.Canceled("stopped"))
	}()
	return ctx
}

// interrupted begins an upload, cancels it once two of its parts are stored, and returns its file.
func interrupted(t *testing.T, p *project.Project, key string, options UploadOptions) (path string, data []byte) {
	t.Helper()
	path, data = writeFile(t, 4*partSize+1)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	var counters progress.Counters
	u := &partsUpload{kept: tally{counters: &counters}, upload: &upload{
		project: p, bucket: projecttest.Bucket, key: key, options: options, counters: &counters,
	}}
	var err error
	if u.source, err = openSource(path); err != nil {
		t.Fatal(err)
	}
	defer u.source.close()
	u.parts = u.plan()
	u.etags = make([][]byte, len(u.parts))
	if err := u.begin(ctx); err != nil {
		t.Fatal(err)
	}
	for _, index := range []int{0, 2} {
		if err := u.sendPart(ctx, index, func(int64) {}); err != nil {
			t.Fatal(err)
		}
	}
	return path, data
}

func TestAnUploadGoesOnWithItsParts(t *testing.T) {
	p := projecttest.Open(t)
	options := UploadOptions{PartSize: partSize}
	// Another one, without parts, which it does not go on with.
	if _, err := p.BeginUpload(t.Context(), projecttest.Bucket, "resumed/", nil); err != nil {
		t.Fatal(err)
	}
	path, data := interrupted(t, p, "resumed/", options)
	if ids := pendingOf(t, p, "resumed/"); len(ids) != 2 {
		t.Fatal(ids)
	}
	u := &upload{project: p, bucket: projecttest.Bucket, key: "resumed/", options: options, counters: &progress.Counters{}}
	u.source, _ = openSource(path)
	defer u.source.close()
	s := &partsUpload{upload: u, parts: u.plan(), kept: tally{counters: u.counters}}
	s.etags = make([][]byte, len(s.parts))
	if err := s.findPending(t.Context()); err != nil || s.kept.sent != 2*partSize || s.etags[1] != nil || s.etags[2] == nil {
		t.Fatal(err, s.kept.sent, s.etags)
	}
	var counters progress.Counters
	if _, err := UploadFile(t.Context(), p, projecttest.Bucket, "resumed/", path, options, &counters); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(download(t, p, "resumed/"), data) || counters.Transferred.Load() != int64(len(data)) {
		t.Error("other bytes")
	}
	if ids := pendingOf(t, p, "resumed/"); len(ids) != 1 {
		t.Error(ids)
	}
}

// It begins anew, since the pending upload is not one of these bytes with these options.
func TestAnUploadDoesNotGoOnWithAnother(t *testing.T) {
	p := projecttest.Open(t)
	for name, change := range map[string]func(path string, data []byte, options *UploadOptions){
		"other bytes":   func(path string, data []byte, _ *UploadOptions) { data[0]++; _ = os.WriteFile(path, data, 0o600) },
		"another size":  func(path string, data []byte, _ *UploadOptions) { _ = os.WriteFile(path, append(data, 0), 0o600) },
		"another end":   func(_ string, _ []byte, options *UploadOptions) { options.Object.Expires = time.Now().Add(time.Hour) },
		"another split": func(_ string, _ []byte, options *UploadOptions) { options.PartSize++ },
		"no resume":     func(_ string, _ []byte, options *UploadOptions) { options.NoResume = true },
	} {
		t.Run(name, func(t *testing.T) {
			options := UploadOptions{PartSize: partSize}
			path, data := interrupted(t, p, name, options)
			before := pendingOf(t, p, name)
			change(path, data, &options)
			data, _ = os.ReadFile(path)
			if _, err := UploadFile(t.Context(), p, projecttest.Bucket, name, path, options, &progress.Counters{}); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(download(t, p, name), data) {
				t.Error("other bytes")
			}
			if after := pendingOf(t, p, name); len(after) != 1 || after[0] != before[0] {
				t.Error(before, after)
			}
		})
	}
}

func TestACanceledUploadStaysPending(t *testing.T) {
	p := projecttest.Open(t)
	for name, no := range map[string]bool{"stays": false, "does not stay": true} {
		t.Run(name, func(t *testing.T) {
			options := UploadOptions{PartSize: partSize}
			for range 10 { // it may end before it is canceled
				path, _ := interrupted(t, p, name, options)
				var counters progress.Counters
				kept := int64(2 * partSize)
				if no {
					options.NoResume, kept = true, 0
				}
				ctx := stopAfter(t, &counters, kept+1)
				_, err := UploadFile(ctx, p, projecttest.Bucket, name, path, options, &counters)
				if err == nil {
					for _, id := range pendingOf(t, p, name) {
						_ = multipart.Abort(p.Context, p.Project, multipart.Upload{Bucket: projecttest.Bucket, Key: name, ID: id})
					}
					continue
				}
				if !fail.IsCanceled(fail.Classify(err)) {
					t.Fatal(err)
				}
				check.Eventually(t, "the abort", func() bool { return len(pendingOf(t, p, name)) == 1 })
				return
			}
		})
	}
}

// changing is a source that is checked only after it was changed.
type changing struct {
	source
	changed chan struct{}
}

func (c changing) check() error {
	<-c.changed
	return c.source.check()
}

func TestAChangedFileIsNotCommitted(t *testing.T) {
	p := projecttest.Open(t)
	for name, change := range map[string]func(path string) error{
		"longer":   func(path string) error { return os.Truncate(path, 3*partSize) },
		"shorter":  func(path string) error { return os.Truncate(path, 1) },
		"touched":  func(path string) error { return os.Chtimes(path, time.Time{}, time.Unix(1, 0)) },
		"replaced": func(path string) error { return replace(path) },
		"gone":     os.Remove,
	} {
		for kind, size := range map[string]int64{"whole": 8 * partSize, "parts": partSize} {
			t.Run(name+kind, func(t *testing.T) {
				path, _ := writeFile(t, 2*partSize)
				var counters progress.Counters
				file, err := openSource(path)
				if err != nil {
					t.Fatal(err)
				}
				changed := make(chan struct{})
				go func() {
					defer close(changed)
					for counters.Transferred.Load() == 0 {
						time.Sleep(time.Millisecond)
					}
					if err := change(path); err != nil {
						t.Error(err)
					}
				}()
				_, err = run(t.Context(), &upload{
					project: p, bucket: projecttest.Bucket, key: name + kind, source: changing{file, changed},
					options: UploadOptions{PartSize: size}, counters: &counters,
				})
				check.Error(t, err, fail.CodeInternal, fail.DetailSourceChanged)
				if _, err := p.StatObject(t.Context(), projecttest.Bucket, name+kind); err == nil {
					t.Error("it was committed")
				}
				check.Eventually(t, "the abort", func() bool { return len(pendingOf(t, p, name+kind)) == 0 })
			})
		}
	}
}

// A file that changed is not sent to its end: each part looks.
func TestAChangeIsNoticedByTheNextPart(t *testing.T) {
	p := projecttest.Open(t)
	path, _ := writeFile(t, 2*partSize)
	file, err := openSource(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.close()
	var counters progress.Counters
	s := &partsUpload{kept: tally{counters: &counters}, upload: &upload{
		project: p, bucket: projecttest.Bucket, key: "next part", source: file, counters: &counters,
		options: UploadOptions{PartSize: partSize},
	}}
	s.parts = s.plan()
	s.etags = make([][]byte, len(s.parts))
	if err := s.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	pendingOf(t, p, "next part")
	if err := os.Chtimes(path, time.Time{}, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	err = s.sendPart(t.Context(), 0, func(int64) {})
	check.Error(t, err, fail.CodeInternal, fail.DetailSourceChanged)
	if s.etags[0] != nil || counters.Transferred.Load() != 0 {
		t.Error(s.etags[0], counters.Transferred.Load())
	}
}

// replace replaces a file by another file with the same bytes and time.
func replace(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+"2", data, fs.FileMode(0o600)); err != nil {
		return err
	}
	if err := os.Chtimes(path+"2", time.Time{}, info.ModTime()); err != nil {
		return err
	}
	return os.Rename(path+"2", path)
}
