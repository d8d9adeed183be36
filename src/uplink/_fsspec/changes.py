"""Copies, moves, deletes and makes what a filesystem has."""

from __future__ import annotations

import asyncio
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta, timezone
from typing import Any

from fsspec.asyn import sync

from uplink._deleted import check_deleted
from uplink._fsspec.entries import Place
from uplink._fsspec.transfers import Transfers
from uplink._values import Deletion, Object
from uplink.aio.edge import share_url
from uplink.errors import (
    BucketAlreadyExistsError,
    ObjectNotFoundError,
    PreconditionFailedError,
)

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class Changes(Transfers):
    """Changes what is stored."""

    async def _cp_file(self, path1: str, path2: str, *, leaving: AbstractSet[str] | None = None, **_: object) -> None:
        """Copy an object on the satellite. A directory is left out: fsspec names its objects, too.

        Args:
            path1: The object.
            path2: The path of its copy.
            leaving: To move the object in place of copying it: the paths that are directories.
            **_: Options of other filesystems.
        """
        if leaving is not None and path1 in leaving:
            return
        source, target = self._object(path1), self._object(path2)
        places = (source.bucket, source.key, target.bucket, target.key)
        with self._seen.changing():
            if leaving is not None:
                await self.project.move_object(*places)
                return
            try:
                await self.project.copy_object(*places, version=source.version)
            except ObjectNotFoundError:
                if not await self._isdir(path1):
                    raise

    async def _mv(
        self, path1: str, path2: str, recursive: bool = False, maxdepth: int | None = None, **options: Any
    ) -> None:
        if self._strip_protocol(path1) == self._strip_protocol(path2):
            return
        tops = [self._place(path) for path in await self._expanded(path1)] if recursive else []
        found = [await self._found(top, None, withdirs=True) for top in tops]
        directories = {name for entries in found for name, entry in entries.items() if entry["type"] == "directory"}
        options = {"recursive": recursive, "maxdepth": maxdepth, "on_error": "raise", **options}
        await self._copy(path1, path2, leaving=directories, **options)
        for top in tops:
            # Markers of the directories are left.
            await self._delete(top.bucket, [key for key in await self._keys(top) if key.endswith("/")])

    async def _rm(
        self, path: str | list[str], recursive: bool = False, maxdepth: int | None = None, **_: object
    ) -> None:
        named = [path] if isinstance(path, str) else path
        paths = [found for given in named for found in await self._expanded(given)]
        places = [self._place(found) for found in paths]
        buckets = [place.bucket for place in places if not place.key]
        if buckets and not recursive:
            raise IsADirectoryError(f"{buckets[0]!r} is a bucket; use recursive=True, or rmdir for an empty bucket")
        doomed: dict[str, list[str | Object]] = {}
        required: list[Place] = []
        for place in places:
            below = await self._keys(place, maxdepth) if recursive else []
            doomed.setdefault(place.bucket, []).extend(below)
            # In a versioned bucket, deleting a key that has no object would leave a delete marker.
            if place.key and not (below and not await self.project.exists(place.bucket, place.key)):
                item = place.key if place.version is None else Object(place.key, version=place.version)
                doomed[place.bucket].append(item)
                required.append(place)
        missing: set[tuple[str, str]] = set()
        for bucket, items in doomed.items():
            missing.update((bucket, key) for key in await self._delete(bucket, items))
        for place in required:
            if (place.bucket, place.key) in missing:
                await self._raise_missing(place)
        if maxdepth is None:
            await asyncio.gather(*map(self.project.delete_bucket, buckets))

    async def _keys(self, place: Place, maxdepth: int | None = None) -> list[str]:
        """Return the keys below a place, with those that only mark directories."""
        if maxdepth is None:
            listing = self.project.list_objects(place.bucket, place.prefix, recursive=True, system=False)
            return [item.key async for item in listing]
        return [self._place(path).key for path in await self._found(place, maxdepth, withdirs=False)]

    async def _delete(self, bucket: str, items: list[str] | list[str | Object]) -> list[str]:
        """Delete objects, and return the keys of those that were missing.

        Raises:
            UplinkError: An object could not be deleted.
        """
        if not items:
            return []
        with self._seen.changing():
            deletions: list[Deletion] = await self.project.delete_objects(bucket, items)
        check_deleted(bucket, deletions)
        return [deletion.key for deletion in deletions if deletion.status == "missing"]

    async def _raise_missing(self, place: Place) -> None:
        if place.version is None and await self._has_items(place):
            raise IsADirectoryError(f"{place.path!r} is a directory; use recursive=True")
        raise ObjectNotFoundError("there is no such object", bucket=place.bucket, key=place.key)

    async def _rm_file(self, path: str, **_: object) -> None:
        await self._rm(path)

    async def _mkdir(self, path: str, create_parents: bool = True, **options: Any) -> None:
        place = self._place(path)
        if not place.bucket:
            raise ValueError("the name of a bucket is missing")
        if not place.key:
            known = {name: options[name] for name in ("object_lock_enabled", "placement") if name in options}
            await self.project.create_bucket(place.bucket, **known)
        elif create_parents:
            await self._ensure_bucket(place.bucket)
        else:
            await self.project.stat_bucket(place.bucket)

    async def _makedirs(self, path: str, exist_ok: bool = False) -> None:
        try:
            await self._mkdir(path)
        except BucketAlreadyExistsError:
            if not exist_ok:
                raise

    async def _ensure_bucket(self, bucket: str) -> None:
        """Create a bucket unless there is one. Concurrent calls share one request."""
        loop = asyncio.get_running_loop()
        under_way = self._ensuring.get((loop, bucket))
        if under_way is None:
            under_way = self._ensuring[loop, bucket] = loop.create_task(self.project.ensure_bucket(bucket))
            under_way.add_done_callback(lambda _: self._ensuring.pop((loop, bucket)))
        await asyncio.shield(under_way)

    async def _rmdir(self, path: str) -> None:
        place = self._place(path)
        if not place.key:
            await self.project.delete_bucket(place.bucket)
            return
        found = [item.key async for item in self.project.list_objects(place.bucket, place.prefix, limit=2)]
        if not found:
            if await self._isfile(path):
                raise NotADirectoryError(f"{path!r} is a file")
            raise ObjectNotFoundError("there is no such directory", bucket=place.bucket, key=place.key)
        if found != [place.prefix]:
            raise FileExistsError(f"{path!r} is not empty; use rm with recursive=True")
        await self._delete(place.bucket, found)

    async def _touch(self, path: str, truncate: bool = True, **options: Any) -> None:
        try:
            await self._pipe_file(path, b"", mode="overwrite" if truncate else "create", **options)
        except PreconditionFailedError:
            raise NotImplementedError("the time of an object cannot be changed; it is the time of its upload") from None

    async def _sign(self, path: str, expiration: float | None = 100, **options: Any) -> str:
        place = self._object(path)
        until = None if expiration is None else datetime.now(timezone.utc) + timedelta(seconds=expiration)
        options = {"raw": True, "not_after": until, **options}
        return await share_url(self._access.access, place.bucket, place.key, **options)

    def mv(
        self,
        path1: str,
        path2: str,
        recursive: bool = False,
        maxdepth: int | None = None,
        **options: Any,
    ) -> None:
        """Move objects on the satellite: no data is transferred, and no object is ever missing or there twice."""
        sync(self.loop, self._mv, path1, path2, recursive, maxdepth, **options)

    def rmdir(self, path: str) -> None:
        """Delete an empty bucket, or the marker of an empty directory."""
        sync(self.loop, self._rmdir, path)

    def touch(self, path: str, truncate: bool = True, **options: Any) -> None:
        """Upload an empty object; with `truncate=False`, only if there is none."""
        sync(self.loop, self._touch, path, truncate, **options)

    def sign(self, path: str, expiration: float | None = 100, **options: Any) -> str:
        """Make a link with which everyone can download an object.

        Args:
            path: The object.
            expiration: Seconds until the link stops working; `None` for never.
            **options: Those of `uplink.edge.share_url`, such as `auth_region`.
        """
        return sync(self.loop, self._sign, path, expiration, **options)
