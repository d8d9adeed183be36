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

// segmentsContext bounds how many segments of an upload are under way, and so in memory, of 64 MiB
// each: the next one fills while the last pieces of the one before are sent. Go's library would
// have up to ten, where a segment has few pieces; where it has 110, as on Storj's own networks, its
// 300 connections are for two anyway. With few descriptors it is one at a time.
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

// newPools keeps as many connections to the satellite as there are calls under way, and to nodes as
// objects of some kilobytes need when many are under way. Go's library by itself keeps five to
// each, and a hundred in all; everything above that is dialled anew for each call, which costs more
// than the call.
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

func (p pools) use(ctx context.Context, config *uplink.Config) error {
	return errors.Join(
		transport.SetSatelliteConnectionPool(ctx, config, p.satellite),
		transport.SetConnectionPool(ctx, config, p.nodes),
	)
}

func (p pools) close() error { return errors.Join(p.satellite.Close(), p.nodes.Close()) }
