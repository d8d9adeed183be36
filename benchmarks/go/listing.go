package main

import (
	"context"
	"fmt"

	"storj.io/uplink"
)

// fill puts many small objects, for the workload listing.
func fill(ctx context.Context, project *uplink.Project, o options) (result, error) {
	put := func(i int) error { return putObject(ctx, project, fmt.Sprintf("listing/%06d", i), nil) }
	m := startMeter()
	if err := many(o.count, o.inFlight, put); err != nil {
		return nil, err
	}
	return m.stop(), nil
}

// listing reads a listing to its end.
func listing(ctx context.Context, project *uplink.Project, o options) (result, error) {
	m := startMeter()
	objects := project.ListObjects(ctx, bucket, &uplink.ListObjectsOptions{Prefix: "listing/", System: true})
	count := 0
	for objects.Next() {
		if objects.Item().Key == "" {
			return nil, fmt.Errorf("object %d has no key", count)
		}
		count++
	}
	if objects.Err() != nil {
		return nil, objects.Err()
	}
	if count != o.count {
		return nil, fmt.Errorf("%d objects in place of %d", count, o.count)
	}
	return m.stop(), nil
}
