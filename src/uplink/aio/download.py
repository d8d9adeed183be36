"""Downloads."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Final

from uplink._calls import streams as calls
from uplink._contexts import AwaitedContext
from uplink._driver import Deadline
from uplink._handle import Handle
from uplink._hide import hide_secrets
from uplink._made import Made
from uplink._stream import Stream
from uplink._turns import FREE_THREADED, Turns
from uplink._types import Buffer, Self
from uplink._values import Object, Releasing, octets, whole_number
from uplink.aio._driver import run
from uplink.errors import (
    ClosedError,
    DeadlineExceededError,
    InternalError,
    InvalidArgumentError,
    StreamFailedError,
    UplinkError,
    without_traceback,
)

# Small reads are served from a buffer, since each native call costs as much as copying 100 KiB.
_BUFFER_SIZE = 256 * 1024
_CHUNK_SIZE = 1024 * 1024


class Download(Made, Stream, AwaitedContext):
    """A download under way.

    Leaving its context closes it, as does `close`; one that is only collected is closed with a `ResourceWarning`. A
    download that failed stays failed. Code that reads binary files from start to end can read from it.

    Go counterpart: `uplink.Download`.

    Attributes:
        bucket: The bucket it comes from.
        key: The object's key.
        mode: `"rb"`, as a binary file has it.

    Example:
        ```python
        async with project.download_object("photos", "cat.jpg") as download:
            start = await download.read(16)
            rest = await download.read()
        ```
    """

    mode: Final = "rb"

    def _begin(
        self, project: object, handle: Handle, bucket: str, key: str, *, offset: int, length: int | None
    ) -> Self:
        self.bucket = bucket
        self.key = key
        # Kept alive, since freeing the project would end the download.
        self._project = project
        self._handle = handle
        self._info = calls.download_info(handle, bucket, key)
        # How many bytes of the range are still to be asked for.
        self._left = self._size = _range_size(self._info.size or 0, offset, length)
        # What was read ahead, and which part of it is still to be given out. The end is -1 when the download is closed,
        # which keeps `read` to one comparison.
        self._chunk = b""
        self._position: int = 0
        self._end: int = 0
        self._failure: UplinkError | None = None
        self._closed = False
        self._turns = Turns("download", bucket, key)
        return self

    def info(self) -> Object:
        """Return the record of the object; its size is that of the object, not of the range.

        Go counterpart: `Download.Info`.

        Example:
            ```python
            async with project.download_object("photos", "cat.jpg", offset=2, length=1) as download:
                assert download.info().size == 4
            ```
        """
        return self._info

    async def read(self, size: int | None = -1, *, timeout: float | None = None) -> bytes:
        """Read that many bytes, and fewer only at the end.

        Go counterpart: `Download.Read`.

        Args:
            size: How many bytes; negative or `None` for all that are left.
            timeout: After how many seconds to give up, which ends the download; `None` for no limit.

        Returns:
            The bytes; `b""` at the end.

        Raises:
            TypeError: The size is no whole number.
            ClosedError: The download is closed.
            StreamFailedError: It had failed before.
            BusyError: Another task or thread is using the download.
            DecryptionError: What is stored cannot be decrypted.
            NodesUnavailableError: Too few storage nodes answered.
            UplinkError: Any other error of the network.

        Example:
            ```python
            async with project.download_object("photos", "cat.jpg") as download:
                while chunk := await download.read(1024):
                    print(len(chunk))
            ```
        """
        if type(size) is not int:
            size = -1 if size is None else whole_number(size, "size")
        here = self._handle.boundary.here[0]
        # These lines call nothing, so no other thread comes between them.
        start = self._position
        end = start + size
        if start <= end <= self._end and here and not FREE_THREADED:
            head = self._chunk[start:end]
            self._position = end
            return head
        return await self._read(size, timeout)

    async def _read(self, size: int, timeout: float | Deadline | None) -> bytes:
        __tracebackhide__ = True
        deadline = Deadline.of(timeout)
        turn = object()
        try:
            self._turns.take(turn, self._check_open)
            data = await self._read_bytes(size, deadline)
            self._turns.give_back(turn)
            return data
        except BaseException as error:
            if self._turns.are_over(turn, error):
                self._fail(error)
            raise

    async def _read_bytes(self, size: int, deadline: Deadline) -> bytes:
        """Read so many bytes, or all, of what was read ahead and what follows it."""
        __tracebackhide__ = True
        head = self._take_ahead(size)
        missing = self._left if size < 0 else min(size - len(head), self._left)
        if missing >= _BUFFER_SIZE:
            return await self._fetch(missing, deadline, head)
        if missing:
            chunk = await self._fetch(min(_BUFFER_SIZE, self._left), deadline)
            head += chunk[:missing]
            self._keep_ahead(chunk, missing)
        return head

    def _take_ahead(self, size: int) -> bytes:
        """Take up to so many bytes, or all, of what was read ahead."""
        chunk, position, end = self._chunk, self._position, self._end
        if size < 0 or position + size >= end:
            # No read may be served from here while new bytes are on their way.
            self._chunk, self._position, self._end = b"", 0, 0
            return chunk[position:end]
        self._position += size
        return chunk[position : position + size]

    def _keep_ahead(self, chunk: bytes, position: int) -> None:
        """Keep what was read ahead, from that position on."""
        end = len(chunk)
        # Another thread may have closed the download.
        if not self._closed:
            self._chunk, self._position, self._end = chunk, position, end

    async def _fetch(self, size: int, deadline: Deadline, head: bytes = b"") -> bytes:
        """Return the head and that many new bytes, in memory that is written once."""
        __tracebackhide__ = True
        # Zeros, which the system provides page by page when libuplink writes there. Any other buffer would be zeroed
        # here and now, which holds up all threads, and with them time limits and Ctrl-C.
        memory = bytes(len(head) + size)
        await self._fill(memory, deadline, head)
        return memory

    async def _fill(self, buffer: memoryview | bytes, deadline: Deadline, head: bytes = b"") -> None:
        __tracebackhide__ = True
        call = calls.download_read(self._handle, buffer, head, self.bucket, self.key)
        count, error = await run(call, deadline)
        self._left -= count
        if error is not None:
            raise error
        missing = len(buffer) - len(head) - count
        if missing:
            raise InternalError(f"the object ended {missing} bytes early", bucket=self.bucket, key=self.key)

    def _fail(self, error: BaseException) -> None:
        """End the download, whatever ended a call early, also a cancellation: its position is not known."""
        __tracebackhide__ = True
        if self._closed and isinstance(error, UplinkError):
            raise ClosedError("the download was closed meanwhile", bucket=self.bucket, key=self.key) from error
        self._failure = without_traceback(error)
        self._close()

    async def readinto(self, buffer: Buffer, *, timeout: float | None = None) -> int:
        """Fill the buffer in place, and less of it only at the end.

        Args:
            buffer: A writable, contiguous buffer: `bytearray`, `memoryview`, an array, `mmap` …
            timeout: After how many seconds to give up, which ends the download; `None` for no limit.

        Returns:
            The number of bytes; 0 at the end.

        Raises:
            TypeError: The buffer cannot be written to.
            UplinkError: As `read`.

        Example:
            ```python
            buffer = bytearray(1024)
            async with project.download_object("photos", "cat.jpg") as download:
                count = await download.readinto(buffer)
            ```
        """
        return await self._readinto(buffer, timeout)

    async def _readinto(self, buffer: Buffer, timeout: float | Deadline | None) -> int:
        __tracebackhide__ = True
        deadline = Deadline.of(timeout)
        view = octets(buffer, "readinto", writable=True)
        turn = object()
        try:
            with Releasing(view):
                self._turns.take(turn, self._check_open)
                size = await self._fill_view(view, deadline)
            self._turns.give_back(turn)
            return size
        except BaseException as error:
            if self._turns.are_over(turn, error):
                self._fail(error)
            raise

    async def _fill_view(self, view: memoryview, deadline: Deadline) -> int:
        """Fill the view with what was read ahead and what follows it."""
        __tracebackhide__ = True
        head = self._take_ahead(view.nbytes)
        size = min(view.nbytes, len(head) + self._left)
        view[: len(head)] = head
        missing = size - len(head)
        if missing >= _BUFFER_SIZE:
            with Releasing(view[len(head) : size]) as rest:
                await self._fill(rest, deadline)
        elif missing:
            chunk = await self._fetch(min(_BUFFER_SIZE, self._left), deadline)
            view[len(head) : size] = chunk[:missing]
            self._keep_ahead(chunk, missing)
        return size

    async def iter_bytes(self, chunk_size: int = _CHUNK_SIZE, *, timeout: float | None = None) -> AsyncIterator[bytes]:
        """Iterate over what is left, in chunks of that many bytes, the last one excepted.

        Args:
            chunk_size: How many bytes.
            timeout: After how many seconds to give up waiting for one chunk; `None` for no limit.

        Raises:
            InvalidArgumentError: The chunk size is not positive.
            UplinkError: As `read`.

        Example:
            ```python
            async with project.download_object("photos", "cat.jpg") as download:
                async for chunk in download.iter_bytes():
                    print(len(chunk))
            ```
        """
        if whole_number(chunk_size, "chunk_size") <= 0:
            raise InvalidArgumentError(f"chunk_size is {chunk_size}; it takes a positive number of bytes")
        while chunk := await self.read(chunk_size, timeout=timeout):
            yield chunk

    async def readline(self, size: int | None = -1, *, timeout: float | None = None) -> bytes:
        r"""Read to the end of the line, which is in the result, or to the end of what is left.

        Args:
            size: How many bytes at most; negative or `None` for no limit.
            timeout: After how many seconds to give up, which ends the download; `None` for no limit.

        Returns:
            The line; `b""` at the end.

        Raises:
            UplinkError: As `read`.

        Example:
            ```python
            await project.put("photos", "names.txt", b"Tom\nKit\n")
            async with project.download_object("photos", "names.txt") as download:
                assert await download.readline() == b"Tom\n"
                assert [line async for line in download] == [b"Kit\n"]
            ```
        """
        deadline = Deadline.of(timeout)
        most = -1 if size is None else whole_number(size, "size")
        turn = object()
        try:
            self._turns.take(turn, self._check_open)
            line = await self._read_line(most, deadline)
            self._turns.give_back(turn)
            return line
        except BaseException as error:
            if self._turns.are_over(turn, error):
                self._fail(error)
            raise

    async def _read_line(self, most: int, deadline: Deadline) -> bytes:
        __tracebackhide__ = True
        pieces: list[bytes] = []
        while most:
            chunk, position, end = self._chunk, self._position, self._end
            newline = chunk.find(b"\n", position, end)
            # Where nothing was read ahead, reading one byte reads ahead.
            count = newline + 1 - position if newline >= 0 else max(end - position, 1)
            piece = await self._read_bytes(count if most < 0 else min(count, most), deadline)
            pieces.append(piece)
            most = most - len(piece) if most > 0 else most
            if not piece or piece.endswith(b"\n"):
                break
        return b"".join(pieces)

    def __aiter__(self) -> Self:
        """Iterate over the lines, as files do; for chunks there is `iter_bytes`."""
        return self

    async def __anext__(self) -> bytes:
        line = await self.readline()
        if not line:
            raise StopAsyncIteration
        return line

    @property
    def closed(self) -> bool:
        """Whether the download was closed, or has failed."""
        return self._closed

    def readable(self) -> bool:
        """Report whether the stream can be read: a download can."""
        return True

    async def flush(self) -> None:
        """Do nothing, as files do that were opened for reading."""
        self._check_open()

    def tell(self) -> int:
        """Return the number of bytes that were read so far, from where the download began.

        Raises:
            ClosedError: The download is closed.
            StreamFailedError: It had failed before.

        Example:
            ```python
            async with project.download_object("photos", "cat.jpg") as download:
                await download.read(3)
                assert download.tell() == 3
            ```
        """
        return self._turns.run(lambda: self._size - self._left - (self._end - self._position), self._check_open)

    def _check_open(self) -> None:
        __tracebackhide__ = True
        self._handle.check_process()
        if self._failure is not None:
            raise StreamFailedError.after(self._failure, "download", self.bucket, self.key) from self._failure
        if self._closed:
            raise ClosedError("the download is closed", bucket=self.bucket, key=self.key)

    def _close(self) -> None:
        self._closed = True
        self._end = -1
        self._chunk = b""
        self._handle.free()

    async def close(self, *, timeout: float | None = None) -> None:
        """Close the download. Harmless if it is closed already, had failed, or belongs to a parent process.

        Go counterpart: `Download.Close`.

        Args:
            timeout: After how many seconds to leave the closing to the background; `None` for no limit.

        Example:
            ```python
            download = await project.download_object("photos", "cat.jpg")
            await download.close()
            ```
        """
        if self._closed or not self._handle.boundary.alive:
            return
        self._closed = True
        self._end = -1
        try:
            # Another thread may be closing it too.
            with contextlib.suppress(ClosedError, DeadlineExceededError):
                await run(calls.close_download(self._handle, self.bucket, self.key), timeout)
        finally:
            self._close()

    async def __aenter__(self) -> Self:
        self._check_open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            await self.close()
        elif not self._closed:
            # Closing ends the download in the background; an exception on its way must not wait for that.
            self._close()

    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # Late in the interpreter's shutdown modules have no globals: nothing is left to warn with.
        if not is_finalizing() and not getattr(self, "_closed", True) and self._handle.boundary.alive:
            # Its handle is freed with it.
            warnings.warn(f"unclosed download {self!r}", ResourceWarning, source=self, stacklevel=2)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a download cannot be copied or pickled")

    def __repr__(self) -> str:
        if not hasattr(self, "_turns"):
            return object.__repr__(self)
        state = "open"
        if self._failure is not None:
            state = "failed"
        elif self._closed:
            state = "closed"
        place = hide_secrets(f"{self.bucket}/{self.key}")
        return f"<{type(self).__module__}.{type(self).__qualname__} of {place}, {state}>"


def _range_size(size: int, offset: int, length: int | None) -> int:
    """Return how many bytes of an object of that size lie in the range."""
    start = max(size + offset, 0) if offset < 0 else offset
    return size - start if length is None else min(length, size - start)
