# Generated from src/uplink/aio/_objects.py by tools/generate_sync.py; change that instead.
"""A project's methods for objects at rest."""

from __future__ import annotations

from collections.abc import Mapping

from uplink._calls import listing
from uplink._calls import objects as calls
from uplink._calls._arguments import encode_bucket
from uplink._calls._call import Call
from uplink._family import Family
from uplink._listing import parent_of
from uplink._values import Object, check_flag
from uplink.listing import Listing


class Objects(Family):
    """Methods for objects at rest."""

    def stat_object(self, bucket: str, key: str, *, timeout: float | None = None) -> Object:
        """Return the record of an object.

        Go counterpart: `Project.StatObject`.

        Args:
            bucket: The bucket.
            key: The object's key.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            ObjectNotFoundError: There is no such object or no such bucket; the satellite does not
                distinguish them.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            item = project.stat_object("photos", "cat.jpg")
            print(item.size, item.created, item.metadata)
            ```
        """
        return self._run(calls.stat_object(self._handle(), bucket, key), timeout)

    def delete_object(self, bucket: str, key: str, *, timeout: float | None = None) -> Object | None:
        """Delete an object. A missing object or bucket is no error.

        Go counterpart: `Project.DeleteObject`.

        Args:
            bucket: The bucket.
            key: The object's key.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Returns:
            The record of the deleted object; `None` if there was none, or if the access does not
            allow to read it.

        Raises:
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            project.delete_object("photos", "cat.jpg")
            ```
        """
        return self._run(calls.delete_object(self._handle(), bucket, key), timeout)

    def update_object_metadata(
        self, bucket: str, key: str, metadata: Mapping[str, str], *, timeout: float | None = None
    ) -> None:
        """Replace all custom metadata of an object.

        Go counterpart: `Project.UpdateObjectMetadata`.

        Args:
            bucket: The bucket.
            key: The object's key.
            metadata: The new metadata.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            MetadataInvalidError: A key is empty, or a text is not UTF-8 or has a NUL in it.
            ObjectNotFoundError: There is no such object or no such bucket; the satellite does not
                distinguish them.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            project.update_object_metadata("photos", "cat.jpg", {"camera": "x100"})
            ```
        """
        self._run(calls.update_object_metadata(self._handle(), bucket, key, metadata), timeout)

    def list_objects(
        self,
        bucket: str,
        prefix: str = "",
        *,
        recursive: bool = False,
        cursor: str = "",
        system: bool = True,
        custom: bool = False,
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
            system: Whether to request size and times.
            custom: Whether to request custom metadata.
            timeout: Seconds until the request for one page is cancelled; `None` for no limit.

        Raises:
            InvalidArgumentError: The cursor does not begin with the prefix.
            BucketNotFoundError: When iterating: there is no such bucket.
            PermissionDeniedError: When iterating: the access does not allow it.
            UplinkError: When iterating: any other error of the network.

        Example:
            ```python
            for item in project.list_objects("photos", prefix="2026/"):
                print("below" if item.is_prefix else "object", item.key, item.size)
            ```
        """
        encode_bucket(bucket)
        check_flag(recursive, "recursive")
        check_flag(system, "system")
        check_flag(custom, "custom")
        parent = parent_of(prefix, cursor, bucket)

        def page_after(cursor: str) -> Call[list[Object]]:
            return listing.list_objects(
                self._handle(),
                bucket,
                parent,
                cursor[len(parent) :],
                recursive=recursive,
                system=system,
                custom=custom,
            )

        return (
            Listing[Object]
            ._new()
            ._begin(
                self,
                page_after,
                name=lambda item: item.key,
                keep=lambda item: item.key.startswith(prefix),
                cursor=cursor,
                unnamed=parent,
                timeout=timeout,
            )
        )
