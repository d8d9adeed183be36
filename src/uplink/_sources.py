# Generated from src/uplink/aio/_sources.py by tools/generate_sync.py; change that instead.
"""What `put` takes: a buffer, a path, a binary file, or an iterable of buffers."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar, Union

if TYPE_CHECKING:
    from collections.abc import Generator

    from typing_extensions import Buffer, TypeIs

T = TypeVar("T")

_CHUNK_SIZE = 1024 * 1024
# Those are iterables, too.
_NO_SEQUENCES: tuple[type, ...] = (Mapping, AbstractSet)


_Read: TypeAlias = Union[
    bytes,
    None,
]


class BinaryReader(Protocol):
    """A file that was opened for reading in binary mode, or whatever else can be read like one."""

    def read(self, size: int, /) -> _Read: ...


Source: TypeAlias = Union[
    "Buffer",
    os.PathLike[str],
    BinaryReader,
    Iterable["Buffer"],
]


def chunks(source: Source) -> Generator[Buffer, None]:
    """Give the source piece by piece; each piece is to be used before the next is asked for.

    Raises:
        TypeError: It is a `str`, a set or a mapping, or nothing that bytes can be taken from.
    """
    if isinstance(source, str):
        raise TypeError("an object takes bytes, not str; encode the text, or wrap a file's name in pathlib.Path")
    if isinstance(source, _NO_SEQUENCES):
        raise _refusal(source)
    if _is_buffer(source):
        yield source
    elif isinstance(source, os.PathLike):
        with open(source, "rb", buffering=0) as file:
            buffer = memoryview(bytearray(_CHUNK_SIZE))
            while count := _there(file.readinto(buffer)):
                yield buffer[:count]
    # It comes before iterables, since files give their lines to those who iterate.
    elif _is_file(source):
        while data := _read(source):
            yield data
    elif isinstance(source, Iterable):
        for chunk in source:
            yield chunk
    else:
        raise _refusal(source)


def _refusal(source: object) -> TypeError:
    kind = type(source).__name__
    return TypeError(f"an object takes a buffer, a path, a binary file or an iterable of buffers, not {kind}")


def _read(file: BinaryReader) -> bytes:
    data = file.read(_CHUNK_SIZE)
    return _there(data)


def _there(result: T | None) -> T:
    """Tell a file that has nothing right now from one that is at its end."""
    if result is None:
        raise BlockingIOError(errno.EAGAIN, "the file is non-blocking and has nothing to read now")
    return result


def _is_file(source: Source) -> TypeIs[BinaryReader]:
    return hasattr(source, "read")


def _is_buffer(source: Source) -> TypeIs[Buffer]:
    try:
        memoryview(source).release()  # type: ignore[arg-type]  # that is the question
    except TypeError:
        return False
    return True
