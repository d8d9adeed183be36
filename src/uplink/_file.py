"""What files, synchronous and awaited, have in common: their arguments, and the methods that do not wait."""

from __future__ import annotations

import codecs
import io
import sys
import warnings
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn, SupportsIndex

from uplink._calls._stored import Stored
from uplink._checks import check_flag, check_type, whole_number
from uplink._driver import Deadline
from uplink._hide import hide_secrets
from uplink._made import Made
from uplink._retention import Retention
from uplink.errors import ClosedError, InvalidArgumentError

if TYPE_CHECKING:
    from uplink._ffi import Boundary
    from uplink._ffi._mark import Mark

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

_NEWLINES = (None, "", "\n", "\r", "\r\n")


class FileOptions:
    """The arguments of `open`, checked.

    Attributes:
        is_text: Whether it is a text file.
        way: `"r"`, `"w"` or `"x"`.
        buffering: As for `open`.
        encoding: The encoding of a text file.
        errors: How a text file treats what cannot be encoded or decoded.
        newline: How a text file treats ends of lines.
        version: The version to read.
        verify: Whether the bytes are verified.
        store: Returns what an upload stores.
    """

    __slots__ = ("buffering", "encoding", "errors", "is_text", "newline", "store", "verify", "version", "way")

    def __init__(
        self,
        mode: str,
        *,
        buffering: int,
        encoding: str | None,
        errors: str | None,
        newline: str | None,
        version: bytes | None,
        verify: bool,
        metadata: Mapping[str, str] | None,
        expires: datetime | None,
        content_type: str | None,
        etag: bytes | None,
        if_none_match: str | None,
        retention: Retention | None,
        legal_hold: bool,
        checksum: str | None,
    ) -> None:
        self.way: str = self._check_mode(mode)
        self.is_text: bool = "b" not in mode
        self.buffering: int = self._check_buffering(buffering)
        self.encoding: str = self._codec(encoding)
        self.errors: str = "strict" if errors is None else errors
        self.newline: str | None = newline
        if self.is_text:
            self._check_text()
        elif (encoding, errors, newline) != (None, None, None):
            raise InvalidArgumentError("a binary file takes no encoding, errors or newline")
        self.version: bytes | None = version
        check_flag(verify, "verify")
        self.verify: bool = verify
        stored = (metadata, expires, content_type, etag, if_none_match, retention, checksum)
        if self.way == "r" and (any(value is not None for value in stored) or legal_hold):
            raise InvalidArgumentError(f"a file that is opened for reading stores nothing; the mode is {mode!r}")
        if self.way != "r" and version is not None:
            raise InvalidArgumentError("a version is read, not written; open it with mode 'rb' or 'r'")
        if self.way != "r" and verify:
            raise InvalidArgumentError("a file is verified when it is read; open it with mode 'rb' or 'r'")
        if self.way == "x":
            if_none_match = "*" if if_none_match is None else if_none_match
        given = (metadata, expires, content_type, etag, if_none_match, retention, legal_hold, checksum)
        self.store: Callable[[Boundary], Stored] = lambda boundary: Stored(boundary, *given)

    @classmethod
    def for_reading(cls, buffering: int, version: bytes | None, *, verify: bool) -> FileOptions:
        """Return the arguments that open a version for reading bytes."""
        return cls(
            "rb",
            buffering=buffering,
            encoding=None,
            errors=None,
            newline=None,
            version=version,
            verify=verify,
            metadata=None,
            expires=None,
            content_type=None,
            etag=None,
            if_none_match=None,
            retention=None,
            legal_hold=False,
            checksum=None,
        )

    def _check_mode(self, mode: str) -> str:
        """Return `"r"`, `"w"` or `"x"`."""
        check_type(mode, str, "mode", "a text such as 'rb'")
        found = [way for way in "rwx" if way in mode]
        if "a" in mode or "+" in mode:
            raise InvalidArgumentError(
                f"mode is {mode!r}; an object is written as a whole: 'a' and '+' are not possible"
            )
        if len(found) != 1 or len(set(mode)) != len(mode) or set(mode) - set("rwxbt") or {"b", "t"} <= set(mode):
            raise InvalidArgumentError(f"mode is {mode!r}; it takes 'r', 'w' or 'x', and 'b' for a binary file")
        return found[0]

    def _check_buffering(self, buffering: int) -> int:
        buffering = whole_number(buffering, "buffering")
        if buffering < -1:
            raise InvalidArgumentError(f"buffering is {buffering}; it takes a number of bytes, or -1")
        if self.is_text and buffering == 0:
            raise InvalidArgumentError("a text file has a buffer; buffering=0 needs a binary mode")
        return buffering

    @staticmethod
    def _codec(encoding: str | None) -> str:
        """Return the name of the encoding, which only Python's own text files may call `"locale"`."""
        if encoding == "locale":
            from locale import getpreferredencoding  # noqa: PLC0415 - few programs need it

            return getpreferredencoding(False)
        return "utf-8" if encoding is None else encoding

    def _check_text(self) -> None:
        for value, name in ((self.encoding, "encoding"), (self.errors, "errors")):
            check_type(value, str, name, "a text")
        if self.newline not in _NEWLINES:
            raise InvalidArgumentError(f"newline is {self.newline!r}; it takes None, '', '\\n', '\\r' or '\\r\\n'")
        codecs.lookup_error(self.errors)
        # This also refuses an encoding that is not of texts.
        io.TextIOWrapper(io.BytesIO(), self.encoding, self.errors, self.newline).close()


class FileBase(Made):
    """A file: its name, its state, and what it refuses.

    Attributes:
        bucket: The bucket of the object.
        key: The object's key.
        timeout: Seconds until a call that waits for the network is cancelled, if the call has no
            `timeout` of its own; `None` for no limit. It also holds where a library reads or writes.
    """

    bucket: str
    key: str
    timeout: float | None = None
    if TYPE_CHECKING:  # `typing.get_type_hints` would look for the class
        _boundary: Boundary

    # Until a file is open, it counts as closed.
    _is_closed = True

    def _deadline(self, timeout: float | None) -> Deadline:
        return Deadline(self.timeout if timeout is None else timeout)

    def _share(self) -> None:
        """Make the lock of the file."""
        raise NotImplementedError

    def _name(self, boundary: Boundary, bucket: str, key: str, mode: str) -> None:
        self._boundary = boundary
        # An attribute less for each small read and write.
        self._here: Mark = boundary.here
        self.bucket = bucket
        self.key = key
        self._mode = mode
        self._share()
        # Last, so a file whose making was interrupted counts as closed.
        self._is_closed = False

    @property
    def name(self) -> str:
        """The object's key."""
        return self.key

    @property
    def mode(self) -> str:
        """The mode: `"rb"`, `"wb"` or `"xb"`."""
        return self._mode

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._is_closed

    def _check_open(self) -> None:
        """Raise an error if the file cannot be used."""
        self._boundary.check_process("file")
        if self._is_closed:
            raise ClosedError("the file is closed", bucket=self.bucket, key=self.key)

    def fileno(self) -> NoReturn:
        """Raise `io.UnsupportedOperation`: an object has no descriptor."""
        raise io.UnsupportedOperation("an object has no file descriptor")

    def isatty(self) -> bool:
        """Report whether the file is a terminal, which it is not."""
        self._check_open()
        return False

    def truncate(self, size: int | None = None, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`: objects are written once."""
        self._check_open()
        raise io.UnsupportedOperation("an object cannot be truncated")

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a file cannot be copied or pickled; open the object again")

    def __repr__(self) -> str:
        kind = f"{type(self).__module__}.{type(self).__qualname__}"
        if not hasattr(self, "key"):
            return object.__repr__(self)
        place = hide_secrets(f"{self.bucket}/{self.key}")
        return f"<{kind} of {place}, mode {self.mode!r}, {'closed' if self._is_closed else 'open'}>"


def target_of_seek(position: int, size: int, offset: SupportsIndex, whence: int) -> int:
    """Return where a seek goes."""
    offset = whole_number(offset, "offset")
    whence = whole_number(whence, "whence")
    if whence not in (0, 1, 2):
        raise InvalidArgumentError(f"whence is {whence}; it takes 0, 1 or 2")
    target = offset + (0, position, size)[whence]
    if target < 0:
        raise InvalidArgumentError(f"the position {target} is negative")
    return target


def warn_unclosed(
    file: FileBase, warning: str = "unclosed file {!r}", is_finalizing: Callable[[], bool] = sys.is_finalizing
) -> bool:
    """Warn that a file was not closed, and report whether its native handle has to be freed.

    Late in the interpreter's shutdown modules have no globals, so no warning can be given, and a forked child has
    nothing to free.
    """
    if is_finalizing() or not file._boundary.alive:
        return False
    warnings.warn(warning.format(file), ResourceWarning, source=file, stacklevel=3)
    return True
