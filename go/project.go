package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/access"
	"libuplink/internal/operation"
	"libuplink/internal/project"
)

// onProject returns a call to the project's satellite.
func onProject[T any](args arguments, p *project.Project, run func(ctx context.Context, p *uplink.Project) (T, error)) operation.Call[T] {
	if p == nil {
		return operation.Refuse[T](args.err)
	}
	return prepare(args, p.Context, func(ctx context.Context) (T, error) {
		return project.Ask(ctx, p, func() (T, error) { return run(ctx, p.Project) })
	})
}

// prepareCloseProject returns a call that closes a project. The call cannot run under the context
// of the project, which it ends. To close no project is no error.
func prepareCloseProject(handle *C.UplinkProject) operation.Call[operation.Nothing] {
	var args arguments
	var p *project.Project
	if handle != nil {
		p = args.project(handle)
	}
	return prepare(args, context.Background(), func(context.Context) (operation.Nothing, error) {
		if p == nil {
			return operation.Nothing{}, nil
		}
		return operation.Nothing{}, p.Close()
	})
}

func prepareRevokeAccess(handle *C.UplinkProject, revoked *C.UplinkAccess) operation.Call[operation.Nothing] {
	var args arguments
	p := args.project(handle)
	granted := handleArgument[*access.Access](&args, unsafe.Pointer(revoked), "access")
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		return operation.Nothing{}, p.RevokeAccess(ctx, granted.APIKey())
	})
}

func projectResult(p *project.Project, err error) (result C.UplinkProjectResult) {
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
	return uplink_budget_open_project(config, C.UplinkBudget{}, C.UplinkPatience{}, handle, nil)
}

//export uplink_budget_open_project
func uplink_budget_open_project(config C.UplinkConfig, budget C.UplinkBudget, patience C.UplinkPatience,
	handle *C.UplinkAccess, options *C.UplinkConfigOptions) (result C.UplinkProjectResult) {
	defer rescue(&result.error)
	return projectResult(onAccess(handle, func(granted *access.Access) (*project.Project, error) {
		var args arguments
		more := readOptions(&args, options)
		settings := project.Settings{
			Config:               args.config(config, more),
			Limits:               limits(budget),
			Patience:             args.patience(patience),
			PathEncryptionBypass: bool(more.path_encryption_bypass),
			NoBackgroundQoS:      bool(more.disable_background_qos),
		}
		if args.err != nil {
			return nil, args.err
		}
		own, err := granted.Copy()
		if err != nil {
			return nil, err
		}
		return project.Open(own, settings)
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
	if p, found := freeHandle[*project.Project](unsafe.Pointer(result.project)); found {
		p.Free()
	}
}
