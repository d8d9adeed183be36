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

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/network"
	"libuplink/internal/pace"
)

// project is an open project. What runs on it ends with its context.
type project struct {
	*uplink.Project
	ctx    context.Context
	cancel context.CancelCauseFunc
	// Closes the connections, once.
	close func() error

	calls     slots
	transfers allowance
	// Uploads of objects that the satellite keeps itself. They need no connections, but take memory.
	small          *transfers
	smallTransfers allowance
	pace           *pace.Pace
	patience       network.Patience
}

var errProjectClosed = fail.Canceled("the project was closed")

// settings are what a project is opened with.
type settings struct {
	config   uplink.Config
	budget   budget
	patience network.Patience
}

func openProject(with settings, granted *access) (*project, error) {
	own, err := granted.copy()
	if err != nil {
		return nil, err
	}
	config, limits := with.config, with.budget
	ctx, err := network.Configure(&config, own.SatelliteAddress(), with.patience)
	if err != nil {
		return nil, err
	}
	limits = limits.orDefault()
	p := &project{
		calls: make(slots, limits.calls), transfers: allowance{limit: limits.connections},
		small: &transfers{limit: limits.calls}, smallTransfers: allowance{limit: limits.calls}, pace: pace.New(with.patience.RepeatFor()),
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
	if process().transfers.limit < 4096 {
		config.SchedulerOptions.MaximumConcurrent = connectionsOfUpload
	}
	return testuplink.WithConcurrentSegmentUploadsConfig(ctx, config)
}

// pools are a project's idle connections.
type pools struct{ satellite, nodes *rpcpool.Pool }

// newPools keeps as many connections to the satellite as there are calls under way, and to nodes as objects of some
// kilobytes need when many are under way. Go's library by itself keeps five to each, and a hundred in all; everything
// above that is dialled anew for each call, which costs more than the call.
func newPools(limits budget) pools {
	idle, nodes := min(limits.calls, process().idle), process().idleNodes
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

// onProject is a task that calls the project's satellite.
func onProject[T any](args arguments, p *project, run func(ctx context.Context, p *uplink.Project) (T, error)) task[T] {
	if p == nil {
		return task[T]{refused: args.err}
	}
	return newTask(args, p.ctx, func(ctx context.Context) (T, error) {
		return ask(ctx, p, func() (T, error) { return run(ctx, p.Project) })
	})
}

func (a *arguments) project(handle *C.UplinkProject) *project {
	return argument[*project](a, unsafe.Pointer(handle), "project")
}

// Closing needs no context of the project's, which ends here. That there is nothing to close is no error.
func prepareCloseProject(handle *C.UplinkProject) task[nothing] {
	var args arguments
	var p *project
	if handle != nil {
		p = args.project(handle)
	}
	return newTask(args, context.Background(), func(context.Context) (nothing, error) {
		if p == nil {
			return nothing{}, nil
		}
		p.cancel(errProjectClosed)
		return nothing{}, p.close()
	})
}

func prepareRevokeAccess(handle *C.UplinkProject, revoked *C.UplinkAccess) task[nothing] {
	var args arguments
	p := args.project(handle)
	granted := argument[*access](&args, unsafe.Pointer(revoked), "access")
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (nothing, error) {
		return nothing{}, p.RevokeAccess(ctx, granted.grant)
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
			budget:   budget{int(limits.calls), int(limits.connections)},
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
	return emptyResult(call(prepareCloseProject(handle)))
}

//export uplink_start_close_project
func uplink_start_close_project(operation *C.UplinkOperation, handle *C.UplinkProject) {
	defer rescueStart[nothing](operation)
	start(operation, prepareCloseProject(handle))
}

//export uplink_revoke_access
func uplink_revoke_access(handle *C.UplinkProject, revoked *C.UplinkAccess) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(call(prepareRevokeAccess(handle, revoked)))
}

//export uplink_start_revoke_access
func uplink_start_revoke_access(operation *C.UplinkOperation, handle *C.UplinkProject, revoked *C.UplinkAccess) {
	defer rescueStart[nothing](operation)
	start(operation, prepareRevokeAccess(handle, revoked))
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
