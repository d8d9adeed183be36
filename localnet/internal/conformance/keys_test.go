package conformance_test

import (
	"context"
	"fmt"
	"strings"

	"storj.io/uplink"
)

// keys tries object keys, good and bad, with and without encryption.
func (f *family) keys() {
	ctx := context.Background()
	must(f.p.CreateBucket(ctx, "keys"))
	must(f.p.EnsureBucket(ctx, "plainkeys"))
	type k struct{ label, key string }
	keys := []k{
		{"empty", ""}, {"slash", "/"}, {"two slashes", "//"}, {"leading slash", "/a"}, {"double slash", "a//b"},
		{"trailing slash", "a/"}, {"dot", "."}, {"dotdot", ".."}, {"a/../b", "a/../b"}, {"NUL", "a\x00b"},
		{"invalid utf-8", "a\xff\xfeb"}, {"only \\xff", "\xff"}, {"newline", "a\nb"}, {"unicode", "ключ/🔑"}, {"space", " "},
		{"percent", "%2F"},
	}
	for _, n := range []int{1023, 1024, 1025, 1279, 1280, 1281, 2000, 3900, 3970, 4000, 4001, 10000} {
		keys = append(keys, k{fmt.Sprintf("%d bytes", n), strings.Repeat("k", n)})
	}
	for _, n := range []int{100, 400, 1000} {
		keys = append(keys, k{fmt.Sprintf("%d components", n), strings.Repeat("k/", n) + "k"})
	}
	for _, enc := range []struct {
		name, bucket string
		p            actor
	}{{"encrypted", "keys", f.p}, {"plain", "plainkeys", f.plain}} {
		for _, k := range keys {
			f.call(enc.name+" put "+k.label, enc.p.put(enc.bucket, k.key, data(3), nil, nil))
			f.call(enc.name+" stat "+k.label, enc.p.stat(enc.bucket, k.key))
			f.call(enc.name+" get "+k.label, enc.p.get(enc.bucket, k.key, nil))
		}
		f.call(enc.name+" list", enc.p.list(enc.bucket, nil))
		f.call(enc.name+" list recursive", enc.p.list(enc.bucket, &uplink.ListObjectsOptions{Recursive: true}))
		for _, k := range keys {
			f.call(enc.name+" delete "+k.label, enc.p.delete(enc.bucket, k.key))
		}
	}
}
