package main

import (
	"context"
	"os"
	"slices"
	"time"

	"storj.io/uplink"
)

// latency measures single calls, one at a time.
func latency(ctx context.Context, project *uplink.Project, o options) (result, error) {
	grant := os.Getenv("UPLINK_ACCESS")
	parse, err := median(o.count, func() error {
		_, err := uplink.ParseAccess(grant)
		return err
	})
	if err != nil {
		return nil, err
	}
	m := startMeter()
	stat, err := median(o.count, func() error {
		_, err := project.StatBucket(ctx, bucket)
		return err
	})
	if err != nil {
		return nil, err
	}
	cpu := m.stop()["cpu"].(float64) / float64(o.count)
	return result{"parse": parse, "stat": stat, "stat_cpu": cpu}, nil
}

// median returns the median duration of a call, in seconds.
func median(count int, call func() error) (float64, error) {
	times := make([]time.Duration, count)
	for i := range times {
		started := time.Now()
		if err := call(); err != nil {
			return 0, err
		}
		times[i] = time.Since(started)
	}
	slices.Sort(times)
	return times[count/2].Seconds(), nil
}
