package argument

import (
	"math"
	"strings"
	"testing"
	"time"

	"storj.io/uplink"

	"libuplink/internal/check"
	"libuplink/internal/fail"
)

func TestBucketName(t *testing.T) {
	if err := CheckBucketName("photos"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"", strings.Repeat("a", LongestText+1)} {
		check.Error(t, CheckBucketName(name), fail.CodeBucketNameInvalid, fail.DetailNone)
	}
}

func TestKey(t *testing.T) {
	for _, key := range []string{"k", "a\x00b", strings.Repeat("a", LongestText)} {
		if err := CheckKey(key); err != nil {
			t.Error(err)
		}
	}
	for _, key := range []string{"", strings.Repeat("a", LongestText+1), strings.Repeat("a/", LongestText/30)} {
		check.Error(t, CheckKey(key), fail.CodeObjectKeyInvalid, fail.DetailNone)
	}
}

func TestMetadata(t *testing.T) {
	if err := CheckMetadata(uplink.CustomMetadata{"key": "value"}); err != nil {
		t.Error(err)
	}
	for _, custom := range []uplink.CustomMetadata{{"": "empty key"}, {"key": "\xff"}, {"a\x00": "NUL"}} {
		check.Error(t, CheckMetadata(custom), fail.CodeInternal, fail.DetailInvalidMetadata)
	}
}

func TestTime(t *testing.T) {
	const year10000 = 253402300800
	type given struct {
		seconds     int64
		nanoseconds int32
	}
	for given, expected := range map[given]time.Time{
		{0, 0}:                     {},
		{1, 0}:                     time.Unix(1, 0),
		{1, 999999999}:             time.Unix(1, 999999999),
		{-1, 0}:                    time.Unix(-1, 0),
		{year10000 - 1, 123456000}: time.Date(9999, 12, 31, 23, 59, 59, 123456000, time.UTC),
	} {
		if got, err := Time(given.seconds, given.nanoseconds, "expires"); err != nil || !got.Equal(expected) {
			t.Errorf("%v: %v, %v", given, got, err)
		}
	}
	for _, given := range []given{
		{year10000, 0}, {math.MaxInt64, 0}, {math.MinInt64, 0}, {0, 1}, {1, -1}, {1, 1000000000}, {0, math.MinInt32},
	} {
		_, err := Time(given.seconds, given.nanoseconds, "expires")
		check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	}
}

func TestRange(t *testing.T) {
	for given, expected := range map[[2]int64][2]int64{
		{0, -1}:             {0, -1},
		{3, 4}:              {3, 4},
		{math.MinInt64, -1}: {-math.MaxInt64, -1},
		{5, math.MaxInt64}:  {5, math.MaxInt64 - 5},
	} {
		got, err := Range(given[0], given[1])
		if err != nil || got != (uplink.DownloadOptions{Offset: expected[0], Length: expected[1]}) {
			t.Errorf("%v: %v, %v", given, got, err)
		}
	}
	_, err := Range(-1, 0)
	check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
}

func TestUserAgent(t *testing.T) {
	for _, text := range []string{"", "name", "name/1.0 (comment)"} {
		if err := CheckUserAgent(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"/1.0", strings.Repeat("a", LongestText+1)} {
		check.Error(t, CheckUserAgent(text), fail.CodeInternal, fail.DetailInvalidArgument)
	}
}

func TestMilliseconds(t *testing.T) {
	if got, err := Milliseconds(1500, "dial_timeout"); err != nil || got != 1500*time.Millisecond {
		t.Error(got, err)
	}
	_, err := Milliseconds(-1, "dial_timeout")
	check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
}

func TestIfNoneMatch(t *testing.T) {
	if err := CheckIfNoneMatch("*"); err != nil {
		t.Error(err)
	}
	for _, condition := range []string{"", "etag", "**", "*,*"} {
		check.Error(t, CheckIfNoneMatch(condition), fail.CodeInternal, fail.DetailInvalidArgument)
	}
}
