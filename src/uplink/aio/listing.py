"""Listings, and a project's methods that return one."""

from __future__ import annotations

from contextlib import suppress
from typing import SupportsIndex

from uplink._calls import listing as calls
from uplink._calls._arguments import encode_bucket
from uplink._calls._call import Call
from uplink._calls.listing import OnMore, Page
from uplink._checks import check_flag, check_type
from uplink._contexts import AwaitedItems
from uplink._driver import Deadline, Started
from uplink._listing import (
    ListingBase,
    T,
    check_version_cursor,
    first_version_name,
    parent_of,
    split_version_name,
    version_name,
)
from uplink._types import Self
from uplink._values import Bucket, Object
from uplink.aio._driver import begin, finish
from uplink.aio._family import Family
from uplink.aio._locked import locked
from uplink.errors import UplinkError


class Listing(AwaitedItems, ListingBase[T]):
    """The items of a listing, which are requested page by page.

    While the items of a page are given out, the page after it is requested, and no further one. A
    listing that is dropped cancels that request, so there is nothing to close. `limit` of the
    methods that return a listing avoids it.

    Iterate over it once, and stop at any time. Threads that share a listing get each item once, or
    a `BusyError` while another thread waits for a page. As with any iterator, Ctrl-C may lose the
    item that is being returned.

    Example:
        ```python
        async for item in project.list_objects("photos"):
            print(item.key, item.size)
        ```
    """

    _project: Family

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while True:
            # One step, so several threads never get the same item. `suppress` would take 0.3 µs for each.
            try:
                return self._page.pop()
            except IndexError:
                pass  # the page is used up
            if not await locked(self, self._request_page):
                raise StopAsyncIteration

    async def _request_page(self) -> bool:
        """Request the next page if there are no items, and report whether the listing goes on."""
        __tracebackhide__ = True
        if self._page:
            # Another thread has requested it just before.
            return True
        if self._ended:
            return False
        self._set_page(await self._next_page())
        return True

    async def _next_page(self) -> Page[T]:
        """Request the next page, unless it was requested ahead."""
        __tracebackhide__ = True
        deadline = Deadline.of(self._timeout)
        call, ahead = self._next_call(), self._take_ahead()
        if ahead is not None:
            # A page that was requested ahead and failed is requested again.
            with suppress(UplinkError):
                return await finish(ahead, deadline)
        return await self._project._run(call, deadline)

    def _start_ahead(self, call: Call[Page[T]]) -> Started[Page[T]]:
        return begin(call, self._timeout)


class Listings(Family):
    """Methods that list buckets and objects."""

    def list_buckets(
        self, *, cursor: str = "", limit: SupportsIndex | None = None, timeout: float | None = None
    ) -> Listing[Bucket]:
        """Iterate over the buckets that the access may list, by name.

        Go counterpart: `Project.ListBuckets`.

        Args:
            cursor: The name to start after.
            limit: The number of buckets at most; `None` for all.
            timeout: Seconds until the request for one page is cancelled; `None` for no limit.

        Raises:
            InvalidArgumentError: The limit is negative.
            PermissionDeniedError: When iterating: the access does not allow it.
            UplinkError: When iterating: any other error of the network.

        Example:
            ```python
            async for bucket in project.list_buckets():
                print(bucket.name)
            ```
        """
        check_type(cursor, str, "cursor", "a str")

        def page_after(cursor: str, count: int, on_more: OnMore[Bucket]) -> Call[Page[Bucket]]:
            return calls.list_buckets(self._handle(), cursor, count, on_more)

        return Listing[Bucket]._of(
            self, page_after, name=lambda bucket: bucket.name, cursor=cursor, limit=limit, timeout=timeout
        )

    def list_objects(
        self,
        bucket: str,
        prefix: str = "",
        *,
        recursive: bool = False,
        cursor: str = "",
        limit: SupportsIndex | None = None,
        system: bool = True,
        custom: bool = False,
        etag: bool = False,
        timeout: float | None = None,
    ) -> Listing[Object]:
        """Iterate over objects, in the order of their encrypted keys.

        Go counterpart: `Project.ListObjects`.

        Args:
            bucket: The bucket.
            prefix: How the keys begin. A satellite can list a prefix only if it ends in "/": for
                another one, all objects of the prefix up to its last "/" are requested, and
                filtered here.
            recursive: Whether to list all objects. Otherwise all objects below a further "/" are
                listed as one prefix. Objects that were written with another encryption key (see
                `Access.override_encryption_key`) are listed only if the prefix is theirs.
            cursor: The full key to start after, from an item of the same listing.
            limit: The number of items at most; `None` for all. A small limit also makes the
                response of the satellite small, unless the prefix is filtered here.
            system: Whether to request size and times.
            custom: Whether to request custom metadata. Objects whose metadata cannot be decrypted
                have `is_unreadable`.
            etag: Whether to request ETags. As for `custom`.
            timeout: Seconds until the request for one page is cancelled; `None` for no limit.

        Raises:
            InvalidArgumentError: The cursor does not begin with the prefix, or the limit is
                negative.
            BucketNotFoundError: When iterating: there is no such bucket.
            PermissionDeniedError: When iterating: the access does not allow it.
            UplinkError: When iterating: any other error of the network.

        Example:
            ```python
            async for item in project.list_objects("photos", prefix="2026/"):
                print("below" if item.is_prefix else "object", item.key, item.size)
            ```
        """
        encode_bucket(bucket)
        for name, flag in {"recursive": recursive, "system": system, "custom": custom, "etag": etag}.items():
            check_flag(flag, name)
        parent = parent_of(prefix, cursor, bucket)

        def page_after(cursor: str, count: int, on_more: OnMore[Object]) -> Call[Page[Object]]:
            return calls.list_objects(
                self._handle(),
                bucket,
                parent,
                cursor[len(parent) :],
                count,
                on_more,
                recursive=recursive,
                system=system,
                custom=custom,
                etag=etag,
            )

        return Listing[Object]._of(
            self,
            page_after,
            name=lambda item: item.key,
            keep=None if prefix == parent else lambda item: item.key.startswith(prefix),
            cursor=cursor,
            unnamed=parent,
            limit=limit,
            timeout=timeout,
        )

    def list_object_versions(
        self,
        bucket: str,
        prefix: str = "",
        *,
        recursive: bool = False,
        cursor: str = "",
        version_cursor: bytes | None = None,
        limit: SupportsIndex | None = None,
        system: bool = True,
        custom: bool = False,
        etag: bool = False,
        timeout: float | None = None,
    ) -> Listing[Object]:
        """Iterate over all versions of objects and over delete markers, the latest version of a key first.

        Keys come in the order of their encrypted keys. Each version has its `version`, also those
        that were stored while the bucket was not versioned.

        Go counterpart: `private/object.ListObjectVersions`.

        Args:
            bucket: The bucket.
            prefix: How the keys begin, as for `list_objects`.
            recursive: Whether to list all versions. Otherwise all versions below a further "/" are
                listed as one prefix.
            cursor: The full key to start after, from an item of the same listing.
                It cannot be the prefix itself.
            version_cursor: The version of that key to start after; `None` for all its versions.
            limit: The number of versions at most; `None` for all.
            system: Whether to request size and times.
            custom: Whether to request custom metadata. Versions whose metadata cannot be decrypted
                have `is_unreadable`.
            etag: Whether to request ETags. As for `custom`.
            timeout: Seconds until the request for one page is cancelled; `None` for no limit.

        Raises:
            InvalidArgumentError: The cursor does not begin with the prefix, or is the prefix,
                there is a version but no cursor, or the limit is negative. When iterating: more
                versions of the key that is the prefix than a page has; list a shorter prefix.
            VersionInvalidError: The version is not one of a satellite; for most, when iterating.
            BucketNotFoundError: When iterating: there is no such bucket.
            PermissionDeniedError: When iterating: the access does not allow it.
            UplinkError: When iterating: any other error of the network.

        Example:
            ```python
            async for item in project.list_object_versions("photos", recursive=True):
                kind = "a delete marker" if item.is_delete_marker else f"{item.size} bytes"
                print(item.key, kind, "(latest)" if item.is_latest else "")
            ```
        """
        encode_bucket(bucket)
        for name, flag in {"recursive": recursive, "system": system, "custom": custom, "etag": etag}.items():
            check_flag(flag, name)
        parent = parent_of(prefix, cursor, bucket)

        def page_after(cursor: str, count: int, on_more: OnMore[Object]) -> Call[Page[Object]]:
            key, version = split_version_name(cursor)
            check_version_cursor(parent, key, bucket)
            return calls.list_object_versions(
                self._handle(),
                bucket,
                parent,
                key[len(parent) :],
                version,
                count,
                on_more,
                recursive=recursive,
                system=system,
                custom=custom,
                etag=etag,
            )

        return Listing[Object]._of(
            self,
            page_after,
            name=lambda item: version_name(item.key, item.version),
            # Below a prefix, requests are for whole pages: a small one could have only versions of
            # the key that is the prefix, and no cursor to go on.
            keep=None if prefix == "" else lambda item: item.key.startswith(prefix),
            cursor=first_version_name(parent, cursor, version_cursor, bucket),
            limit=limit,
            timeout=timeout,
        )
