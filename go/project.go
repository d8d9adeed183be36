package main

// #include "uplink.h"
import "C"

import (
	"context"
	"errors"
	"sync"
	"time"
	"unsafe"

	"storj.io/common/rpc/rpcpool"
	"storj.io/uplink"
	"storj.io/uplink/private/testuplink"
	"storj.io/uplink/private/transport"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/network"
	"libuplink/internal/operation"
	"libuplink/internal/pace"
)

// project is an open project. What runs on it ends with its context.
type project struct {
	*uplink.Project
	ctx    context.Context
	cancel context.CancelCauseFunc
	// Closes the connections, once.
	close func() error

	maxInFlight budget.Slots
	connections *budget.Allowance
	// Uploads of objects that the satellite keeps itself. They need no connections, but take memory.
	small          *budget.Budget
	smallAllowance *budget.Allowance
	pace           *pace.Pace
	patience       network.Patience
}

var errProjectClosed = fail.Canceled("the project was closed")

// settings are what a project is opened with.
type settings struct {
	config   uplink.Config
	limits   budget.Limits
	patience network.Patience
}

func openProject(with settings, granted *access) (*project, error) {
	own, err := granted.copy()
	if err != nil {
		return nil, err
	}
	config, limits := with.config, with.limits.OrDefault()
	ctx, err := network.Configure(&config, own.SatelliteAddress(), with.patience)
	if err != nil {
		return nil, err
	}
	p := &project{
		maxInFlight: make(budget.Slots, limits.MaxInFlight), connections: budget.NewAllowance(limits.MaxConnections),
		small: budget.New(limits.MaxInFlight), smallAllowance: budget.NewAllowance(limits.MaxInFlight), pace: pace.New(with.patience.RepeatFor()),
		patience: with.patience.OrDefault(),
	}
	p.ctx, p.cancel = context.WithCancelCause(segmentsContext(ctx))
	idle := newPools(limits)
	if err = idle.use(p.ctx, &config); err == nil {
		p.Project, err = config.OpenProject(p.ctx, own)
	}
	if err != nil {
		p.cancel(errProjectClosed)
		return nil, errors.Join(err, idle.close())
	}
	p.close = sync.OnceValue(func() error { return errors.Join(p.Project.Close(), idle.close()) })
	return p, nil
}

// segmentsContext bounds how many segments of an upload are under way, and so in memory, of 64 MiB each: the next one
// fills while the last pieces of the one before are sent. Go's library would have up to ten, where a segment has few
// pieces; where it has 110, as on Storj's own networks, its 300 connections are for two anyway. With few descriptors it
// is one at a time.
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

// newPools keeps as many connections to the satellite as there are calls under way, and to nodes as objects of some
// kilobytes need when many are under way. Go's library by itself keeps five to each, and a hundred in all; everything
// above that is dialled anew for each call, which costs more than the call.
func newPools(limits budget.Limits) pools {
	idle, nodes := min(limits.MaxInFlight, budget.Process().Idle), budget.Process().IdleNodes
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

// ask makes a call to the satellite, and repeats it while the satellite refuses it.
func ask[T any](ctx context.Context, p *project, run func() (T, error)) (T, error) {
	return askToWrite(ctx, p, "", run)
}

// askToWrite is ask for a call that begins to write to an object.
func askToWrite[T any](ctx context.Context, p *project, path string, run func() (T, error)) (value T, err error) {
	err = p.pace.Do(ctx, pace.CallerOf(ctx), path, func() (err error) {
		value, err = inSlot(ctx, p, run)
		return err
	})
	return value, err
}

// pathOf returns the name of an object among all of a project.
func pathOf(bucket, key string) string { return bucket + "/" + key }

// inSlot makes a call to the satellite once there is a slot for it.
func inSlot[T any](ctx context.Context, p *project, run func() (T, error)) (value T, err error) {
	for _, s := range []budget.Slots{p.maxInFlight, budget.Process().InFlight} {
		if err := s.Acquire(ctx); err != nil {
			return value, err
		}
		defer s.Release()
	}
	if ctx.Err() != nil {
		return value, context.Cause(ctx)
	}
	return run()
}

// onProject is a call to the project's satellite.
func onProject[T any](args arguments, p *project, run func(ctx context.Context, p *uplink.Project) (T, error)) operation.Call[T] {
	if p == nil {
		return operation.Refuse[T](args.err)
	}
	return prepare(args, p.ctx, func(ctx context.Context) (T, error) {
		return ask(ctx, p, func() (T, error) { return run(ctx, p.Project) })
	})
}

func (a *arguments) project(handle *C.UplinkProject) *project {
	return argument[*project](a, unsafe.Pointer(handle), "project")
}

// Closing needs no context of the project's, which ends here. That there is nothing to close is no error.
func prepareCloseProject(handle *C.UplinkProject) operation.Call[operation.Nothing] {
	var args arguments
	var p *project
	if handle != nil {
		p = args.project(handle)
	}
	return prepare(args, context.Background(), func(context.Context) (operation.Nothing, error) {
		if p == nil {
			return operation.Nothing{}, nil
		}
		p.cancel(errProjectClosed)
		return operation.Nothing{}, p.close()
	})
}

func prepareRevokeAccess(handle *C.UplinkProject, revoked *C.UplinkAccess) operation.Call[operation.Nothing] {
	var args arguments
	p := args.project(handle)
	granted := argument[*access](&args, unsafe.Pointer(revoked), "access")
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		return operation.Nothing{}, p.RevokeAccess(ctx, granted.grant)
	})
}

func projectResult(p *project, err error) (result C.UplinkProjectResult) {
	if result.error = errorToC(err); err == nil {
		result.project = (*C.UplinkProject)(newHandle(p))
	}
	return result
}

//export uplink_open_project
func uplink_open_project(handle *C.UplinkAccess) (result C.UplinkProjectResult) {
	defer rescue(&result.error)
	return uplink_config_open_project(C.UplinkConfig{}, handle)
}

//export uplink_config_open_project
func uplink_config_open_project(config C.UplinkConfig, handle *C.UplinkAccess) (result C.UplinkProjectResult) {
	defer rescue(&result.error)
	return uplink_budget_open_project(config, C.UplinkBudget{}, C.UplinkPatience{}, handle)
}

//export uplink_budget_open_project
func uplink_budget_open_project(config C.UplinkConfig, limits C.UplinkBudget, endurance C.UplinkPatience,
	handle *C.UplinkAccess) (result C.UplinkProjectResult) {
	defer rescue(&result.error)
	return projectResult(onAccess(handle, func(granted *access) (*project, error) {
		var args arguments
		with := settings{
			config:   args.config(config),
			limits:   budget.Limits{MaxInFlight: int(limits.calls), MaxConnections: int(limits.connections)},
			patience: args.patience(endurance),
		}
		if args.err != nil {
			return nil, args.err
		}
		return openProject(with, granted)
	}))
}

//export uplink_close_project
func uplink_close_project(handle *C.UplinkProject) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(prepareCloseProject(handle).Do())
}

//export uplink_start_close_project
func uplink_start_close_project(op *C.UplinkOperation, handle *C.UplinkProject) {
	defer rescueStart[operation.Nothing](op)
	start(op, prepareCloseProject(handle))
}

//export uplink_revoke_access
func uplink_revoke_access(handle *C.UplinkProject, revoked *C.UplinkAccess) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(prepareRevokeAccess(handle, revoked).Do())
}

//export uplink_start_revoke_access
func uplink_start_revoke_access(op *C.UplinkOperation, handle *C.UplinkProject, revoked *C.UplinkAccess) {
	defer rescueStart[operation.Nothing](op)
	start(op, prepareRevokeAccess(handle, revoked))
}

//export uplink_free_project_result
func uplink_free_project_result(result C.UplinkProjectResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if p, found := freeHandle[*project](unsafe.Pointer(result.project)); found {
		p.free()
	}
}

// free closes the project without waiting for it.
func (p *project) free() {
	p.cancel(errProjectClosed)
	guard.Background.Go(func() { _ = p.close() })
}
