"""Whole files, and ranges of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

from fsspec.callbacks import DEFAULT_CALLBACK, Callback
from fsspec.utils import isfilelike

from uplink._fsspec.base import check_mode
from uplink._fsspec.listing import Listing
from uplink._progress import Report, _shown
from uplink._types import Buffer
from uplink.errors import InvalidArgumentError, ObjectNotFoundError, RangeInvalidError, UplinkError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


# A path, and the start and the end of a range of it, as those of a slice.
_Span: TypeAlias = "tuple[str, int | None, int | None]"


class Transfers(Listing):
    """Uploads and downloads files."""

    async def _cat_file(
        self,
        path: str,
        start: int | None = None,
        end: int | None = None,
        version_id: str | None = None,
        verify: bool = False,
        **_: object,
    ) -> bytes:
        place = self._object(path, version_id)
        begin = start or 0
        length: int | None = None
        if end is not None:
            if begin < 0 or end < 0:
                # As for a slice, from the size.
                size = (await self._info(path, version_id=version_id))["size"]
                begin, end, _step = slice(start, end).indices(size)
            length = max(end - begin, 0)
        try:
            return await self.project.get(
                place.bucket, place.key, offset=begin, length=length, version=place.version, verify=verify
            )
        except RangeInvalidError:
            # As for a slice: nothing behind the end, and everything if it is less than the range.
            return await self._cat_file(path, version_id=version_id) if begin < 0 else b""

    async def _cat(
        self, path: str | list[str], recursive: bool = False, on_error: str = "raise", **options: Any
    ) -> bytes | dict[str, Any]:
        if recursive:
            given = [path] if isinstance(path, str) else path
            expanded = [found for one in given for found in await self._expanded(one)]
            # Without the directories, which fsspec would read, too.
            files = [file for one in expanded for file in await self._find(one)]
            if not files:
                raise FileNotFoundError(f"there are no files in {path!r}")
            path = files[0] if files == [self._strip_protocol(path)] else files
        found: bytes | dict[str, Any] = await super()._cat(path, on_error=on_error, **options)
        return found

    async def _cat_ranges(
        self,
        paths: list[str],
        starts: int | Sequence[int | None] | None,
        ends: int | Sequence[int | None] | None,
        max_gap: int | None = None,
        batch_size: int | None = None,
        on_error: str = "return",
        **options: Any,
    ) -> list[bytes | BaseException]:
        if not isinstance(paths, list):
            raise TypeError(f"paths takes a list, not {type(paths).__name__}")
        if options.get("verify"):
            raise InvalidArgumentError("ranges cannot be verified: the checksum of an object is that of all its bytes")
        from_, to = _one_each(starts, len(paths), "starts"), _one_each(ends, len(paths), "ends")
        spans = list(zip(paths, from_, to, strict=True))
        groups = _grouped(spans)
        gap: dict[str, Any] = {} if max_gap is None else {"max_gap": max_gap}
        results = await asyncio.gather(
            *(self._cat_group([spans[index] for index in indexes], gap, options) for indexes in groups)
        )
        found: list[bytes | BaseException] = [b""] * len(spans)
        for indexes, result in zip(groups, results, strict=True):
            for index, data in zip(indexes, result, strict=True):
                found[index] = data
        if on_error != "return":
            for data in found:
                if isinstance(data, BaseException):
                    raise data
        return found

    async def _cat_group(
        self, spans: list[_Span], gap: dict[str, Any], options: dict[str, Any]
    ) -> Sequence[bytes | BaseException]:
        """Return the ranges of one object, or the error of each."""
        if len(spans) > 1:
            ranges = [(start or 0, None if end is None else end - (start or 0)) for _, start, end in spans]
            try:
                place = self._object(spans[0][0], options.get("version_id"))
                return await self.project.get_ranges(place.bucket, place.key, ranges, version=place.version, **gap)
            except RangeInvalidError:
                pass  # a range begins after the end, where a slice has no bytes
            except (UplinkError, OSError) as error:
                return [error] * len(spans)
        return await asyncio.gather(*(self._cat_file(*span, **options) for span in spans), return_exceptions=True)

    async def _pipe_file(self, path: str, value: Buffer, mode: str = "overwrite", **options: Any) -> None:
        condition = check_mode(mode)
        place = self._object(path)
        with self._seen.changing():
            await self.project.put(
                place.bucket, place.key, value, if_none_match=condition, **self._stored_with(options)
            )

    async def _put_file(
        self,
        lpath: str | os.PathLike[str],
        rpath: str,
        callback: Callback = DEFAULT_CALLBACK,
        mode: str = "overwrite",
        **options: Any,
    ) -> None:
        condition = check_mode(mode)
        if Path(lpath).is_dir():
            return  # keys need no directory above them
        place = self._object(rpath)
        with self._seen.changing():
            await self.project.upload_file(
                place.bucket,
                place.key,
                lpath,
                if_none_match=condition,
                progress=_report_to(callback),
                **self._stored_with(options),
            )

    async def _get_file(
        self,
        rpath: str,
        lpath: str | os.PathLike[str] | BinaryIO,
        callback: Callback = DEFAULT_CALLBACK,
        version_id: str | None = None,
        verify: bool = False,
        **options: Any,  # as for `Project.download_file`
    ) -> None:
        if isfilelike(lpath):
            await self._download(rpath, cast("BinaryIO", lpath), callback, version_id, verify=verify)
            return
        target = Path(cast("str", lpath))
        place = self._place(rpath, version_id)
        if target.is_dir() or not place.key:
            if not await self._isdir(rpath):
                raise IsADirectoryError(f"{target} is a directory, and {rpath} is a file")
            target.mkdir(parents=True, exist_ok=True)
            return
        options = {"version": place.version, "verify": verify, "progress": _report_to(callback), **options}
        try:
            await self.project.download_file(place.bucket, place.key, target, **options)
        except ObjectNotFoundError:
            if not await self._isdir(rpath):
                raise
            target.mkdir(parents=True)

    async def _download(
        self, rpath: str, file: BinaryIO, callback: Callback, version_id: str | None, *, verify: bool
    ) -> None:
        place = self._object(rpath, version_id)
        options: dict[str, Any] = {"version": place.version, "verify": verify}
        async with self.project.download_object(place.bucket, place.key, **options) as download:
            callback.set_size(download.info().size or 0)
            async for chunk in download.iter_bytes():
                file.write(chunk)
                callback.relative_update(len(chunk))


def _report_to(callback: Callback) -> Report:
    """Return what moves a callback of fsspec on, which is at its end once all bytes are committed."""

    def report(transferred: int, total: int, committed: int) -> None:
        callback.set_size(total)
        callback.absolute_update(_shown(transferred, total, committed))

    return report


def _grouped(spans: list[_Span]) -> list[list[int]]:
    """Return the indexes of ranges, together if they can be got in one call: of one object, counted from its start."""
    together: dict[str, list[int]] = {}
    for index, (path, start, end) in enumerate(spans):
        if (start or 0) >= 0 and (end is None or end >= (start or 0)):
            together.setdefault(path, []).append(index)
    groups = [indexes for indexes in together.values() if len(indexes) > 1]
    grouped = {index for indexes in groups for index in indexes}
    return groups + [[index] for index in range(len(spans)) if index not in grouped]


def _one_each(values: int | Sequence[int | None] | None, count: int, name: str) -> Sequence[int | None]:
    """Return a value for each path.

    Raises:
        ValueError: There are more values than paths, or fewer.
    """
    if not isinstance(values, Sequence):
        return [values] * count
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} values for {count} paths")
    return values
