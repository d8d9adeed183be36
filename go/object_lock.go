package main

// #include "uplink.h"
import "C"

import (
	"context"

	"storj.io/common/storj"
	"storj.io/uplink"
	private "storj.io/uplink/private/bucket"
	"storj.io/uplink/private/metaclient"
	privateObject "storj.io/uplink/private/object"

	"libuplink/internal/argument"
	"libuplink/internal/objects"
	"libuplink/internal/operation"
)

// ---- Retentions and legal holds ----

// retention reads a retention. The mode UPLINK_RETENTION_NONE is the zero retention.
func (a *arguments) retention(retention C.UplinkRetention) metaclient.Retention {
	read, err := argument.Retention(
		int32(retention.mode), int64(retention.retain_until), int32(retention.retain_until_nanoseconds))
	a.note(err)
	return read
}

func retentionToC(retention *metaclient.Retention) C.UplinkRetention {
	if retention == nil || retention.Mode == storj.NoRetention {
		return C.UplinkRetention{}
	}
	return C.UplinkRetention{
		mode:                     C.int32_t(retention.Mode),
		retain_until:             unixTime(retention.RetainUntil),
		retain_until_nanoseconds: nanoseconds(retention.RetainUntil),
	}
}

// prepareLock returns a call that takes a version of an object, and reads or sets one of its locks.
func prepareLock[T any](handle *C.UplinkProject, of object, options *C.UplinkLockOptions,
	run func(ctx context.Context, p *uplink.Project, of objects.Place, version []byte) (T, error)) operation.Call[T] {
	var args arguments
	p, place := args.project(handle), args.place(of)
	read := readOptions(&args, options)
	version := args.version(read.version, read.version_length)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (T, error) {
		return run(ctx, p, place, version)
	})
}

//export uplink_start_set_object_retention
func uplink_start_set_object_retention(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t, retention C.UplinkRetention,
	options *C.UplinkSetRetentionOptions) {
	defer rescueStart[operation.Nothing](op)
	var args arguments
	p, of := args.project(handle), args.place(object{bucket, keyOfLength(key, length)})
	read, wanted := readOptions(&args, options), args.retention(retention)
	version := args.version(read.version, read.version_length)
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		bypass := bool(read.bypass_governance_retention)
		return operation.Nothing{}, objects.SetRetention(ctx, p, of, version, wanted, bypass)
	}))
}

//export uplink_start_get_object_retention
func uplink_start_get_object_retention(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t, options *C.UplinkLockOptions) {
	defer rescueStart[*metaclient.Retention](op)
	start(op, prepareLock(handle, object{bucket, keyOfLength(key, length)}, options, objects.Retention))
}

//export uplink_operation_take_retention
func uplink_operation_take_retention(op *C.UplinkOperation, result *C.UplinkRetentionResult) {
	takeInto(op, result, func(retention *metaclient.Retention, err error) C.UplinkRetentionResult {
		return C.UplinkRetentionResult{retention: retentionToC(retention), error: errorToC(err)}
	})
}

//export uplink_free_retention_result
func uplink_free_retention_result(result C.UplinkRetentionResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
}

//export uplink_start_set_object_legal_hold
func uplink_start_set_object_legal_hold(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t, enabled C.bool, options *C.UplinkLockOptions) {
	defer rescueStart[operation.Nothing](op)
	start(op, prepareLock(handle, object{bucket, keyOfLength(key, length)}, options,
		func(ctx context.Context, p *uplink.Project, of objects.Place, version []byte) (operation.Nothing, error) {
			return operation.Nothing{}, privateObject.SetObjectLegalHold(ctx, p, of.Bucket, of.Key, version, bool(enabled))
		}))
}

//export uplink_start_get_object_legal_hold
func uplink_start_get_object_legal_hold(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t, options *C.UplinkLockOptions) {
	defer rescueStart[bool](op)
	start(op, prepareLock(handle, object{bucket, keyOfLength(key, length)}, options,
		func(ctx context.Context, p *uplink.Project, of objects.Place, version []byte) (bool, error) {
			return privateObject.GetObjectLegalHold(ctx, p, of.Bucket, of.Key, version)
		}))
}

//export uplink_operation_take_legal_hold
func uplink_operation_take_legal_hold(op *C.UplinkOperation, result *C.UplinkLegalHoldResult) {
	takeInto(op, result, func(enabled bool, err error) C.UplinkLegalHoldResult {
		return C.UplinkLegalHoldResult{enabled: C.bool(enabled), error: errorToC(err)}
	})
}

//export uplink_free_legal_hold_result
func uplink_free_legal_hold_result(result C.UplinkLegalHoldResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
}

// ---- Buckets ----

//export uplink_start_create_bucket_with_object_lock
func uplink_start_create_bucket_with_object_lock(op *C.UplinkOperation, handle *C.UplinkProject,
	name *C.uplink_const_char, options *C.UplinkCreateBucketOptions) {
	defer rescueStart[*uplink.Bucket](op)
	var args arguments
	p, bucket := args.project(handle), args.bucket(name)
	read := readOptions(&args, options)
	params := private.CreateBucketWithObjectLockParams{
		Name: bucket, ObjectLockEnabled: bool(read.object_lock_enabled), Placement: optionalText(read.placement),
	}
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (*uplink.Bucket, error) {
		created, err := private.CreateBucketWithObjectLock(ctx, p, params)
		if err != nil {
			return nil, err
		}
		return &uplink.Bucket{Name: created.Name, Created: created.Created}, nil
	}))
}

//export uplink_start_delete_bucket_with_objects_bypass_governance_retention
func uplink_start_delete_bucket_with_objects_bypass_governance_retention(op *C.UplinkOperation,
	handle *C.UplinkProject, name *C.uplink_const_char) {
	defer rescueStart[*uplink.Bucket](op)
	start(op, prepareBucket(handle, name,
		func(p *uplink.Project, ctx context.Context, name string) (*uplink.Bucket, error) {
			return private.DeleteBucketWithObjectsBypassGovernanceRetention(ctx, p, name)
		}))
}

//export uplink_start_get_bucket_versioning
func uplink_start_get_bucket_versioning(op *C.UplinkOperation, handle *C.UplinkProject, name *C.uplink_const_char) {
	defer rescueStart[int32](op)
	start(op, prepareSetting(handle, name, private.GetBucketVersioning))
}

//export uplink_operation_take_versioning
func uplink_operation_take_versioning(op *C.UplinkOperation, result *C.UplinkVersioningResult) {
	takeInto(op, result, func(versioning int32, err error) C.UplinkVersioningResult {
		return C.UplinkVersioningResult{versioning: C.int32_t(versioning), error: errorToC(err)}
	})
}

//export uplink_free_versioning_result
func uplink_free_versioning_result(result C.UplinkVersioningResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
}

//export uplink_start_set_bucket_versioning
func uplink_start_set_bucket_versioning(op *C.UplinkOperation, handle *C.UplinkProject, name *C.uplink_const_char,
	enabled C.bool) {
	defer rescueStart[operation.Nothing](op)
	var args arguments
	p, bucket := args.project(handle), args.bucket(name)
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		return operation.Nothing{}, private.SetBucketVersioning(ctx, p, bucket, bool(enabled))
	}))
}

//export uplink_start_get_bucket_object_lock_configuration
func uplink_start_get_bucket_object_lock_configuration(op *C.UplinkOperation, handle *C.UplinkProject,
	name *C.uplink_const_char) {
	defer rescueStart[*metaclient.BucketObjectLockConfiguration](op)
	start(op, prepareSetting(handle, name, private.GetBucketObjectLockConfiguration))
}

func lockConfigurationResult(found *metaclient.BucketObjectLockConfiguration, err error,
) C.UplinkObjectLockConfigurationResult {
	if err != nil {
		return C.UplinkObjectLockConfigurationResult{error: errorToC(err)}
	}
	result := C.UplinkObjectLockConfigurationResult{enabled: C.bool(found.Enabled)}
	if d := found.DefaultRetention; d != nil {
		result.default_retention = C.UplinkDefaultRetention{
			mode: C.int32_t(d.Mode), days: C.int32_t(d.Days), years: C.int32_t(d.Years),
		}
	}
	return result
}

//export uplink_operation_take_object_lock_configuration
func uplink_operation_take_object_lock_configuration(op *C.UplinkOperation,
	result *C.UplinkObjectLockConfigurationResult) {
	takeInto(op, result, lockConfigurationResult)
}

//export uplink_free_object_lock_configuration_result
func uplink_free_object_lock_configuration_result(result C.UplinkObjectLockConfigurationResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
}

//export uplink_start_set_bucket_object_lock_configuration
func uplink_start_set_bucket_object_lock_configuration(op *C.UplinkOperation, handle *C.UplinkProject,
	name *C.uplink_const_char, options *C.UplinkObjectLockConfigurationOptions) {
	defer rescueStart[operation.Nothing](op)
	var args arguments
	p, bucket := args.project(handle), args.bucket(name)
	read := readOptions(&args, options)
	config := &metaclient.BucketObjectLockConfiguration{Enabled: bool(read.enabled)}
	var err error
	d := read.default_retention
	config.DefaultRetention, err = argument.DefaultRetention(int32(d.mode), int32(d.days), int32(d.years))
	args.note(err)
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		return operation.Nothing{}, private.SetBucketObjectLockConfiguration(ctx, p, bucket, config)
	}))
}
