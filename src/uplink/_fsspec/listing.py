"""What a filesystem lists, and what it knows about one path."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from glob import has_magic
from typing import Any

from fsspec.asyn import sync
from fsspec.utils import tokenize

from uplink._fsspec.base import Base
from uplink._fsspec.entries import Entry, Place, bucket_entry, directory, file_entry, parents, version_entry
from uplink._values import Object
from uplink.errors import InvalidArgumentError, NotFoundError, PermissionDeniedError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class Listing(Base):
    """Lists directories, and describes paths."""

    async def _ls(self, path: str, detail: bool = True, versions: bool = False, **_: object) -> list[Entry] | list[str]:
        place = self._place(path)
        if versions and not self.version_aware:
            raise InvalidArgumentError("versions=True takes a filesystem with version_aware=True")
        changes = self._seen.changes
        if not place.bucket:
            entries = [bucket_entry(bucket) async for bucket in self.project.list_buckets()]
        else:
            entries = await self._ls_place(place, versions=versions)
        entries.sort(key=lambda entry: str(entry["name"]))
        if not versions:
            self._seen.keep(entries, changes)
        return entries if detail else [entry["name"] for entry in entries]

    async def _ls_place(self, place: Place, *, versions: bool) -> list[Entry]:
        """Return the entries directly below a place, or the entry of the object itself."""
        found = False
        entries: list[Entry] = []
        async for item in self._items(place, versions=versions):
            found = True
            if item.key != place.prefix:  # an object with this key only marks the directory
                entries.append(_entry(place.bucket, item, versions=versions))
        if found or not place.key:
            return entries
        if versions:
            return [
                version_entry(place.bucket, item)
                async for item in self.project.list_object_versions(place.bucket, place.key)
                if item.key == place.key
            ] or [await self._info(place.path)]
        return [await self._info(place.path)]

    async def _items(self, place: Place, *, versions: bool = False) -> AsyncIterator[Object]:
        if versions:
            listing = self.project.list_object_versions(place.bucket, place.prefix)
        else:
            listing = self.project.list_objects(place.bucket, place.prefix)
        async for item in listing:
            yield item

    async def _info(self, path: str, version_id: str | None = None, **_: object) -> Entry:
        place = self._place(path, version_id)
        if not place.bucket:
            return directory("")
        if not place.key:
            return bucket_entry(await self.project.stat_bucket(place.bucket))
        if place.version is None and (seen := self._seen.find(place.path)) is not None:
            return seen
        try:
            return file_entry(
                place.bucket, await self.project.stat_object(place.bucket, place.key, version=place.version)
            )
        except NotFoundError:
            if place.version is None and await self._has_items(place):
                return directory(place.path)
            raise

    async def _has_items(self, place: Place) -> bool:
        """Report whether there is anything below a place; false if the access may not list."""
        try:
            async for _ in self.project.list_objects(place.bucket, place.prefix, limit=1, system=False):
                return True
        except PermissionDeniedError:
            pass  # an access for downloads alone may still learn which objects there are
        return False

    async def _type(self, path: str) -> str:
        """Return the type of a path, or `""` if there is nothing."""
        try:
            return str((await self._info(path))["type"])
        except FileNotFoundError:
            return ""

    async def _exists(self, path: str, version_id: str | None = None, **_: object) -> bool:
        try:
            await self._info(path, version_id=version_id)
        except FileNotFoundError:
            return False
        return True

    async def _isdir(self, path: str) -> bool:
        return await self._type(path) == "directory"

    async def _isfile(self, path: str) -> bool:
        return await self._type(path) == "file"

    async def _glob(self, path: str, maxdepth: int | None = None, **options: Any) -> Any:
        # The mark of a version has a question mark, which would match any character.
        if self._place(path).version is None:
            return await super()._glob(path, maxdepth=maxdepth, **options)
        found = {self._strip_protocol(path): await self._info(path)} if await self._exists(path) else {}
        return found if options.get("detail") else list(found)

    async def _expanded(self, path: str) -> list[str]:
        """Return the paths that a pattern matches, or the path itself."""
        if not has_magic(self._strip_protocol(path)):
            return [path]
        found: list[str] = await self._glob(path)
        if not found:
            raise FileNotFoundError(f"nothing matches {path!r}")
        return found

    async def _find(
        self,
        path: str,
        maxdepth: int | None = None,
        withdirs: bool = False,
        detail: bool = False,
        prefix: str = "",
        **_: object,
    ) -> list[str] | dict[str, Entry]:
        if maxdepth is not None and maxdepth < 1:
            raise ValueError("maxdepth must be at least 1")
        place = self._place(path)
        found = await self._found(place, maxdepth, withdirs=withdirs)
        if prefix:
            # Listings of Storj begin where a part between slashes does, so what has another name is left out here.
            start = f"{place.path}/{prefix}" if place.bucket else prefix
            found = {name: entry for name, entry in found.items() if name.startswith(start)}
        return found if detail else list(found)

    async def _found(self, place: Place, maxdepth: int | None, *, withdirs: bool) -> dict[str, Entry]:
        """Return the files below a place, by name, and with `withdirs` also the directories."""
        changes = self._seen.changes
        entries = await (self._find_below(place, maxdepth) if place.bucket else self._find_in_buckets(maxdepth))
        self._seen.keep(entries.values(), changes)
        return {name: entries[name] for name in sorted(entries) if withdirs or entries[name]["type"] == "file"}

    async def _find_below(self, place: Place, maxdepth: int | None) -> dict[str, Entry]:
        """Return a place and what is below it; nothing if there is no such place."""
        try:
            entries = await (self._find_all(place) if maxdepth is None else self._find_levels([place], maxdepth))
            return entries or {place.path: await self._info(place.path)}
        except FileNotFoundError:
            return {}

    async def _find_in_buckets(self, maxdepth: int | None) -> dict[str, Entry]:
        """Return what is below all buckets, with the buckets."""
        buckets = {bucket.name: bucket_entry(bucket) async for bucket in self.project.list_buckets()}
        below: list[dict[str, Entry]] = []
        if maxdepth is None or maxdepth > 1:
            depth = None if maxdepth is None else maxdepth - 1
            below = await asyncio.gather(*(self._find_below(Place(name, "", None), depth) for name in buckets))
        return {name: entry for entries in (*below, buckets) for name, entry in entries.items()}

    async def _find_all(self, place: Place) -> dict[str, Entry]:
        """Return all files below a place, its directories and itself."""
        entries: dict[str, Entry] = {}
        directories: set[str] = set()
        async for item in self.project.list_objects(place.bucket, place.prefix, recursive=True):
            path = f"{place.bucket}/{item.key}"
            directories.update(parents(path, place.path))
            directories.add(place.path)
            if not path.endswith("/"):
                entries[path] = file_entry(place.bucket, item)
        return {**{path: directory(path) for path in directories}, **entries}

    async def _find_levels(self, places: Iterable[Place], levels: int) -> dict[str, Entry]:
        """Return what is so many levels below places, and the places that are directories."""
        entries: dict[str, Entry] = {}

        async def visit(place: Place) -> list[Place]:
            below: list[Place] = []
            async for item in self._items(place):
                entries.setdefault(place.path, directory(place.path))
                if item.key != place.prefix:
                    entry = _entry(place.bucket, item)
                    # An object is found rather than the directory with its name.
                    if item.is_prefix:
                        entries.setdefault(entry["name"], entry)
                        below.append(Place(place.bucket, item.key[:-1], None))
                    else:
                        entries[entry["name"]] = entry
            return below

        for _ in range(levels):
            places = [place for below in await asyncio.gather(*map(visit, places)) for place in below]
        return entries

    async def _du(
        self, path: str, total: bool = True, maxdepth: int | None = None, withdirs: bool = False, **_: object
    ) -> int | dict[str, int]:
        entries = await self._found(self._place(path), maxdepth, withdirs=withdirs)
        sizes = {name: int(entry["size"]) for name, entry in entries.items()}
        return sum(sizes.values()) if total else sizes

    async def _checksum(self, path: str) -> int:
        entry = await self._info(path)
        # Without the version, which listings do not have.
        return int(tokenize([entry.get(name) for name in ("name", "size", "created")]), 16)

    async def _created(self, path: str) -> datetime:
        entry = await self._info(path)
        if "created" not in entry:
            raise IsADirectoryError(f"{path!r} is a directory, which has no time of its own")
        created: datetime = entry["created"]
        return created

    async def _object_version_info(self, path: str) -> list[Entry]:
        place = self._object(path)
        versions = self.project.list_object_versions(place.bucket, place.key, custom=True, etag=True)
        return [version_entry(place.bucket, item) async for item in versions if item.key == place.key]

    def checksum(self, path: str) -> int:
        """Return a number that changes when the object is replaced, and not when its metadata are."""
        return sync(self.loop, self._checksum, path)

    def ukey(self, path: str) -> str:
        """Return `checksum` as a text."""
        return f"{self.checksum(path):032x}"

    def created(self, path: str) -> datetime:
        """Return when the object was uploaded, or the bucket created: an aware UTC datetime.

        Raises:
            IsADirectoryError: The path is a directory below a bucket.
        """
        return sync(self.loop, self._created, path)

    def modified(self, path: str) -> datetime:
        """Return what `created` returns: objects are replaced, never modified."""
        return sync(self.loop, self._created, path)

    def object_version_info(self, path: str) -> list[Entry]:
        """Return the entries of all versions of an object and of its delete markers, the latest first."""
        return sync(self.loop, self._object_version_info, path)


def _entry(bucket: str, item: Object, *, versions: bool = False) -> Entry:
    """Return the entry of an item of a listing."""
    if item.is_prefix:
        return directory(f"{bucket}/{item.key[:-1]}")
    return version_entry(bucket, item) if versions else file_entry(bucket, item)
