"""One version of an object, which files read at any offset."""

from __future__ import annotations

import contextlib

from uplink._calls import streams as calls
from uplink._checks import Releasing
from uplink._driver import Deadline
from uplink._file import FileOptions
from uplink._handle import DownloadHandle
from uplink._values import Object
from uplink.aio._driver import run
from uplink.aio._family import Family
from uplink.errors import ClosedError, DeadlineExceededError, InternalError, StreamFailedError

# Bytes of a range that arrive as one result. A larger range is read from a download.
_SMALL = 256 * 1024
# Bytes that a sequential reader gets ahead: at first, and at most.
_LEAST_AHEAD = 64 * 1024
_MOST_AHEAD = 256 * 1024
# The range of the first download of a sequential reader. The satellite counts the range as bandwidth that is used, and
# most readers that seek do so before its end.
_FIRST_RANGE = 1024 * 1024
# A reader that skips at most that many bytes stays with its download.
_SKIP = 64 * 1024


class Pinned:
    """One version of an object, from which bytes are read at any offset.

    A read where the last one ended continues a download, and gets bytes ahead. Any other read gets
    a range of its own. An object that was replaced or deleted meanwhile raises
    `ObjectChangedError`.

    It has no lock: its file lets one call at a time use it.

    Attributes:
        record: The record of the object.
        size: The size of the object.
        verifies: Whether its bytes are compared with its checksum. Then they are read from start to end.
    """

    def __init__(self, project: Family, bucket: str, key: str, options: FileOptions, handle: DownloadHandle) -> None:
        """Describe an object.

        Args:
            project: Its project, which stays alive with it.
            bucket: The bucket.
            key: The key.
            options: How it was opened.
            handle: A download of `_FIRST_RANGE`, or of the whole object if its bytes are verified.
        """
        self._project = project
        self._bucket = bucket
        self._key = key
        self.record: Object = calls.download_info(handle, bucket, key)
        self.size: int = self.record.size or 0
        self.verifies: bool = options.verify
        self._version = self.record.version if options.version is None else options.version
        self._expected = calls.expected_object(self.record)
        # Number of bytes that each read gets at least, and that a sequential reader gets ahead at first and at most.
        self._least = options.buffering if options.buffering > 1 else 0
        self._ahead = (_LEAST_AHEAD, _MOST_AHEAD) if options.buffering else (0, 0)
        self._download: DownloadHandle | None = handle
        # Where the last read ended, which is where the download goes on, and where its range ends.
        self._next = 0
        self._end = self.size if self.verifies else min(_FIRST_RANGE, self.size)
        # Number of bytes since the last jump.
        self._run = 0

    @classmethod
    async def open(cls, project: Family, bucket: str, key: str, options: FileOptions, deadline: Deadline) -> Pinned:
        """Open an object with one request."""
        length = None if options.verify else _FIRST_RANGE
        call = calls.download_object(project._handle(), bucket, key, 0, length, options.version, verify=options.verify)
        return cls(project, bucket, key, options, await project._run(call, deadline))

    def drop(self) -> None:
        """Free the download, if there is one. libuplink ends it in the background."""
        download, self._download = self._download, None
        if download is not None:
            download.free()

    async def close(self, deadline: Deadline) -> None:
        """Close the download, if there is one. After the deadline, this goes on in the background."""
        # Another thread may be closing the project.
        with contextlib.suppress(ClosedError, DeadlineExceededError):
            await self._end_download(deadline)
        self.drop()

    async def read(self, position: int, size: int, deadline: Deadline) -> bytes:
        """Return that many bytes from a position on, and those that are read ahead.

        Fewer mean that the object ends.
        """
        size = min(size, self.size - position)
        if size <= 0:
            return b""
        try:
            if not await self._go_to(position, size, deadline):
                size = min(max(size, self._least), self.size - position)
                data = await self._get(position, size, deadline)
            else:
                first, most = self._ahead
                ahead = min(max(self._run, first), most)
                data = bytes(min(max(size, ahead, self._least), self._end - position))
                await self._read_on(data, deadline)
        except BaseException:
            self.drop()
            raise
        self._advance(position, len(data))
        return data

    async def fill(self, position: int, view: memoryview, deadline: Deadline) -> int:
        """Fill a view with the bytes from a position on, and return their number.

        Fewer than fit mean that the object ends.
        """
        size = min(view.nbytes, self.size - position)
        if size <= 0:
            return 0
        try:
            if await self._go_to(position, size, deadline):
                with Releasing(view[:size]) as part:
                    await self._read_on(part, deadline)
            elif size <= _SMALL:
                view[:size] = await self._get(position, size, deadline)
            else:
                await self._open(position, position + size, deadline)
                with Releasing(view[:size]) as part:
                    await self._read_on(part, deadline)
        except BaseException:
            self.drop()
            raise
        self._advance(position, size)
        return size

    def _advance(self, position: int, count: int) -> None:
        self._next = position + count
        self._run += count

    async def _go_to(self, position: int, size: int, deadline: Deadline) -> bool:
        """Report whether a download goes on at the position, which has so many bytes left at least."""
        if self.verifies:
            self._check_next(position)
            return True
        skip = position - self._next
        if not 0 <= skip <= _SKIP or (skip and self._download is None):
            self.drop()
            self._run = 0
            return False
        if self._download is not None and position + size <= self._end:
            if skip:
                await self._read_on(bytes(skip), deadline)
            return True
        await self._end_download(deadline)
        is_first = self._run < _FIRST_RANGE and size < _FIRST_RANGE
        await self._open(position, min(position + _FIRST_RANGE, self.size) if is_first else self.size, deadline)
        return True

    def _check_next(self, position: int) -> None:
        """Raise an error unless the download of the whole object, which verifies it, goes on at the position."""
        if self._download is None or position != self._next:
            message = "the file has failed before; a file that is verified is read from start to end"
            raise StreamFailedError(message, bucket=self._bucket, key=self._key)

    async def _open(self, start: int, end: int, deadline: Deadline) -> None:
        """Open a download of the bytes from start to end."""
        handle = self._project._handle()
        call = calls.download_object(handle, self._bucket, self._key, start, end - start, self._version, self._expected)
        self._download = await self._project._run(call, deadline)
        self._next, self._end = start, end

    async def _end_download(self, deadline: Deadline) -> None:
        """Close a download that was read to its end, so that its connections can be used again."""
        download = self._download
        if download is not None and self._next == self._end:
            await run(calls.close_download(download, self._bucket, self._key), deadline)
        self.drop()

    async def _read_on(self, memory: memoryview | bytes, deadline: Deadline) -> None:
        """Fill memory with the next bytes of the download."""
        download = self._download
        assert download is not None
        call = calls.download_read(download, memory, b"", self._bucket, self._key)
        count, error = await run(call, deadline)
        if error is not None:
            raise error
        if count < len(memory):
            missing = len(memory) - count
            raise InternalError(f"the object ended {missing} bytes early", bucket=self._bucket, key=self._key)

    async def _get(self, position: int, size: int, deadline: Deadline) -> bytes:
        """Return a range of the object."""
        handle = self._project._handle()
        call = calls.get_object(handle, self._bucket, self._key, position, size, self._version, _SMALL, self._expected)
        got = await self._project._run(call, deadline)
        if isinstance(got, bytes):
            return got
        self._download, self._next, self._end = got, position, position + size
        memory = bytes(size)
        await self._read_on(memory, deadline)
        return memory
