"""Calls on objects at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uplink._calls._common import (
    PAGE_SIZE,
    Call,
    check_bucket,
    key_text,
    object_arguments,
    object_record,
    take_nothing,
    taker,
)
from uplink._calls._metadata import metadata_struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from uplink._handle import Handle
    from uplink._values import Object

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


def stat_object(project: Handle, bucket: str, key: str) -> Call[Object]:
    """Ask about an object."""
    boundary = project.boundary
    arguments = object_arguments(bucket, key)

    def start(operation: Any) -> None:
        boundary.lib.uplink_start_stat_object(operation, project.pointer(), *arguments)

    take = taker(boundary, "record", lambda result: object_record(boundary, result.record), bucket, key)
    return Call(
        boundary,
        "stat the object",
        start,
        take,
        bucket=bucket,
        key=key,
        needs=("allow_download", "allow_list"),
        inspect=project.inspect,
    )


def delete_object(project: Handle, bucket: str, key: str) -> Call[Object | None]:
    """Delete an object."""
    boundary = project.boundary
    arguments = object_arguments(bucket, key)

    def start(operation: Any) -> None:
        boundary.lib.uplink_start_delete_object(operation, project.pointer(), *arguments)

    def record(result: Any) -> Object | None:
        return None if result.record == boundary.ffi.NULL else object_record(boundary, result.record)

    take = taker(boundary, "record", record, bucket, key)
    return Call(
        boundary,
        "delete the object",
        start,
        take,
        changes=True,
        bucket=bucket,
        key=key,
        needs=("allow_delete",),
        inspect=project.inspect,
    )


def update_object_metadata(project: Handle, bucket: str, key: str, metadata: Mapping[str, str]) -> Call[None]:
    """Replace the custom metadata of an object."""
    boundary = project.boundary
    arguments = object_arguments(bucket, key)
    custom = metadata_struct(boundary, metadata)

    def start(operation: Any) -> None:
        boundary.lib.uplink_start_update_object_metadata(operation, project.pointer(), *arguments, custom.struct)

    take = take_nothing(boundary, bucket, key)
    return Call(
        boundary,
        "update the metadata",
        start,
        take,
        changes=True,
        bucket=bucket,
        key=key,
        needs=("allow_upload",),
        inspect=project.inspect,
    )


def list_objects(
    project: Handle, bucket: str, parent: str, cursor: str, *, recursive: bool, system: bool, custom: bool
) -> Call[list[Object]]:
    """Ask for the page of objects after the cursor, which is relative to the parent; the records have full ones."""
    boundary = project.boundary
    native_bucket = check_bucket(bucket)
    native_parent, native_cursor = key_text(parent, "prefix"), key_text(cursor, "cursor")

    def start(operation: Any) -> None:
        parent_buffer = boundary.ffi.new("char[]", native_parent)
        cursor_buffer = boundary.ffi.new("char[]", native_cursor)
        options = boundary.ffi.new(
            "UplinkListPageOptions *",
            {
                "prefix": parent_buffer,
                "prefix_length": len(native_parent),
                "cursor": cursor_buffer,
                "cursor_length": len(native_cursor),
                "recursive": bool(recursive),
                "system": bool(system),
                "custom": bool(custom),
            },
        )
        boundary.lib.uplink_start_list_objects(operation, project.pointer(), native_bucket, options, PAGE_SIZE)

    def records(result: Any) -> list[Object]:
        page = result.page
        return [object_record(boundary, item, system=system, custom=custom) for item in page.items[0 : page.count]]

    take = taker(boundary, "object_page", records, bucket)
    return Call(
        boundary,
        "list the objects",
        start,
        take,
        bucket=bucket,
        prefix=parent,
        needs=("allow_list",),
        inspect=project.inspect,
    )
