package project

import (
	"context"
	"errors"
	"time"

	"storj.io/common/rpc/rpcpool"
	"storj.io/uplink"
	"storj.io/uplink/private/testuplink"
	"storj.io/uplink/private/transport"

	"libuplink/internal/budget"
)

// segmentsContext returns a context in which an upload has at most two segments under way. A
// segment is 64 MiB in memory; the next one fills while the last pieces of the one before it are
// sent. Go's library allows 300 connections: these are two segments of 110 pieces, as on Storj's
// own networks, but up to ten segments of few pieces. With few descriptors an upload has the
// connections of one segment.
func segmentsContext(ctx context.Context) context.Context {
	config := testuplink.DefaultConcurrentSegmentUploadsConfig()
	config.SchedulerOptions.MaximumConcurrentHandles = 2
	if budget.Process().Connections.Limit() < 4096 {
		config.SchedulerOptions.MaximumConcurrent = budget.ConnectionsOfUpload
	}
	return testuplink.WithConcurrentSegmentUploadsConfig(ctx, config)
}

// pools are a project's idle connections.
type pools struct{ satellite, nodes *rpcpool.Pool }

// newPools returns pools that keep a connection to the satellite for each call that may be under
// way, and enough connections to nodes for many objects of some kilobytes at the same time. Go's
// library by itself keeps five connections to each address, and a hundred in all. It dials all
// others anew for each call, which costs more than the call.
func newPools(limits budget.Limits) pools {
	shared := budget.Process()
	idle, nodes := min(limits.MaxInFlight, shared.Idle), shared.IdleNodes
	return pools{
		satellite: rpcpool.New(rpcpool.Options{
			Name: "satellite", Capacity: idle, KeyCapacity: idle, IdleExpiration: 2 * time.Minute,
		}),
		nodes: rpcpool.New(rpcpool.Options{
			Name: "nodes", Capacity: nodes, KeyCapacity: min(nodes, 100), IdleExpiration: 2 * time.Minute,
		}),
	}
}

// use makes a project with the configuration use the pools.
func (p pools) use(ctx context.Context, config *uplink.Config) error {
	return errors.Join(
		transport.SetSatelliteConnectionPool(ctx, config, p.satellite),
		transport.SetConnectionPool(ctx, config, p.nodes),
	)
}

func (p pools) close() error { return errors.Join(p.satellite.Close(), p.nodes.Close()) }
