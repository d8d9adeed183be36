"""Files over objects, awaited: what `open` of a project of `uplink.aio` returns.

They have the methods of the files in `uplink.files`. Those that can wait are awaited, and so are
`seek` and `tell`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from types import TracebackType
from typing import Generic, NoReturn, SupportsIndex, TypeVar

from uplink._checks import check_type, whole_number
from uplink._contexts import AwaitedContext
from uplink._driver import Deadline
from uplink._file import FileOptions
from uplink._text import TextDecoder, TextEncoder
from uplink._types import Self
from uplink._values import Object
from uplink.aio._binary_files import BufferedReader, BufferedWriter, RawReader, RawWriter
from uplink.aio._locked import locked
from uplink.errors import InvalidArgumentError

__all__ = ["BufferedReader", "BufferedWriter", "RawReader", "RawWriter", "TextReader", "TextWriter"]

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# Where programs find them.
for _kind in (BufferedReader, BufferedWriter, RawReader, RawWriter):
    _kind.__module__ = __name__

# Number of bytes to decode at once, at least.
_CHUNK = 8 * 1024


F = TypeVar("F", BufferedReader, BufferedWriter)


class _Text(AwaitedContext, Generic[F]):
    """What both text files do: a binary file, its `buffer`, and the encoding.

    Attributes:
        buffer: The binary file.
        encoding: The encoding.
        errors: What it does with errors of the encoding.
        mode: `"r"`, `"w"` or `"x"`.
    """

    def __init__(self, file: F, options: FileOptions) -> None:
        self.buffer: F = file
        self.encoding: str = options.encoding
        self.errors: str = options.errors
        self.mode: str = options.way

    @classmethod
    def _over(cls, file: F, options: FileOptions) -> Self:
        return cls(file, options)

    @property
    def bucket(self) -> str:
        """The bucket of the object."""
        return self.buffer.bucket

    @property
    def key(self) -> str:
        """The object's key."""
        return self.buffer.key

    @property
    def name(self) -> str:
        """The object's key."""
        return self.buffer.name

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self.buffer.closed

    @property
    def timeout(self) -> float | None:
        """Seconds until a call that waits for the network is cancelled; `None` for no limit."""
        return self.buffer.timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self.buffer.timeout = seconds

    def info(self) -> Object:
        """Return the record of the object, as the binary file does."""
        return self.buffer.info()

    def readable(self) -> bool:
        """Report whether the file is open for reading."""
        return self.buffer.readable()

    def writable(self) -> bool:
        """Report whether the file is open for writing."""
        return self.buffer.writable()

    def seekable(self) -> bool:
        """Report whether the file has random access."""
        return self.buffer.seekable()

    def fileno(self) -> NoReturn:
        """Raise `io.UnsupportedOperation`: an object has no descriptor."""
        self.buffer.fileno()

    async def close(self, *, timeout: float | None = None) -> None:
        """Close the file, as the binary file does."""
        await self.buffer.close(timeout=timeout)

    async def aclose(self) -> None:
        """Close the file, as `close`, for `contextlib.aclosing`."""
        await self.close()

    async def __aenter__(self) -> Self:
        await self.buffer.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.buffer.__aexit__(kind, error, traceback)

    def __reduce__(self) -> tuple[object, ...]:
        return self.buffer.__reduce__()

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__qualname__} over {self.buffer!r}>"


class TextReader(_Text[BufferedReader]):
    """A text file that is open for reading. `open` returns it for `"r"`."""

    def __init__(self, file: BufferedReader, options: FileOptions) -> None:
        super().__init__(file, options)
        self._decoder = TextDecoder(options.encoding, options.errors, options.newline)

    async def read(self, size: int | None = -1, *, timeout: float | None = None) -> str:
        """Read that many characters, or fewer at the end.

        Args:
            size: Number of characters; negative or `None` for all that are left.
            timeout: Seconds until the read is cancelled, which changes nothing; `None` for the
                file's `timeout`.

        Returns:
            The text; `""` at the end.

        Raises:
            UnicodeDecodeError: The object is no text of the encoding.
            UplinkError: As `BufferedReader.read`.

        Example:
            ```python
            await project.put("photos", "notes.txt", b"hello")
            async with project.open("photos", "notes.txt", "r") as file:
                assert await file.read(4) == "hell"
            ```
        """
        count = -1 if size is None else whole_number(size, "size")
        return await locked(self.buffer, self._read, count, self.buffer._deadline(timeout))

    async def _read(self, count: int, deadline: Deadline) -> str:
        if count < 0:
            self._decoder.feed(await self.buffer._read(-1, deadline))
            self._decoder.feed(b"")
        while self._decoder.left < count and await self._feed(max(_CHUNK, count - self._decoder.left), deadline):
            pass
        return self._decoder.take(count)

    async def _feed(self, size: int, deadline: Deadline) -> bool:
        """Decode up to that many bytes more, and report whether the file goes on."""
        return self._decoder.feed(await self.buffer._read1(size, deadline))

    async def readline(self, size: int | None = -1, *, timeout: float | None = None) -> str:
        r"""Read one line with its end, or what is left where no line ends.

        Args:
            size: Number of characters at most; negative or `None` for no limit.
            timeout: As for `read`.

        Returns:
            The line; `""` at the end.

        Raises:
            UplinkError: As `read`.

        Example:
            ```python
            await project.put("photos", "notes.txt", b"one\ntwo\n")
            async with project.open("photos", "notes.txt", "r") as file:
                assert [line async for line in file] == ["one\n", "two\n"]
            ```
        """
        most = -1 if size is None else whole_number(size, "size")
        return await locked(self.buffer, self._readline, most, self.buffer._deadline(timeout))

    async def _readline(self, most: int, deadline: Deadline) -> str:
        line = self._decoder.line(most, last=False)
        while line is None:
            # As many bytes as there is text, so that long lines take linear time.
            goes_on = await self._feed(max(_CHUNK, self._decoder.left), deadline)
            line = self._decoder.line(most, last=not goes_on)
        return line

    async def readlines(self, hint: int | None = -1) -> list[str]:
        """Return the lines that are left, up to the one with which they have more characters than the hint."""
        lines: list[str] = []
        count = 0
        while (hint is None or hint <= 0 or count <= hint) and (line := await self.readline()):
            lines.append(line)
            count += len(line)
        return lines

    def __aiter__(self) -> Self:
        """Iterate over the lines."""
        return self

    async def __anext__(self) -> str:
        line = await self.readline()
        if not line:
            raise StopAsyncIteration
        return line

    async def tell(self) -> int:
        """Return the position, a number for `seek` alone.

        Raises:
            ClosedError: The file is closed.
        """
        return self.buffer._lock.run(self._decoder.tell, self.buffer._check_open)

    async def seek(self, position: SupportsIndex, whence: int = 0, *, timeout: float | None = None) -> int:
        """Go to a position that `tell` has returned, to the start, or to the end.

        Args:
            position: The position, or 0.
            whence: 0 for a position, 1 to stay, 2 for the end. The last two take the position 0.
            timeout: As for `read`.

        Returns:
            The new position.

        Raises:
            io.UnsupportedOperation: The position is not 0, and counts from another one.
            InvalidArgumentError: The position is negative, or `whence` is none of these.

        Example:
            ```python
            await project.put("photos", "notes.txt", b"one")
            async with project.open("photos", "notes.txt", "r") as file:
                start = await file.tell()
                line = await file.readline()
                await file.seek(start)
            ```
        """
        target, whence = whole_number(position, "position"), whole_number(whence, "whence")
        if target < 0 or whence not in (0, 1, 2):
            raise InvalidArgumentError(
                f"seek({target}, {whence}): the position is negative, or whence is not 0, 1 or 2"
            )
        if whence and target:
            raise io.UnsupportedOperation("a text file takes a position that tell has returned, or 0")
        self.buffer._check_seekable()
        if whence == 1:
            return await self.tell()
        end = self.buffer.size if whence else None
        return await locked(self.buffer, self._seek, target if end is None else end, self.buffer._deadline(timeout))

    async def _seek(self, position: int, deadline: Deadline) -> int:
        start, skip = self._decoder.seek(position)
        self.buffer._seek(start, 0)
        while self._decoder.left < skip and await self._feed(_CHUNK, deadline):
            pass
        self._decoder.take(skip)
        return position

    async def write(self, _text: str, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`: the file is open for reading."""
        self.buffer._refuse_write()

    async def flush(self) -> None:
        """Do nothing, as files do that are open for reading."""
        await self.buffer.flush()


class TextWriter(_Text[BufferedWriter]):
    """A text file that is open for writing. `open` returns it for `"w"` and `"x"`.

    It ends as a `BufferedWriter` does.
    """

    def __init__(self, file: BufferedWriter, options: FileOptions) -> None:
        super().__init__(file, options)
        self._encoder = TextEncoder(options.encoding, options.errors, options.newline)
        self._sends_lines = options.buffering == 1

    async def write(self, text: str, *, timeout: float | None = None) -> int:
        """Write all of the text.

        Args:
            text: The text.
            timeout: As for `BufferedWriter.write`.

        Returns:
            The number of characters.

        Raises:
            TypeError: It is no `str`.
            UnicodeEncodeError: The encoding does not have a character.
            UplinkError: As `BufferedWriter.write`.

        Example:
            ```python
            async with project.open("photos", "notes.txt", "w") as file:
                await file.write("hello")
            ```
        """
        check_type(text, str, "write", "a text")
        self.buffer._check_open()
        await self.buffer.write(self._encoder.encode(text), timeout=timeout)
        if self._sends_lines and "\n" in text:
            await self.buffer.flush(timeout=timeout)
        return len(text)

    async def writelines(self, lines: Iterable[str]) -> None:
        """Write all items of an iterable."""
        self.buffer._check_open()
        for line in lines:
            await self.write(line)

    async def flush(self, *, timeout: float | None = None) -> None:
        """Send what `write` has gathered, as `BufferedWriter.flush`."""
        await self.buffer.flush(timeout=timeout)

    async def tell(self) -> int:
        """Return the number of bytes that were written."""
        return await self.buffer.tell()

    async def seek(self, position: SupportsIndex, whence: int = 0) -> NoReturn:
        """Raise `io.UnsupportedOperation`: an object is written from start to end."""
        self.buffer._refuse_seek(position, whence)

    async def read(self, _size: int | None = -1, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`: the file is open for writing."""
        self.buffer._refuse_read()

    async def readline(self, _size: int | None = -1, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`: the file is open for writing."""
        self.buffer._refuse_read()

    async def abort(self) -> None:
        """Close the file without a commit, as `BufferedWriter.abort`."""
        await self.buffer.abort()
