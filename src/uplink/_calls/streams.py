"""Calls on uploads and downloads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from uplink._calls._arguments import LARGEST, encode_object, native_range, native_version
from uplink._calls._call import Call, lend
from uplink._calls._errors import error_of
from uplink._calls._records import RECORD, as_record
from uplink._calls._results import ERROR, Kind, Prepared, no_value
from uplink._calls._stored import call_that_stores, locks_need
from uplink._checks import check_flag, to_nanoseconds, to_timestamp
from uplink._handle import DownloadHandle, UploadHandle

if TYPE_CHECKING:
    from collections.abc import Callable

    from uplink import errors
    from uplink._calls._arguments import Native
    from uplink._calls._stored import Stored
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        CData,
        Chars,
        UplinkCustomMetadataValue,
        UplinkDownloadPointer,
        UplinkGetResultValue,
        UplinkOpenUploadOptionsPointer,
        UplinkOperationPointer,
        UplinkProjectPointer,
        UplinkReadResultValue,
        UplinkUploadPointer,
    )
    from uplink._handle import ProjectHandle
    from uplink._info import AccessInfo
    from uplink._values import Object

    # The seconds and nanoseconds of the creation of the object that a download expects, and its size.
    Expected: TypeAlias = tuple[int, int, int]

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

_UPLOADING = ("allow_upload",)
_DOWNLOADING = ("allow_download",)

_UPLOAD = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkUploadResult *"), lib.uplink_free_upload_result),
    lambda lib: lib.uplink_operation_take_upload,
)


def upload_object(project: ProjectHandle, bucket: str, key: str, stored: Stored) -> Call[UploadHandle]:
    """Return the call that begins an upload. Its first request is sent with the first data, or with the commit."""
    return _open_upload(project, project.boundary.lib.uplink_start_upload_object, bucket, key, stored, -1)


def upload_in_turn(
    project: ProjectHandle, bucket: str, key: str, stored: Stored, size: int | None
) -> Call[UploadHandle]:
    """Return the call that begins an upload once the budget has room for so many bytes; `None` if that is unknown."""
    native_size = -1 if size is None else min(size, LARGEST)
    return _open_upload(project, project.boundary.lib.uplink_start_upload_in_turn, bucket, key, stored, native_size)


def _open_upload(
    project: ProjectHandle,
    start: Callable[
        [UplinkOperationPointer, UplinkProjectPointer, bytes, bytes, int, UplinkOpenUploadOptionsPointer], None
    ],
    bucket: str,
    key: str,
    stored: Stored,
    size: int,
) -> Call[UploadHandle]:
    ffi = project.boundary.ffi
    struct_size = ffi.sizeof("UplinkOpenUploadOptions")
    options = ffi.new(
        "UplinkOpenUploadOptions *", (struct_size, size, *stored.native_expires, *stored.conditions, *stored.locks)
    )
    if stored.checksum:
        options.checksum = stored.checksum
    arguments = (*encode_object(bucket, key), options)

    def adopt(boundary: Boundary, result: CData) -> UploadHandle:
        upload = UploadHandle.adopt(boundary, result, project.inspect)
        upload.lock_needs = stored.lock_needs
        return upload

    name = "begin the upload"
    return Call(project, name, start, arguments, _UPLOAD, adopt, bucket, key, needs=_UPLOADING, keep=stored)


def put_object(
    project: ProjectHandle, bucket: str, key: str, data: bytes | bytearray | memoryview, stored: Stored
) -> Call[Object]:
    """Return the call that uploads a whole object. libuplink copies the data when the budget has room for it."""
    boundary = project.boundary
    where, custom = encode_object(bucket, key), stored.custom_or_none(boundary)
    struct_size = boundary.ffi.sizeof("UplinkPutObjectOptions")
    options = boundary.ffi.new(
        "UplinkPutObjectOptions *",
        (struct_size, *stored.native_expires, custom.struct, *stored.conditions, *stored.locks),
    )
    if stored.checksum:
        options.checksum = stored.checksum
    lent: list[Chars] = []

    def start(operation: UplinkOperationPointer, native: UplinkProjectPointer) -> None:
        address = lend(boundary, operation, data, lent)
        boundary.lib.uplink_start_put_object(operation, native, *where, address, len(data), options)

    return call_that_stores(project, "put the object", start, (), bucket, key, stored, custom, lent=lent)


# A write that stops early has an error.
WRITE = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkWriteResult *"), lib.uplink_free_write_result),
    lambda lib: lib.uplink_operation_take_write,
)


def upload_write(upload: UploadHandle, data: memoryview | bytes | bytearray, bucket: str, key: str) -> Call[None]:
    """Return the call that writes all of the data, which libuplink copies before the start returns."""
    boundary = upload.boundary

    def start(operation: UplinkOperationPointer, native: UplinkUploadPointer) -> None:
        with boundary.ffi.from_buffer(data) as address:
            boundary.lib.uplink_start_upload_write(operation, native, address, len(address))

    further = locks_need(upload.lock_needs, bucket, key)
    return Call(upload, "write", start, (), WRITE, no_value, bucket, key, needs=_UPLOADING, also_needs=further)


def upload_set_custom_metadata(
    upload: UploadHandle, custom: Native[UplinkCustomMetadataValue], bucket: str, key: str
) -> None:
    """Set the custom metadata that is committed with the object."""
    set_metadata = upload.boundary.lib.uplink_upload_set_custom_metadata
    ERROR.returned_by(upload.boundary, Prepared(set_metadata, upload.pointer(), custom.struct), no_value, bucket, key)


def upload_commit(upload: UploadHandle, bucket: str, key: str) -> Call[Object]:
    """Return the call that commits the upload. Its result is the object's record."""
    start = upload.boundary.lib.uplink_start_upload_commit
    return Call(
        upload,
        "commit the upload",
        start,
        (),
        RECORD,
        as_record,
        bucket,
        key,
        changes=True,
        needs=_UPLOADING,
        also_needs=locks_need(upload.lock_needs, bucket, key),
    )


def upload_abort(upload: UploadHandle, bucket: str, key: str) -> Call[None]:
    """Return the call that aborts the upload."""
    start = upload.boundary.lib.uplink_start_upload_abort
    return Call(upload, "abort the upload", start, (), ERROR, no_value, bucket, key)


def upload_info(upload: UploadHandle, bucket: str, key: str) -> Object:
    """Return the record of the object as far as it is uploaded."""
    get = upload.boundary.lib.uplink_upload_record
    return RECORD.returned_by(upload.boundary, Prepared(get, upload.pointer()), as_record, bucket, key)


_DOWNLOAD = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkDownloadResult *"), lib.uplink_free_download_result),
    lambda lib: lib.uplink_operation_take_download,
)


# Any object may be downloaded.
_ANY: Expected = (0, 0, 0)


def expected_object(record: Object) -> Expected:
    """Return what downloads of the same object expect: another object raises `ObjectChangedError`."""
    if record.created is None:
        return _ANY
    return to_timestamp(record.created, "created"), to_nanoseconds(record.created), record.size or 0


def download_object(
    project: ProjectHandle,
    bucket: str,
    key: str,
    offset: int,
    length: int | None,
    version: bytes | None,
    expected: Expected = _ANY,
    verify: bool = False,
) -> Call[DownloadHandle]:
    """Return the call that opens a download of a range. See `native_range` for the range."""
    check_flag(verify, "verify")
    start = project.boundary.lib.uplink_start_download_object
    where, (first, count) = encode_object(bucket, key), native_range(bucket, key, offset, length)
    ffi = project.boundary.ffi
    struct_size = ffi.sizeof("UplinkOpenDownloadOptions")
    native = native_version(project.boundary, version, bucket, key)
    arguments = (
        *where,
        ffi.new("UplinkOpenDownloadOptions *", (struct_size, first, count, *native, *expected, verify)),
    )
    adopt = partial(DownloadHandle.adopt, inspect=project.inspect)
    name = "open the download"
    return Call(project, name, start, arguments, _DOWNLOAD, adopt, bucket, key, needs=_DOWNLOADING, keep=native)


_GET = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkGetResult *"), lib.uplink_free_get_result),
    lambda lib: lib.uplink_operation_take_get,
)


def get_object(
    project: ProjectHandle,
    bucket: str,
    key: str,
    offset: int,
    length: int | None,
    version: bytes | None,
    most: int,
    expected: Expected = _ANY,
    verify: bool = False,
) -> Call[bytes | DownloadHandle]:
    """Return the call that downloads a range of at most so many bytes. Its result for a larger one is an open download.

    See `native_range` for the range.
    """
    start = project.boundary.lib.uplink_start_get_object
    where, (first, count) = encode_object(bucket, key), native_range(bucket, key, offset, length)
    ffi = project.boundary.ffi
    struct_size = ffi.sizeof("UplinkGetObjectOptions")
    native = native_version(project.boundary, version, bucket, key)
    options = ffi.new("UplinkGetObjectOptions *", (struct_size, first, count, most, *native, *expected))
    if verify is not False:
        check_flag(verify, "verify")
        options.verify = verify
    arguments = (*where, options)
    decode = partial(_as_bytes_or_download, project.inspect)
    name = "get the object"
    return Call(project, name, start, arguments, _GET, decode, bucket, key, needs=_DOWNLOADING, keep=native)


def _as_bytes_or_download(
    inspect: Callable[[], AccessInfo] | None, boundary: Boundary, result: UplinkGetResultValue
) -> bytes | DownloadHandle:
    if result.download:
        return DownloadHandle.adopt(boundary, result, inspect)
    return boundary.ffi.buffer(result.bytes, result.length)[:]


# A read that stops early has both bytes and an error, which its decoder returns.
_READ: Kind[UplinkReadResultValue] = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkReadResult *"), lib.uplink_free_read_result),
    lambda lib: lib.uplink_operation_take_read,
    lambda _: None,
)
_END_OF_FILE = -1  # EOF of C


def download_read(
    download: DownloadHandle, buffer: memoryview | bytes, head: bytes, bucket: str, key: str
) -> Call[tuple[int, errors.UplinkError | None]]:
    """Return the call that fills the buffer with the head and new bytes.

    Its result is the number of new bytes. Fewer than fit mean that the download ended, or failed with the error beside
    the number.

    Args:
        download: The download.
        buffer: The memory to fill. If it is of type `bytes`, it has to be new, and not be used elsewhere.
        head: What to put at its start.
        bucket: The bucket, for errors.
        key: The key, for errors.
    """
    boundary = download.boundary
    lent: list[Chars] = []

    def start(operation: UplinkOperationPointer, native: UplinkDownloadPointer) -> None:
        address = lend(boundary, operation, buffer, lent)
        if head:
            boundary.ffi.memmove(address, head, len(head))
        boundary.lib.uplink_start_download_read(operation, native, address + len(head), len(buffer) - len(head))

    def as_count_and_error(boundary: Boundary, result: UplinkReadResultValue) -> tuple[int, errors.UplinkError | None]:
        error = result.error
        if error and error.code != _END_OF_FILE:
            return result.bytes_read, error_of(boundary, error, bucket, key)
        return result.bytes_read, None

    return Call(download, "read", start, (), _READ, as_count_and_error, bucket, key, needs=_DOWNLOADING, lent=lent)


def download_info(download: DownloadHandle, bucket: str, key: str) -> Object:
    """Return the record of the object that is downloaded."""
    get = download.boundary.lib.uplink_download_record
    return RECORD.returned_by(download.boundary, Prepared(get, download.pointer()), as_record, bucket, key)


def close_download(download: DownloadHandle, bucket: str, key: str) -> Call[None]:
    """Return the call that closes the download."""
    start = download.boundary.lib.uplink_start_close_download
    return Call(download, "close the download", start, (), ERROR, no_value, bucket, key)
