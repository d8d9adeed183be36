"""Files over objects, which `Project.open` returns: files of `io`, for all code that takes such files.

The awaited ones are in `uplink.aio.files`.
"""

from __future__ import annotations

import codecs
import io
import sys
from types import TracebackType
from typing import IO, cast

from uplink._binary_files import BufferedReader, BufferedWriter, RawReader, RawWriter
from uplink._contexts import BlockingContext
from uplink._file import FileOptions
from uplink._types import Self
from uplink._values import Object

__all__ = ["BufferedReader", "BufferedWriter", "RawReader", "RawWriter", "TextReader", "TextWriter"]

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# Where programs find them.
for _kind in (BufferedReader, BufferedWriter, RawReader, RawWriter):
    _kind.__module__ = __name__


class _Text(io.TextIOWrapper, BlockingContext):
    """What both text files add to the text files of `io`."""

    _way: str

    @classmethod
    def _over(cls, file: BufferedReader | BufferedWriter, options: FileOptions) -> Self:
        sends_lines = options.buffering == 1
        text = cls(file, options.encoding, options.errors, options.newline, line_buffering=sends_lines)
        text._way = options.way
        return text

    @property
    def _file(self) -> BufferedReader | BufferedWriter:
        return cast("BufferedReader | BufferedWriter", self.buffer)

    @property
    def mode(self) -> str:
        """The mode: `"r"`, `"w"` or `"x"`."""
        return self._way

    @property
    def bucket(self) -> str:
        """The bucket of the object."""
        return self._file.bucket

    @property
    def key(self) -> str:
        """The object's key."""
        return self._file.key

    @property
    def timeout(self) -> float | None:
        """Seconds until a call that waits for the network is cancelled; `None` for no limit."""
        return self._file.timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self._file.timeout = seconds

    def info(self) -> Object:
        """Return the record of the object, as the binary file does."""
        return self._file.info()

    def __reduce__(self) -> tuple[object, ...]:
        return self._file.__reduce__()

    def __del__(self) -> None:
        """Leave it to the binary file to warn. `io` would close it here."""


class TextReader(_Text):
    """A text file that is open for reading. `open` returns it for `"r"`.

    It is an `io.TextIOWrapper` over a `BufferedReader`, its `buffer`.
    """


class _MarkedText(io.TextIOWrapper):
    """A text file that begins with the mark of its byte order, if its encoding has one.

    `io` writes no mark to a file without random access, and nothing can read UTF-16 and UTF-32 then.
    """

    # What the first text begins with.
    _mark = ""
    _encoding: str | None = None

    def __init__(
        self,
        file: IO[bytes],
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        line_buffering: bool = False,
    ) -> None:
        if encoding not in (None, "locale") and file.writable():
            name = codecs.lookup(encoding).name
            if name in ("utf-16", "utf-32"):
                self._mark, self._encoding = "\ufeff", encoding
                encoding = f"{name}-{sys.byteorder[0]}e"
        super().__init__(file, encoding, errors, newline, line_buffering)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding."""
        return self._encoding or super().encoding

    def write(self, text: str, /) -> int:
        """Write all of the text, and return the number of characters."""
        if not self._mark or not isinstance(text, str):
            return super().write(text)
        count = super().write(self._mark + text) - len(self._mark)
        self._mark = ""
        return count


class TextWriter(_Text, _MarkedText):
    """A text file that is open for writing. `open` returns it for `"w"` and `"x"`.

    It is an `io.TextIOWrapper` over a `BufferedWriter`, its `buffer`, and ends as that does.
    """

    def write(self, text: str, /) -> int:
        """Write all of the text, and return the number of characters."""
        try:
            return super().write(text)
        except (TypeError, UnicodeError):
            raise  # the text is refused, and nothing was lost
        except BaseException as error:
            self._fail(error)
            raise

    def flush(self) -> None:
        """Send what `write` has gathered, as `BufferedWriter.flush`."""
        try:
            super().flush()
        except BaseException as error:
            self._fail(error)
            raise

    def _fail(self, error: BaseException) -> None:
        """End the upload after an error, since `io` has dropped the text that it had gathered."""
        if not self.closed:
            self._writer._fail(error)

    def close(self) -> None:
        """Close the file, which makes the object visible, as `BufferedWriter.close`."""
        # After a flush that failed, `io` would close the binary file, which would commit the object without the text.
        if not self.closed:
            self.flush()
        super().close()

    def abort(self) -> None:
        """Close the file without a commit, as `BufferedWriter.abort`."""
        self._writer.abort()

    @property
    def _writer(self) -> BufferedWriter:
        return cast("BufferedWriter", self.buffer)

    def __enter__(self) -> Self:
        self._writer.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None and not self.closed:
                self.flush()
        except BaseException as failure:
            self._writer.__exit__(type(failure), failure, None)
            raise
        self._writer.__exit__(kind, error, traceback)
