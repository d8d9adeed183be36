package conformance_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"storj.io/uplink"
	privateBucket "storj.io/uplink/private/bucket"
)

// buckets creates, lists and deletes buckets.
func (f *family) buckets() {
	p := f.p
	f.call("list, none", p.listBuckets(nil))
	f.call("stat missing", p.statBucket("bkt-one"))
	f.call("delete missing", p.deleteBucket("bkt-one"))
	f.call("create", p.createBucket("bkt-one"))
	f.call("create again", p.createBucket("bkt-one"))
	f.call("ensure existing", p.ensureBucket("bkt-one"))
	f.call("ensure new", p.ensureBucket("bkt-two"))
	f.call("create 3", p.createBucket("bkt-three"))
	f.call("stat", p.statBucket("bkt-one"))
	f.call("list all", p.listBuckets(nil))
	f.call("list, cursor of a bucket", p.listBuckets(&uplink.ListBucketsOptions{Cursor: "bkt-one"}))
	f.call("list, cursor between", p.listBuckets(&uplink.ListBucketsOptions{Cursor: "bkt-p"}))
	f.call("list, cursor behind", p.listBuckets(&uplink.ListBucketsOptions{Cursor: "zzz"}))
	f.call("list, cursor not a name", p.listBuckets(&uplink.ListBucketsOptions{Cursor: "A_/"}))
	f.call("list with attribution", func(ctx context.Context) (any, error) {
		it := privateBucket.ListBucketsWithAttribution(ctx, p.Project, nil)
		out := ""
		for it.Next() {
			out += fmt.Sprintf("%s(%s) ", it.Item().Name, it.Item().Attribution)
		}
		return out, it.Err()
	})
	f.call("location", p.location("bkt-one"))
	f.call("location of missing", p.location("bkt-missing"))
	params := privateBucket.CreateBucketWithObjectLockParams{Name: "bkt-placed", Placement: "nowhere"}
	f.call("create with unknown placement", func(ctx context.Context) (any, error) {
		b, err := privateBucket.CreateBucketWithObjectLock(ctx, p.Project, params)
		if b == nil {
			return nil, err
		}
		return b.Name, err
	})
}

// fullBuckets deletes buckets that are not empty.
func (f *family) fullBuckets() {
	p := f.p
	ctx := context.Background()
	f.call("put", p.put("bkt-one", "a/b", data(10), nil, nil))
	f.call("delete not empty", p.deleteBucket("bkt-one"))
	f.call("delete object", p.delete("bkt-one", "a/b"))
	f.call("begin upload", p.beginUpload("bkt-one", "pending", nil))
	f.call("delete with a pending upload", p.deleteBucket("bkt-one"))
	f.call("delete with objects, pending only", p.deleteBucketWithObjects("bkt-one"))
	f.call("stat deleted", p.statBucket("bkt-one"))
	for i := range 3 {
		_, _ = p.put("bkt-two", fmt.Sprint("k", i), data(10000), nil, nil)(ctx)
	}
	_, _ = p.BeginUpload(ctx, "bkt-two", "pending", nil)
	f.call("delete with objects", p.deleteBucketWithObjects("bkt-two"))
	f.call("delete with objects, empty bucket", p.deleteBucketWithObjects("bkt-three"))
	f.call("delete with objects, missing", p.deleteBucketWithObjects("bkt-three"))
	f.call("create where one was", p.createBucket("bkt-one"))
	f.call("delete", p.deleteBucket("bkt-one"))
	f.call("delete many (1000) with objects (slow)", func(ctx context.Context) (any, error) {
		must(p.CreateBucket(ctx, "bkt-many"))
		check(p.putMany(ctx, "bkt-many", 1050))
		l, err := p.list("bkt-many", nil)(ctx)
		check(err)
		b, err := p.DeleteBucketWithObjects(ctx, "bkt-many")
		if err != nil {
			return nil, err
		}
		return fmt.Sprint(l)[:len("1050 items")] + b.Name, nil
	})
}

// putMany uploads small objects, sixteen at a time.
func (a actor) putMany(ctx context.Context, bucket string, count int) error {
	work, failed := make(chan int), make(chan error)
	const workers = 16
	for range workers {
		go func() {
			var all error
			for n := range work {
				_, err := a.put(bucket, fmt.Sprintf("%04d", n), data(5), nil, nil)(ctx)
				all = errors.Join(all, err)
			}
			failed <- all
		}()
	}
	for n := range count {
		work <- n
	}
	close(work)
	var all error
	for range workers {
		all = errors.Join(all, <-failed)
	}
	return all
}

// names tries bucket names, good and bad.
func (f *family) names() {
	p := f.p
	ctx := context.Background()
	for _, n := range []string{
		"", "a", "ab", "abc", strings.Repeat("a", 63), strings.Repeat("a", 64), "ABC", "abC", "a_b_c", "a.b.c",
		"a..b", "a.-b", "a-.b", ".abc", "abc.", "-abc", "abc-", "a--b", "192.168.1.1", "192.168.1", "1.2.3.4.5",
		"xn--abc", "abc-s3alias", "abc--ol-s3", "sthree-abc", "123", "0abc", "b\u00fccket", "with space", "a/b",
		"a\x00b", "a\xffb", "AB", "a." + strings.Repeat("b", 60), "localhost", "abc%41", "a.b", "ab.", "a.1", "1.a",
	} {
		err := f.call(fmt.Sprintf("create %q", labelOf(n)), func(ctx context.Context) (any, error) {
			_, err := p.CreateBucket(ctx, n)
			return nil, err
		})
		if err == nil {
			_, _ = p.DeleteBucket(ctx, n)
		}
	}
}

// badNames uses names that no bucket can have.
func (f *family) badNames() {
	p := f.p
	for _, n := range []string{"", "AB", "a_b_c", strings.Repeat("a", 64), "with space", "a\xffb"} {
		label := labelOf(n)
		f.call(fmt.Sprintf("stat %q", label), p.statBucket(n))
		f.call(fmt.Sprintf("delete %q", label), p.deleteBucket(n))
		f.call(fmt.Sprintf("delete with objects %q", label), p.deleteBucketWithObjects(n))
		f.call(fmt.Sprintf("upload to %q", label), p.put(n, "k", data(10), nil, nil))
		f.call(fmt.Sprintf("download from %q", label), p.get(n, "k", nil))
		f.call(fmt.Sprintf("stat object in %q", label), p.stat(n, "k"))
		f.call(fmt.Sprintf("delete object in %q", label), p.delete(n, "k"))
		f.call(fmt.Sprintf("list %q", label), p.list(n, nil))
	}
}

func labelOf(name string) string {
	if len(name) > longestKey {
		return fmt.Sprintf("%d bytes", len(name))
	}
	return name
}
