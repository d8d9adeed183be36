package main

import (
	"errors"
	"io"
	"maps"
	"testing"
	"time"
	"unsafe"

	"storj.io/common/storj"
	"storj.io/uplink"
	private "storj.io/uplink/private/bucket"
	"storj.io/uplink/private/metaclient"

	"libuplink/internal/fail"
	"libuplink/internal/objects"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
	"libuplink/internal/stream"
)

var withNULs = &objects.Record{
	Object: uplink.Object{
		Key:    "report\x00old",
		Custom: uplink.CustomMetadata{"a\x00b": "c\x00d", "plain": "\xff\x00"},
	},
	Version: []byte("\x00version\xff"),
	ETag:    []byte("etag\x00"),
}

func cText(start unsafe.Pointer, length uint64) string {
	return string(unsafe.Slice((*byte)(start), length))
}

func TestRecordsAreWhole(t *testing.T) {
	result := recordResult(withNULs, nil)
	defer uplink_free_record_result(result)
	if result.error != nil || cText(unsafe.Pointer(result.record.key), uint64(result.record.key_length)) != withNULs.Key {
		t.Fatal(result)
	}
	if read := metadataOf(result); !maps.Equal(read, withNULs.Custom) {
		t.Fatalf("%q", read)
	}
	version := cText(unsafe.Pointer(result.record.version), uint64(result.record.version_length))
	etag := cText(unsafe.Pointer(result.record.etag), uint64(result.record.etag_length))
	if version != string(withNULs.Version) || etag != string(withNULs.ETag) {
		t.Fatalf("%q, %q", version, etag)
	}
	if result.record.has_legal_hold || result.record.retention.mode != 0 || result.record.is_delete_marker {
		t.Fatal(result.record)
	}
}

func TestLocksOfRecords(t *testing.T) {
	held, until := true, time.Unix(1_900_000_000, 0)
	locked := &objects.Record{
		IsVersioned: true, IsLatest: true, IsDeleteMarker: true, LegalHold: &held,
		Retention: &metaclient.Retention{Mode: storj.GovernanceMode, RetainUntil: until},
	}
	result := recordResult(locked, nil)
	defer uplink_free_record_result(result)
	r := result.record
	if !r.is_versioned || !r.is_latest || !r.is_delete_marker || !r.has_legal_hold || !r.legal_hold ||
		r.retention.mode != 2 || int64(r.retention.retain_until) != until.Unix() || r.version != nil || r.etag != nil {
		t.Fatal(*r)
	}
}

func metadataOf(result recordInC) uplink.CustomMetadata {
	read := uplink.CustomMetadata{}
	custom := result.record.custom
	for _, entry := range unsafe.Slice(custom.entries, int(custom.count)) {
		key := cText(unsafe.Pointer(entry.key), uint64(entry.key_length))
		read[key] = cText(unsafe.Pointer(entry.value), uint64(entry.value_length))
	}
	return read
}

func TestNothingIsCutOff(t *testing.T) {
	object := objectResult(withNULs, nil)
	defer uplink_free_object_result(object)
	if object.object != nil || object.error == nil || fail.Code(object.error.code) != fail.CodeObjectKeyInvalid {
		t.Fatal(object)
	}
	bucket := bucketResult(&uplink.Bucket{Name: "a\x00b"}, nil)
	defer uplink_free_bucket_result(bucket)
	if bucket.bucket != nil || bucket.error == nil || fail.Code(bucket.error.code) != fail.CodeBucketNameInvalid {
		t.Fatal(bucket)
	}
	page := bucketPageResult(bucketPage{Items: []*private.Bucket{{Name: "fine"}, {Name: "a\x00b"}}}, nil)
	defer uplink_free_bucket_page_result(page)
	if page.page != nil || page.error == nil || fail.Code(page.error.code) != fail.CodeBucketNameInvalid {
		t.Fatal(page)
	}
	record := bucketRecordResult(&uplink.Bucket{Name: "a\x00b"}, nil)
	defer uplink_free_bucket_record_result(record)
	if record.record != nil || record.error == nil || fail.Code(record.error.code) != fail.CodeBucketNameInvalid {
		t.Fatal(record)
	}
	text := stringResult("a\x00b", nil)
	defer uplink_free_string_result(text)
	if text.string != nil || text.error == nil || fail.Detail(text.error.detail) != fail.DetailInvalidAccess {
		t.Fatal(text)
	}
}

func TestMessagesAreWhole(t *testing.T) {
	failed := errorToC(errors.New("before\x00after"))
	defer uplink_free_error(failed)
	const want = "before\\0after\x00"
	if got := cText(unsafe.Pointer(failed.message), uint64(len(want))); got != want {
		t.Fatalf("%q", got)
	}
	end := errorToC(io.EOF)
	defer uplink_free_error(end)
	if end.message != nil {
		t.Fatal("the end of a download has a message")
	}
}

func putObject(t *testing.T, p *project.Project, key string, data []byte) {
	t.Helper()
	object := stream.Object{Bucket: projecttest.Bucket, Key: key}
	u, err := stream.OpenUpload(p.Context, p, object)
	if err == nil {
		_, err = u.Write(p.Context, data)
	}
	if err == nil {
		_, err = u.Commit(p.Context)
	}
	if err != nil {
		t.Fatal(err)
	}
	u.Free()
}

// Go's library does not look for NULs in metadata that replaces other metadata, so any client may
// have stored some. It needs a network: UPLINK_TEST_ACCESS.
func TestMetadataOfAnotherClient(t *testing.T) {
	p := projecttest.Open(t)
	putObject(t, p, "planted\x00", nil)
	custom := uplink.CustomMetadata{"a\x00b": "c\x00d"}
	if err := p.UpdateObjectMetadata(p.Context, projecttest.Bucket, "planted\x00", custom, nil); err != nil {
		t.Fatal(err)
	}
	result := recordResult(objects.Stat(p.Context, p.Project, objects.Place{Bucket: projecttest.Bucket, Key: "planted\x00"}, nil))
	defer uplink_free_record_result(result)
	if result.error != nil {
		t.Fatal(result.error.code)
	}
	if read := metadataOf(result); !maps.Equal(read, custom) {
		t.Fatalf("%q", read)
	}
}
