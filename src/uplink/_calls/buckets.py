"""Calls on buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink import errors
from uplink._calls._arguments import encode, encode_bucket
from uplink._calls._call import Call
from uplink._calls._records import bucket_record
from uplink._calls._results import Kind
from uplink._checks import check_flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkBucketRecordResult, UplinkOperationPointer, UplinkProjectPointer
    from uplink._handle import ProjectHandle
    from uplink._values import Bucket

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

_BUCKET = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkBucketRecordResult *"), lib.uplink_free_bucket_record_result),
    lambda lib: lib.uplink_operation_take_bucket_record,
)


def stat_bucket(project: ProjectHandle, bucket: str) -> Call[Bucket]:
    """Return the call that asks for the record of a bucket."""
    return _bucket_call(project, "stat the bucket", project.boundary.lib.uplink_start_stat_bucket, bucket)


def create_bucket(project: ProjectHandle, bucket: str, object_lock: bool, placement: str | None) -> Call[Bucket]:
    """Return the call that creates a bucket, which must be new."""
    check_flag(object_lock, "object_lock_enabled")
    lib, name, needs = project.boundary.lib, "create the bucket", ("allow_upload",)
    if not object_lock and placement is None:
        return _bucket_call(project, name, lib.uplink_start_create_bucket, bucket, changes=True, needs=needs)
    new, sizeof = project.boundary.ffi.new, project.boundary.ffi.sizeof
    native = None if placement is None else new("char[]", encode(placement, "placement"))
    options = new(
        "UplinkCreateBucketOptions *",
        {
            "struct_size": sizeof("UplinkCreateBucketOptions"),
            "object_lock_enabled": bool(object_lock),
            "placement": native or project.boundary.ffi.NULL,
        },
    )
    return Call(
        project,
        name,
        lib.uplink_start_create_bucket_with_object_lock,
        (encode_bucket(bucket), options),
        _BUCKET,
        _as_bucket,
        bucket,
        changes=True,
        needs=needs,
        also_needs=(("allow_put_bucket_object_lock_configuration", bucket, ""),) if object_lock else (),
        keep=native,
    )


def ensure_bucket(project: ProjectHandle, bucket: str) -> Call[Bucket]:
    """Return the call that creates a bucket unless it exists."""
    start = project.boundary.lib.uplink_start_ensure_bucket
    return _bucket_call(project, "ensure the bucket", start, bucket, changes=True)


_LOCKED = "if the bucket has Object Lock, deleting its objects takes bypass_governance_retention=True"


def delete_bucket(project: ProjectHandle, bucket: str, *, with_objects: bool, bypass: bool) -> Call[Bucket]:
    """Return the call that deletes a bucket."""
    lib = project.boundary.lib
    if bypass:
        start = lib.uplink_start_delete_bucket_with_objects_bypass_governance_retention
    else:
        start = lib.uplink_start_delete_bucket_with_objects if with_objects else lib.uplink_start_delete_bucket
    further = ("allow_bypass_governance_retention",) if bypass else ()
    name, needs = "delete the bucket", ("allow_delete",)
    hint = (errors.PermissionDeniedError, _LOCKED) if with_objects and not bypass else None
    return _bucket_call(project, name, start, bucket, changes=True, needs=needs, further=further, hint=hint)


def _bucket_call(
    project: ProjectHandle,
    name: str,
    start: Callable[[UplinkOperationPointer, UplinkProjectPointer, bytes], None],
    bucket: str,
    *,
    changes: bool = False,
    needs: tuple[str, ...] = (),
    further: tuple[str, ...] = (),
    hint: tuple[type[errors.UplinkError], str] | None = None,
) -> Call[Bucket]:
    return Call(
        project,
        name,
        start,
        (encode_bucket(bucket),),
        _BUCKET,
        _as_bucket,
        bucket,
        changes=changes,
        needs=needs,
        also_needs=tuple((permission, bucket, "") for permission in further),
        hint=hint,
    )


def _as_bucket(boundary: Boundary, result: UplinkBucketRecordResult) -> Bucket:
    return bucket_record(boundary, result.record)


def check_may_delete_objects(project: ProjectHandle, bucket: str) -> None:
    """Raise `PermissionDeniedError` if the access lacks `allow_list`.

    A satellite then deletes no objects, and reports only that the bucket is not empty.
    """
    reason = project.inspect and project.inspect().why_refused(("allow_list",), bucket, None)
    if reason:
        raise errors.PermissionDeniedError(
            f"deleting a bucket with its objects takes allow_list, too: {reason}", bucket=bucket
        )
