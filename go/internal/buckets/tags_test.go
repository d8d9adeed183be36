package buckets

import (
	"strings"
	"testing"

	"storj.io/uplink/private/bucket"

	"libuplink/internal/fail"
)

func TestTagsBeyondTheLimitsAreRefused(t *testing.T) {
	many := make([]bucket.Tag, mostTags+1)
	for i := range many {
		many[i].Key = strings.Repeat("k", i+1)
	}
	for _, test := range []struct {
		tags  []bucket.Tag
		valid bool
	}{
		{nil, true},
		{many[:mostTags], true},
		{many, false},
		{[]bucket.Tag{{Key: ""}}, false},
		{[]bucket.Tag{{Key: strings.Repeat("ü", 128), Value: strings.Repeat("ü", 256)}}, true},
		{[]bucket.Tag{{Key: strings.Repeat("k", 129)}}, false},
		{[]bucket.Tag{{Key: "k", Value: strings.Repeat("v", 257)}}, false},
	} {
		err := CheckTags(test.tags)
		if (err == nil) != test.valid || err != nil && fail.Classify(err).Detail != fail.DetailTagsInvalid {
			t.Errorf("%d tags: %v", len(test.tags), err)
		}
	}
}
