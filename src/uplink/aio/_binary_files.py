"""Binary files over objects, awaited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import NoReturn, SupportsIndex

from uplink._checks import octets, release, whole_number
from uplink._contexts import AwaitedContext
from uplink._driver import Deadline
from uplink._file import FileBase, warn_unclosed
from uplink._lock import Lock
from uplink._types import Buffer, Self
from uplink.aio._file_reading import FileReading
from uplink.aio._file_writing import FileWriting
from uplink.aio._locked import locked

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class _Shared(FileBase, AwaitedContext):
    """A binary file that one task at a time uses."""

    def _share(self) -> None:
        self._lock = Lock("file", self.bucket, self.key)

    def _fail(self, error: BaseException) -> None:
        """End the file if it cannot be used after this error. A file that is read can be."""

    async def close(self, *, timeout: float | None = None) -> None:
        """Close the file."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Close the file, as `close`, for `contextlib.aclosing`."""
        await self.close()


class _Reader(_Shared, FileReading):
    """A binary file that is open for reading."""

    async def read(self, size: int | None = -1, *, timeout: float | None = None) -> bytes:
        """Read that many bytes, or fewer at the end.

        Args:
            size: Number of bytes; negative or `None` for all that are left.
            timeout: Seconds until the read is cancelled, which changes nothing; `None` for the
                file's `timeout`.

        Returns:
            The bytes; `b""` at the end.

        Raises:
            ClosedError: The file is closed.
            BusyError: Another task or thread is using the file.
            ObjectChangedError: The object was replaced or deleted since it was opened.
            UplinkError: Any other error of the network.

        Example:
            ```python
            async with project.open("photos", "cat.jpg") as file:
                head = await file.read(16)
            ```
        """
        count = -1 if size is None else whole_number(size, "size")
        return await locked(self, self._read, count, self._deadline(timeout))

    async def readinto(self, buffer: Buffer, *, timeout: float | None = None) -> int:
        """Fill the buffer in place, or less of it at the end.

        Args:
            buffer: A writable, contiguous buffer.
            timeout: As for `read`.

        Returns:
            The number of bytes; 0 at the end.

        Raises:
            TypeError: The buffer cannot be written to.
            UplinkError: As `read`.

        Example:
            ```python
            buffer = bytearray(1024)
            async with project.open("photos", "cat.jpg") as file:
                count = await file.readinto(buffer)
            ```
        """
        return await self._into(self._readinto, buffer, timeout)

    async def _into(
        self, work: Callable[[memoryview, Deadline], Awaitable[int]], buffer: Buffer, timeout: float | None
    ) -> int:
        self._check_open()
        view = octets(buffer, "readinto", writable=True)
        try:
            return await locked(self, work, view, self._deadline(timeout))
        finally:
            release(view)

    async def readline(self, size: int | None = -1, *, timeout: float | None = None) -> bytes:
        """Read one line with its end, or what is left where no line ends.

        Args:
            size: Number of bytes at most; negative or `None` for no limit.
            timeout: As for `read`.

        Returns:
            The line; `b""` at the end.

        Raises:
            UplinkError: As `read`.

        Example:
            ```python
            async with project.open("photos", "cat.jpg") as file:
                first = await file.readline()
            ```
        """
        most = -1 if size is None else whole_number(size, "size")
        return await locked(self, self._readline, most, self._deadline(timeout))

    async def readlines(self, hint: int | None = -1) -> list[bytes]:
        """Return the lines that are left, up to the one with which they have more bytes than the hint."""
        lines: list[bytes] = []
        count = 0
        while (hint is None or hint <= 0 or count <= hint) and (line := await self.readline()):
            lines.append(line)
            count += len(line)
        return lines

    def __aiter__(self) -> Self:
        """Iterate over the lines."""
        return self

    async def __anext__(self) -> bytes:
        line = await self.readline()
        if not line:
            raise StopAsyncIteration
        return line

    async def seek(self, offset: SupportsIndex, whence: int = 0) -> int:
        """Change the position, without the network. It may lie beyond the end.

        Args:
            offset: Number of bytes.
            whence: What they count from: 0 from the start, 1 from the position, 2 from the end.

        Returns:
            The new position.

        Raises:
            InvalidArgumentError: The position would be negative, or `whence` is none of these.
            ClosedError: The file is closed.

        Example:
            ```python
            async with project.open("photos", "cat.jpg") as file:
                await file.seek(-2, 2)
                tail = await file.read()
            ```
        """
        return self._lock.run(lambda: self._jump(offset, whence), self._check_open)

    async def tell(self) -> int:
        """Return the position.

        Raises:
            ClosedError: The file is closed.
        """
        return self._lock.run(self._tell, self._check_open)

    async def write(self, _data: Buffer, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`: the file is open for reading."""
        self._refuse_write()

    async def flush(self) -> None:
        """Do nothing, as files do that are open for reading."""
        self._check_open()

    async def close(self, *, timeout: float | None = None) -> None:
        """Close the file. Harmless if it is closed already.

        Args:
            timeout: Seconds to wait; `None` for the file's `timeout`. After them the closing goes
                on in the background.
        """
        await self._close(self._deadline(timeout))

    async def __aenter__(self) -> Self:
        self._check_open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            await self.close()
        else:
            self._give_up()

    def __del__(self) -> None:
        if not self._is_closed and warn_unclosed(self):
            self._give_up()


class RawReader(_Reader):
    """A binary file that is open for reading, without a buffer. `open` returns it for `buffering=0`.

    A read requests the bytes that it returns, and no others, but `readline`.
    """

    async def readall(self) -> bytes:
        """Read all that is left. `read` does it with a time limit."""
        return await self.read()


class BufferedReader(_Reader):
    """A binary file that is open for reading. `open` returns it for `"rb"`.

    A reader that goes on where it stopped gets bytes ahead, from one download. After a jump, a read
    requests the bytes that it returns, and no others.
    """

    async def read1(self, size: int = -1, *, timeout: float | None = None) -> bytes:
        """Read up to that many bytes, of the buffer or by one call."""
        return await locked(self, self._read1, whole_number(size, "size"), self._deadline(timeout))

    async def readinto1(self, buffer: Buffer, *, timeout: float | None = None) -> int:
        """Fill the start of a buffer as `read1` does, and return the number of bytes."""
        return await self._into(self._readinto1, buffer, timeout)

    async def peek(self, size: int = 0, *, timeout: float | None = None) -> bytes:
        """Return bytes from the position on, at least one unless the file ends, and stay there.

        Args:
            size: Number of bytes to get if the buffer has none.
            timeout: As for `read`.
        """
        return await locked(self, self._peek, whole_number(size, "size"), self._deadline(timeout))


class _Writer(_Shared, FileWriting):
    """A binary file that is open for writing."""

    async def write(self, data: Buffer, *, timeout: float | None = None) -> int:
        """Write all of the data.

        Small writes are gathered, so a later write, `flush` or the commit may raise their error.

        Args:
            data: A buffer.
            timeout: Seconds until the write is cancelled, which ends the file; `None` for the
                file's `timeout`.

        Returns:
            The number of bytes in the data.

        Raises:
            TypeError: The data is a `str` or no buffer.
            ClosedError: The file is closed.
            StreamFailedError: The file had failed before.
            BusyError: Another task or thread is using the file.
            UplinkError: Any other error of the network.

        Example:
            ```python
            async with project.open("photos", "cat.jpg", "wb") as file:
                await file.write(b"meow")
            ```
        """
        return await locked(self, self._write, data, self._deadline(timeout))

    async def writelines(self, lines: Iterable[Buffer]) -> None:
        """Write all items of an iterable."""
        self._check_open()
        for line in lines:
            await self.write(line)

    async def flush(self, *, timeout: float | None = None) -> None:
        """Send what `write` has gathered, so that its errors are raised here.

        Nothing becomes visible.

        Args:
            timeout: As for `write`.

        Raises:
            UplinkError: As `write`.
        """
        await locked(self, self._flush_all, self._deadline(timeout))

    async def tell(self) -> int:
        """Return the number of bytes that were written.

        Raises:
            ClosedError: The file is closed.
            StreamFailedError: The file had failed before.
        """
        return self._lock.run(self._upload.tell, self._check_open)

    async def seek(self, offset: SupportsIndex, whence: int = 0) -> NoReturn:
        """Raise `io.UnsupportedOperation`: an object is written from start to end."""
        self._refuse_seek(offset, whence)

    async def read(self, _size: int | None = -1, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`: the file is open for writing."""
        self._refuse_read()

    async def readline(self, _size: int | None = -1, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`: the file is open for writing."""
        self._refuse_read()

    async def close(self, *, timeout: float | None = None) -> None:
        """Close the file, which makes the object visible. Harmless if it is closed already.

        Inside an `async with` block of the file, the end of the block makes the object visible.

        Args:
            timeout: Seconds until the commit is cancelled, with an unknown outcome; `None` for the
                file's `timeout`.

        Raises:
            StreamFailedError: The file had failed before.
            PreconditionFailedError: The mode is `"x"`, and there is an object by now.
            UplinkError: Any other error of the network.

        Example:
            ```python
            file = await project.open("photos", "cat.jpg", "wb")
            await file.write(b"meow")
            await file.close()
            ```
        """
        await self._close(self._deadline(timeout))

    async def abort(self) -> None:
        """Close the file without a commit. Harmless after an abort, and after an error.

        Raises:
            ClosedError: The object was committed.

        Example:
            ```python
            file = await project.open("photos", "cat.jpg", "wb")
            await file.write(b"never mind")
            await file.abort()
            ```
        """
        self._check_not_committed()
        await self._abort()

    async def __aenter__(self) -> Self:
        self._check_open()
        self._blocks += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._leave(kind is not None, self._deadline(None))


class RawWriter(_Writer):
    """A binary file that is open for writing, without a buffer. `open` returns it for `buffering=0`.

    A write raises its own errors, as far as the data is sent before the commit.
    """


class BufferedWriter(_Writer):
    """A binary file that is open for writing. `open` returns it for `"wb"` and `"xb"`.

    The end of its context makes the object visible, or aborts if an exception ended the context.
    `close` makes it visible, too. A file that is collected without either is aborted, with a
    `ResourceWarning`.
    """
