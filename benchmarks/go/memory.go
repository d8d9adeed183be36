package main

import (
	"context"
	"fmt"

	"storj.io/uplink"
)

const sampleEvery = 100

// rounds puts, gets, lists and deletes small objects, and samples the resident memory.
func rounds(ctx context.Context, project *uplink.Project, o options) (result, error) {
	data := make([]byte, o.bytes)
	var samples []int64
	for i := range o.warmUp + o.count {
		if i >= o.warmUp && (i-o.warmUp)%sampleEvery == 0 {
			samples = append(samples, memory("VmRSS"))
		}
		if err := oneRound(ctx, project, fmt.Sprintf("rounds/%d", i), data); err != nil {
			return nil, err
		}
	}
	return result{"samples": samples}, nil
}

func oneRound(ctx context.Context, project *uplink.Project, key string, data []byte) error {
	if err := putObject(ctx, project, key, data); err != nil {
		return err
	}
	if _, err := getObject(ctx, project, key); err != nil {
		return err
	}
	listing := project.ListObjects(ctx, bucket, &uplink.ListObjectsOptions{Prefix: "rounds/", System: true})
	for listing.Next() {
		_ = listing.Item()
	}
	if err := listing.Err(); err != nil {
		return err
	}
	_, err := project.DeleteObject(ctx, bucket, key)
	return err
}
