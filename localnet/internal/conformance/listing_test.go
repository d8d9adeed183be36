package conformance_test

import (
	"context"
	"fmt"
	"strings"

	"storj.io/uplink"
	privateObject "storj.io/uplink/private/object"
)

// listing lists a bucket in all ways, with and without encryption.
func (f *family) listing() {
	ctx := context.Background()
	must(f.p.CreateBucket(ctx, "list"))
	must(f.p.EnsureBucket(ctx, "listplain"))
	keys := []string{"a", "b", "b/1", "b/2", "b/c/3", "b/c/4", "c/", "d//x", "e", "e.txt", "f/", "f/f", "z", "ü"}
	for _, enc := range []struct {
		name, bucket string
		p            actor
	}{{"encrypted", "list", f.p}, {"plain", "listplain", f.plain}} {
		for _, k := range keys {
			_, err := enc.p.put(enc.bucket, k, data(len(k)), nil, uplink.CustomMetadata{"k": k})(ctx)
			check(err)
		}
		type o = uplink.ListObjectsOptions
		for _, l := range []struct {
			label string
			o     *o
		}{
			{"nil", nil}, {"default", &o{}}, {"recursive", &o{Recursive: true}}, {"system", &o{System: true}},
			{"custom", &o{Custom: true}}, {"system custom recursive", &o{System: true, Custom: true, Recursive: true}},
			{"prefix b/", &o{Prefix: "b/"}}, {"prefix b/ recursive", &o{Prefix: "b/", Recursive: true}},
			{"prefix b", &o{Prefix: "b"}}, {"prefix b recursive", &o{Prefix: "b", Recursive: true}},
			{"prefix b/c/", &o{Prefix: "b/c/"}}, {"prefix missing/", &o{Prefix: "missing/"}},
			{"prefix c/", &o{Prefix: "c/"}}, {"prefix d/", &o{Prefix: "d/"}}, {"prefix d//", &o{Prefix: "d//"}},
			{"prefix /", &o{Prefix: "/"}}, {"prefix f/", &o{Prefix: "f/"}},
			{"prefix f/ recursive", &o{Prefix: "f/", Recursive: true}},
			{"cursor b", &o{Cursor: "b"}}, {"cursor b/", &o{Cursor: "b/"}}, {"cursor b/1", &o{Cursor: "b/1"}},
			{"cursor b recursive", &o{Cursor: "b", Recursive: true}},
			{"cursor b/1 recursive", &o{Cursor: "b/1", Recursive: true}}, {"cursor missing", &o{Cursor: "bb"}},
			{"cursor missing recursive", &o{Cursor: "bb", Recursive: true}}, {"cursor last", &o{Cursor: "ü"}},
			{"prefix b/ cursor 1", &o{Prefix: "b/", Cursor: "1"}}, {"prefix b/ cursor b/1", &o{Prefix: "b/", Cursor: "b/1"}},
			{"prefix b/ cursor c/", &o{Prefix: "b/", Cursor: "c/"}},
			{"prefix b/ cursor c/3 recursive", &o{Prefix: "b/", Cursor: "c/3", Recursive: true}},
			{"prefix b/ cursor c/3", &o{Prefix: "b/", Cursor: "c/3"}},
			{"cursor empty prefix longer than keys", &o{Prefix: strings.Repeat("x/", 500)}}, {"cursor very long", &o{Cursor: strings.Repeat("x", 3000)}},
		} {
			f.call(enc.name+" list "+l.label, enc.p.list(enc.bucket, l.o))
		}
	}
}

// listingAcross lists with the wrong keys, and beside uploads.
func (f *family) listingAcross() {
	p, plain := f.p, f.plain
	f.call("encrypted bucket listed without decryption", func(ctx context.Context) (any, error) {
		l, err := plain.list("list", &uplink.ListObjectsOptions{Recursive: true})(ctx)
		return fmt.Sprint(len(strings.Fields(fmt.Sprint(l))), " words"), err
	})
	f.call("plain bucket listed with decryption", p.list("listplain", &uplink.ListObjectsOptions{Recursive: true}))
	f.call("pending uploads are not listed", func(ctx context.Context) (any, error) {
		info := must(p.BeginUpload(ctx, "list", "pend", nil))
		l, err := p.list("list", &uplink.ListObjectsOptions{Cursor: ""})(ctx)
		check(p.AbortUpload(ctx, "list", "pend", info.UploadID))
		return strings.Contains(fmt.Sprint(l), "pend"), err
	})
}

// rawListing lists page by page, with delimiters of all kinds.
func (f *family) rawListing() {
	p, plain := f.p, f.plain
	ctx := context.Background()
	must(p.EnsureBucket(ctx, "rawlist"))
	for i := range 12 {
		for _, k := range []string{fmt.Sprintf("k-%02d", i), fmt.Sprintf("d%d/x", i)} {
			plain.mustPut("rawlist", k, data(i))
		}
	}
	for _, o := range []privateObject.ListObjectsOptions{
		{}, {Limit: 1}, {Limit: 5}, {Limit: 5, Recursive: true}, {Limit: 1000}, {Limit: 1001}, {Limit: 5000}, {Limit: -1},
		{Limit: 5, Cursor: "d3/"}, {Limit: 3, Cursor: "k-05"}, {Delimiter: "-"}, {Delimiter: "/"}, {Delimiter: "x"},
		{Delimiter: "k-0"}, {Delimiter: "-", Prefix: "k-"}, {Prefix: "k-"}, {Prefix: "k"}, {Prefix: "d"}, {Prefix: "d1"},
		{Prefix: "d1/"}, {Prefix: "k-", Recursive: true}, {Prefix: "k-1", Recursive: true},
	} {
		f.call(fmt.Sprintf("plain %+v", o), func(ctx context.Context) (any, error) {
			l, more, err := privateObject.ListObjects(ctx, plain.Project, "rawlist", &o)
			var out []string
			for _, i := range l {
				s := i.Key
				if i.IsPrefix {
					s += "(P)"
				}
				out = append(out, s)
			}
			return fmt.Sprintf("%s more=%v", strings.Join(out, " "), more), err
		})
	}
	f.call("encrypted with a delimiter", func(ctx context.Context) (any, error) {
		_, _, err := privateObject.ListObjects(ctx, p.Project, "rawlist", &privateObject.ListObjectsOptions{Delimiter: "-"})
		return nil, err
	})
}
