"""Files of a storage, and what is uploaded from files of Django."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, cast

from django.core.files.base import File

from uplink._checksums import ChecksumAlgorithm
from uplink._media_types import media_type
from uplink._types import Self

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# Number of bytes that are read of a file at a time.
_CHUNK = 1024 * 1024

if TYPE_CHECKING:
    _File = File[Any]
else:
    _File = File


class StoredFile(_File):
    """A file of a storage, as Django's `File` over a file of `Project.open`.

    A file that is open for writing makes the object visible when it is closed. An exception that
    ends its `with` block aborts the upload.
    """

    DEFAULT_CHUNK_SIZE: int = _CHUNK

    def __init__(self, opened: Callable[[str], Any], name: str, mode: str) -> None:
        """Open a file.

        Args:
            opened: Returns a file of the project for a mode.
            name: The name that the storage has for it.
            mode: The mode.
        """
        self._opened = opened
        super().__init__(opened(mode), name)
        self.mode = mode

    @property
    def size(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Number of bytes in the object; of a file that is open for writing, those that were written."""
        binary: Any = getattr(self.file, "buffer", self.file)
        size: int = binary.size if hasattr(binary, "size") else binary.tell()
        return size

    def open(self, mode: str | None = None, *_: object, **__: object) -> Self:
        """Go to the start of the file, and open it again if it is closed or the mode is another one."""
        mode = mode or self.mode
        if self.closed or mode != self.mode:
            self.close()
            self.file = self._opened(mode)
            self.mode = mode
        elif self.readable():
            self.seek(0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the file; after an exception, without making it visible."""
        if kind is None or self.closed or not self.writable():
            self.close()
        else:
            cast("Any", self.file).abort()


def temporary_path(content: IO[Any]) -> str | None:
    """Return the path of an uploaded file that Django has written to a temporary file; `None` for another file."""
    path: Callable[[], str] | None = getattr(content, "temporary_file_path", None)
    if path is None:
        return None
    # What was written may be in the buffer of the file.
    content.flush()
    return path()


def data_of(content: IO[Any]) -> bytes | Iterator[bytes]:
    """Return the bytes of a file, as one buffer if it is small, and otherwise to iterate over.

    The file is read from its start.
    """
    chunks = (_encoded(chunk) for chunk in cast("_File", content).chunks(_CHUNK))
    first, second = next(chunks, b""), next(chunks, None)
    return first if second is None else itertools.chain((first, second), chunks)


def _encoded(chunk: bytes | str) -> bytes:
    return chunk.encode() if isinstance(chunk, str) else chunk


def is_rewindable(content: IO[Any]) -> bool:
    """Report whether a file can be read once more."""
    if hasattr(content, "temporary_file_path"):
        return True
    try:
        return content.seekable()
    except (AttributeError, io.UnsupportedOperation):
        return False


def stored_with(name: str, *, expires_after: timedelta | None, checksum: ChecksumAlgorithm | None) -> dict[str, Any]:
    """Return the arguments of an upload: what is stored with a file.

    The type that a browser sends with an upload does not count: it may be any text, and a link would
    send it on.
    """
    expires = None if expires_after is None else datetime.now(timezone.utc) + expires_after
    return {"content_type": media_type(name), "expires": expires, "checksum": checksum}
