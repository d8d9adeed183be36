package main

// #include "uplink.h"
import "C"

import (
	"storj.io/common/storj"
	"storj.io/uplink/private/metaclient"

	"libuplink/internal/argument"
)

// retention reads a retention. The mode UPLINK_RETENTION_NONE is the zero retention.
func (a *arguments) retention(retention C.UplinkRetention) metaclient.Retention {
	read, err := argument.Retention(
		int32(retention.mode), int64(retention.retain_until), int32(retention.retain_until_nanoseconds))
	a.note(err)
	return read
}

func retentionToC(retention *metaclient.Retention) C.UplinkRetention {
	if retention == nil || retention.Mode == storj.NoRetention {
		return C.UplinkRetention{}
	}
	return C.UplinkRetention{
		mode:                     C.int32_t(retention.Mode),
		retain_until:             unixTime(retention.RetainUntil),
		retain_until_nanoseconds: C.int32_t(retention.RetainUntil.Nanosecond()),
	}
}
