package conformance_test

import (
	"context"
	"fmt"
	"io"

	"storj.io/uplink"
)

// objects uploads and downloads objects of all sizes.
func (f *family) objects() {
	p := f.p
	ctx := context.Background()
	must(p.CreateBucket(ctx, "obj"))
	sizes := []int{0, 1, 4000, 4095, 4096, 4097, 4100, 10000, 300000, 5 << 20}
	for _, n := range sizes {
		key := fmt.Sprintf("s%d", n)
		f.call("put "+key, p.put("obj", key, data(n), nil, uplink.CustomMetadata{"n": key}))
		f.call("stat "+key, p.stat("obj", key))
		f.call("get "+key, p.get("obj", key, nil))
	}
	for _, key := range []string{"s0", "s1", "s10000", "s4096"} {
		size := int64(0)
		_, err := fmt.Sscanf(key, "s%d", &size)
		check(err)
		for _, r := range [][2]int64{
			{0, -1}, {0, 0}, {1, -1}, {size, -1}, {size + 1, -1}, {size + 100, 10}, {size, 0}, {size - 1, 1}, {0, size}, {0, size + 1},
			{5, 10}, {-1, -1}, {-5, -1}, {-5, 3}, {-size, -1}, {-size - 1, -1}, {0, -2}, {10, -5}, {1 << 40, 1}, {0, 1 << 40},
		} {
			options := &uplink.DownloadOptions{Offset: r[0], Length: r[1]}
			f.call(fmt.Sprintf("get %s from %d length %d", key, r[0], r[1]), p.get("obj", key, options))
		}
	}
}

// missingObjects uses missing objects, and overwrites objects.
func (f *family) missingObjects() {
	p := f.p
	f.call("get missing", p.get("obj", "missing", nil))
	f.call("stat missing", p.stat("obj", "missing"))
	f.call("delete missing", p.delete("obj", "missing"))
	f.call("update metadata of missing", p.update("obj", "missing", uplink.CustomMetadata{"a": "b"}))
	f.call("get, no bucket", p.get("nobucket", "k", nil))
	f.call("stat, no bucket", p.stat("nobucket", "k"))
	f.call("delete, no bucket", p.delete("nobucket", "k"))
	f.call("put small, no bucket", p.put("nobucket", "k", data(10), nil, nil))
	f.call("put large, no bucket", p.put("nobucket", "k", data(100000), nil, nil))
	f.call("list, no bucket", p.list("nobucket", nil))
	f.call("list prefix, no bucket", p.list("nobucket", &uplink.ListObjectsOptions{Prefix: "a/"}))
	f.call("update metadata, no bucket", p.update("nobucket", "k", uplink.CustomMetadata{"a": "b"}))
	f.call("overwrite small with large", p.put("obj", "s1", data(20000), nil, nil))
	f.call("get it", p.get("obj", "s1", nil))
	f.call("overwrite large with small", p.put("obj", "s1", data(2), nil, uplink.CustomMetadata{"x": "y"}))
	f.call("get it again", p.get("obj", "s1", nil))
	f.call("delete", p.delete("obj", "s10000"))
	f.call("delete again", p.delete("obj", "s10000"))
	f.call("get deleted", p.get("obj", "s10000", nil))
}

// endedUploads uses uploads that were committed or aborted.
func (f *family) endedUploads() {
	p := f.p
	for _, c := range []struct {
		name, key string
		end, then func(context.Context, *uplink.Upload) error
	}{
		{"commit twice", "twice", commit, commit},
		{"abort after commit", "twice", commit, abort},
		{"commit after abort", "aborted", abort, commit},
		{"abort twice", "aborted", abort, abort},
		{"write after abort", "aborted", abort, write},
		{"write after commit", "twice", commit, write},
		{"metadata after commit", "twice", commit, setMetadata},
	} {
		f.call(c.name, func(ctx context.Context) (any, error) {
			u := must(p.UploadObject(ctx, "obj", c.key, nil))
			check(c.end(ctx, u))
			return nil, c.then(ctx, u)
		})
	}
	f.call("aborted large upload leaves nothing", func(ctx context.Context) (any, error) {
		u := must(p.UploadObject(ctx, "obj", "aborted2", nil))
		_, err := u.Write(data(200000))
		check(err)
		check(u.Abort())
		_, err = p.StatObject(ctx, "obj", "aborted2")
		return nil, err
	})
}

func commit(_ context.Context, u *uplink.Upload) error { return u.Commit() }

func abort(_ context.Context, u *uplink.Upload) error { return u.Abort() }

func write(_ context.Context, u *uplink.Upload) error {
	_, err := u.Write([]byte("x"))
	return err
}

func setMetadata(ctx context.Context, u *uplink.Upload) error {
	return u.SetCustomMetadata(ctx, uplink.CustomMetadata{"a": "b"})
}

// vanishing deletes objects and buckets while they are in use.
func (f *family) vanishing() {
	p := f.p
	f.call("bucket deleted during a small upload", func(ctx context.Context) (any, error) {
		must(p.CreateBucket(ctx, "vanish"))
		u := must(p.UploadObject(ctx, "vanish", "k", nil))
		_, err := u.Write(data(10))
		check(err)
		if _, err := p.DeleteBucket(ctx, "vanish"); err != nil {
			_ = u.Abort()
			_, _ = p.DeleteBucketWithObjects(ctx, "vanish")
			return "delete", err
		}
		return nil, u.Commit()
	})
	f.call("bucket deleted with objects during a large upload", func(ctx context.Context) (any, error) {
		must(p.CreateBucket(ctx, "vanish2"))
		u := must(p.UploadObject(ctx, "vanish2", "k", nil))
		_, err := u.Write(data(100000))
		check(err)
		p.awaitUpload(ctx, "vanish2")
		if _, err := p.DeleteBucketWithObjects(ctx, "vanish2"); err != nil {
			_ = u.Abort()
			return "delete", err
		}
		return nil, u.Commit()
	})
	f.call("object deleted during its download", func(ctx context.Context) (any, error) {
		p.mustPut("obj", "going", data(100000))
		d := must(p.DownloadObject(ctx, "obj", "going", nil))
		must(p.DeleteObject(ctx, "obj", "going"))
		b, err := io.ReadAll(d)
		_ = d.Close()
		return showSum(b), err
	})
	f.call("two uploads of one key, the later commit wins", func(ctx context.Context) (any, error) {
		u1 := must(p.UploadObject(ctx, "obj", "race", nil))
		u2 := must(p.UploadObject(ctx, "obj", "race", nil))
		_, _ = u1.Write([]byte("one"))
		_, _ = u2.Write([]byte("two!"))
		check(u2.Commit())
		check(u1.Commit())
		return p.get("obj", "race", nil)(ctx)
	})
}
