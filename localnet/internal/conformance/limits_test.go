package conformance_test

import (
	"context"
	"fmt"
	"sync"

	"storj.io/uplink"
)

// setLimit sets a limit of the family's project.
func (f *family) setLimit(name string, value int64) { check(f.limit(f.name, name, value)) }

// putLimited uploads an object of so many bytes.
func (f *family) putLimited(name, key string, size int) {
	f.call(name, f.p.put("lim", key, data(size), nil, nil))
}

// storageLimits reaches the limits of storage and segments.
func (f *family) storageLimits() {
	if f.limit == nil {
		return
	}
	p := f.p
	must(p.CreateBucket(context.Background(), "lim"))
	f.setLimit("storage", 100_000)
	f.putLimited("storage 100000: put 50000", "a", 50_000)
	f.putLimited("storage 100000: put 60000 more", "b", 60_000)
	f.putLimited("storage 100000: put 30000 more", "c", 30_000)
	f.putLimited("storage 100000: put 10 inline", "d", 10)
	f.call("storage: begin upload", p.beginUpload("lim", "mp", nil))
	f.setLimit("storage", 1000)
	f.putLimited("storage exceeded: put 10 inline", "e", 10)
	f.putLimited("storage exceeded: put 0", "e0", 0)
	f.putLimited("storage exceeded: put 10000", "f", 10_000)
	f.putLimited("storage exceeded: overwrite smaller", "a", 10)
	f.call("storage exceeded: begin upload", p.beginUpload("lim", "mp2", nil))
	f.call("storage exceeded: copy", p.copy("lim", "a", "lim", "copied"))
	f.call("storage exceeded: move", p.move("lim", "d", "lim", "moved"))
	f.call("storage exceeded: update metadata", p.update("lim", "a", uplink.CustomMetadata{"a": "b"}))
	f.call("storage exceeded: get", p.get("lim", "a", nil))
	f.call("storage exceeded: create bucket", p.createBucket("lim-two"))
	f.call("storage exceeded: delete", p.delete("lim", "a"))
	f.setLimit("storage", 0)
	f.setLimit("segments", 1)
	f.putLimited("segments exceeded: put inline", "s1", 10)
	f.putLimited("segments exceeded: put 0", "s0", 0)
	f.putLimited("segments exceeded: put large", "s2", 10_000)
	f.call("segments exceeded: begin upload", p.beginUpload("lim", "mp3", nil))
	f.setLimit("segments", 0)
}

// otherLimits reaches the limits of bandwidth and buckets.
func (f *family) otherLimits() {
	if f.limit == nil {
		return
	}
	p := f.p
	f.putLimited("no limits: put", "bw", 50_000)
	f.setLimit("bandwidth", 1)
	f.call("bandwidth exceeded: first get", p.get("lim", "bw", nil))
	f.call("bandwidth exceeded: get", p.get("lim", "bw", nil))
	f.putLimited("bandwidth exceeded: put inline", "bwi", 10)
	f.call("bandwidth exceeded: get inline", p.get("lim", "bwi", nil))
	f.call("bandwidth exceeded: stat", p.stat("lim", "bw"))
	f.call("bandwidth exceeded: list", quietly(p.list("lim", nil)))
	f.setLimit("bandwidth", 0)
	f.setLimit("buckets", 2)
	f.call("buckets: one more", p.createBucket("lim-three"))
	f.call("buckets: one too many", p.createBucket("lim-four"))
	f.call("buckets: ensure an existing", p.ensureBucket("lim"))
	f.call("buckets: create an existing", p.createBucket("lim"))
	f.setLimit("buckets", 0)
}

// requestLimits reaches the limits of requests, and of writes to one key.
func (f *family) requestLimits() {
	if f.limit == nil {
		return
	}
	p := f.p
	f.setLimit("requests", 5)
	for _, c := range []struct {
		name string
		run  step
	}{
		{"stat bucket", p.statBucket("lim")},
		{"list", p.list("lim", nil)},
		{"put inline", p.put("lim", "r", data(10), nil, nil)},
		{"put large", p.put("lim", "r", data(10_000), nil, nil)},
		{"get", p.get("lim", "bwi", nil)},
		{"stat", p.stat("lim", "bwi")},
		{"delete", p.delete("lim", "missing")},
	} {
		f.call("requests 5: "+c.name, func(ctx context.Context) (any, error) {
			_, err := atOnce(ctx, 20, func(int) step { return c.run })
			return fmt.Sprintf("some failed=%v", err != nil), err
		})
	}
	f.setLimit("requests", 0)
	f.setLimit("key-writes", 1)
	f.call("key writes: the same key ten times", func(ctx context.Context) (any, error) {
		failed, err := atOnce(ctx, 10, func(int) step { return p.put("lim", "same", data(10), nil, nil) })
		return fmt.Sprintf("%d ok %d failed", 10-failed, failed), err
	})
	f.call("key writes: ten keys", func(ctx context.Context) (any, error) {
		_, err := atOnce(ctx, 10, func(i int) step { return p.put("lim", fmt.Sprint("other", i), data(10), nil, nil) })
		return nil, err
	})
	f.call("key writes: begin upload of the same key ten times", func(ctx context.Context) (any, error) {
		_, err := atOnce(ctx, 10, func(int) step { return p.beginUpload("lim", "samemp", nil) })
		return nil, err
	})
}

// atOnce does some steps at the same time, and returns how many failed, with one
// of their errors.
func atOnce(ctx context.Context, count int, run func(int) step) (failed int, err error) {
	failures := make([]error, count)
	var all sync.WaitGroup
	for i := range count {
		all.Go(func() { _, failures[i] = run(i)(ctx) })
	}
	all.Wait()
	for _, failure := range failures {
		if failure != nil {
			failed++
			err = failure
		}
	}
	return failed, err
}
