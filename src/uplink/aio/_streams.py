"""A project's methods that open uploads and downloads."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeVar

from uplink._attempts import Attempts
from uplink._calls import streams as calls
from uplink._calls._call import Call
from uplink._calls._stored import Stored
from uplink._checks import whole_number
from uplink._checksums import ChecksumAlgorithm, check_verified_range
from uplink._driver import Deadline
from uplink._ffi import Boundary
from uplink._handle import UploadHandle
from uplink._retention import Retention
from uplink._upload import R
from uplink.aio._driver import in_time, run
from uplink.aio._family import Family
from uplink.aio._opening import Opening
from uplink.aio._sources import Source, check_source, chunks, is_buffer, rewinder
from uplink.aio._writing import Writing
from uplink.aio.download import Download
from uplink.aio.upload import Upload
from uplink.errors import RangeInvalidError, UplinkError

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
    ) -> Opening[Upload]:
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
            async with project.upload_object("photos", "cat.jpg") as upload:
                await upload.write(b"meow")
            ```
        """
        # The arguments are checked once this is awaited.
        given = (metadata, expires, content_type, etag, if_none_match, retention, legal_hold, checksum)
        return Opening(self._upload_object(bucket, key, lambda boundary: Stored(boundary, *given), timeout))

    async def _upload_object(
        self,
        bucket: str,
        key: str,
        store: Callable[[Boundary], Stored],
        timeout: float | Deadline | None,
    ) -> Upload:
        __tracebackhide__ = True
        handle = self._handle()
        stored = store(handle.boundary)
        return await self._open_upload(calls.upload_object(handle, bucket, key, stored), bucket, key, stored, timeout)

    async def _open_upload(
        self,
        call: Call[UploadHandle],
        bucket: str,
        key: str,
        stored: Stored,
        timeout: float | Deadline | None,
    ) -> Upload:
        __tracebackhide__ = True
        handle = await run(call, timeout)
        if stored.native_metadata is not None:
            calls.upload_set_custom_metadata(handle, stored.native_metadata, bucket, key)
        return Upload._new()._begin(self, handle, bucket, key)

    async def _send(
        self, data: Source, deadline: Deadline, attempt: Callable[[], Awaitable[T]], noun: str = "an object"
    ) -> T:
        """Upload data, again after an error as the project's `Retry` allows, if the data can be read again."""
        __tracebackhide__ = True
        check_source(data, noun)
        rewind = rewinder(data)
        attempts = Attempts(self.config.retry, deadline)
        while True:
            try:
                return await attempt()
            except UplinkError as error:
                delay = None if rewind is None else attempts.delay_after(error)
                if rewind is None or delay is None:
                    raise
            await asyncio.sleep(delay)
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
    ) -> Opening[Download]:
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
            async with project.download_object("photos", "cat.jpg", offset=1) as download:
                data = await download.read()
            ```
        """
        return Opening(self._download_object(bucket, key, offset, length, version, timeout, verify))

    async def _download_object(
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
        handle = await self._run(call, timeout)
        return Download._new()._begin(self, handle, bucket, key, offset=offset, length=length)


async def write_all(upload: Writing[R], data: Source, deadline: Deadline) -> None:
    """Write all that a source has."""
    __tracebackhide__ = True
    pieces = chunks(data)
    if True:  # ASYNC
        # Bytes in memory come at once, so they need no alarm.
        if deadline.seconds is not None and not is_buffer(data):
            pieces = in_time(pieces, deadline, "what is to be uploaded")
    async with contextlib.aclosing(pieces):
        async for piece in pieces:
            await upload._write(piece, deadline)


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
