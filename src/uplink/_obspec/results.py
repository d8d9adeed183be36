"""What `get` returns: a download under way, and what is known about the object."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Generic, TypeVar

from obspec import Attributes, GetOptions, ObjectMeta

from uplink._download import DownloadBase
from uplink._obspec.failures import translated
from uplink._obspec.values import attributes_of, check_conditions, meta_of
from uplink._values import Object
from uplink.aio.download import Download as AwaitedDownload
from uplink.download import Download

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

D = TypeVar("D", bound=DownloadBase)


class Result(Generic[D]):
    """What is known about the object and the range."""

    def __init__(
        self, download: D | None, item: Object, span: tuple[int, int | None], prefix: str, options: GetOptions
    ) -> None:
        """Describe a result.

        Args:
            download: The download, or `None` if no bytes are wanted.
            item: The record of the object.
            span: The offset and the length that were asked for.
            prefix: The prefix of the store.
            options: The options of the get.

        Raises:
            PreconditionError: A condition requires another object.
            NotModifiedError: A condition excludes the object.
        """
        self._download = download
        size = item.size or 0
        offset, length = span
        start = max(size + offset, 0) if offset < 0 else offset
        self._range = (start, size if length is None else min(start + length, size))
        self._attributes = attributes_of(item)
        self._meta = meta_of(item, prefix)
        check_conditions(options, item)

    @property
    def attributes(self) -> Attributes:
        """The attributes that the object was stored with."""
        return self._attributes

    @property
    def meta(self) -> ObjectMeta:
        """The path, time, size, tag and version of the object."""
        return self._meta

    @property
    def range(self) -> tuple[int, int]:
        """Where the bytes begin in the object, and where they end."""
        return self._range

    def __del__(self) -> None:
        """End the download without a warning: a result need not be read."""
        download = getattr(self, "_download", None)
        if download is not None and download._state == "open" and download._handle.boundary.alive:
            download._state = "closed"
            download._free()


class GetResult(Result[Download]):
    """The bytes of an object, which are read once: by `buffer`, or by iterating over them.

    Example:
        ```python
        from uplink.obspec import Store

        result = Store(access, "photos").get("cat.jpg")
        assert result.meta["size"] == 4
        assert b"".join(result) == b"meow"
        ```
    """

    def buffer(self) -> bytes:
        """Return all bytes.

        Raises:
            ClosedError: They were read before.
        """
        if self._download is None:
            return b""
        with translated(), self._download as download:
            return download.read()

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over the bytes, a MiB at a time."""
        if self._download is not None:
            with translated(), self._download as download:
                yield from download.iter_bytes()


class GetResultAsync(Result[AwaitedDownload]):
    """The bytes of an object, which are read once: by `buffer_async`, or by iterating over them.

    Example:
        ```python
        async def size_of(store, path):
            result = await store.get_async(path)
            return sum([len(chunk) async for chunk in result])
        ```
    """

    async def buffer_async(self) -> bytes:
        """Return all bytes.

        Raises:
            ClosedError: They were read before.
        """
        if self._download is None:
            return b""
        with translated():
            async with self._download as download:
                return await download.read()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate over the bytes, a MiB at a time."""
        if self._download is not None:
            with translated():
                async with self._download as download:
                    async for chunk in download.iter_bytes():
                        yield chunk
