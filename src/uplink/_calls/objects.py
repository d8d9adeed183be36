"""Calls on objects at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink._calls._arguments import encode_object
from uplink._calls._call import Call
from uplink._calls._metadata import native_metadata
from uplink._calls._results import ERROR, RECORD, as_record, no_value, object_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkRecordResult
    from uplink._handle import ProjectHandle
    from uplink._values import Object

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


def stat_object(project: ProjectHandle, bucket: str, key: str) -> Call[Object]:
    """Return the call that asks for the record of an object."""
    start = project.boundary.lib.uplink_start_stat_object
    needs = ("allow_download", "allow_list")
    return Call(
        project, "stat the object", start, encode_object(bucket, key), RECORD, as_record, bucket, key, needs=needs
    )


def delete_object(project: ProjectHandle, bucket: str, key: str) -> Call[Object | None]:
    """Return the call that deletes an object."""
    start = project.boundary.lib.uplink_start_delete_object
    where, needs = encode_object(bucket, key), ("allow_delete",)
    return Call(project, "delete the object", start, where, RECORD, _as_deleted, bucket, key, changes=True, needs=needs)


def _as_deleted(boundary: Boundary, result: UplinkRecordResult) -> Object | None:
    # Nothing was deleted, or the grant does not allow to see what was.
    return object_record(boundary, result.record, version=True) if result.record else None


def copy_object(project: ProjectHandle, bucket: str, key: str, new_bucket: str, new_key: str) -> Call[Object]:
    """Return the call that copies an object."""
    boundary = project.boundary
    options = boundary.ffi.new("UplinkStartCopyOptions *", (boundary.ffi.sizeof("UplinkStartCopyOptions"),))
    return Call(
        project,
        "copy the object",
        boundary.lib.uplink_start_copy_object,
        (*encode_object(bucket, key), *encode_object(new_bucket, new_key), options),
        RECORD,
        as_record,
        bucket,
        key,
        changes=True,
        needs=("allow_download",),
        target=(new_bucket, new_key),
        also_needs=(("allow_upload", new_bucket, new_key),),
    )


def move_object(project: ProjectHandle, bucket: str, key: str, new_bucket: str, new_key: str) -> Call[None]:
    """Return the call that moves an object."""
    boundary = project.boundary
    options = boundary.ffi.new("UplinkStartMoveOptions *", (boundary.ffi.sizeof("UplinkStartMoveOptions"),))
    return Call(
        project,
        "move the object",
        boundary.lib.uplink_start_move_object,
        (*encode_object(bucket, key), *encode_object(new_bucket, new_key), options),
        ERROR,
        no_value,
        bucket,
        key,
        changes=True,
        needs=("allow_download",),
        target=(new_bucket, new_key),
        also_needs=(("allow_delete", bucket, key), ("allow_upload", new_bucket, new_key)),
    )


def update_object_metadata(project: ProjectHandle, bucket: str, key: str, metadata: Mapping[str, str]) -> Call[None]:
    """Return the call that replaces the custom metadata of an object."""
    start = project.boundary.lib.uplink_start_update_object_metadata
    custom = native_metadata(project.boundary, metadata)
    arguments = (*encode_object(bucket, key), custom.struct)
    name, needs = "update the metadata", ("allow_upload",)
    return Call(project, name, start, arguments, ERROR, no_value, bucket, key, changes=True, needs=needs, keep=custom)
