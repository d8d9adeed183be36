package conformance_test

import (
	"context"
	"fmt"
	"strings"

	"storj.io/uplink"
)

// metadata finds out how much metadata an object may have.
func (f *family) metadata() {
	p := f.p
	ctx := context.Background()
	must(p.CreateBucket(ctx, "meta"))
	p.mustPut("meta", "upd", data(3))
	for _, n := range []int{
		0, 100, 1500, 1900, 1950, 1970, 1990, 2000, 2020, 2040, 2048, 2060, 2100, 3000, 5000, 20000, 100000,
	} {
		custom := uplink.CustomMetadata{"k": strings.Repeat("v", n)}
		f.call(fmt.Sprintf("put with metadata of %d bytes", n), p.put("meta", fmt.Sprint("m", n), data(3), nil, custom))
		f.call(fmt.Sprintf("update to metadata of %d bytes", n), then(p.update("meta", "upd", custom), p.stat("meta", "upd")))
	}
	tooMuch := uplink.CustomMetadata{"k": strings.Repeat("v", 3000)}
	f.call("large object with metadata of 3000 bytes", p.put("meta", "large", data(50000), nil, tooMuch))
	f.call("is it there", p.stat("meta", "large"))
}

// oddMetadata tries unusual metadata.
func (f *family) oddMetadata() {
	p := f.p
	for _, m := range []struct {
		label string
		m     uplink.CustomMetadata
	}{
		{"empty key", uplink.CustomMetadata{"": "v"}},
		{"empty value", uplink.CustomMetadata{"k": ""}},
		{"NUL in key", uplink.CustomMetadata{"a\x00": "v"}},
		{"NUL in value", uplink.CustomMetadata{"k": "\x00"}},
		{"invalid utf-8 key", uplink.CustomMetadata{"\xff": "v"}},
		{"invalid utf-8 value", uplink.CustomMetadata{"k": "\xff"}},
		{"unicode", uplink.CustomMetadata{"ключ": "🔑"}},
	} {
		f.call("put metadata "+m.label, p.put("meta", "odd", data(3), nil, m.m))
		f.call("update metadata "+m.label, then(p.update("meta", "upd", m.m), p.stat("meta", "upd")))
	}
	f.call("update to nothing", then(p.update("meta", "upd", nil), p.stat("meta", "upd")))
	f.call("update to empty map", then(p.update("meta", "upd", uplink.CustomMetadata{}), p.stat("meta", "upd")))
	many := uplink.CustomMetadata{}
	for i := range 30 {
		many[fmt.Sprint("k", i)] = "v"
	}
	f.call("many entries", p.put("meta", "many", data(3), nil, many))
	f.call("list custom", p.list("meta", &uplink.ListObjectsOptions{Custom: true, Cursor: ""}))
	f.call("update metadata, empty key", p.update("meta", "", uplink.CustomMetadata{"k": "v"}))
}

// metadataAndUploads updates objects that are being uploaded.
func (f *family) metadataAndUploads() {
	p := f.p
	f.call("update metadata while the object has a pending upload", func(ctx context.Context) (any, error) {
		info, err := p.BeginUpload(ctx, "meta", "upd", nil)
		if err != nil {
			return nil, err
		}
		err = p.UpdateObjectMetadata(ctx, "meta", "upd", uplink.CustomMetadata{"new": "v"}, nil)
		_ = p.AbortUpload(ctx, "meta", "upd", info.UploadID)
		return nil, err
	})
	f.call("update metadata of a pending upload only", func(ctx context.Context) (any, error) {
		info, err := p.BeginUpload(ctx, "meta", "pendingonly", nil)
		if err != nil {
			return nil, err
		}
		err = p.UpdateObjectMetadata(ctx, "meta", "pendingonly", uplink.CustomMetadata{"new": "v"}, nil)
		_ = p.AbortUpload(ctx, "meta", "pendingonly", info.UploadID)
		return nil, err
	})
}
