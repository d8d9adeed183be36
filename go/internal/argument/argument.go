// Package argument checks the arguments of calls, before anything is sent.
package argument

import (
	"math"
	"strings"
	"time"

	"storj.io/common/useragent"
	"storj.io/uplink"

	"libuplink/internal/fail"
)

// LongestText is the largest number of bytes of a text. Satellites accept far shorter keys and
// metadata, and no salt needs so many.
const LongestText = 1 << 20

// CheckBucketName returns an error if the name of a bucket is wrong. Go's library checks it only
// after it has dialed.
func CheckBucketName(name string) error {
	switch {
	case name == "":
		return invalidBucketName("it is empty")
	case len(name) > LongestText:
		return invalidBucketName("it has %d bytes", len(name))
	}
	return nil
}

func invalidBucketName(format string, args ...any) error {
	return fail.New(fail.CodeBucketNameInvalid, fail.DetailNone, uplink.ErrBucketNameInvalid.Error()+": "+format, args...)
}

// CheckKey returns an error if the key of an object is wrong.
func CheckKey(key string) error {
	if key == "" {
		return InvalidKey("it is empty")
	}
	// Encryption adds some 30 bytes to each part between slashes.
	if size := len(key) + 30*strings.Count(key, "/"); size > LongestText {
		return InvalidKey("it has about %d bytes when encrypted, at most %d can be sent", size, LongestText)
	}
	return nil
}

// InvalidKey returns an error about the key of an object.
func InvalidKey(format string, args ...any) error {
	return fail.New(fail.CodeObjectKeyInvalid, fail.DetailNone, uplink.ErrObjectKeyInvalid.Error()+": "+format, args...)
}

// CheckMetadata returns an error if custom metadata is wrong. Go's library checks only the metadata
// of uploads.
func CheckMetadata(custom uplink.CustomMetadata) error {
	if err := custom.Verify(); err != nil {
		return InvalidMetadata("%v", err)
	}
	return nil
}

// InvalidMetadata returns an error about custom metadata.
func InvalidMetadata(format string, args ...any) error {
	return fail.Internal(fail.DetailInvalidMetadata, "custom metadata: "+format, args...)
}

// Time returns the time that is given in seconds since 1970, and nanoseconds after them; 0 is the
// zero time.
func Time(seconds int64, nanoseconds int32, name string) (time.Time, error) {
	if nanoseconds < 0 || nanoseconds >= int32(time.Second) {
		return time.Time{}, fail.InvalidArgument("%s has %d nanoseconds; it takes less than a second of them", name, nanoseconds)
	}
	if seconds == 0 {
		if nanoseconds != 0 {
			return time.Time{}, fail.InvalidArgument("%s has nanoseconds, but no seconds", name)
		}
		return time.Time{}, nil
	}
	// Other years cannot be sent, nor be in a grant.
	const year1, year10000 = -62135596800, 253402300800
	if seconds < year1 || seconds >= year10000 {
		return time.Time{}, fail.InvalidArgument("%s is %d; it takes seconds since 1970, of the years 1 to 9999", name, seconds)
	}
	return time.Unix(seconds, int64(nanoseconds)), nil
}

// CheckIfNoneMatch returns an error if a condition on the key of a new object is wrong. Satellites
// implement no other condition.
func CheckIfNoneMatch(condition string) error {
	if condition != "*" {
		return fail.InvalidArgument(`if_none_match is %q; it takes "*"`, condition)
	}
	return nil
}

// Range returns the options of a download. A negative offset counts from the end of the object. A
// negative length reaches to the end.
func Range(offset, length int64) (uplink.DownloadOptions, error) {
	switch {
	case offset < 0 && length >= 0:
		return uplink.DownloadOptions{}, fail.InvalidArgument(
			"a negative offset counts from the end of the object, and takes no length")
	case offset < 0:
		offset = max(offset, -math.MaxInt64) // so that its negative exists
	case length > 0:
		length = min(length, math.MaxInt64-offset)
	}
	return uplink.DownloadOptions{Offset: offset, Length: length}, nil
}

// CheckUserAgent returns an error if a user agent is wrong.
func CheckUserAgent(text string) error {
	if len(text) > LongestText {
		return fail.InvalidArgument("user_agent has %d bytes; it takes at most %d", len(text), LongestText)
	}
	if _, err := useragent.ParseEntries([]byte(text)); text != "" && err != nil {
		return fail.InvalidArgument("user_agent %q is not of the form name/version: %v", text, err)
	}
	return nil
}

// Milliseconds returns a time, which must not be negative.
func Milliseconds(count int32, name string) (time.Duration, error) {
	if count < 0 {
		return 0, fail.InvalidArgument("%s is %d", name, count)
	}
	return time.Duration(count) * time.Millisecond, nil
}
