//go:build tuned

package main

import (
	"context"
	"errors"
	"time"

	"benchmarks/goruntime" // go/internal/goruntime of the package: driver/bench.py passes it to the compiler

	"storj.io/common/rpc/rpcpool"
	"storj.io/uplink"
	"storj.io/uplink/private/transport"
)

// tune makes the program use the settings of the package: its collector, and as many idle connections.
func tune(ctx context.Context, config *uplink.Config) error {
	goruntime.Adjust()
	satellite := rpcpool.Options{Capacity: 64, KeyCapacity: 64, IdleExpiration: 2 * time.Minute}
	nodes := rpcpool.Options{Capacity: 1000, KeyCapacity: 100, IdleExpiration: 2 * time.Minute}
	return errors.Join(
		transport.SetSatelliteConnectionPool(ctx, config, rpcpool.New(satellite)),
		transport.SetConnectionPool(ctx, config, rpcpool.New(nodes)),
	)
}
