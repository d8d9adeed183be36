"""Binary files over objects."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, SupportsIndex

from uplink._checks import octets, release, whole_number
from uplink._contexts import BlockingContext
from uplink._driver import Deadline
from uplink._file import warn_unclosed
from uplink._file_reading import FileReading
from uplink._file_writing import FileWriting
from uplink._lock import FREE_THREADED
from uplink._shared_file import SharedFile
from uplink._types import Buffer, Self

if TYPE_CHECKING:
    from typing import BinaryIO
else:
    BinaryIO = BlockingContext

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class _Reader(SharedFile, FileReading):
    """A binary file that is open for reading."""

    def read(self, size: int | None = -1, *, timeout: float | None = None) -> bytes:
        """Read that many bytes, or fewer at the end.

        Args:
            size: Number of bytes; negative or `None` for all that are left.
            timeout: Seconds until the read is cancelled, which changes nothing; `None` for the
                file's `timeout`.

        Returns:
            The bytes; `b""` at the end.

        Raises:
            ClosedError: The file is closed.
            ObjectChangedError: The object was replaced or deleted since it was opened.
            UplinkError: Any other error of the network.

        Example:
            ```python
            with project.open("photos", "cat.jpg") as file:
                head = file.read(16)
            ```
        """
        if type(size) is not int:
            size = -1 if size is None else whole_number(size, "size")
        # A read of 256 B takes 0.3 µs here, and 2 µs by `_open_alone`. These lines call nothing, so neither another
        # thread nor a signal handler comes between them.
        start = self._index
        end = start + size
        if start <= end <= self._end and not self._is_busy and self._here[0] and not FREE_THREADED:
            self._index = end
            return self._chunk[start:end]
        return self._call(timeout, self._read, size)

    def readinto(self, buffer: Buffer, *, timeout: float | None = None) -> int:
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
            with project.open("photos", "cat.jpg") as file:
                count = file.readinto(buffer)
            ```
        """
        return self._into(self._readinto, buffer, timeout)

    def _into(self, work: Callable[[memoryview, Deadline], int], buffer: Buffer, timeout: float | None) -> int:
        self._check_open()
        view = octets(buffer, "readinto", writable=True)
        try:
            return self._call(timeout, work, view)
        finally:
            release(view)

    def readline(self, size: int | None = -1, *, timeout: float | None = None) -> bytes:
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
            with project.open("photos", "cat.jpg") as file:
                first = file.readline()
            ```
        """
        if type(size) is not int:
            size = -1 if size is None else whole_number(size, "size")
        if size < 0:
            # A line of 20 B takes 0.3 µs here. As in `read`, but another thread may have come after `find`.
            chunk, start = self._chunk, self._index
            end = chunk.find(b"\n", start) + 1
            unchanged = self._index == start and self._chunk is chunk and not self._is_busy
            if end and unchanged and self._here[0] and not FREE_THREADED:
                self._index = end
                return chunk[start:end]
        return self._call(timeout, self._readline, size)

    def __next__(self) -> bytes:
        # As in `readline`, which would take twice as long.
        chunk, start = self._chunk, self._index
        end = chunk.find(b"\n", start) + 1
        unchanged = self._index == start and self._chunk is chunk and not self._is_busy
        if end and unchanged and self._here[0] and not FREE_THREADED:
            self._index = end
            return chunk[start:end]
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def seek(self, offset: SupportsIndex, whence: int = 0) -> int:
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
            with project.open("photos", "cat.jpg") as file:
                file.seek(-2, 2)
                tail = file.read()
            ```
        """
        return self._open_alone(self._deadline(None), self._jump, offset, whence)

    def tell(self) -> int:
        """Return the position.

        Raises:
            ClosedError: The file is closed.
        """
        return self._open_alone(self._deadline(None), self._tell)

    def flush(self) -> None:
        """Do nothing, as files do that are open for reading."""
        self._check_open()

    def write(self, _data: Buffer, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`: the file is open for reading."""
        self._refuse_write()

    def close(self, *, timeout: float | None = None) -> None:
        """Close the file. Harmless if it is closed already.

        Args:
            timeout: Seconds to wait; `None` for the file's `timeout`. After them the closing goes
                on in the background.
        """
        if not self._is_closed and self._boundary.alive:
            deadline = self._deadline(timeout)
            self._alone(deadline, self._close, deadline)
        else:
            self._is_closed = True

    def _dealloc_warn(self, _source: object) -> None:
        """Warn that a wrapper that is collected closes the file. `io` calls this."""
        warn_unclosed(self)

    def __del__(self) -> None:
        if not self._is_closed and warn_unclosed(self):
            self._give_up()


class RawReader(_Reader, io.RawIOBase, BinaryIO):
    """A binary file that is open for reading, without a buffer. `open` returns it for `buffering=0`.

    A read requests the bytes that it returns, and no others, but `readline`.
    """

    def readall(self) -> bytes:
        """Read all that is left. `read` does it with a time limit."""
        return self.read()


class BufferedReader(_Reader, io.BufferedIOBase, BinaryIO):
    """A binary file that is open for reading. `open` returns it for `"rb"`.

    A reader that goes on where it stopped gets bytes ahead, from one download. After a jump, a read
    requests the bytes that it returns, and no others.
    """

    def read1(self, size: int = -1, *, timeout: float | None = None) -> bytes:
        """Read up to that many bytes, of the buffer or by one call."""
        return self._call(timeout, self._read1, whole_number(size, "size"))

    def readinto1(self, buffer: Buffer, *, timeout: float | None = None) -> int:
        """Fill the start of a buffer as `read1` does, and return the number of bytes."""
        return self._into(self._readinto1, buffer, timeout)

    def peek(self, size: int = 0, *, timeout: float | None = None) -> bytes:
        """Return bytes from the position on, at least one unless the file ends, and stay there.

        Args:
            size: Number of bytes to get if the buffer has none.
            timeout: As for `read`.
        """
        return self._call(timeout, self._peek, whole_number(size, "size"))


class _Writer(SharedFile, FileWriting):
    """A binary file that is open for writing."""

    def write(self, data: Buffer, *, timeout: float | None = None) -> int:
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
            UplinkError: Any other error of the network.

        Example:
            ```python
            with project.open("photos", "cat.jpg", "wb") as file:
                file.write(b"meow")
            ```
        """
        # A write of 256 B takes 0.5 µs here, and 3 µs by `_open_alone`, which limits the wait for the lock.
        has_limit = timeout is not None or self.timeout is not None
        is_slow = has_limit or self._is_closed or self._is_collected or self._is_raw
        if type(data) is bytes and not is_slow and self._here[0]:
            with self._lock:
                if len(data) < self._upload._room and not self._is_busy:
                    return self._write_small(data)
        return self._call(timeout, self._write, data)

    def _write_small(self, data: bytes) -> int:
        try:
            return self._upload.write(data)
        except BaseException as error:
            self._fail(error)
            raise

    def writelines(self, lines: Iterable[Buffer]) -> None:
        """Write all items of an iterable."""
        self._check_open()
        for line in lines:
            self.write(line)

    def flush(self, *, timeout: float | None = None) -> None:
        """Send what `write` has gathered, so that its errors are raised here. Nothing becomes visible.

        Args:
            timeout: As for `write`.
        """
        deadline = self._deadline(timeout)
        self._open_alone(deadline, self._flush_all, deadline)

    def tell(self) -> int:
        """Return the number of bytes that were written.

        Raises:
            ClosedError: The file is closed.
            StreamFailedError: The file had failed before.
        """
        return self._open_alone(self._deadline(None), self._upload.tell)

    def seek(self, offset: SupportsIndex, whence: int = 0) -> NoReturn:
        """Raise `io.UnsupportedOperation`: an object is written from start to end."""
        self._refuse_seek(offset, whence)

    def read(self, _size: int | None = -1, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`: the file is open for writing."""
        self._refuse_read()

    def readline(self, _size: int | None = -1, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`: the file is open for writing."""
        self._refuse_read()

    def close(self, *, timeout: float | None = None) -> None:
        """Close the file, which makes the object visible. Harmless if it is closed already.

        Inside a `with` block of the file, the end of the block makes the object visible.

        Args:
            timeout: As for `write`. The outcome of a commit that is cancelled is unknown.

        Raises:
            StreamFailedError: The file had failed before, or a collected wrapper has closed it.
            PreconditionFailedError: The mode is `"x"`, and there is an object by now.
            UplinkError: Any other error of the network.

        Example:
            ```python
            file = project.open("photos", "cat.jpg", "wb")
            file.write(b"meow")
            file.close()
            ```
        """
        if not self._is_closed or self._is_collected:
            self._boundary.check_process("file")
            deadline = self._deadline(timeout)
            self._alone(deadline, self._close, deadline)

    def abort(self) -> None:
        """Close the file without a commit. Harmless after an abort, and after an error.

        Raises:
            ClosedError: The object was committed.

        Example:
            ```python
            file = project.open("photos", "cat.jpg", "wb")
            file.write(b"never mind")
            file.abort()
            ```
        """
        self._check_not_committed()
        self._alone(self._deadline(None), self._abort)

    def __enter__(self) -> Self:
        self._check_open()
        self._blocks += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._boundary.check_process("file")
        elif not self._boundary.alive:
            return
        deadline = self._deadline(None)
        self._alone(deadline, self._leave, kind is not None, deadline)

    def _dealloc_warn(self, _source: object) -> None:
        """Abort when a wrapper that is collected closes the file: `io` calls this before it does.

        In a `with` block of the file, the wrapper only closes it, and the end of the block commits.
        """
        if not self._blocks:
            self._is_collected = True
            warn_unclosed(self, "unfinished file {!r} is aborted")

    def __del__(self) -> None:
        """Leave it to the upload to abort and to warn. `io` would close the file here, which would commit."""


class RawWriter(_Writer, io.RawIOBase, BinaryIO):
    """A binary file that is open for writing, without a buffer. `open` returns it for `buffering=0`."""

    def readinto(self, _buffer: Buffer, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`: the file is open for writing."""
        self._refuse_read()


class BufferedWriter(_Writer, io.BufferedIOBase, BinaryIO):
    """A binary file that is open for writing. `open` returns it for `"wb"` and `"xb"`.

    The end of its `with` block makes the object visible, or aborts if an exception ended the block.
    `close` makes it visible, too. A file that is collected without either is aborted, with a
    `ResourceWarning`.
    """
