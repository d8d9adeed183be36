package stream

import (
	"bytes"
	"slices"
	"testing"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/multipart"
	"libuplink/internal/project/projecttest"
)

// testPart returns an upload of a part whose sink is in memory.
func testPart(t *testing.T) (*PartUpload, *memorySink) {
	t.Helper()
	u, sink := testUpload(t)
	return &PartUpload{u, &Part{Number: 7}}, sink
}

func TestAPartHasItsETagAndSize(t *testing.T) {
	u, _ := testPart(t)
	etag := []byte("a\x00b")
	if _, err := u.Write(t.Context(), []byte("hello")); err != nil {
		t.Fatal(err)
	}
	part, err := u.Commit(t.Context(), etag)
	if err != nil || part.PartNumber != 7 || part.Size != 5 || !bytes.Equal(part.ETag, etag) {
		t.Fatal(part, err)
	}
	etag[0] = 'x'
	if again := u.Record(); again.Size != 5 || string(again.ETag) != "a\x00b" {
		t.Error(again)
	}
}

func TestAnETagIsSetOnce(t *testing.T) {
	u, _ := testPart(t)
	if err := u.SetETag([]byte("one")); err != nil {
		t.Fatal(err)
	}
	check.Error(t, u.SetETag([]byte("two")), fail.CodeInternal, fail.DetailInvalidArgument)
	_, err := u.Commit(t.Context(), []byte("two"))
	check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	if part, err := u.Commit(t.Context(), nil); err != nil || string(part.ETag) != "one" {
		t.Fatal(part, err)
	}
	check.Error(t, u.SetETag([]byte("late")), fail.CodeUploadDone, fail.DetailNone)
}

// It needs a network: UPLINK_TEST_ACCESS.
func TestAPartIsStored(t *testing.T) {
	p := projecttest.Open(t)
	info, err := multipart.Begin(p.Context, p.Project, projecttest.Bucket, "parts", nil)
	if err != nil {
		t.Fatal(err)
	}
	upload := multipart.Upload{Bucket: projecttest.Bucket, Key: "parts", ID: info.UploadID}
	for number, size := range []int{5 << 20, 10, 0} {
		u, err := OpenPart(t.Context(), p, Part{Upload: upload, Number: uint32(number)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := u.Write(t.Context(), make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		if part, err := u.Commit(t.Context(), nil); err != nil || part.Size != int64(size) {
			t.Fatal(part, err)
		}
	}
	var numbers []uint32
	parts := multipart.Parts(p.Context, p.Project, upload, 1)
	for parts.Next() {
		numbers = append(numbers, parts.Item().PartNumber)
	}
	if err := parts.Err(); err != nil || !slices.Equal(numbers, []uint32{1, 2}) {
		t.Error(numbers, err)
	}
	_, err = multipart.Commit(p.Context, p.Project, upload, nil)
	check.Error(t, fail.Classify(err), fail.CodeInternal, fail.DetailPartTooSmall)
	if u, err := OpenPart(t.Context(), p, Part{Upload: upload, Number: 1}); err != nil {
		t.Fatal(err)
	} else if _, err := u.Write(t.Context(), make([]byte, 5<<20)); err != nil {
		t.Fatal(err)
	} else if _, err := u.Commit(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if object, err := multipart.Commit(p.Context, p.Project, upload, nil); err != nil || object.System.ContentLength != 10<<20 {
		t.Fatal(object, err)
	}
	err = multipart.Abort(p.Context, p.Project, upload)
	check.Error(t, err, fail.CodeObjectNotFound, fail.DetailUploadNotFound)
}
