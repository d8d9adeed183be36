package main

import (
	"maps"
	"testing"

	"storj.io/uplink"

	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
	"libuplink/internal/stream"
)

// These tests need a network: UPLINK_TEST_ACCESS.

func putObject(t *testing.T, p *project.Project, key string, data []byte) {
	t.Helper()
	object := stream.Object{Bucket: projecttest.Bucket, Key: key, Options: &uplink.UploadOptions{}}
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
// have stored some.
func TestMetadataOfAnotherClient(t *testing.T) {
	p := projecttest.Open(t)
	putObject(t, p, "planted\x00", nil)
	custom := uplink.CustomMetadata{"a\x00b": "c\x00d"}
	if err := p.UpdateObjectMetadata(p.Context, projecttest.Bucket, "planted\x00", custom, nil); err != nil {
		t.Fatal(err)
	}
	result := recordResult(p.StatObject(p.Context, projecttest.Bucket, "planted\x00"))
	defer uplink_free_record_result(result)
	if result.error != nil {
		t.Fatal(result.error.code)
	}
	if read := metadataOf(result); !maps.Equal(read, custom) {
		t.Fatalf("%q", read)
	}
}
