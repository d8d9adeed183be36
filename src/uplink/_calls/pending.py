"""Calls on pending uploads: those that were begun, and neither committed nor aborted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uplink._calls._common import (
    PAGE_SIZE,
    Call,
    check_bucket,
    decode,
    key_text,
    object_arguments,
    object_record,
    take_nothing,
    taker,
    text,
)
from uplink._values import UploadInfo

if TYPE_CHECKING:
    from uplink._handle import Handle


def list_uploads(project: Handle, bucket: str, parent: str, cursor: str, *, recursive: bool) -> Call[list[UploadInfo]]:
    """Ask for the page of pending uploads after the cursor, which is relative to the parent."""
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
                "system": True,
            },
        )
        boundary.lib.uplink_start_list_uploads(operation, project.pointer(), native_bucket, options, PAGE_SIZE)

    def records(result: Any) -> list[UploadInfo]:
        page = result.page
        return [upload_info(item) for item in page.items[0 : page.count]]

    def upload_info(item: Any) -> UploadInfo:
        record = object_record(boundary, item.record, custom=False)
        upload_id = "" if record.is_prefix else decode(boundary, item.upload_id)
        return UploadInfo(record.key, upload_id, record.is_prefix, record.created, record.expires)

    take = taker(boundary, "upload_page", records, bucket)
    return Call(
        boundary,
        "list the uploads",
        start,
        take,
        bucket=bucket,
        prefix=parent,
        needs=("allow_list",),
        inspect=project.inspect,
    )


def abort_upload(project: Handle, bucket: str, key: str, upload_id: str) -> Call[None]:
    """Abort a pending upload."""
    boundary = project.boundary
    arguments = object_arguments(bucket, key)
    native_id = text(upload_id, "upload_id")

    def start(operation: Any) -> None:
        boundary.lib.uplink_start_abort_upload(operation, project.pointer(), *arguments, native_id)

    take = take_nothing(boundary, bucket, key)
    return Call(
        boundary,
        "abort the upload",
        start,
        take,
        changes=True,
        bucket=bucket,
        key=key,
        needs=("allow_delete",),
        inspect=project.inspect,
    )
