"""Files that the caller has opened, and that libuplink can read by their descriptors."""

from __future__ import annotations

import io
import os
import stat
import sys
from typing import TYPE_CHECKING, TypeAlias, Union, cast

if TYPE_CHECKING:
    _Binary: TypeAlias = Union[io.BufferedReader, io.BufferedRandom, io.FileIO]


class OpenedFile:
    """What a binary file has left, from its position on.

    Attributes:
        file: The file.
        is_regular: Whether it is a regular file, which has a size and can be read at any position.
        start: The position; 0 if it is not regular.
        left: The number of bytes after it; 0 if it is not regular.
    """

    __slots__ = ("file", "is_regular", "left", "start")

    def __init__(self, file: _Binary) -> None:
        self.file = file
        status = os.fstat(file.fileno())
        self.is_regular = stat.S_ISREG(status.st_mode)
        self.start = self.left = 0
        if self.is_regular and file.readable():
            if file.writable():
                file.flush()
                status = os.fstat(file.fileno())
            self.start = file.tell()
            self.left = max(status.st_size - self.start, 0)

    @property
    def descriptor(self) -> int:
        """The descriptor, or on Windows the handle."""
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows only

            return msvcrt.get_osfhandle(self.file.fileno())
        return self.file.fileno()

    def skip(self, count: int) -> None:
        """Move the position past so many bytes, as if they had been read from the file."""
        self.file.seek(self.start + count)


def opened_file(source: object) -> OpenedFile | None:
    """Return a file that `open` or `TemporaryFile` has opened in a binary mode for reading, or else `None`.

    Only their own types: what another class reads need not be the bytes of its descriptor, as in `gzip`.
    """
    tempfile = sys.modules.get("tempfile")
    if tempfile is not None and isinstance(source, tempfile._TemporaryFileWrapper):
        source = cast("_Binary", vars(source)["file"])
    raw: object = source
    if type(source) in (io.BufferedReader, io.BufferedRandom):
        raw = cast("io.BufferedReader", source).raw
    if type(raw) is not io.FileIO or not raw.readable():
        return None
    return OpenedFile(cast("_Binary", source))
