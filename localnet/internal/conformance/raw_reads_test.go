package conformance_test

import (
	"context"
	"fmt"
	"strings"

	"storj.io/uplink/private/metaclient"
)

func (f *rawFamily) lists() {
	c := f.c
	for _, l := range []int{-1, 0, 1, 1000, 1001, 10000} {
		f.call(fmt.Sprintf("list objects limit %d", l), func(ctx context.Context) (any, error) {
			r, more, err := c.ListObjects(ctx, metaclient.ListObjectsParams{Bucket: []byte("raw"), Limit: int32(l), Recursive: true})
			return fmt.Sprint(len(r), more), err
		})
		f.call(fmt.Sprintf("list buckets limit %d", l), func(ctx context.Context) (any, error) {
			r, err := c.ListBuckets(ctx, metaclient.ListBucketsParams{ListOpts: metaclient.BucketListOptions{Limit: l, Direction: metaclient.After}})
			return fmt.Sprint(len(r.Items) > 1, r.More), err
		})
	}
	for _, d := range []metaclient.ListDirection{metaclient.Forward, metaclient.After, 0, 7} {
		f.call(fmt.Sprintf("list buckets direction %d", d), func(ctx context.Context) (any, error) {
			r, err := c.ListBuckets(ctx, metaclient.ListBucketsParams{ListOpts: metaclient.BucketListOptions{Direction: d, Cursor: "raw"}})
			names := ""
			for _, i := range r.Items {
				if strings.HasPrefix(i.Name, "raw") {
					names += i.Name + " "
				}
			}
			return names, err
		})
	}
}

func (f *rawFamily) downloads() {
	ranges := []metaclient.StreamRange{
		{},
		{Mode: metaclient.StreamRangeStart, Start: 50},
		{Mode: metaclient.StreamRangeStart, Start: 1 << 30},
		{Mode: metaclient.StreamRangeStart, Start: -1},
		{Mode: metaclient.StreamRangeStartLimit, Start: 10, Limit: 5},
		{Mode: metaclient.StreamRangeStartLimit, Start: 10, Limit: 10},
		{Mode: metaclient.StreamRangeStartLimit, Start: 10, Limit: 20},
		{Mode: metaclient.StreamRangeSuffix, Suffix: 10},
		{Mode: metaclient.StreamRangeSuffix, Suffix: 1 << 30},
		{Mode: metaclient.StreamRangeSuffix, Suffix: 0},
		{Mode: metaclient.StreamRangeSuffix, Suffix: -3},
	}
	for _, key := range []string{"inline", "remote", "empty", "missing"} {
		for _, r := range ranges {
			f.call(fmt.Sprintf("download %s %+v", key, r), f.download(key, r))
		}
	}
}

func (f *rawFamily) download(key string, r metaclient.StreamRange) step {
	return func(ctx context.Context) (any, error) {
		d, err := f.c.DownloadObject(ctx, metaclient.DownloadObjectParams{Bucket: []byte("raw"), EncryptedObjectKey: []byte(key), Range: r})
		if err != nil {
			return nil, err
		}
		segments := []string{}
		for _, s := range d.DownloadedSegments {
			offered := 0
			for _, limit := range s.Limits {
				if limit != nil {
					offered++
				}
			}
			segments = append(segments, fmt.Sprintf("inline=%d limits=%d enc=%d plain=%d off=%d pos=%v",
				len(s.Info.EncryptedInlineData), offered, s.Info.EncryptedSize, s.Info.PlainSize, s.Info.PlainOffset, *s.Info.Position))
		}
		return fmt.Sprintf("plain=%d segments=%v list=%d", d.Object.PlainSize, segments, len(d.ListSegments.Items)), nil
	}
}

func (f *rawFamily) others() {
	c := f.c
	f.call("get object", func(ctx context.Context) (any, error) {
		o, err := c.GetObject(ctx, metaclient.GetObjectParams{
			Bucket: []byte("raw"), EncryptedObjectKey: []byte("remote"), RedundancySchemePerSegment: true,
		})
		return fmt.Sprintf("status=%d plain=%d version=%d cipher=%v block=%d",
			o.Status, o.PlainSize, len(o.Version), o.EncryptionParameters.CipherSuite, o.EncryptionParameters.BlockSize), err
	})
	f.call("object ips", func(ctx context.Context) (any, error) {
		r, err := c.GetObjectIPs(ctx, metaclient.GetObjectIPsParams{Bucket: []byte("raw"), EncryptedObjectKey: []byte("remote")})
		if r == nil {
			return nil, err
		}
		each := int64(len(r.IPPorts)) == r.PieceCount && r.PieceCount >= 8
		return fmt.Sprintf("segments=%d one for each piece=%v all reliable=%v", r.SegmentCount, each, r.ReliablePieceCount == r.PieceCount), err
	})
	f.call("object ips of missing", dropped(c.GetObjectIPs, metaclient.GetObjectIPsParams{
		Bucket: []byte("raw"), EncryptedObjectKey: []byte("missing"),
	}))
	f.call("pending streams", func(ctx context.Context) (any, error) {
		r, err := c.ListPendingObjectStreams(ctx, metaclient.ListPendingObjectStreamsParams{
			Bucket: []byte("raw"), EncryptedObjectKey: []byte("nononce"),
		})
		return len(r.Items), err
	})
	f.call("account licenses", func(ctx context.Context) (any, error) {
		r, err := c.AccountLicenses(ctx, metaclient.AccountLicensesRequest{})
		return len(r), err
	})
}

func (f *rawFamily) batches() {
	c := f.c
	f.call("batch of 1", func(ctx context.Context) (any, error) {
		r, err := c.Batch(ctx, &metaclient.GetBucketParams{Name: []byte("raw")})
		return len(r), err
	})
	f.call("batch with a failure in the middle", func(ctx context.Context) (any, error) {
		there, missing := &metaclient.GetBucketParams{Name: []byte("raw")}, &metaclient.GetBucketParams{Name: []byte("raw-missing")}
		r, err := c.Batch(ctx, there, missing, there)
		return len(r), err
	})
	f.call("batch of 0", func(ctx context.Context) (any, error) { r, err := c.Batch(ctx); return len(r), err })
	f.call("batch of 100", func(ctx context.Context) (any, error) {
		return f.batch(ctx, 100)
	})
	f.call("batch of 1100", func(ctx context.Context) (any, error) {
		return f.batch(ctx, 1100)
	})
}

func (f *rawFamily) batch(ctx context.Context, size int) (any, error) {
	var items []metaclient.BatchItem
	for range size {
		items = append(items, &metaclient.GetBucketParams{Name: []byte("raw")})
	}
	r, err := f.c.Batch(ctx, items...)
	return len(r), err
}

func (f *rawFamily) badRequests() {
	c := f.c
	f.call("update metadata, wrong stream", func(ctx context.Context) (any, error) {
		o := must(c.GetObject(ctx, metaclient.GetObjectParams{Bucket: []byte("raw"), EncryptedObjectKey: []byte("inline")}))
		return nil, c.UpdateObjectMetadata(ctx, metaclient.UpdateObjectMetadataParams{
			Bucket: []byte("raw"), EncryptedObjectKey: []byte("remote"), StreamID: o.StreamID, EncryptedUserData: userData("x", 48),
		})
	})
	f.call("garbage raw api key", func(ctx context.Context) (any, error) {
		d := f.client()
		defer func() { _ = d.Close() }()
		d.SetRawAPIKey([]byte("garbage"))
		_, err := d.GetProjectInfo(ctx)
		return nil, err
	})
	f.call("empty raw api key", func(ctx context.Context) (any, error) {
		d := f.client()
		defer func() { _ = d.Close() }()
		d.SetRawAPIKey(nil)
		_, err := d.GetProjectInfo(ctx)
		return nil, err
	})
}
