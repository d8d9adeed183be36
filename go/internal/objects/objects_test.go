package objects

import (
	"errors"
	"fmt"
	"testing"

	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/project/projecttest"
)

func TestOnlyAMissingTargetIsMarked(t *testing.T) {
	missing := func(bucket string) error { return fmt.Errorf("uplink: %w (%q)", uplink.ErrBucketNotFound, bucket) }
	from, to := Place{"source", "key"}, Place{"tar\"get", "key"}
	for _, test := range []struct {
		err    error
		to     Place
		target bool
	}{
		{missing(to.Bucket), to, true},
		{missing(from.Bucket), to, false},
		{missing(from.Bucket), from, false},
		{missing("another"), to, false},
		{fmt.Errorf("uplink: %w (%q)", uplink.ErrObjectNotFound, to.Bucket), to, false},
		{uplink.ErrTooManyRequests, to, false},
	} {
		marked := markTarget(test.err, from, test.to)
		if got := fail.Classify(marked); got.OfTarget != test.target || got.Code != fail.Classify(test.err).Code {
			t.Errorf("%v: %+v", test.err, got)
		}
		if !test.target && marked != test.err {
			t.Errorf("%v was changed", test.err)
		}
	}
	if err := markTarget(nil, from, to); err != nil {
		t.Error(err)
	}
}

// It needs a network: UPLINK_TEST_ACCESS.
func TestASatelliteNamesTheMissingBucket(t *testing.T) {
	p := projecttest.Open(t)
	there, missing := Place{projecttest.Bucket, "key"}, Place{"no-such-bucket", "key"}
	for _, target := range []bool{false, true} {
		from, to := missing, there
		if target {
			from, to = to, from
		}
		_, copied := Copy(p.Context, p.Project, from, nil, to, CopyOptions{})
		for _, err := range []error{copied, Move(p.Context, p.Project, from, to)} {
			var known *fail.Error
			if got := fail.Classify(err); got.Code != fail.CodeBucketNotFound || got.OfTarget != target {
				t.Errorf("%v: %+v", err, got)
			}
			if errors.As(err, &known) != target {
				t.Errorf("%T", err)
			}
		}
	}
}
