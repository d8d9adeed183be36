package transfer

import (
	"bytes"
	"io"
	"os"
	"testing"

	"libuplink/internal/fail"
	"libuplink/internal/progress"
	"libuplink/internal/project/projecttest"
)

func TestOpenFilesAreUploaded(t *testing.T) {
	p := projecttest.Open(t)
	path, data := writeFile(t, 2*partSize+1)
	for _, start := range []int{0, 1, partSize, len(data), len(data) + 1} {
		opened, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		from, err := Duplicate(opened.Fd(), int64(start))
		if position, failed := opened.Seek(0, io.SeekCurrent); err != nil || failed != nil || position != 0 {
			t.Fatal(err, failed, position)
		}
		_ = opened.Close()
		var counters progress.Counters
		record, err := UploadOpened(t.Context(), p, projecttest.Bucket, "opened", from, UploadOptions{PartSize: partSize}, &counters)
		left := data[min(start, len(data)):]
		if err != nil || record.System.ContentLength != int64(len(left)) || counters.Committed.Load() != int64(len(left)) {
			t.Fatal(start, err)
		}
		if !bytes.Equal(download(t, p, "opened"), left) {
			t.Error(start, "other bytes")
		}
	}
}

func TestAnOpenFileThatChangesIsNotUploaded(t *testing.T) {
	p := projecttest.Open(t)
	path, _ := writeFile(t, 1)
	opened, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	from, err := Duplicate(opened.Fd(), 0)
	if err != nil {
		t.Fatal(err)
	}
	source, err := sourceOf(from.file)
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.Truncate(3); err != nil {
		t.Fatal(err)
	}
	_, err = run(t.Context(), &upload{
		project: p, bucket: projecttest.Bucket, key: "changed", source: source, counters: &progress.Counters{},
	})
	if fail.Classify(err).Detail != fail.DetailSourceChanged {
		t.Error(err)
	}
}

func TestFoldersAreNotUploadedAsOpenFiles(t *testing.T) {
	p := projecttest.Open(t)
	opened, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	from, err := Duplicate(opened.Fd(), 0)
	if err == nil {
		_, err = UploadOpened(t.Context(), p, projecttest.Bucket, "folder", from, UploadOptions{}, &progress.Counters{})
	}
	if fail.Classify(err).Detail != fail.DetailFile {
		t.Error(err)
	}
}
