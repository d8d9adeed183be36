"""What a store reads: objects, ranges of them, and lists."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Iterator, Sequence

from obspec import GetOptions, ListResult, ObjectMeta

from uplink._checks import check_type
from uplink._obspec import values
from uplink._obspec.base import Base, below
from uplink._obspec.failures import translated
from uplink._obspec.results import GetResult, GetResultAsync
from uplink.errors import RangeInvalidError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# Number of objects that `list` yields at once.
_PAGE_SIZE = 1000


class Reading(Base):
    """Reads objects."""

    def get(self, path: str, *, options: GetOptions | None = None) -> GetResult:
        """Get an object, or a range of it.

        Args:
            path: The path of the object.
            options: A range, a version, conditions, and whether to get no bytes. A tag of another
                object never matches.

        Raises:
            NotFoundError: There is no such object.
            PreconditionError: `if_match` or `if_unmodified_since` is not met.
            NotModifiedError: `if_none_match` or `if_modified_since` is not met.
            RangeInvalidError: The range is empty, or begins after the end of the object.
            ChecksumMissingError: The store verifies objects, and this one has no checksum.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.
        """
        options = values.checked_options(options)
        key, version, given = self._key(path), values.version_of(options), values.range_of(options)
        with translated():
            if options.get("head"):
                item = self._twins.plain.stat_object(self.bucket, key, version=version)
                return GetResult(None, item, given, self.prefix, options)
            project = self._twins.plain
            verify = self.verify and given == (0, None)
            try:
                download = project.download_object(
                    self.bucket, key, offset=given[0], length=given[1], version=version, verify=verify
                )
            except RangeInvalidError:
                if given[0] >= 0:
                    raise
                # The last bytes of an object that has fewer are all of it.
                download = project.download_object(self.bucket, key, version=version, verify=self.verify)
            return GetResult(download, download.info(), given, self.prefix, options)

    async def get_async(self, path: str, *, options: GetOptions | None = None) -> GetResultAsync:
        """Await what `get` returns."""
        options = values.checked_options(options)
        key, version, given = self._key(path), values.version_of(options), values.range_of(options)
        with translated():
            if options.get("head"):
                item = await self._twins.awaited.stat_object(self.bucket, key, version=version)
                return GetResultAsync(None, item, given, self.prefix, options)
            project = self._twins.awaited
            verify = self.verify and given == (0, None)
            try:
                download = await project.download_object(
                    self.bucket, key, offset=given[0], length=given[1], version=version, verify=verify
                )
            except RangeInvalidError:
                if given[0] >= 0:
                    raise
                download = await project.download_object(self.bucket, key, version=version, verify=self.verify)
            return GetResultAsync(download, download.info(), given, self.prefix, options)

    def get_range(self, path: str, *, start: int, end: int | None = None, length: int | None = None) -> bytes:
        """Return a range of an object; less of it at the end of the object.

        Args:
            path: The path of the object.
            start: Where the range begins.
            end: Where it ends; or give `length`.
            length: Its number of bytes.

        Raises:
            NotFoundError: There is no such object.
            InvalidArgumentError: Neither `end` nor `length` is given, or both are.
            RangeInvalidError: The range is empty, or begins after the end of the object.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.
        """
        offset, count = values.span(start, end, length)
        with translated():
            data = self._twins.plain.get(self.bucket, self._key(path), offset=offset, length=count)
        return _not_empty(data, offset)

    async def get_range_async(
        self, path: str, *, start: int, end: int | None = None, length: int | None = None
    ) -> bytes:
        """Await what `get_range` returns."""
        offset, count = values.span(start, end, length)
        with translated():
            data = await self._twins.awaited.get(self.bucket, self._key(path), offset=offset, length=count)
        return _not_empty(data, offset)

    def get_ranges(
        self,
        path: str,
        *,
        starts: Sequence[int],
        ends: Sequence[int] | None = None,
        lengths: Sequence[int] | None = None,
    ) -> builtins.list[bytes]:
        """Return ranges of one version of an object, several of them got at the same time.

        Args:
            path: The path of the object.
            starts: Where the ranges begin.
            ends: Where they end; or give `lengths`.
            lengths: Their numbers of bytes.

        Raises:
            NotFoundError: There is no such object.
            InvalidArgumentError: Neither `ends` nor `lengths` are given, or both are.
            RangeInvalidError: A range is empty, or begins after the end of the object.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.
        """
        pairs = values.spans(starts, ends, lengths)
        with translated():
            found = self._twins.plain.get_ranges(self.bucket, self._key(path), pairs)
        return [_not_empty(data, offset) for data, (offset, _) in zip(found, pairs, strict=True)]

    async def get_ranges_async(
        self,
        path: str,
        *,
        starts: Sequence[int],
        ends: Sequence[int] | None = None,
        lengths: Sequence[int] | None = None,
    ) -> builtins.list[bytes]:
        """Await what `get_ranges` returns."""
        pairs = values.spans(starts, ends, lengths)
        with translated():
            found = await self._twins.awaited.get_ranges(self.bucket, self._key(path), pairs)
        return [_not_empty(data, offset) for data, (offset, _) in zip(found, pairs, strict=True)]

    def head(self, path: str) -> ObjectMeta:
        """Return the path, time, size, tag and version of an object.

        Raises:
            NotFoundError: There is no such object.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.
        """
        with translated():
            return values.meta_of(self._twins.plain.stat_object(self.bucket, self._key(path)), self.prefix)

    async def head_async(self, path: str) -> ObjectMeta:
        """Await what `head` returns."""
        with translated():
            return values.meta_of(await self._twins.awaited.stat_object(self.bucket, self._key(path)), self.prefix)

    def list(self, prefix: str | None = None, *, offset: str | None = None) -> Iterator[Sequence[ObjectMeta]]:
        """Iterate over the objects below a prefix, a thousand at a time, in no order.

        Args:
            prefix: The prefix, in whole parts between slashes; `None` for the whole store.
            offset: List only objects whose path is greater. All of them are requested, since
                listings of Storj are in the order of encrypted keys.

        Raises:
            NotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.
        """
        page: builtins.list[ObjectMeta] = []
        with translated():
            for item in self._twins.plain.list_objects(self.bucket, self._prefix(prefix), recursive=True):
                meta = values.meta_of(item, self.prefix)
                if offset is None or meta["path"] > offset:
                    page.append(meta)
                if len(page) == _PAGE_SIZE:
                    yield page
                    page = []
        if page:
            yield page

    async def list_async(
        self, prefix: str | None = None, *, offset: str | None = None
    ) -> AsyncIterator[Sequence[ObjectMeta]]:
        """Iterate as `list` does, with `async for`."""
        page: builtins.list[ObjectMeta] = []
        with translated():
            async for item in self._twins.awaited.list_objects(self.bucket, self._prefix(prefix), recursive=True):
                meta = values.meta_of(item, self.prefix)
                if offset is None or meta["path"] > offset:
                    page.append(meta)
                if len(page) == _PAGE_SIZE:
                    yield page
                    page = []
        if page:
            yield page

    def list_with_delimiter(self, prefix: str | None = None) -> ListResult[Sequence[ObjectMeta]]:
        """Return the objects directly below a prefix, and the prefixes there.

        Args:
            prefix: The prefix, in whole parts between slashes; `None` for the whole store.

        Raises:
            NotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.
        """
        with translated():
            items = [*self._twins.plain.list_objects(self.bucket, self._prefix(prefix))]
        return values.list_result(items, self.prefix)

    async def list_with_delimiter_async(self, prefix: str | None = None) -> ListResult[Sequence[ObjectMeta]]:
        """Await what `list_with_delimiter` returns."""
        with translated():
            items = [item async for item in self._twins.awaited.list_objects(self.bucket, self._prefix(prefix))]
        return values.list_result(items, self.prefix)

    def _prefix(self, prefix: str | None) -> str:
        if prefix is None:
            return self.prefix
        check_type(prefix, str, "prefix", "a str")
        return self.prefix + below(prefix)


def _not_empty(data: bytes, offset: int) -> bytes:
    """Return the bytes of a range.

    Raises:
        RangeInvalidError: There are none.
    """
    if not data:
        raise RangeInvalidError(f"the object ends before the range, which begins at {offset}")
    return data
