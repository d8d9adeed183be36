"""What a store changes: it puts, copies, renames and deletes objects."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TypedDict

from obspec import Attributes, PutMode, PutResult

from uplink._checksums import ChecksumAlgorithm
from uplink._deleted import check_deleted
from uplink._obspec import values
from uplink._obspec.base import Base
from uplink._obspec.failures import translated
from uplink._types import Buffer

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class _Stored(TypedDict):
    metadata: dict[str, str] | None
    if_none_match: str | None
    checksum: ChecksumAlgorithm | None


class Writing(Base):
    """Changes objects."""

    def put(
        self,
        path: str,
        file: IO[bytes] | Path | bytes | Buffer | Iterator[Buffer] | Iterable[Buffer],
        *,
        attributes: Attributes | None = None,
        tags: dict[str, str] | None = None,
        mode: PutMode | None = None,
        use_multipart: bool | None = None,
        chunk_size: int = 0,
        max_concurrency: int = 0,
    ) -> PutResult:
        """Store an object. It becomes visible as a whole or not at all.

        Args:
            path: The path of the object.
            file: A buffer, which is not copied, a binary file, the path of a regular file, or an iterable of buffers.
            attributes: Attributes, which are stored as custom metadata.
            tags: `None`: objects of Storj have no tags.
            mode: `"create"` if the object must not exist.
            use_multipart: Without effect, as the next two: uploads are divided as Storj needs it.
            chunk_size: Without effect.
            max_concurrency: Without effect.

        Raises:
            AlreadyExistsError: There is such an object, and the mode is `"create"`.
            NotImplementedError: There are tags, or the mode is an update of one version.
            MetadataInvalidError: The attributes cannot be stored.
            NotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.
        """
        key, stored = self._key(path), self._stored(attributes, tags, mode)
        with translated():
            if isinstance(file, os.PathLike):
                item = self._twins.plain.upload_file(self.bucket, key, file, resume=False, **stored)
                return values.put_result(item)
            return values.put_result(self._twins.plain.put(self.bucket, key, file, **stored))

    async def put_async(
        self,
        path: str,
        file: IO[bytes]
        | Path
        | bytes
        | Buffer
        | AsyncIterator[Buffer]
        | AsyncIterable[Buffer]
        | Iterator[Buffer]
        | Iterable[Buffer],
        *,
        attributes: Attributes | None = None,
        tags: dict[str, str] | None = None,
        mode: PutMode | None = None,
        use_multipart: bool | None = None,
        chunk_size: int = 0,
        max_concurrency: int = 0,
    ) -> PutResult:
        """Await what `put` does, which here also takes an asynchronous iterable of buffers."""
        key, stored = self._key(path), self._stored(attributes, tags, mode)
        with translated():
            if isinstance(file, os.PathLike):
                item = await self._twins.awaited.upload_file(self.bucket, key, file, resume=False, **stored)
                return values.put_result(item)
            return values.put_result(await self._twins.awaited.put(self.bucket, key, file, **stored))

    def copy(self, from_: str, to: str, *, overwrite: bool = True) -> None:
        """Copy an object on the satellite.

        Args:
            from_: Its path.
            to: The path of the copy.
            overwrite: Whether the copy may replace an object.

        Raises:
            NotFoundError: There is no such object.
            AlreadyExistsError: There is an object to replace, and `overwrite` is false.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.
        """
        places = (self.bucket, self._key(from_), self.bucket, self._key(to))
        with translated():
            self._twins.plain.copy_object(*places, if_none_match=None if overwrite else "*")

    async def copy_async(self, from_: str, to: str, *, overwrite: bool = True) -> None:
        """Await what `copy` does."""
        places = (self.bucket, self._key(from_), self.bucket, self._key(to))
        with translated():
            await self._twins.awaited.copy_object(*places, if_none_match=None if overwrite else "*")

    def rename(self, from_: str, to: str, *, overwrite: bool = True) -> None:
        """Move an object on the satellite.

        Args:
            from_: Its path.
            to: The new path.
            overwrite: Whether it may replace an object. If not, it is copied and then deleted.

        Raises:
            NotFoundError: There is no such object.
            AlreadyExistsError: There is an object to replace, and `overwrite` is false.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.
        """
        if overwrite:
            with translated():
                self._twins.plain.move_object(self.bucket, self._key(from_), self.bucket, self._key(to))
        else:
            self.copy(from_, to, overwrite=False)
            self.delete(from_)

    async def rename_async(self, from_: str, to: str, *, overwrite: bool = True) -> None:
        """Await what `rename` does."""
        if overwrite:
            with translated():
                await self._twins.awaited.move_object(self.bucket, self._key(from_), self.bucket, self._key(to))
        else:
            await self.copy_async(from_, to, overwrite=False)
            await self.delete_async(from_)

    def delete(self, paths: str | Sequence[str]) -> None:
        """Delete objects, a thousand with each request. Missing objects are no error.

        Args:
            paths: The path or paths of the objects.

        Raises:
            PermissionDeniedError: The access does not allow to delete one of them, or a retention or a legal hold
                protects it. The others are deleted.
            NotFoundError: There is no such bucket.
            UplinkError: Any other error of the network.
        """
        with translated():
            check_deleted(self.bucket, self._twins.plain.delete_objects(self.bucket, self._keys(paths)))

    async def delete_async(self, paths: str | Sequence[str]) -> None:
        """Await what `delete` does."""
        with translated():
            check_deleted(self.bucket, await self._twins.awaited.delete_objects(self.bucket, self._keys(paths)))

    def _keys(self, paths: str | Sequence[str]) -> list[str]:
        return [self._key(path) for path in ([paths] if isinstance(paths, str) else paths)]

    def _stored(self, attributes: Attributes | None, tags: dict[str, str] | None, mode: PutMode | None) -> _Stored:
        metadata, condition = values.metadata_of(attributes), values.condition_of(mode, tags)
        return {"metadata": metadata, "if_none_match": condition, "checksum": self.checksum}
