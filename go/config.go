package main

// #include "uplink.h"
import "C"

import (
	"time"

	"storj.io/common/useragent"
	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/network"
)

// config reads what of the configuration still has an effect: the folder for temporary files has none.
func (a *arguments) config(config C.UplinkConfig) uplink.Config {
	read := uplink.Config{}
	if config.user_agent != nil {
		read.UserAgent = C.GoString(config.user_agent)
	}
	if len(read.UserAgent) > longestText {
		a.note(fail.InvalidArgument("user_agent has %d bytes; it takes at most %d", len(read.UserAgent), longestText))
		return read
	}
	if _, err := useragent.ParseEntries([]byte(read.UserAgent)); read.UserAgent != "" && err != nil {
		a.note(fail.InvalidArgument("user_agent %q is not of the form name/version: %v", read.UserAgent, err))
	}
	//lint:ignore SA1019 the C interface documents it
	read.DialTimeout = time.Duration(config.dial_timeout_milliseconds) * time.Millisecond
	return read
}

func (a *arguments) patience(read C.UplinkPatience) network.Patience {
	milliseconds := func(value C.int32_t, name string) time.Duration {
		if value < 0 {
			a.note(fail.InvalidArgument("%s is %d", name, value))
		}
		return time.Duration(value) * time.Millisecond
	}
	return network.Patience{
		Attempts:     int(read.attempts),
		Delay:        milliseconds(read.delay_milliseconds, "delay_milliseconds"),
		LongestDelay: milliseconds(read.longest_delay_milliseconds, "longest_delay_milliseconds"),
		Stall:        time.Duration(read.stall_timeout_milliseconds) * time.Millisecond,
	}
}
