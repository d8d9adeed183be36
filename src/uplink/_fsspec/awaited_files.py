"""Open files of a filesystem whose methods are awaited: what `open_async` returns."""

from __future__ import annotations

import io
from types import TracebackType
from typing import TYPE_CHECKING, Any, SupportsIndex

from uplink._file import target_of_seek
from uplink._fsspec.entries import Entry, Place, file_entry
from uplink._types import Buffer, Self
from uplink.aio.files import BufferedReader, BufferedWriter

if TYPE_CHECKING:
    from uplink._fsspec.changes import Changes

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class AwaitedReadFile:
    """A file that is open for reading. Its position is changed without `await`, as fsspec has it.

    One task at a time uses it.

    Attributes:
        fs: The filesystem.
        path: The path, without protocol.
        mode: `"rb"`.
        size: The number of bytes.
    """

    def __init__(self, fs: Changes, path: str, file: BufferedReader) -> None:
        self.fs = fs
        self.path = path
        self.mode = "rb"
        self.size: int = file.size
        self._file = file
        self._position = 0

    @classmethod
    async def of(cls, fs: Changes, place: Place, block_size: int | None, *, verify: bool) -> Self:
        """Open an object."""
        options: dict[str, Any] = {"version": place.version, "verify": verify}
        buffering = -1 if block_size is None else max(block_size, 2)
        file = await fs.project.open(place.bucket, place.key, "rb", buffering=buffering, **options)
        return cls(fs, place.path, file)

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._file.closed

    def info(self) -> Entry:
        """Return what `info` of the filesystem returned when the file was opened."""
        return file_entry(self._file.bucket, self._file.info())

    def readable(self) -> bool:
        """Report whether the file can be read, which is true until it is closed."""
        return not self.closed

    def writable(self) -> bool:
        """Return false."""
        return False

    def seekable(self) -> bool:
        """Report whether the position can be changed: false for a file that is closed, or that is verified."""
        return not self.closed and self._file.seekable()

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seek(self, loc: SupportsIndex, whence: int = 0) -> int:
        """Change the position, and return the new one.

        Args:
            loc: Number of bytes.
            whence: What they count from: 0 from the start, 1 from the position, 2 from the end.

        Raises:
            ValueError: The position would be negative.
            io.UnsupportedOperation: The file is verified.
        """
        self._file._check_seekable()
        self._position = target_of_seek(self._position, self.size, loc, whence)
        return self._position

    async def read(self, length: int | None = -1) -> bytes:
        """Return that many bytes, or fewer at the end; all that are left if it is negative or `None`."""
        if self._file.seekable():
            await self._file.seek(self._position)
        data = await self._file.read(length)
        self._position += len(data)
        return data

    async def close(self) -> None:
        """Close the file."""
        await self._file.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class AwaitedWriteFile:
    """A file that is open for writing: an upload.

    Its end makes the object visible. An exception that ends its `async with` block aborts the upload.

    Attributes:
        fs: The filesystem.
        path: The path, without protocol.
        mode: `"wb"` or `"xb"`.
    """

    def __init__(self, fs: Changes, path: str, mode: str, file: BufferedWriter) -> None:
        self.fs = fs
        self.path = path
        self.mode = mode
        self._file = file
        self._written = 0

    @classmethod
    async def of(cls, fs: Changes, place: Place, mode: str, options: dict[str, Any]) -> Self:
        """Open an object."""
        file = await fs.project.open(place.bucket, place.key, mode, **fs._stored_with(options))
        return cls(fs, place.path, mode, file)

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._file.closed

    def readable(self) -> bool:
        """Return false."""
        return False

    def writable(self) -> bool:
        """Report whether the file can be written to, which is true until it is closed."""
        return not self.closed

    def seekable(self) -> bool:
        """Return false."""
        return False

    def tell(self) -> int:
        """Return the number of bytes that were written."""
        return self._written

    async def write(self, data: Buffer) -> int:
        """Write all of the data, and return its size in bytes."""
        count = await self._file.write(data)
        self._written += count
        return count

    async def flush(self, force: bool = False) -> None:
        """Send what was gathered.

        Args:
            force: Without any effect: only the end of the file makes the object visible.
        """
        await self._file.flush()

    async def close(self) -> None:
        """Close the file, which commits the upload."""
        with self.fs._seen.changing():
            await self._file.close()

    async def discard(self) -> None:
        """Abort the upload."""
        await self._file.abort()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if exc_type is None:
            await self.close()
        else:
            await self.discard()


def check_mode_of_file(mode: str) -> None:
    """Check the mode of a binary file.

    Raises:
        io.UnsupportedOperation: Objects have no such mode.
    """
    if mode not in ("rb", "wb", "xb"):
        raise io.UnsupportedOperation(f"mode is {mode!r}; objects are read, or replaced as a whole, by r, w or x")
