"""Calls that upload and download files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from uplink._calls._arguments import encode_object, native_version
from uplink._calls._call import Call, lend
from uplink._calls._records import RECORD, as_record
from uplink._calls._stored import call_that_stores
from uplink._checks import check_flag, check_type
from uplink.errors import InvalidArgumentError

if TYPE_CHECKING:
    from typing import BinaryIO

    from uplink._calls._arguments import Native
    from uplink._calls._stored import Stored
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        Chars,
        UplinkCustomMetadataValue,
        UplinkOperationPointer,
        UplinkProjectPointer,
        UplinkUploadFileOptionsPointer,
    )
    from uplink._handle import ProjectHandle
    from uplink._opened import OpenedFile
    from uplink._progress import Report
    from uplink._values import Object

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# The size of the parts of an upload in bytes; 0 for the default, 64 MiB. Tests make it smaller.
PART_SIZE = 0
# A larger file is uploaded in parts, and so are more bytes in memory.
LARGE_FILE = 64 * 1024 * 1024


def upload_file(
    project: ProjectHandle,
    bucket: str,
    key: str,
    path: str | os.PathLike[str] | BinaryIO,
    stored: Stored,
    *,
    resume: bool,
    progress: Report | None = None,
) -> Call[Object]:
    """Return the call that uploads a file, which libuplink reads."""
    boundary = project.boundary
    check_flag(resume, "resume")
    if not isinstance(path, (str, bytes, os.PathLike)):
        taken = "the path of a file, or a file that open has opened for reading bytes"
        advice = "; put takes other objects with read" if hasattr(path, "read") else ""
        raise TypeError(f"path takes {taken}, not {type(path).__name__}{advice}")
    encoded = encode_path(path)
    custom = stored.custom_or_none(boundary)
    options = _upload_options(boundary, custom, stored, resume=resume)
    start, arguments = boundary.lib.uplink_start_upload_file, (*encode_object(bucket, key), encoded, options)
    return call_that_stores(
        project, "upload the file", start, arguments, bucket, key, stored, custom, progress=progress
    )


def upload_opened(
    project: ProjectHandle,
    bucket: str,
    key: str,
    opened: OpenedFile,
    stored: Stored,
    *,
    resume: bool,
    progress: Report | None = None,
) -> Call[Object]:
    """Return the call that uploads what an open file has left. libuplink reads it by a duplicate of the descriptor."""
    boundary = project.boundary
    check_flag(resume, "resume")
    if not opened.is_regular:
        message = "the open file is not a regular file; put takes it, as a stream"
        raise InvalidArgumentError(message, bucket=bucket, key=key)
    where, custom = encode_object(bucket, key), stored.custom_or_none(boundary)
    options = _upload_options(boundary, custom, stored, resume=resume)

    def start(operation: UplinkOperationPointer, native: UplinkProjectPointer) -> None:
        # Read at each start, since a file that was closed meanwhile has no descriptor, and its number may be another's.
        descriptor = opened.descriptor
        boundary.lib.uplink_start_upload_descriptor(operation, native, *where, descriptor, opened.start, options)

    return call_that_stores(project, "upload the file", start, (), bucket, key, stored, custom, progress=progress)


def upload_memory(project: ProjectHandle, bucket: str, key: str, data: memoryview, stored: Stored) -> Call[Object]:
    """Return the call that uploads bytes in memory, in parts, which stay lent until nothing reads them any more."""
    boundary = project.boundary
    where, custom = encode_object(bucket, key), stored.custom_or_none(boundary)
    options = _upload_options(boundary, custom, stored, resume=False)
    lent: list[Chars] = []

    def start(operation: UplinkOperationPointer, native: UplinkProjectPointer) -> None:
        address = lend(boundary, operation, data, lent)
        boundary.lib.uplink_start_upload_memory(operation, native, *where, address, len(data), options)

    return call_that_stores(project, "put the object", start, (), bucket, key, stored, custom, lent=lent)


def _upload_options(
    boundary: Boundary, custom: Native[UplinkCustomMetadataValue], stored: Stored, *, resume: bool
) -> UplinkUploadFileOptionsPointer:
    struct_size = boundary.ffi.sizeof("UplinkUploadFileOptions")
    options = boundary.ffi.new(
        "UplinkUploadFileOptions *",
        (struct_size, *stored.native_expires, custom.struct, *stored.conditions, *stored.locks),
    )
    options.no_resume, options.part_size, options.checksum = not resume, PART_SIZE, stored.checksum
    return options


def download_file(
    project: ProjectHandle,
    bucket: str,
    key: str,
    path: str | os.PathLike[str],
    version: bytes | None,
    *,
    overwrite: bool,
    resume: bool,
    verify: bool,
    progress: Report | None = None,
) -> Call[Object]:
    """Return the call that downloads an object to a file, which libuplink writes."""
    boundary = project.boundary
    check_flag(overwrite, "overwrite")
    check_flag(verify, "verify")
    check_flag(resume, "resume")
    encoded = encode_path(path)
    native = native_version(boundary, version, bucket, key)
    struct_size = boundary.ffi.sizeof("UplinkDownloadFileOptions")
    options = boundary.ffi.new("UplinkDownloadFileOptions *", (struct_size, *native, not overwrite, not resume))
    options.verify = verify
    return Call(
        project,
        "download the file",
        boundary.lib.uplink_start_download_file,
        (*encode_object(bucket, key), encoded, options),
        RECORD,
        as_record,
        bucket,
        key,
        needs=("allow_download",),
        keep=native,
        progress=progress,
    )


def encode_path(path: object) -> bytes:
    """Return the path of a file for C.

    It is absolute, so that a call that is repeated in another current folder means the same file.

    Raises:
        TypeError: It is no path, for instance an open file.
        ValueError: It has a NUL in it, as `open` raises it.
    """
    check_type(path, (str, bytes, os.PathLike), "path", "the path of a file")
    encoded = os.fsencode(cast("str | bytes | os.PathLike[str]", path))
    if b"\0" in encoded:
        raise ValueError("embedded null byte")
    # Not by `pathlib`, whose import takes milliseconds.
    if not encoded or os.path.isabs(encoded):  # noqa: PTH117
        return encoded
    try:
        # Without `abspath`, since links count before "..".
        return os.path.join(os.getcwdb(), encoded)  # noqa: PTH109, PTH118
    except OSError:  # the current folder was removed, which is an error when the file is opened
        return encoded
