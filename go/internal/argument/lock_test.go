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

func TestDefaultRetention(t *testing.T) {
	if read, err := DefaultRetention(0, 0, 0); read != nil || err != nil {
		t.Errorf("%+v, %v", read, err)
	}
	for _, expected := range []metaclient.DefaultRetention{
		{Mode: storj.ComplianceMode, Days: 3}, {Mode: storj.GovernanceMode, Years: 2},
	} {
		read, err := DefaultRetention(int32(expected.Mode), expected.Days, expected.Years)
		if err != nil || *read != expected {
			t.Errorf("%+v, %v", read, err)
		}
	}
	for _, from := range [][3]int32{{0, 1, 0}, {0, 0, 1}, {3, 1, 0}, {1, 0, 0}, {1, 1, 1}, {2, -1, 0}, {2, 0, -1}, {257, 1, 0}} {
		_, err := DefaultRetention(from[0], from[1], from[2])
		check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	}
}

func TestMaxObjectTTL(t *testing.T) {
	if ttl, err := MaxObjectTTL(0); ttl != nil || err != nil {
		t.Errorf("%v, %v", ttl, err)
	}
	if ttl, err := MaxObjectTTL(60); err != nil || *ttl != time.Minute {
		t.Errorf("%v, %v", ttl, err)
	}
	for _, seconds := range []int64{-1, 1 << 62} {
		_, err := MaxObjectTTL(seconds)
		check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	}
}
