"""Calls on uploads and downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uplink import errors
from uplink._calls._common import (
    END_OF_FILE,
    Call,
    adopt,
    error_of,
    lend,
    object_arguments,
    object_record,
    raise_error,
    take_nothing,
    taker,
)
from uplink._calls._metadata import metadata_struct
from uplink._values import to_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from uplink._calls._metadata import NativeMetadata
    from uplink._handle import Handle
    from uplink._values import Object

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# What fits an int64.
_MOST = 2**63 - 1


def upload_object(project: Handle, bucket: str, key: str, expires: datetime | None) -> Call[Handle]:
    """Begin an upload; the satellite is not asked before data or the commit is sent."""
    return _begin_upload(project, bucket, key, expires, project.boundary.lib.uplink_start_upload_object)


def upload_in_turn(project: Handle, bucket: str, key: str, expires: datetime | None, size: int) -> Call[Handle]:
    """Begin an upload of so many bytes once the budget has room for it; a negative size is one that is not known."""
    start = project.boundary.lib.uplink_start_upload_in_turn
    return _begin_upload(project, bucket, key, expires, start, min(size, _MOST))


def _begin_upload(
    project: Handle, bucket: str, key: str, expires: datetime | None, native: Callable[..., None], *size: int
) -> Call[Handle]:
    boundary = project.boundary
    arguments = object_arguments(bucket, key)
    timestamp = 0 if expires is None else to_timestamp(expires, "expires")

    def start(operation: Any) -> None:
        options = boundary.ffi.new("UplinkUploadOptions *", {"expires": timestamp})
        native(operation, project.pointer(), *arguments, options, *size)

    take = taker(boundary, "upload", lambda result: adopt(boundary, "upload", result, project.inspect), bucket, key)
    return Call(
        boundary,
        "begin the upload",
        start,
        take,
        bucket=bucket,
        key=key,
        needs=("allow_upload",),
        inspect=project.inspect,
    )


def put_object(
    project: Handle,
    bucket: str,
    key: str,
    data: bytes | bytearray | memoryview,
    metadata: Mapping[str, str] | None,
    expires: datetime | None,
) -> Call[Object]:
    """Upload an object and commit it; libuplink copies the data once it is the call's turn."""
    boundary = project.boundary
    new = boundary.ffi.new
    arguments = object_arguments(bucket, key)
    timestamp = 0 if expires is None else to_timestamp(expires, "expires")
    custom = metadata_struct(boundary, {} if metadata is None else metadata)
    lent: list[Any] = []

    def start(operation: Any) -> None:
        options = new("UplinkUploadOptions *", (timestamp,))
        address = lend(boundary, operation, data)
        # The loans of earlier tries were released.
        lent[:] = [address]
        boundary.lib.uplink_start_put_object(
            operation, project.pointer(), *arguments, address, len(data), options, custom.struct
        )

    take = taker(boundary, "record", lambda result: object_record(boundary, result.record), bucket, key)
    return Call(
        boundary,
        "put the object",
        start,
        take,
        lent,
        changes=True,
        bucket=bucket,
        key=key,
        needs=("allow_upload",),
        inspect=project.inspect,
    )


def upload_write(upload: Handle, data: memoryview | bytes | bytearray, bucket: str, key: str) -> Call[None]:
    """Write all of the data, which libuplink copies before the start returns."""
    boundary = upload.boundary

    def start(operation: Any) -> None:
        with boundary.ffi.from_buffer(data) as address:
            boundary.lib.uplink_start_upload_write(operation, upload.pointer(), address, len(address))

    def written(_: Any) -> None:
        """Nothing: a write that stops early comes with an error."""

    take = taker(boundary, "write", written, bucket, key)
    return Call(boundary, "write", start, take, bucket=bucket, key=key, needs=("allow_upload",), inspect=upload.inspect)


def upload_set_custom_metadata(upload: Handle, custom: NativeMetadata, bucket: str, key: str) -> None:
    """Set the custom metadata that is committed with the object."""
    boundary = upload.boundary
    error = boundary.lib.uplink_upload_set_custom_metadata(upload.pointer(), custom.struct)
    try:
        raise_error(boundary, error, bucket, key)
    finally:
        boundary.lib.uplink_free_error(error)


def upload_commit(upload: Handle, bucket: str, key: str) -> Call[Object]:
    """Commit the upload, and return the object's record."""
    boundary = upload.boundary

    def start(operation: Any) -> None:
        boundary.lib.uplink_start_upload_commit(operation, upload.pointer())

    take = taker(boundary, "record", lambda result: object_record(boundary, result.record), bucket, key)
    return Call(
        boundary,
        "commit the upload",
        start,
        take,
        changes=True,
        bucket=bucket,
        key=key,
        needs=("allow_upload",),
        inspect=upload.inspect,
    )


def upload_abort(upload: Handle, bucket: str, key: str) -> Call[None]:
    """Abort the upload."""
    boundary = upload.boundary

    def start(operation: Any) -> None:
        boundary.lib.uplink_start_upload_abort(operation, upload.pointer())

    return Call(boundary, "abort the upload", start, take_nothing(boundary, bucket, key), bucket=bucket, key=key)


def upload_info(upload: Handle, bucket: str, key: str) -> Object:
    """Return what is known of the object so far."""
    return _info(upload, upload.boundary.lib.uplink_upload_record, bucket, key)


def download_object(project: Handle, bucket: str, key: str, offset: int, length: int) -> Call[Handle]:
    """Open a download of a range: a negative offset counts from the end, a negative length means all."""
    boundary = project.boundary
    arguments = object_arguments(bucket, key)
    _check_offset(offset, bucket, key)

    def start(operation: Any) -> None:
        options = boundary.ffi.new("UplinkDownloadOptions *", {"offset": offset, "length": min(length, _MOST)})
        boundary.lib.uplink_start_download_object(operation, project.pointer(), *arguments, options)

    take = taker(boundary, "download", lambda result: adopt(boundary, "download", result, project.inspect), bucket, key)
    return Call(
        boundary,
        "open the download",
        start,
        take,
        bucket=bucket,
        key=key,
        needs=("allow_download",),
        inspect=project.inspect,
    )


def get_object(project: Handle, bucket: str, key: str, offset: int, length: int, most: int) -> Call[bytes | Handle]:
    """Download a range, of which not more than so many bytes; of a larger one only the open download is returned."""
    boundary = project.boundary
    arguments = object_arguments(bucket, key)
    _check_offset(offset, bucket, key)

    def start(operation: Any) -> None:
        options = boundary.ffi.new("UplinkDownloadOptions *", (offset, min(length, _MOST)))
        boundary.lib.uplink_start_get_object(operation, project.pointer(), *arguments, options, most)

    def got(result: Any) -> bytes | Handle:
        if result.download != boundary.ffi.NULL:
            return adopt(boundary, "download", result, project.inspect)
        data: bytes = boundary.ffi.buffer(result.bytes, result.length)[:]
        return data

    take = taker(boundary, "get", got, bucket, key)
    return Call(
        boundary,
        "get the object",
        start,
        take,
        bucket=bucket,
        key=key,
        needs=("allow_download",),
        inspect=project.inspect,
    )


def _check_offset(offset: int, bucket: str, key: str) -> None:
    if abs(offset) > _MOST:
        raise errors.RangeInvalidError(f"no object reaches to the offset {offset}", bucket=bucket, key=key)


def download_read(
    download: Handle, buffer: memoryview | bytes, head: bytes, bucket: str, key: str
) -> Call[tuple[int, errors.UplinkError | None]]:
    """Fill the buffer with the head and new bytes; fewer mean that the download ended, or failed as the error says.

    A buffer of type bytes is filled, too: it has to be a new one, which nobody else has seen.
    """
    boundary = download.boundary
    lent: list[Any] = []

    def start(operation: Any) -> None:
        # Not before: an interrupt would find nobody to release it, and then the buffer itself could not be released.
        address = lend(boundary, operation, buffer)
        lent.append(address)
        boundary.ffi.memmove(address, head, len(head))
        rest = address + len(head)
        boundary.lib.uplink_start_download_read(operation, download.pointer(), rest, len(buffer) - len(head))

    def take(operation: Any) -> tuple[int, errors.UplinkError | None]:
        result = boundary.ffi.new("UplinkReadResult *")
        try:
            boundary.lib.uplink_operation_take_read(operation, result)
            error = None
            if result.error != boundary.ffi.NULL and result.error.code != END_OF_FILE:
                error = error_of(boundary, result.error, bucket, key)
            return result.bytes_read, error
        finally:
            boundary.lib.uplink_free_read_result(result[0])

    return Call(
        boundary, "read", start, take, lent, bucket=bucket, key=key, needs=("allow_download",), inspect=download.inspect
    )


def download_info(download: Handle, bucket: str, key: str) -> Object:
    """Return the record of the object that is downloaded."""
    return _info(download, download.boundary.lib.uplink_download_record, bucket, key)


def close_download(download: Handle, bucket: str, key: str) -> Call[None]:
    """Close the download."""
    boundary = download.boundary

    def start(operation: Any) -> None:
        boundary.lib.uplink_start_close_download(operation, download.pointer())

    return Call(boundary, "close the download", start, take_nothing(boundary, bucket, key), bucket=bucket, key=key)


def _info(stream: Handle, get: Callable[[Any], Any], bucket: str, key: str) -> Object:
    boundary = stream.boundary
    result = boundary.ffi.new("UplinkRecordResult *")
    try:
        result[0] = get(stream.pointer())
        raise_error(boundary, result.error, bucket, key)
        return object_record(boundary, result.record)
    finally:
        boundary.lib.uplink_free_record_result(result[0])
