package argument

import (
	"time"

	"storj.io/common/storj"
	"storj.io/uplink/private/metaclient"

	"libuplink/internal/fail"
)

// Retention returns a retention of seconds since 1970 and nanoseconds. With the mode NoRetention,
// it is the zero retention.
func Retention(mode int32, seconds int64, nanoseconds int32) (metaclient.Retention, error) {
	switch mode {
	case int32(storj.NoRetention):
		if seconds != 0 || nanoseconds != 0 {
			return metaclient.Retention{}, fail.InvalidArgument("the retention has a time, but no mode")
		}
		return metaclient.Retention{}, nil
	case int32(storj.ComplianceMode), int32(storj.GovernanceMode):
	default:
		return metaclient.Retention{}, fail.InvalidArgument("the mode of the retention is %d; it takes a UPLINK_RETENTION_…", mode)
	}
	if seconds <= 0 {
		return metaclient.Retention{}, fail.InvalidArgument("the retention ends at %d seconds, which is no time after 1970", seconds)
	}
	until, err := Time(seconds, nanoseconds, "retain_until")
	return metaclient.Retention{Mode: storj.RetentionMode(mode), RetainUntil: until}, err
}

// DefaultRetention returns the default retention of a bucket, or nil for the mode NoRetention. The
// satellite checks how long it is.
func DefaultRetention(mode, days, years int32) (*metaclient.DefaultRetention, error) {
	switch mode {
	case int32(storj.NoRetention):
		if days != 0 || years != 0 {
			return nil, fail.InvalidArgument("the default retention has a length, but no mode")
		}
		return nil, nil
	case int32(storj.ComplianceMode), int32(storj.GovernanceMode):
	default:
		return nil, fail.InvalidArgument("the mode of the default retention is %d; it takes a UPLINK_RETENTION_…", mode)
	}
	if days < 0 || years < 0 || (days == 0) == (years == 0) {
		return nil, fail.InvalidArgument("the default retention has %d days and %d years; it takes one of them", days, years)
	}
	return &metaclient.DefaultRetention{Mode: storj.RetentionMode(mode), Days: days, Years: years}, nil
}

// MaxObjectTTL returns the longest lifetime of new objects, or nil for 0.
func MaxObjectTTL(seconds int64) (*time.Duration, error) {
	if seconds == 0 {
		return nil, nil
	}
	if seconds < 0 || seconds > int64(1<<63-1)/int64(time.Second) {
		return nil, fail.InvalidArgument("max_object_ttl is %d; it takes a positive number of seconds", seconds)
	}
	ttl := time.Duration(seconds) * time.Second
	return &ttl, nil
}
