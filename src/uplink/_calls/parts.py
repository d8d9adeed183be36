"""Calls on the parts of pending uploads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from uplink._calls._arguments import LARGEST
from uplink._calls._call import Call
from uplink._calls._results import ERROR, Kind, decode_bytes, no_value
from uplink._calls.listing import decode_page
from uplink._calls.multipart import encode_pending
from uplink._calls.streams import WRITE
from uplink._checks import check_type, from_timestamp, whole_number
from uplink._handle import PartUploadHandle
from uplink._values import Part
from uplink.errors import InvalidArgumentError

if TYPE_CHECKING:
    from typing import SupportsIndex

    from uplink._calls.listing import OnMore, Page
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        UplinkOperationPointer,
        UplinkPart,
        UplinkPartPageResult,
        UplinkPartRecord,
        UplinkPartResult,
        UplinkPartUploadPointer,
    )
    from uplink._handle import ProjectHandle

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

_UPLOADING = ("allow_upload",)
# Part numbers are less than this one.
_NUMBERS = 2**31 - 1
# By default a page takes one request, see the header.
_PAGE_SIZE = 999

_PART_UPLOAD = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkPartUploadResult *"), lib.uplink_free_part_upload_result),
    lambda lib: lib.uplink_operation_take_part_upload,
)


def part_number(number: SupportsIndex) -> int:
    """Return the number of a part.

    Raises:
        TypeError: It is no whole number.
        InvalidArgumentError: It is negative or too large.
    """
    checked = whole_number(number, "number")
    if not 0 <= checked < _NUMBERS:
        raise InvalidArgumentError(f"the number of a part is {checked}; it takes 0 to {_NUMBERS - 1}")
    return checked


def part_etag(etag: bytes | None) -> bytes | None:
    """Return the ETag of a part.

    Raises:
        TypeError: It is not `bytes`.
    """
    if etag is not None:
        check_type(etag, bytes, "etag", "bytes")
    return etag


def upload_part(
    project: ProjectHandle,
    bucket: str,
    key: str,
    upload_id: str,
    number: int,
    *,
    in_turn: bool = False,
    size: int | None = None,
) -> Call[PartUploadHandle]:
    """Return the call that begins an upload of a part.

    Args:
        project: The project.
        bucket: The bucket of the pending upload.
        key: Its key.
        upload_id: Its ID.
        number: The number of the part.
        in_turn: Whether to wait until the budgets have room for the part.
        size: The number of bytes to come; `None` if it is unknown.
    """
    ffi = project.boundary.ffi
    native_size = -1 if size is None else min(size, LARGEST)
    struct_size = ffi.sizeof("UplinkStartUploadPartOptions")
    options = ffi.new("UplinkStartUploadPartOptions *", (struct_size, in_turn, native_size))
    return Call(
        project,
        "begin the upload of the part",
        project.boundary.lib.uplink_start_upload_part,
        (*encode_pending(bucket, key, upload_id), number, options),
        _PART_UPLOAD,
        partial(PartUploadHandle.adopt, inspect=project.inspect),
        bucket,
        key,
        needs=_UPLOADING,
    )


def part_write(upload: PartUploadHandle, data: memoryview | bytes | bytearray, bucket: str, key: str) -> Call[None]:
    """Return the call that writes all of the data, which libuplink copies before the start returns."""
    boundary = upload.boundary

    def start(operation: UplinkOperationPointer, native: UplinkPartUploadPointer) -> None:
        with boundary.ffi.from_buffer(data) as address:
            boundary.lib.uplink_start_part_upload_write(operation, native, address, len(address))

    return Call(upload, "write", start, (), WRITE, no_value, bucket, key, needs=_UPLOADING)


_PART = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkPartResult *"), lib.uplink_free_part_result),
    lambda lib: lib.uplink_operation_take_part,
)


def part_commit(upload: PartUploadHandle, etag: bytes | None, bucket: str, key: str) -> Call[Part]:
    """Return the call that stores the part. Its result is the part's record.

    It changes nothing that a second upload of the part does not change again, so the outcome is never unknown.
    """
    ffi = upload.boundary.ffi
    text = ffi.NULL if etag is None else ffi.new("char[]", etag)
    struct_size = ffi.sizeof("UplinkStartPartCommitOptions")
    options = ffi.new("UplinkStartPartCommitOptions *", (struct_size, text, len(etag or b"")))
    return Call(
        upload,
        "commit the part",
        upload.boundary.lib.uplink_start_part_upload_commit,
        (options,),
        _PART,
        _as_part,
        bucket,
        key,
        needs=_UPLOADING,
        keep=text,
    )


def part_abort(upload: PartUploadHandle, bucket: str, key: str) -> Call[None]:
    """Return the call that aborts the upload of the part."""
    start = upload.boundary.lib.uplink_start_part_upload_abort
    return Call(upload, "abort the upload of the part", start, (), ERROR, no_value, bucket, key)


def _as_part(boundary: Boundary, result: UplinkPartResult) -> Part:
    return _part(boundary, result.part, 0)


def _part(boundary: Boundary, item: UplinkPart, modified_nanoseconds: int) -> Part:
    modified = from_timestamp(item.modified, modified_nanoseconds)
    return Part(item.part_number, item.size, modified, decode_bytes(boundary, item.etag, item.etag_length))


_PARTS = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkPartPageResult *"), lib.uplink_free_part_page_result),
    lambda lib: lib.uplink_operation_take_part_page,
)


def list_parts(
    project: ProjectHandle,
    bucket: str,
    key: str,
    upload_id: str,
    first: int,
    count: int,
    on_more: OnMore[Part] | None = None,
) -> Call[Page[Part]]:
    """Return the call that asks for a page of at most so many parts, which starts at a number."""

    def as_parts(boundary: Boundary, result: UplinkPartPageResult) -> Page[Part]:
        def record(item: UplinkPartRecord) -> Part:
            return _part(boundary, item.part, item.modified_nanoseconds)

        return decode_page(result.page, record, on_more)

    ffi = project.boundary.ffi
    struct_size = ffi.sizeof("UplinkListPartPageOptions")
    options = ffi.new("UplinkListPartPageOptions *", (struct_size, first, min(count, _PAGE_SIZE)))
    return Call(
        project,
        "list the parts",
        project.boundary.lib.uplink_start_list_upload_parts,
        (*encode_pending(bucket, key, upload_id), options),
        _PARTS,
        as_parts,
        bucket,
        key,
        needs=("allow_download",),
    )
