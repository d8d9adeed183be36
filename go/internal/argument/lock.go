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
	if seconds <= 0 || nanoseconds < 0 || nanoseconds >= int32(time.Second) {
		return metaclient.Retention{}, fail.InvalidArgument(
			"the retention ends at %d seconds and %d nanoseconds, which is no time after 1970", seconds, nanoseconds)
	}
	until, err := Time(seconds, "retain_until")
	return metaclient.Retention{
		Mode: storj.RetentionMode(mode), RetainUntil: until.Add(time.Duration(nanoseconds)),
	}, err
}
