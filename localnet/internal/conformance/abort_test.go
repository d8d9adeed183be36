package conformance_test

import (
	"context"
	"fmt"
)

// abort aborts uploads with and without parts, and then uses them again.
func (f *family) abort() {
	p := f.p
	ctx := context.Background()
	must(p.CreateBucket(ctx, "abt"))
	for _, n := range []int{-1, 10, 10000} {
		id := must(p.BeginUpload(ctx, "abt", "k", nil)).UploadID
		if n >= 0 {
			_, err := p.part("abt", "k", id, 1, data(n))(ctx)
			check(err)
		}
		l := fmt.Sprintf("part of %d: ", n)
		f.call(l+"uploads", p.uploads("abt", nil))
		f.call(l+"abort", p.abortUpload("abt", "k", id))
		f.call(l+"uploads after", p.uploads("abt", nil))
		f.call(l+"parts after", p.parts("abt", "k", id, nil))
		f.call(l+"commit after", p.commitUpload("abt", "k", id, nil))
		f.call(l+"stat after", p.stat("abt", "k"))
		f.call(l+"part after", p.part("abt", "k", id, 2, data(10)))
		f.call(l+"abort again", p.abortUpload("abt", "k", id))
	}
	f.call("delete bucket", p.deleteBucket("abt"))
}
