package conformance_test

import (
	"context"
	"strings"
	"time"

	"storj.io/uplink"
)

// seed uploads the objects that are copied and moved.
func (f *family) seed() {
	ctx := context.Background()
	must(f.p.put("cpm", "small", data(10), nil, uplink.CustomMetadata{"s": "1"})(ctx))
	must(f.p.put("cpm", "large", data(20000), nil, uplink.CustomMetadata{"l": "1"})(ctx))
	f.p.mustPut("cpm", "empty", nil)
}

// copying copies objects within a bucket and to another.
func (f *family) copying() {
	p, ctx := f.p, context.Background()
	must(p.CreateBucket(ctx, "cpm"))
	must(p.CreateBucket(ctx, "cpm-two"))
	f.seed()
	for _, k := range []string{"small", "large", "empty"} {
		f.call("copy "+k, p.copy("cpm", k, "cpm", k+"-copy"))
		f.call("get "+k+"-copy", p.get("cpm", k+"-copy", nil))
		f.call("copy "+k+" to another bucket", p.copy("cpm", k, "cpm-two", k))
		f.call("get "+k+" there", p.get("cpm-two", k, nil))
	}
	f.call("copy onto itself", p.copy("cpm", "large", "cpm", "large"))
	f.call("get after copy onto itself", p.get("cpm", "large", nil))
	f.call("copy onto existing", p.copy("cpm", "small", "cpm", "large-copy"))
	f.call("get after copy onto existing", p.get("cpm", "large-copy", nil))
}

// oddCopies copies from and to missing objects and buckets.
func (f *family) oddCopies() {
	p := f.p
	f.call("copy missing", p.copy("cpm", "missing", "cpm", "x"))
	f.call("copy from a missing bucket", p.copy("cpm-missing", "small", "cpm", "x"))
	f.call("copy to a missing bucket", p.copy("cpm", "small", "cpm-missing", "x"))
	f.call("copy to an empty key", p.copy("cpm", "small", "cpm", ""))
	f.call("copy from an empty key", p.copy("cpm", "", "cpm", "x"))
	f.call("copy to an empty bucket name", p.copy("cpm", "small", "", "x"))
	f.call("copy from an empty bucket name", p.copy("", "small", "cpm", "x"))
	f.call("copy to a deep key", p.copy("cpm", "small", "cpm", "a/b/c"))
	f.call("copy to a long key", p.copy("cpm", "small", "cpm", strings.Repeat("k", 5000)))
	f.call("delete the source", p.delete("cpm", "large"))
	f.call("get the copy of a deleted source", p.get("cpm-two", "large", nil))
}

// moving moves objects within a bucket and to another.
func (f *family) moving() {
	p := f.p
	f.seed()
	for _, k := range []string{"small", "large", "empty"} {
		f.call("move "+k, p.move("cpm", k, "cpm", k+"-moved"))
		f.call("get "+k+"-moved", p.get("cpm", k+"-moved", nil))
		f.call("stat moved away "+k, p.stat("cpm", k))
		f.call("move "+k+" to another bucket", p.move("cpm", k+"-moved", "cpm-two", k+"-m2"))
		f.call("get "+k+"-m2", p.get("cpm-two", k+"-m2", nil))
	}
	f.seed()
	f.call("move onto itself", p.move("cpm", "small", "cpm", "small"))
	f.call("get after move onto itself", p.get("cpm", "small", nil))
	f.call("move onto existing", p.move("cpm", "small", "cpm", "large"))
	f.call("get after move onto existing", p.get("cpm", "large", nil))
	f.call("stat the moved", p.stat("cpm", "small"))
}

// oddMoves moves missing objects, and copies objects that expire.
func (f *family) oddMoves() {
	p := f.p
	f.call("move missing", p.move("cpm", "missing", "cpm", "x"))
	f.call("move from a missing bucket", p.move("cpm-missing", "small", "cpm", "x"))
	f.call("move to a missing bucket", p.move("cpm", "large", "cpm-missing", "x"))
	f.call("move to an empty key", p.move("cpm", "large", "cpm", ""))
	f.call("move from an empty key", p.move("cpm", "", "cpm", "x"))
	soon := &uplink.UploadOptions{Expires: time.Now().Add(time.Hour)}
	f.call("copy of an expiring object", then(
		p.put("cpm", "expiring", data(10), soon, nil),
		p.copy("cpm", "expiring", "cpm", "expiring2"),
	))
	f.call("list", p.list("cpm", &uplink.ListObjectsOptions{Custom: true, Recursive: true}))
}
