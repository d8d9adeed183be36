package conformance_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"storj.io/uplink"
	privateMultipart "storj.io/uplink/private/multipart"
)

// bigPart is the least size of a part, except the last.
const bigPart = 5 << 20

var big = data(bigPart)

// multipart begins uploads in parts, and commits one.
func (f *family) multipart() {
	p := f.p
	ctx := context.Background()
	must(p.CreateBucket(ctx, "mpu"))
	f.call("begin, no bucket", p.beginUpload("nobucket", "k", nil))
	f.call("begin, empty key", p.beginUpload("mpu", "", nil))
	f.call("begin, empty bucket", p.beginUpload("", "k", nil))
	f.call("begin, long key", p.beginUpload("mpu", strings.Repeat("k", 5000), nil))
	f.call("begin, past expiry", p.beginUpload("mpu", "k", &uplink.UploadOptions{Expires: time.Now().Add(-time.Hour)}))
	f.call("begin with custom metadata (private)", func(ctx context.Context) (any, error) {
		i, err := privateMultipart.BeginUpload(ctx, p.Project, "mpu", "custom", &privateMultipart.UploadOptions{CustomMetadata: uplink.CustomMetadata{"a": "b"}})
		if err != nil {
			return nil, err
		}
		l, err := p.uploads("mpu", &uplink.ListUploadsOptions{System: true, Custom: true})(ctx)
		if err != nil {
			return "list", err
		}
		o, err := p.CommitUpload(ctx, "mpu", "custom", i.UploadID, nil)
		return fmt.Sprint(l, show(o)), err
	})
}

// partsInOrder uploads parts in the wrong order.
func (f *family) partsInOrder() {
	p := f.p
	id := p.mustBegin("mpu", "order")
	f.call("part 2", p.part("mpu", "order", id, 2, data(20000)))
	f.call("part 1 after part 2", p.part("mpu", "order", id, 1, big))
	f.call("list parts", p.parts("mpu", "order", id, nil))
	f.call("list parts, cursor 1", p.parts("mpu", "order", id, &uplink.ListUploadPartsOptions{Cursor: 1}))
	f.call("list parts, cursor 2", p.parts("mpu", "order", id, &uplink.ListUploadPartsOptions{Cursor: 2}))
	f.call("list parts, cursor 100", p.parts("mpu", "order", id, &uplink.ListUploadPartsOptions{Cursor: 100}))
	f.call("stat pending", p.stat("mpu", "order"))
	f.call("get pending", p.get("mpu", "order", nil))
	f.call("delete pending", p.delete("mpu", "order"))
	f.call("commit", p.commitUpload("mpu", "order", id, &uplink.CommitUploadOptions{CustomMetadata: uplink.CustomMetadata{"c": "d"}}))
	f.call("stat", p.stat("mpu", "order"))
	whole := append(append([]byte{}, big...), data(20000)...)
	f.call("get", func(ctx context.Context) (any, error) {
		got, err := p.read(ctx, "mpu", "order", nil)
		return bytes.Equal(got, whole), err
	})
	f.call("get a range over the border", func(ctx context.Context) (any, error) {
		got, err := p.read(ctx, "mpu", "order", &uplink.DownloadOptions{Offset: bigPart - 10, Length: 20})
		return bytes.Equal(got, whole[bigPart-10:bigPart+10]), err
	})
	f.call("commit again", p.commitUpload("mpu", "order", id, nil))
	f.call("part after commit", p.part("mpu", "order", id, 3, data(10)))
	f.call("part large after commit", p.part("mpu", "order", id, 3, data(10000)))
	f.call("list parts after commit", p.parts("mpu", "order", id, nil))
	f.call("abort after commit", p.abortUpload("mpu", "order", id))
	f.call("still there", p.stat("mpu", "order"))
}

// partSizes commits parts of all sizes.
func (f *family) partSizes() {
	p := f.p
	id := p.mustBegin("mpu", "gap")
	f.call("gap part 1", p.part("mpu", "gap", id, 1, big))
	f.call("gap part 3", p.part("mpu", "gap", id, 3, data(100)))
	f.call("commit with a gap", p.commitUpload("mpu", "gap", id, nil))
	id = p.mustBegin("mpu", "short")
	f.call("short part 1", p.part("mpu", "short", id, 1, data(10000)))
	f.call("short part 2", p.part("mpu", "short", id, 2, data(100)))
	f.call("commit with a first part below 5 MiB", p.commitUpload("mpu", "short", id, nil))
	f.call("upload after that", p.uploads("mpu", nil))
	f.call("make it long enough", p.part("mpu", "short", id, 1, big))
	f.call("commit it then", p.commitUpload("mpu", "short", id, nil))
	id = p.mustBegin("mpu", "again")
	f.call("part 1", p.part("mpu", "again", id, 1, data(50000)))
	f.call("part 1 again, smaller", p.part("mpu", "again", id, 1, data(100)))
	f.call("list parts after again", p.parts("mpu", "again", id, nil))
	f.call("commit it", p.commitUpload("mpu", "again", id, nil))
	f.call("get again", p.get("mpu", "again", nil))
	id = p.mustBegin("mpu", "empty")
	f.call("commit without parts", p.commitUpload("mpu", "empty", id, nil))
	id = p.mustBegin("mpu", "emptypart")
	f.call("empty part", p.part("mpu", "emptypart", id, 1, nil))
	f.call("commit an empty part", p.commitUpload("mpu", "emptypart", id, nil))
}

// partNumbers uses unusual numbers of parts.
func (f *family) partNumbers() {
	p := f.p
	id := p.mustBegin("mpu", "numbers")
	for _, n := range []uint32{0, 1, 10000, 10001, 1 << 31, 1<<32 - 1} {
		f.call(fmt.Sprintf("part number %d", n), p.part("mpu", "numbers", id, n, data(10)))
	}
	f.call("parts of it", p.parts("mpu", "numbers", id, nil))
	f.call("commit it too", p.commitUpload("mpu", "numbers", id, nil))
}

// abortedParts uses an upload that was aborted.
func (f *family) abortedParts() {
	p := f.p
	id := p.mustBegin("mpu", "aborted")
	f.call("a part to abort", p.part("mpu", "aborted", id, 1, data(10000)))
	f.call("abort", p.abortUpload("mpu", "aborted", id))
	f.call("abort again", p.abortUpload("mpu", "aborted", id))
	f.call("part after abort", p.part("mpu", "aborted", id, 2, data(10)))
	f.call("large part after abort", p.part("mpu", "aborted", id, 2, data(10000)))
	f.call("commit after abort", p.commitUpload("mpu", "aborted", id, nil))
	f.call("list parts after abort", p.parts("mpu", "aborted", id, nil))
}

// wrongUploads uses the ids of uploads with other keys and buckets.
func (f *family) wrongUploads() {
	p := f.p
	ctx := context.Background()
	for _, bad := range []struct{ label, id string }{{"empty", ""}, {"garbage", "garbage"}, {"base58 garbage", "2Zr8"}} {
		f.call("part, upload id "+bad.label, p.part("mpu", "k", bad.id, 1, data(10)))
		f.call("commit, upload id "+bad.label, p.commitUpload("mpu", "k", bad.id, nil))
		f.call("abort, upload id "+bad.label, p.abortUpload("mpu", "k", bad.id))
		f.call("list parts, upload id "+bad.label, p.parts("mpu", "k", bad.id, nil))
	}
	id := p.mustBegin("mpu", "right")
	f.call("commit, another key", p.commitUpload("mpu", "wrong", id, nil))
	f.call("part, another key", p.part("mpu", "wrong", id, 1, data(10)))
	f.call("part large, another key", p.part("mpu", "wrong", id, 1, data(10000)))
	f.call("list parts, another key", p.parts("mpu", "wrong", id, nil))
	f.call("abort, another key", p.abortUpload("mpu", "wrong", id))
	f.call("uploads now", p.uploads("mpu", nil))
	_ = p.AbortUpload(ctx, "mpu", "right", id)
}

// severalUploads has more than one upload of a key.
func (f *family) severalUploads() {
	p := f.p
	f.call("commit with huge metadata", func(ctx context.Context) (any, error) {
		id := p.mustBegin("mpu", "hugemeta")
		defer func() { _ = p.AbortUpload(ctx, "mpu", "hugemeta", id) }()
		huge := &uplink.CommitUploadOptions{CustomMetadata: uplink.CustomMetadata{"k": strings.Repeat("v", 5000)}}
		return showObject(p.CommitUpload(ctx, "mpu", "hugemeta", id, huge))
	})
	f.call("commit over an existing object", func(ctx context.Context) (any, error) {
		p.mustPut("mpu", "over", data(5))
		id := p.mustBegin("mpu", "over")
		must(p.part("mpu", "over", id, 1, data(7))(ctx))
		return showObject(p.CommitUpload(ctx, "mpu", "over", id, nil))
	})
	f.call("two pending uploads of one key", func(ctx context.Context) (any, error) {
		a, b := p.mustBegin("mpu", "dup"), p.mustBegin("mpu", "dup")
		l, err := p.uploads("mpu", nil)(ctx)
		if err != nil {
			return nil, err
		}
		must(p.part("mpu", "dup", a, 1, data(3))(ctx))
		must(p.part("mpu", "dup", b, 1, data(4))(ctx))
		o1, err := p.CommitUpload(ctx, "mpu", "dup", b, nil)
		check(err)
		o2, err := p.CommitUpload(ctx, "mpu", "dup", a, nil)
		return fmt.Sprint(strings.Count(fmt.Sprint(l), "dup["), show(o1), " ", show(o2)), err
	})
	f.call("part commit twice", func(ctx context.Context) (any, error) {
		id := p.mustBegin("mpu", "pct")
		u := must(p.UploadPart(ctx, "mpu", "pct", id, 1))
		check(u.Commit())
		return nil, u.Commit()
	})
	f.call("part abort", func(ctx context.Context) (any, error) {
		id := p.mustBegin("mpu", "pa")
		u := must(p.UploadPart(ctx, "mpu", "pa", id, 1))
		_, err := u.Write(data(10000))
		check(err)
		check(u.Abort())
		return p.parts("mpu", "pa", id, nil)(ctx)
	})
}

// listedUploads lists uploads.
func (f *family) listedUploads() {
	p := f.p
	for _, k := range []string{"x/1", "x/2", "x/y/3", "w"} {
		p.mustBegin("mpu", k)
	}
	for _, o := range []uplink.ListUploadsOptions{
		{}, {Recursive: true}, {Prefix: "x/"}, {Prefix: "x/", Recursive: true}, {Prefix: "x"}, {Prefix: "none/"},
		{Cursor: "w"}, {Cursor: "x/1", Recursive: true}, {System: true}, {Custom: true},
	} {
		f.call(fmt.Sprintf("list uploads %+v", o), p.uploads("mpu", &o))
	}
	f.call("list uploads, no bucket", p.uploads("nobucket", nil))
	f.call("list uploads, empty bucket name", p.uploads("", nil))
	f.call("pending ordinary upload in list uploads", func(ctx context.Context) (any, error) {
		u := must(p.UploadObject(ctx, "mpu", "ordinary", nil))
		_, err := u.Write(data(100000))
		check(err)
		defer func() { _ = u.Abort() }()
		for {
			l, err := p.uploads("mpu", nil)(ctx)
			if err != nil || strings.Contains(fmt.Sprint(l), "ordinary") {
				return true, err
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
	f.call("expiring multipart", func(ctx context.Context) (any, error) {
		i, err := p.BeginUpload(ctx, "mpu", "expmp", &uplink.UploadOptions{Expires: time.Now().Add(time.Hour)})
		if err != nil {
			return nil, err
		}
		l, err := p.uploads("mpu", &uplink.ListUploadsOptions{System: true, Cursor: "expmo"})(ctx)
		if err != nil {
			return nil, err
		}
		_, err = p.CommitUpload(ctx, "mpu", "expmp", i.UploadID, nil)
		return strings.Contains(fmt.Sprint(l), "in 1h"), err
	})
	f.call("delete bucket with objects", p.deleteBucketWithObjects("mpu"))
}
