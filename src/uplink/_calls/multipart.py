"""Calls on pending uploads: they were begun, and neither committed nor aborted. Their parts are in `parts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink._calls._arguments import encode, encode_object
from uplink._calls._call import Call
from uplink._calls._records import object_record
from uplink._calls._results import ERROR, Kind, decode_text, no_value
from uplink._calls._stored import call_that_stores, locks_need
from uplink._calls.listing import decode_page, page_call
from uplink._values import UploadInfo

if TYPE_CHECKING:
    from uplink._calls._stored import Stored
    from uplink._calls.listing import OnMore, Page
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkUploadPageResult, UplinkUploadRecord, UplinkUploadRecordResult
    from uplink._handle import ProjectHandle
    from uplink._values import Object

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

_UPLOADS = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkUploadPageResult *"), lib.uplink_free_upload_page_result),
    lambda lib: lib.uplink_operation_take_upload_page,
)


def list_uploads(
    project: ProjectHandle,
    bucket: str,
    parent: str,
    cursor: str,
    count: int,
    on_more: OnMore[UploadInfo] | None = None,
    *,
    recursive: bool,
) -> Call[Page[UploadInfo]]:
    """Return the call that asks for the page of pending uploads after the cursor, which is relative to the parent."""

    def as_uploads(boundary: Boundary, result: UplinkUploadPageResult) -> Page[UploadInfo]:
        return decode_page(result.page, lambda item: _upload_info(boundary, item), on_more)

    flags = {"recursive": bool(recursive), "system": True}
    start = project.boundary.lib.uplink_start_list_uploads
    return page_call(project, "list the uploads", start, bucket, parent, cursor, count, flags, _UPLOADS, as_uploads)


def _upload_info(boundary: Boundary, item: UplinkUploadRecord) -> UploadInfo:
    record = object_record(boundary, item.record, custom=False)
    upload_id = "" if record.is_prefix else decode_text(boundary, item.upload_id)
    return UploadInfo(record.key, upload_id, record.is_prefix, record.created, record.expires)


def encode_pending(bucket: str, key: str, upload_id: str) -> tuple[bytes, bytes, int, bytes]:
    """Return a pending upload's bucket, key and ID for C, with the length of the key before the ID."""
    return (*encode_object(bucket, key), encode(upload_id, "upload_id"))


_UPLOAD = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkUploadRecordResult *"), lib.uplink_free_upload_record_result),
    lambda lib: lib.uplink_operation_take_upload_record,
)


def begin_upload(project: ProjectHandle, bucket: str, key: str, stored: Stored) -> Call[str]:
    """Return the call that begins an upload that stays pending. Its result is the upload's ID."""
    boundary = project.boundary
    custom = stored.custom_or_none(boundary)
    struct_size = boundary.ffi.sizeof("UplinkStartBeginUploadOptions")
    options = boundary.ffi.new(
        "UplinkStartBeginUploadOptions *", (struct_size, *stored.native_expires, custom.struct, *stored.locks)
    )
    return Call(
        project,
        "begin the upload",
        boundary.lib.uplink_start_begin_upload,
        (*encode_object(bucket, key), options),
        _UPLOAD,
        _upload_id,
        bucket,
        key,
        changes=True,
        needs=("allow_upload",),
        also_needs=locks_need(stored.lock_needs, bucket, key),
        keep=custom,
    )


def _upload_id(boundary: Boundary, result: UplinkUploadRecordResult) -> str:
    return decode_text(boundary, result.upload.upload_id)


def commit_upload(project: ProjectHandle, bucket: str, key: str, upload_id: str, stored: Stored) -> Call[Object]:
    """Return the call that commits a pending upload. Its result is the object's record."""
    boundary = project.boundary
    custom = stored.custom_or_none(boundary)
    struct_size = boundary.ffi.sizeof("UplinkStartCommitUploadOptions")
    options = boundary.ffi.new("UplinkStartCommitUploadOptions *", (struct_size, custom.struct, *stored.conditions))
    start, arguments = boundary.lib.uplink_start_commit_upload, (*encode_pending(bucket, key, upload_id), options)
    return call_that_stores(project, "commit the upload", start, arguments, bucket, key, stored, custom)


def abort_upload(project: ProjectHandle, bucket: str, key: str, upload_id: str) -> Call[None]:
    """Return the call that aborts a pending upload."""
    start = project.boundary.lib.uplink_start_abort_upload
    arguments = encode_pending(bucket, key, upload_id)
    needs = ("allow_delete",)
    return Call(project, "abort the upload", start, arguments, ERROR, no_value, bucket, key, changes=True, needs=needs)
