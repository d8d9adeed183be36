"""The sources of `put`: a buffer, a path, a binary file, or an iterable of buffers."""

from __future__ import annotations

import errno
import functools
import inspect
import os
import stat
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar, Union, cast

from uplink._types import Buffer

if TYPE_CHECKING:
    import io

    from typing_extensions import TypeIs


T = TypeVar("T")

_CHUNK_SIZE = 1024 * 1024
# Iterables that are refused: a set has no order, and a mapping iterates over its keys.
_NOT_SOURCES: tuple[type, ...] = (Mapping, AbstractSet)


if True:  # ASYNC
    # `read` of `asyncio.StreamReader` is a coroutine.
    _Read: TypeAlias = Union[bytes, Awaitable[bytes], None]
else:  # SYNC
    _Read: TypeAlias = Union[bytes, None]


class BinaryReader(Protocol):
    """A file that is open for reading in binary mode, or an object that is read like one."""

    def read(self, size: int, /) -> _Read: ...


if True:  # ASYNC
    Source: TypeAlias = Union[Buffer, os.PathLike[str], BinaryReader, Iterable[Buffer], AsyncIterable[Buffer]]
else:  # SYNC
    Source: TypeAlias = Union[Buffer, os.PathLike[str], BinaryReader, Iterable[Buffer]]


def check_source(source: Source, noun: str) -> None:
    """Raise a `TypeError` unless the source is of a type that `put` takes.

    Args:
        source: The source.
        noun: What takes the source, for the message: "an object".
    """
    if isinstance(source, str):
        raise TypeError(f"{noun} takes bytes, not str; encode the text, or wrap a file's name in pathlib.Path")
    readable = is_buffer(source) or _is_file(source) or isinstance(source, (os.PathLike, Iterable))
    if True:  # ASYNC
        readable = readable or isinstance(source, AsyncIterable)
    if isinstance(source, _NOT_SOURCES) or not readable:
        kind = type(source).__name__
        raise TypeError(f"{noun} takes a buffer, a path, a binary file or an iterable of buffers, not {kind}")


async def chunks(source: Source) -> AsyncGenerator[Buffer, None]:
    """Yield the source piece by piece. A piece is valid until the next one is requested."""
    if is_buffer(source):
        yield source
    elif isinstance(source, os.PathLike):
        with open(source, "rb", buffering=0) as file:
            buffer = memoryview(bytearray(_CHUNK_SIZE))
            while count := _present(file.readinto(buffer)):
                yield buffer[:count]
    # Before iterables: a file is an iterable of its lines.
    elif _is_file(source):
        while data := await _read(source):
            yield data
    else:
        if True:  # ASYNC
            if isinstance(source, AsyncIterable):
                async for chunk in source:
                    yield chunk
                return
        for chunk in source:
            yield chunk


def rewinder(source: Source) -> Callable[[], object] | None:
    """Return a function after which the source yields the same bytes again, or `None`."""
    if isinstance(source, os.PathLike) and size_of(source) is None:
        return None  # a pipe that is opened again goes on where the last attempt stopped
    if is_buffer(source) or isinstance(source, (os.PathLike, Sequence)):
        return lambda: None
    file = cast("io.IOBase", source)
    seekable = getattr(source, "seekable", None)
    if True:  # ASYNC
        # anyio's files have a plain `seekable`, and coroutines for the rest.
        if any(inspect.iscoroutinefunction(getattr(source, name, None)) for name in ("seekable", "tell", "seek")):
            return None
    return functools.partial(file.seek, file.tell()) if seekable is not None and seekable() else None


def size_of(source: Source) -> int | None:
    """Return the number of bytes in the source, or `None` if it is unknown."""
    if is_buffer(source):
        with memoryview(source) as view:
            return view.nbytes
    if isinstance(source, os.PathLike):
        status = os.stat(source)  # noqa: PTH116 - pathlib takes long to import
        return status.st_size if stat.S_ISREG(status.st_mode) else None
    return None


async def _read(file: BinaryReader) -> bytes:
    data = file.read(_CHUNK_SIZE)
    if True:  # ASYNC
        if isinstance(data, Awaitable):
            data = await data
    return _present(data)


def _present(result: T | None) -> T:
    """Return what a file has read, or raise an error for `None`.

    A non-blocking file has nothing now.
    """
    if result is None:
        raise BlockingIOError(errno.EAGAIN, "the file is non-blocking and has nothing to read now")
    return result


def _is_file(source: Source) -> TypeIs[BinaryReader]:
    return hasattr(source, "read")


def is_buffer(source: Source) -> TypeIs[Buffer]:
    """Report whether the source is bytes in memory."""
    try:
        memoryview(source).release()  # type: ignore[arg-type]  # raises for other types
    except TypeError:
        return False
    return True
