"""A project's methods that transfer a whole object in one call."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import cast, overload

from uplink._calls import streams as calls
from uplink._calls import transfers
from uplink._calls._stored import Stored
from uplink._calls.small import LARGEST_PUT, SmallCall, Value
from uplink._checks import Releasing, octets
from uplink._checksums import ChecksumAlgorithm, check_verified_range
from uplink._driver import Deadline
from uplink._handle import DownloadHandle
from uplink._opened import opened_file
from uplink._retention import Retention
from uplink._types import Buffer
from uplink._values import Object
from uplink.aio._driver import small_calls
from uplink.aio._family import Family
from uplink.aio._small import is_plain_get, is_plain_put
from uplink.aio._sources import Source, is_buffer, size_of
from uplink.aio._streams import Streams, checked_range, write_all
from uplink.aio.download import Download
from uplink.errors import InvalidArgumentError, UplinkError

# Up to this size an object is one native operation, with its bytes in memory twice for a moment.
_SMALL = 256 * 1024


if True:  # ASYNC

    async def _run_small(project: Family, bucket: str, key: str, data: bytes | None) -> Value | None:
        """Put the data, or get an object if it is `None`, as a small call. After an error it is as any other call.

        Return `None` where small calls are run by themselves.
        """
        __tracebackhide__ = True
        handle = project._handle()
        small = small_calls(handle.boundary)
        if small is None:
            return None
        call = SmallCall(handle, bucket, key, data)
        await small.end_of(call)
        # The error has this frame in its traceback, so neither may keep it.
        failed, call.error = call.error, None
        try:
            if failed is None:
                return call.value
            if not isinstance(failed, UplinkError):
                raise failed
            described = call.described()
            described.explain(failed)
            return await project._run(described, None, failed)
        finally:
            del failed


class WholeObjects(Streams):
    """Methods that transfer a whole object."""

    async def put(
        self,
        bucket: str,
        key: str,
        data: Source,
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
    ) -> Object:
        """Upload an object in one call. It becomes visible as a whole or not at all.

        Args:
            bucket: The bucket.
            key: The object's key. An object that has the same key is replaced.
            data: A buffer, a path (`pathlib.Path`), a binary file, or an iterable of buffers. It is
                opened and read when the budgets have room for the upload, and must not change
                before that. A binary file is read from its position on. More than 64 MiB in a
                buffer, in a regular file whose path is given, or in one from `open` or `tempfile`,
                are uploaded in parts at the same time, as by `upload_file` with `resume=False`.
                Such a buffer or file must not change during the call.
            metadata: Custom metadata.
            expires: When the satellite deletes the object, an aware datetime.
            content_type: The media type, such as `"image/jpeg"`. It is stored as the custom
                metadata `"content-type"`, as Storj's S3 gateway stores it, and link sharing sends
                it.
            etag: Any bytes to store as the object's `etag`, such as a checksum. They are encrypted.
            if_none_match: `"*"` to raise `PreconditionFailedError` in place of replacing an object
                that has the same key.
            retention: Until when the new version can be neither deleted nor replaced; `None` for
                what the bucket's configuration says. The bucket needs Object Lock.
            legal_hold: Whether the new version can be neither deleted nor replaced until its legal
                hold is removed. The bucket needs Object Lock.
            checksum: `"sha256"` or `"blake3"` to hash the bytes while they are sent, and to store
                the checksum in hexadecimal digits as the custom metadata of this key. Downloads
                with `verify=True` compare the bytes with it. `None` for no checksum.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Returns:
            The object's record. If the access has a `max_object_ttl` and `expires` is not given, its
            `expires` is `None`, although the object expires: `stat_object` reports when.

        Raises:
            TypeError: The data is a `str`, or of a type that has no bytes.
            InvalidArgumentError: `if_none_match` or `checksum` is another text, or the metadata has
                a media type beside `content_type`, or the key of the checksum.
            PreconditionFailedError: An object has the key, and `if_none_match` is `"*"`.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            StorageLimitExceededError: The project has reached its storage limit.
            SourceChangedError: A file of more than 64 MiB changed while it was uploaded.
            UplinkError: Any other error of the network.

        Example:
            ```python
            item = await project.put("photos", "cat.jpg", b"meow", metadata={"camera": "x100"})
            assert item.size == 4
            ```
        """
        given = (metadata, expires, content_type, etag, if_none_match, retention, legal_hold, checksum)
        if True:  # ASYNC
            if type(data) is bytes and len(data) <= LARGEST_PUT and is_plain_put((*given, timeout)):
                record = await _run_small(self, bucket, key, data)
                if record is not None:
                    return cast("Object", record)
        deadline = Deadline.of(timeout)
        handle = self._handle()
        stored = Stored(handle.boundary, *given)
        if isinstance(data, (bytes, bytearray)) and len(data) <= _SMALL:
            return await self._run(calls.put_object(handle, bucket, key, data, stored), deadline)
        if is_buffer(data):
            with Releasing(octets(data, "an object")) as view:
                if view.nbytes <= _SMALL:
                    return await self._run(calls.put_object(handle, bucket, key, view, stored), deadline)
                if view.nbytes > transfers.LARGE_FILE:
                    return await self._run(transfers.upload_memory(handle, bucket, key, view, stored), deadline)
        opened = opened_file(data)
        if opened is not None and opened.left > transfers.LARGE_FILE:
            call = transfers.upload_opened(handle, bucket, key, opened, stored, resume=False)
        elif isinstance(data, os.PathLike) and (size_of(data) or 0) > transfers.LARGE_FILE:
            call = transfers.upload_file(handle, bucket, key, data, stored, resume=False)
        else:
            return await self._send(data, deadline, lambda: self._put_stream(bucket, key, data, stored, deadline))
        item = await self._run(call, deadline)
        if opened is not None:
            opened.skip(item.size or 0)
        return item

    async def _put_stream(self, bucket: str, key: str, data: Source, stored: Stored, deadline: Deadline) -> Object:
        __tracebackhide__ = True
        # This waits until the budgets have room for the upload. The data is opened and read after
        # that.
        call = calls.upload_in_turn(self._handle(), bucket, key, stored, size_of(data))
        async with await self._open_upload(call, bucket, key, stored, deadline) as upload:
            await write_all(upload, data, deadline)
            return await upload._commit(deadline)

    @overload
    async def get(
        self,
        bucket: str,
        key: str,
        *,
        offset: int = 0,
        length: int | None = None,
        version: bytes | None = None,
        verify: bool = False,
        into: None = None,
        timeout: float | None = None,
    ) -> bytes: ...

    @overload
    async def get(
        self,
        bucket: str,
        key: str,
        *,
        offset: int = 0,
        length: int | None = None,
        version: bytes | None = None,
        verify: bool = False,
        into: Buffer,
        timeout: float | None = None,
    ) -> int: ...

    async def get(
        self,
        bucket: str,
        key: str,
        *,
        offset: int = 0,
        length: int | None = None,
        version: bytes | None = None,
        verify: bool = False,
        into: Buffer | None = None,
        timeout: float | None = None,
    ) -> bytes | int:
        """Download an object, or a range of it, in one call.

        From 32 MiB on, several downloads run at the same time as long as that is faster.

        Args:
            bucket: The bucket.
            key: The object's key.
            offset: Where to start; a negative offset counts from the end.
            length: Number of bytes at most; `None` for all.
            version: The version of a record; `None` for the latest version.
            verify: Whether to compare the bytes with the checksum that is stored with the object.
                It takes the whole object.
            into: A writable, contiguous buffer for the bytes, which are written from its start on:
                `bytearray`, `memoryview`, an array, `mmap` … After an error it may have some of
                them. `None` for new memory.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Returns:
            The bytes; with `into`, their number.

        Raises:
            TypeError: `into` cannot be written to.
            InvalidArgumentError: The range has more bytes than `into`, or cannot be verified.
            ChecksumMismatchError: The bytes have another checksum than the metadata.
            ChecksumMissingError: `verify` is `True`, and the metadata has no checksum.
            RangeInvalidError: The range lies outside the object, or its length is negative.
            ObjectNotFoundError: There is no such object or no such bucket; the satellite does not
                distinguish them. Also if the latest version is a delete marker.
            DeleteMarkerError: The version is a delete marker.
            VersionInvalidError: The version is not of a record.
            PermissionDeniedError: The access does not allow it.
            DecryptionError: The stored data cannot be decrypted.
            UplinkError: Any other error of the network.

        Example:
            ```python
            data = await project.get("photos", "cat.jpg")
            tail = await project.get("photos", "cat.jpg", offset=-2)
            buffer = bytearray(1024)
            size = await project.get("photos", "cat.jpg", into=buffer)
            assert buffer[:size] == data
            ```
        """
        if True:  # ASYNC
            if is_plain_get((offset, length, version, verify, into, timeout)):
                got = await _run_small(self, bucket, key, None)
                if isinstance(got, bytes):
                    return got
                if got is not None:
                    return await self._read_all(cast("DownloadHandle", got), bucket, key)
        deadline = Deadline.of(timeout)
        if into is None:
            return await self._get(bucket, key, offset, length, version, deadline, verify)
        with Releasing(octets(into, "into", writable=True)) as view:
            return await self._get_into(bucket, key, offset, length, version, view, deadline, verify)

    async def _get(
        self,
        bucket: str,
        key: str,
        offset: int,
        length: int | None,
        version: bytes | None,
        deadline: Deadline,
        verify: bool,
    ) -> bytes:
        __tracebackhide__ = True
        got = await self._open_get(bucket, key, offset, length, version, deadline, verify)
        if isinstance(got, bytes):
            return got if length is None else got[:length]
        return await self._read_all(got, bucket, key, offset, length, deadline)

    async def _read_all(
        self,
        opened: DownloadHandle,
        bucket: str,
        key: str,
        offset: int = 0,
        length: int | None = None,
        timeout: float | Deadline | None = None,
    ) -> bytes:
        __tracebackhide__ = True
        async with Download._new()._begin(self, opened, bucket, key, offset=offset, length=length) as download:
            return await download._read(-1, timeout)

    async def _open_get(
        self,
        bucket: str,
        key: str,
        offset: int,
        length: int | None,
        version: bytes | None,
        deadline: Deadline,
        verify: bool,
    ) -> bytes | DownloadHandle:
        """Return the bytes of a range, or a download of a large one."""
        __tracebackhide__ = True
        offset, limit = checked_range(offset, length)
        if verify is not False:
            check_verified_range(verify, offset, length, bucket, key)
        call = calls.get_object(self._handle(), bucket, key, offset, limit, version, _SMALL, verify=verify)
        return await self._run(call, deadline)

    async def _get_into(
        self,
        bucket: str,
        key: str,
        offset: int,
        length: int | None,
        version: bytes | None,
        view: memoryview,
        deadline: Deadline,
        verify: bool,
    ) -> int:
        __tracebackhide__ = True
        got = await self._open_get(bucket, key, offset, length, version, deadline, verify)
        if isinstance(got, bytes):
            data = got if length is None else got[:length]
            _check_room(len(data), view, bucket, key)
            view[: len(data)] = data
            return len(data)
        async with Download._new()._begin(self, got, bucket, key, offset=offset, length=length) as download:
            _check_room(download._size, view, bucket, key)
            return await download._readinto(view, deadline)


def _check_room(size: int, view: memoryview, bucket: str, key: str) -> None:
    """Raise an error if so many bytes do not fit into the view."""
    if size > view.nbytes:
        message = f"the range has {size} bytes, and into has room for {view.nbytes}"
        raise InvalidArgumentError(message, bucket=bucket, key=key)
