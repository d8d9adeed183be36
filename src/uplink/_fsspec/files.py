"""Open files of a filesystem."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from fsspec.spec import AbstractBufferedFile

from uplink._binary_files import BufferedReader
from uplink._driver import Deadline
from uplink._file import FileOptions
from uplink._fsspec.entries import Entry, Place, file_entry
from uplink._pinned import Pinned
from uplink._types import Buffer, Self
from uplink.files import _MarkedText
from uplink.upload import Upload

if TYPE_CHECKING:
    from uplink._fsspec.changes import Changes

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class ReadFile(BufferedReader):
    """A file that is open for reading, as `Project.open` returns it.

    It can be pickled: the copy is opened anew, at the same version and position.

    Attributes:
        fs: The filesystem.
        path: The path, without protocol.
        blocksize: The number of bytes that a read gets at least, or `None`.
    """

    fs: Changes
    path: str
    blocksize: int | None

    @classmethod
    def of(cls, fs: Changes, place: Place, blocksize: int | None, *, verify: bool = False) -> Self:
        """Open an object."""
        project = fs._twins.plain
        buffering = -1 if blocksize is None else max(blocksize, 1)
        options = FileOptions.for_reading(buffering, place.version, verify=verify)
        pinned = Pinned.open(project, place.bucket, place.key, options, Deadline.of(None))
        file = cls._new()._begin(pinned, project._handle().boundary, place.bucket, place.key)
        file.fs, file.path, file.blocksize = fs, place.path, blocksize
        return file

    @property
    def details(self) -> Entry:
        """What `info` of the filesystem returns for the object."""
        return file_entry(self.bucket, self.info())

    @property
    def full_name(self) -> str:
        """The path, with a protocol."""
        return f"{self.fs.protocol[0]}://{self.path}"

    def __reduce__(self) -> tuple[object, ...]:
        if self._pinned.verifies:
            raise TypeError("a file that is verified cannot be copied or pickled: it is read from start to end")
        version = self.info().version
        return _reopen, (self.fs, Place(self.bucket, self.key, version), self.blocksize, self.tell())

    def __del__(self) -> None:
        """Free the download without a warning: much code for fsspec leaves files to the collection."""
        if not self._is_closed and self._boundary.alive:
            self._give_up()


def _reopen(fs: Changes, place: Place, blocksize: int | None, position: int) -> ReadFile:
    file = ReadFile.of(fs, place, blocksize)
    file.seek(position)
    return file


class CachedFile(AbstractBufferedFile):
    """A file that is open for reading, with one of the caches of fsspec."""

    def __init__(self, fs: Changes, path: str, place: Place, **options: Any) -> None:
        self._plain = fs._twins.plain
        self._stays = fs.version_aware
        self._place = place
        super().__init__(fs, path, "rb", **options)

    @property
    def details(self) -> Entry:
        """What `info` returns for the object."""
        if self._details is None:
            place = self._place
            item = self._plain.stat_object(place.bucket, place.key, version=place.version)
            self._details = file_entry(place.bucket, item)
            if self._stays and item.version is not None:
                self._place = place._replace(version=item.version)
        return self._details

    def _fetch_range(self, start: int, end: int) -> bytes:
        place = self._place
        return self._plain.get(place.bucket, place.key, offset=start, length=end - start, version=place.version)

    def __del__(self) -> None:
        self.closed = True


class _Discarding:
    """A file whose `with` block ends with its `close`, or with its `discard` if an exception ends the block."""

    if TYPE_CHECKING:

        def close(self) -> None: ...

        def discard(self) -> None: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if exc_type is None:
            self.close()
        else:
            self.discard()


class WriteFile(_Discarding, io.BufferedIOBase):
    """A file that is open for writing: an upload.

    Its end makes the object visible, or with `autocommit=False` its `commit` later. An exception
    that ends its `with` block aborts the upload, and so does its collection.

    Attributes:
        fs: The filesystem.
        path: The path, without protocol.
        mode: `"wb"` or `"xb"`.
        autocommit: Whether the end of the file commits the upload.
    """

    def __init__(self, fs: Changes, path: str, mode: str, upload: Upload, *, autocommit: bool) -> None:
        self.fs = fs
        self.path = path
        self.mode = mode
        self.autocommit = autocommit
        self._upload = upload

    @property
    def full_name(self) -> str:
        """The path, with a protocol."""
        return f"{self.fs.protocol[0]}://{self.path}"

    def writable(self) -> bool:
        """Report whether the file can be written to, which is true until it is closed."""
        return not self.closed

    def write(self, data: Buffer, /) -> int:
        """Write all of the data, and return its size in bytes."""
        self._check_open()
        return self._upload.write(data)

    def tell(self) -> int:
        """Return the number of bytes that were written."""
        self._check_open()
        return self._upload.tell()

    def flush(self) -> None:
        """Do nothing: what was written is sent as the upload needs it."""
        self._check_open()

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")

    def close(self) -> None:
        """Close the file, and commit the upload if `autocommit` is true."""
        if not self.closed:
            super().close()
            if self.autocommit:
                self.commit()

    def commit(self) -> None:
        """Make the object visible."""
        try:
            with self.fs._seen.changing():
                self._upload.commit()
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Abort the upload; after a moment this goes on in the background."""
        super().close()
        self._upload._end_context(failed=True)

    def __del__(self) -> None:
        """Do not commit: the collection of the upload aborts it, with a warning."""


class Compressed(_Discarding, io.BufferedIOBase):
    """A file that compresses what is written to it, and then closes the file that it writes to."""

    def __init__(self, compress: Callable[..., Any], file: WriteFile) -> None:
        self._compressor = compress(file, mode="w")
        self._file = file

    def writable(self) -> bool:
        """Report whether the file can be written to, which is true until it is closed."""
        return not self.closed

    def write(self, data: Buffer, /) -> int:
        """Write all of the data, and return its size in bytes."""
        return cast("int", self._compressor.write(data))

    def close(self) -> None:
        """Close the file, which commits the upload."""
        if not self.closed:
            super().close()
            try:
                self._compressor.close()
            except BaseException:
                self._file.discard()
                raise
            self._file.close()

    def discard(self) -> None:
        """Abort the upload."""
        super().close()
        self._file.discard()

    def __del__(self) -> None:
        """Do not close the file, which would commit the upload."""


class TextFile(_Discarding, _MarkedText):
    """A text file. An exception that ends its `with` block aborts an upload."""

    def write(self, text: str, /) -> int:
        """Write all of the text, and return the number of characters."""
        try:
            return super().write(text)
        except (TypeError, UnicodeError):
            raise  # the text is refused, and nothing was lost
        except BaseException:
            # `io` has dropped the text that it had gathered.
            self.discard()
            raise

    def close(self) -> None:
        """Close the file, which commits an upload."""
        # After a flush that failed, `io` would close the file below, which would commit the object without the text.
        if not self.closed:
            try:
                self.flush()
            except BaseException:
                self.discard()
                raise
        super().close()

    def discard(self) -> None:
        """Abort the upload, or close a file that is open for reading."""
        # Without `detach`, which would write what was gathered.
        file = self.buffer
        if isinstance(file, (WriteFile, Compressed)):
            file.discard()
        else:
            file.close()

    def __del__(self) -> None:
        """Do not close the file, which would commit an upload."""
