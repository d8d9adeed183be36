# Generated from src/uplink/aio/_streams.py by tools/generate_sync.py; change that instead.
"""A project's methods that open uploads and downloads."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from uplink._attempts import Attempts
from uplink._calls import streams as calls
from uplink._calls._call import Call
from uplink._calls._stored import Stored
from uplink._checks import whole_number
from uplink._checksums import ChecksumAlgorithm, check_verified_range
from uplink._driver import Deadline, run
from uplink._family import Family
from uplink._ffi import Boundary
from uplink._handle import UploadHandle
from uplink._retention import Retention
from uplink._sources import Source, check_source, chunks, rewinder
from uplink._upload import R
from uplink._writing import Writing
from uplink.download import Download
from uplink.errors import RangeInvalidError, UplinkError
from uplink.upload import Upload

T = TypeVar("T")


class Streams(Family):
    """Methods that open streams."""

    def upload_object(
        self,
        bucket: str,
        key: str,
        *,
        metadata: Mapping[str, str] | None = None,
        expires: datetime | None = None,
        content_type: str | None = None,
        etag: bytes | None = None,
        if_none_match: str | None = None,
        retention: Retention | None = None,
        legal_hold: bool = False,
        checksum: ChecksumAlgorithm | None = None,
        timeout: float | None = None,
    ) -> Upload:
        """Start an upload. The first request is sent when data leaves the buffer, or at the commit.

        Go counterpart: `Project.UploadObject`.

        Args:
            bucket: The bucket.
            key: The object's key. The commit replaces an object that has the same key.
            metadata: Custom metadata; see also `Upload.set_custom_metadata`.
            expires: When the satellite deletes the object, an aware datetime.
            content_type: As for `put`; `Upload.set_custom_metadata` replaces it.
            etag: As for `put`.
            if_none_match: `"*"` if the commit must not replace an object, as for `put`.
            retention: As for `put`.
            legal_hold: As for `put`.
            checksum: As for `put`; `Upload.set_custom_metadata` does not remove it.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            BucketNameInvalidError: The bucket's name is empty or has a NUL in it.
            ObjectKeyInvalidError: The key is empty.
            InvalidArgumentError: As for `put`.

        Example:
            ```python
            with project.upload_object("photos", "cat.jpg") as upload:
                upload.write(b"meow")
            ```
        """
        # The arguments are checked once this is awaited.
        given = (metadata, expires, content_type, etag, if_none_match, retention, legal_hold, checksum)
        return self._upload_object(bucket, key, lambda boundary: Stored(boundary, *given), timeout)

    def _upload_object(
        self,
        bucket: str,
        key: str,
        store: Callable[[Boundary], Stored],
        timeout: float | Deadline | None,
    ) -> Upload:
        __tracebackhide__ = True
        handle = self._handle()
        stored = store(handle.boundary)
        return self._open_upload(calls.upload_object(handle, bucket, key, stored), bucket, key, stored, timeout)

    def _open_upload(
        self,
        call: Call[UploadHandle],
        bucket: str,
        key: str,
        stored: Stored,
        timeout: float | Deadline | None,
    ) -> Upload:
        __tracebackhide__ = True
        handle = run(call, timeout)
        if stored.native_metadata is not None:
            calls.upload_set_custom_metadata(handle, stored.native_metadata, bucket, key)
        return Upload._new()._begin(self, handle, bucket, key)

    def _send(self, data: Source, deadline: Deadline, attempt: Callable[[], T], noun: str = "an object") -> T:
        """Upload data, again after an error as the project's `Retry` allows, if the data can be read again."""
        __tracebackhide__ = True
        check_source(data, noun)
        rewind = rewinder(data)
        attempts = Attempts(self.config.retry, deadline)
        while True:
            try:
                return attempt()
            except UplinkError as error:
                delay = None if rewind is None else attempts.delay_after(error)
                if rewind is None or delay is None:
                    raise
            time.sleep(delay)
            rewind()

    def download_object(
        self,
        bucket: str,
        key: str,
        *,
        offset: int = 0,
        length: int | None = None,
        version: bytes | None = None,
        verify: bool = False,
        timeout: float | None = None,
    ) -> Download:
        """Open a download of an object, or of a range of it.

        Go counterpart: `Project.DownloadObject`; `object.DownloadObject` for a version.

        Args:
            bucket: The bucket.
            key: The object's key.
            offset: Where to start; a negative offset counts from the end.
            length: Number of bytes at most; `None` for all.
            version: The version of a record; `None` for the latest version.
            verify: Whether to compare the bytes with the checksum that is stored with the object.
                The read that gets the last byte raises `ChecksumMismatchError` if they differ;
                reads before it return bytes that are not verified yet. It takes the whole object.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            InvalidArgumentError: A range is to be verified.
            ChecksumMissingError: `verify` is `True`, and the metadata has no checksum.
            RangeInvalidError: The range lies outside the object, or its length is negative.
            ObjectNotFoundError: There is no such object or no such bucket; the satellite does not
                distinguish them. Also if the latest version is a delete marker.
            DeleteMarkerError: The version is a delete marker.
            VersionInvalidError: The version is not of a record.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            with project.download_object("photos", "cat.jpg", offset=1) as download:
                data = download.read()
            ```
        """
        return self._download_object(bucket, key, offset, length, version, timeout, verify)

    def _download_object(
        self,
        bucket: str,
        key: str,
        offset: int,
        length: int | None,
        version: bytes | None,
        timeout: float | Deadline | None,
        verify: bool,
    ) -> Download:
        __tracebackhide__ = True
        offset, limit = checked_range(offset, length)
        check_verified_range(verify, offset, length, bucket, key)
        call = calls.download_object(self._handle(), bucket, key, offset, limit, version, verify=verify)
        handle = self._run(call, timeout)
        return Download._new()._begin(self, handle, bucket, key, offset=offset, length=length)


def write_all(upload: Writing[R], data: Source, deadline: Deadline) -> None:
    """Write all that a source has."""
    __tracebackhide__ = True
    pieces = chunks(data)
    with contextlib.closing(pieces):
        for piece in pieces:
            upload._write(piece, deadline)


def checked_range(offset: int, length: int | None) -> tuple[int, int | None]:
    """Return the offset and the length to request.

    libuplink takes no length with a negative offset: then all bytes to the end are requested, and
    the caller takes the first ones.
    """
    offset = whole_number(offset, "offset")
    if length is None:
        return offset, None
    length = whole_number(length, "length")
    if length < 0:
        raise RangeInvalidError(f"length is {length}; it takes a number of bytes, or None for all")
    return offset, length if offset >= 0 else None
