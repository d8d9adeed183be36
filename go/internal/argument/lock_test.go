package argument

import (
	"testing"
	"time"

	"storj.io/common/storj"
	"storj.io/uplink/private/metaclient"

	"libuplink/internal/check"
	"libuplink/internal/fail"
)

func TestRetention(t *testing.T) {
	type given struct {
		mode        int32
		seconds     int64
		nanoseconds int32
	}
	for from, expected := range map[given]metaclient.Retention{
		{}:             {},
		{1, 60, 0}:     {Mode: storj.ComplianceMode, RetainUntil: time.Unix(60, 0)},
		{2, 60, 5_000}: {Mode: storj.GovernanceMode, RetainUntil: time.Unix(60, 5_000)},
	} {
		read, err := Retention(from.mode, from.seconds, from.nanoseconds)
		if err != nil || read.Mode != expected.Mode || !read.RetainUntil.Equal(expected.RetainUntil) {
			t.Errorf("%+v: %+v, %v", from, read, err)
		}
	}
	for _, from := range []given{
		{0, 60, 0}, {0, 0, 1}, {3, 60, 0}, {-1, 60, 0}, {257, 60, 0}, {1, 0, 0}, {1, -60, 0}, {1, 60, -1}, {1, 60, 1_000_000_000}, {1, 1 << 60, 0},
	} {
		_, err := Retention(from.mode, from.seconds, from.nanoseconds)
		check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	}
}
