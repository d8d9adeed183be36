"""What files do that are open for reading: a buffer over one version of an object."""

from __future__ import annotations

import io
from typing import NoReturn, SupportsIndex

from uplink._checks import release
from uplink._driver import Deadline
from uplink._ffi import Boundary
from uplink._file import FileBase, target_of_seek
from uplink._types import Self
from uplink._values import Object
from uplink.aio._pinned import Pinned

# A read of at least that many bytes fills the caller's memory without the buffer.
_LARGE = 256 * 1024
# Bytes to look for the end of a line in.
_LINE = 8 * 1024
# Bytes that `peek` and `read1` get where the caller gives no number.
_SOME = 64 * 1024


class FileReading(FileBase):
    """A file that is open for reading. Its bytes and its position are kept after an error.

    Methods that begin with an underscore have no lock.
    """

    def _begin(self, pinned: Pinned, boundary: Boundary, bucket: str, key: str) -> Self:
        self._pinned = pinned
        # The buffer: `_end` bytes of the object from the offset `_start` on, of which `_index` were read.
        self._chunk: bytes
        self._start: int
        self._index: int
        self._end: int
        self._keep(b"", 0, 0)
        self._name(boundary, bucket, key, "rb")
        return self

    def info(self) -> Object:
        """Return the record of the object: the one that it had when the file was opened.

        Example:
            ```python
            def age(file, now):
                return now - file.info().created
            ```
        """
        return self._pinned.record

    @property
    def size(self) -> int:
        """Number of bytes in the object."""
        return self._pinned.size

    def readable(self) -> bool:
        """Report whether the file is open for reading."""
        self._check_open()
        return True

    def writable(self) -> bool:
        """Report whether the file is open for writing."""
        self._check_open()
        return False

    def seekable(self) -> bool:
        """Report whether the file has random access."""
        self._check_open()
        return not self._pinned.verifies

    def _check_seekable(self) -> None:
        if self._pinned.verifies:
            raise io.UnsupportedOperation("a file that is verified is read from start to end")

    def _refuse_write(self) -> NoReturn:
        self._check_open()
        raise io.UnsupportedOperation("the file is open for reading")

    def _keep(self, chunk: bytes, start: int, index: int) -> None:
        self._chunk, self._start, self._index, self._end = chunk, start, index, len(chunk)

    def _tell(self) -> int:
        return self._start + self._index

    def _jump(self, offset: SupportsIndex, whence: int) -> int:
        """Change the position for the caller."""
        self._check_seekable()
        return self._seek(offset, whence)

    def _seek(self, offset: SupportsIndex, whence: int) -> int:
        target = target_of_seek(self._tell(), self._pinned.size, offset, whence)
        index = target - self._start
        if 0 <= index <= self._end:
            self._index = index
        else:
            self._keep(b"", target, 0)
        return target

    def _take(self, size: int) -> bytes:
        """Return up to that many bytes of the buffer."""
        start = self._index
        self._index = min(start + size, self._end)
        return self._chunk[start : self._index]

    async def _load(self, size: int, deadline: Deadline) -> bool:
        """Get that many bytes more, or fewer at the end, into the buffer, which was read to its end.

        Report whether there are any.
        """
        position = self._tell()
        data = await self._pinned.read(position, size, deadline)
        # Only now, so that an error or a cancellation changes nothing. At the end the buffer stays, for a seek back.
        if data:
            self._keep(data, position, 0)
        return bool(data)

    async def _read(self, size: int, deadline: Deadline) -> bytes:
        if size < 0:
            size = max(self._pinned.size - self._tell(), 0)
        head = self._chunk[self._index : self._index + size]
        missing = size - len(head)
        if not missing:
            return self._take(size)
        position = self._start + self._end
        data = await self._pinned.read(position, missing, deadline)
        if not data:
            return self._take(size)
        if missing < _LARGE or missing < len(data):
            self._keep(data, position, min(missing, len(data)))
        else:
            # A large piece is not kept in memory.
            self._keep(b"", position + len(data), 0)
        return head + data[:missing]

    async def _read1(self, size: int, deadline: Deadline) -> bytes:
        if self._index == self._end and size:
            await self._load(_SOME if size < 0 else size, deadline)
        return self._take(self._end if size < 0 else size)

    async def _peek(self, size: int, deadline: Deadline) -> bytes:
        if self._index == self._end:
            await self._load(size if size > 0 else _LINE, deadline)
        return self._chunk[self._index :]

    async def _readinto(self, view: memoryview, deadline: Deadline) -> int:
        """Fill the view, or less of it at the end, and return the number of bytes."""
        size = view.nbytes
        head = self._chunk[self._index : self._index + size]
        count = len(head)
        position = self._start + self._end
        if size - count >= _LARGE:
            rest = view[count:]
            try:
                filled = await self._pinned.fill(position, rest, deadline)
            finally:
                release(rest)
            self._keep(b"", position + filled, 0)
            view[:count] = head
            return count + filled
        data = await self._read(size, deadline)
        view[: len(data)] = data
        return len(data)

    async def _readinto1(self, view: memoryview, deadline: Deadline) -> int:
        data = await self._read1(view.nbytes, deadline)
        view[: len(data)] = data
        return len(data)

    async def _readline(self, most: int, deadline: Deadline) -> bytes:
        before = self._tell()
        pieces: list[bytes] = []
        try:
            while most and (self._index < self._end or await self._load(_LINE, deadline)):
                end = self._chunk.find(b"\n", self._index) + 1
                count = (end or self._end) - self._index
                piece = self._take(count if most < 0 else min(count, most))
                pieces.append(piece)
                most = most - len(piece) if most > 0 else most
                if piece.endswith(b"\n"):
                    break
        except BaseException:
            self._seek(before, 0)
            raise
        return b"".join(pieces)

    async def _close(self, deadline: Deadline) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._keep(b"", 0, 0)
            # So that no read finds its bytes in the buffer, not even none.
            self._end = -1
            if self._boundary.alive:
                await self._pinned.close(deadline)

    def _give_up(self) -> None:
        """Free the download of a file that nobody closed."""
        self._is_closed = True
        self._pinned.drop()
