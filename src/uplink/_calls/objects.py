"""Calls on objects at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink._calls._arguments import (
    encode_object,
    native_bytes,
    native_if_none_match,
    native_version,
)
from uplink._calls._call import Call
from uplink._calls._metadata import native_metadata
from uplink._calls._records import RECORD, as_record, object_record
from uplink._calls._results import ERROR, no_value
from uplink._calls._stored import lock_needs, native_retention
from uplink._checks import check_flag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkRecordResult
    from uplink._handle import ProjectHandle
    from uplink._retention import Retention
    from uplink._values import Object

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


def stat_object(project: ProjectHandle, bucket: str, key: str, version: bytes | None = None) -> Call[Object]:
    """Return the call that asks for the record of an object."""
    boundary = project.boundary
    native, length = native_version(boundary, version, bucket, key)
    struct_size = boundary.ffi.sizeof("UplinkStatObjectOptions")
    options = boundary.ffi.new("UplinkStatObjectOptions *", (struct_size, native, length))
    return Call(
        project,
        "stat the object",
        boundary.lib.uplink_start_stat_object,
        (*encode_object(bucket, key), options),
        RECORD,
        as_record,
        bucket,
        key,
        needs=("allow_download", "allow_list"),
        keep=native,
    )


def delete_object(
    project: ProjectHandle, bucket: str, key: str, version: bytes | None, bypass_governance_retention: bool
) -> Call[Object | None]:
    """Return the call that deletes an object."""
    boundary = project.boundary
    check_flag(bypass_governance_retention, "bypass_governance_retention")
    native, length = native_version(boundary, version, bucket, key)
    struct_size = boundary.ffi.sizeof("UplinkDeleteObjectOptions")
    bypass = bool(bypass_governance_retention)
    options = boundary.ffi.new("UplinkDeleteObjectOptions *", (struct_size, native, length, bypass))
    further = (("allow_bypass_governance_retention", bucket, key),) if bypass else ()
    return Call(
        project,
        "delete the object",
        boundary.lib.uplink_start_delete_object,
        (*encode_object(bucket, key), options),
        RECORD,
        _as_deleted,
        bucket,
        key,
        changes=True,
        needs=("allow_delete",),
        also_needs=further,
        keep=native,
    )


def _as_deleted(boundary: Boundary, result: UplinkRecordResult) -> Object | None:
    # Nothing was deleted, or the grant does not allow to see what was.
    return object_record(boundary, result.record, version=True) if result.record else None


def copy_object(
    project: ProjectHandle,
    bucket: str,
    key: str,
    new_bucket: str,
    new_key: str,
    version: bytes | None,
    if_none_match: str | None,
    retention: Retention | None,
    legal_hold: bool,
) -> Call[Object]:
    """Return the call that copies an object."""
    boundary = project.boundary
    native, length = native_version(boundary, version, bucket, key)
    condition = native_if_none_match(boundary, if_none_match)
    struct_size = boundary.ffi.sizeof("UplinkStartCopyOptions")
    check_flag(legal_hold, "legal_hold")
    locks = (native_retention(retention), bool(legal_hold))
    options = boundary.ffi.new("UplinkStartCopyOptions *", (struct_size, native, length, condition, *locks))
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
        also_needs=(
            ("allow_upload", new_bucket, new_key),
            *((name, new_bucket, new_key) for name in lock_needs(retention, legal_hold)),
        ),
        keep=(native, condition),
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


def update_object_metadata(
    project: ProjectHandle, bucket: str, key: str, metadata: Mapping[str, str], etag: bytes | None
) -> Call[None]:
    """Return the call that replaces the custom metadata of an object."""
    boundary = project.boundary
    custom = native_metadata(boundary, metadata)
    native, length = native_bytes(boundary, etag, "etag")
    struct_size = boundary.ffi.sizeof("UplinkUpdateMetadataOptions")
    options = boundary.ffi.new("UplinkUpdateMetadataOptions *", (struct_size, native, length))
    return Call(
        project,
        "update the metadata",
        boundary.lib.uplink_start_update_object_metadata,
        (*encode_object(bucket, key), custom.struct, options),
        ERROR,
        no_value,
        bucket,
        key,
        changes=True,
        # Not in `needs`, with which a refusal may be about replacing an object.
        also_needs=(("allow_upload", bucket, key),),
        keep=(custom, native),
    )
