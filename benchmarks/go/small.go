package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"storj.io/uplink"
)

// small puts and gets many small objects, several at the same time.
func small(ctx context.Context, project *uplink.Project, o options) (result, error) {
	data := make([]byte, o.bytes)
	put := func(i int) error { return putObject(ctx, project, fmt.Sprintf("small/%d", i), data) }
	get := func(i int) error {
		_, err := getObject(ctx, project, fmt.Sprintf("small/%d", i))
		return err
	}
	if err := many(o.inFlight, o.inFlight, put); err != nil { // opens the connections
		return nil, err
	}
	m := startMeter()
	if err := many(o.count, o.inFlight, put); err != nil {
		return nil, err
	}
	puts := m.stop()
	m = startMeter()
	if err := many(o.count, o.inFlight, get); err != nil {
		return nil, err
	}
	return result{"put": puts, "get": m.stop()}, nil
}

// many calls do with each index below count, with inFlight calls at the same time.
func many(count, inFlight int, do func(int) error) error {
	var next atomic.Int64
	var workers sync.WaitGroup
	failures := make([]error, inFlight)
	for worker := range inFlight {
		workers.Go(func() {
			for failures[worker] == nil {
				i := int(next.Add(1)) - 1
				if i >= count {
					return
				}
				failures[worker] = do(i)
			}
		})
	}
	workers.Wait()
	return errors.Join(failures...)
}
