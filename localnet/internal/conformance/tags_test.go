package conformance_test

import (
	"context"
	"fmt"
	"strings"

	privateBucket "storj.io/uplink/private/bucket"
	"storj.io/uplink/private/metaclient"
)

// bucketTags sets and gets the tags of buckets.
func (f *family) bucketTags() {
	p := f.p
	ctx := context.Background()
	must(p.CreateBucket(ctx, "tags"))
	type tag = privateBucket.Tag
	f.call("get none", p.tags("tags"))
	f.call("set", p.setTags("tags", tag{Key: "a", Value: "1"}, tag{Key: "b", Value: ""}))
	f.call("get", p.tags("tags"))
	f.call("replace", p.setTags("tags", tag{Key: "c", Value: "ü"}))
	f.call("get again", p.tags("tags"))
	f.call("empty key", p.setTags("tags", tag{Key: "", Value: "x"}))
	f.call("duplicate key", p.setTags("tags", tag{Key: "a", Value: "1"}, tag{Key: "a", Value: "2"}))
	f.call("long key", p.setTags("tags", tag{Key: strings.Repeat("k", 129), Value: "1"}))
	f.call("long value", p.setTags("tags", tag{Key: "k", Value: strings.Repeat("v", 257)}))
	f.call("odd characters", p.setTags("tags", tag{Key: "k*", Value: "v"}))
	var many []tag
	for i := range 51 {
		many = append(many, tag{Key: fmt.Sprint("k", i), Value: "v"})
	}
	f.call("50", p.setTags("tags", many[:50]...))
	f.call("51", p.setTags("tags", many...))
	f.call("none", p.setTags("tags"))
	f.call("get after none", p.tags("tags"))
	f.call("get, no bucket", p.tags("tags-missing"))
	f.call("set, no bucket", p.setTags("tags-missing", tag{Key: "a", Value: "1"}))
	f.call("get notification", func(ctx context.Context) (any, error) {
		c, err := privateBucket.GetBucketNotificationConfiguration(ctx, p.Project, "tags")
		return c == nil, err
	})
	f.call("set notification", func(ctx context.Context) (any, error) {
		return nil, privateBucket.SetBucketNotificationConfiguration(ctx, p.Project, "tags", &metaclient.BucketNotificationConfiguration{
			ID: "x", TopicName: "projects/p/topics/t", Events: []string{"s3:ObjectCreated:*"},
		})
	})
}
