"""A project's methods for objects at rest."""

from __future__ import annotations

from collections.abc import Mapping

from uplink._calls import objects as calls
from uplink._retention import Retention
from uplink._values import Object
from uplink.aio._family import Family
from uplink.errors import NotFoundError


class Objects(Family):
    """Methods for objects at rest."""

    async def stat_object(
        self, bucket: str, key: str, *, version: bytes | None = None, timeout: float | None = None
    ) -> Object:
        """Return the record of an object.

        Go counterpart: `Project.StatObject`; `object.StatObject` for a version.

        Args:
            bucket: The bucket.
            key: The object's key.
            version: The version of a record; `None` for the latest version.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            ObjectNotFoundError: There is no such object or no such bucket; the satellite does not
                distinguish them. Also if the latest version is a delete marker.
            DeleteMarkerError: The version is a delete marker.
            VersionInvalidError: The version is not of a record.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            item = await project.stat_object("photos", "cat.jpg")
            print(item.size, item.created, item.metadata)
            ```
        """
        return await self._run(calls.stat_object(self._handle(), bucket, key, version), timeout)

    async def exists(
        self, bucket: str, key: str, *, version: bytes | None = None, timeout: float | None = None
    ) -> bool:
        """Report whether there is an object with the key.

        Without a bucket there is none. A key whose latest version is a delete marker has none, too.

        Go counterpart: `Project.StatObject`, whose error it reads.

        Args:
            bucket: The bucket.
            key: The object's key.
            version: The version, or `None` for the latest one.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            PermissionDeniedError: The access does not allow it, so it is not known.
            UplinkError: Any other error of the network.

        Example:
            ```python
            if not await project.exists("photos", "cat.jpg"):
                print("no cat")
            ```
        """
        try:
            await self._run(calls.stat_object(self._handle(), bucket, key, version), timeout)
        except NotFoundError:
            return False
        return True

    async def delete_object(
        self,
        bucket: str,
        key: str,
        *,
        version: bytes | None = None,
        bypass_governance_retention: bool = False,
        timeout: float | None = None,
    ) -> Object | None:
        """Delete an object, or one version of it. A missing object or bucket is no error.

        Without a version, a delete in a versioned bucket keeps all versions and stores a delete
        marker, which hides them; also if the key has no version.

        Go counterpart: `Project.DeleteObject`; `object.DeleteObject` for a version.

        Args:
            bucket: The bucket.
            key: The object's key.
            version: The version to delete, which may be a delete marker; `None` to delete the
                object.
            bypass_governance_retention: Whether to delete also a version that is locked in
                governance mode, if the access allows it.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Returns:
            The record of the deleted version, or of the new delete marker; `None` if there was
            nothing to delete, or if the access does not allow to read it.

        Raises:
            VersionInvalidError: The version is not of a record.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.delete_object("photos", "cat.jpg")
            ```
        """
        call = calls.delete_object(self._handle(), bucket, key, version, bypass_governance_retention)
        return await self._run(call, timeout)

    async def copy_object(
        self,
        bucket: str,
        key: str,
        new_bucket: str,
        new_key: str,
        *,
        version: bytes | None = None,
        if_none_match: str | None = None,
        retention: Retention | None = None,
        legal_hold: bool = False,
        timeout: float | None = None,
    ) -> Object:
        """Copy an object to another key, which may be in another bucket.

        The satellite copies the object: no data is transferred. The copy has the custom metadata
        and the expiry of its source, and stays when the source is deleted. It replaces an object
        with the new key; in a versioned bucket, it becomes the latest version of that key.

        Go counterpart: `Project.CopyObject`; `object.CopyObject` for a version and a condition.

        Args:
            bucket: The bucket.
            key: The object's key.
            new_bucket: The bucket of the copy.
            new_key: The key of the copy.
            version: The version to copy; `None` for the latest version.
            if_none_match: `"*"` to copy only if no object has the new key.
            retention: The retention of the copy, which it does not take over from its source.
            legal_hold: Whether the copy gets a legal hold, which it does not take over either.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Returns:
            The record of the copy.

        Raises:
            BucketNotFoundError: One of the buckets does not exist; `bucket` of the error is its
                name.
            ObjectNotFoundError: There is no such object.
            DeleteMarkerError: The version is a delete marker.
            VersionInvalidError: The version is not of a record.
            PreconditionFailedError: An object has the new key, and `if_none_match` was given;
                `bucket` and `key` of the error are the new ones.
            PermissionDeniedError: The access does not allow it. It takes the permission to download
                the source, and to upload the copy.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.put("photos", "drafts/cat.jpg", b"meow")
            copy = await project.copy_object("photos", "drafts/cat.jpg", "photos", "drafts/cat2.jpg")
            assert copy.key == "drafts/cat2.jpg"
            ```
        """
        call = calls.copy_object(
            self._handle(), bucket, key, new_bucket, new_key, version, if_none_match, retention, legal_hold
        )
        return await self._run(call, timeout)

    async def move_object(
        self, bucket: str, key: str, new_bucket: str, new_key: str, *, timeout: float | None = None
    ) -> None:
        """Move an object to another key, which may be in another bucket.

        The satellite moves the object: no data is transferred. The object replaces an object with
        the new key.

        Go counterpart: `Project.MoveObject`.

        Args:
            bucket: The bucket.
            key: The object's key.
            new_bucket: The new bucket.
            new_key: The new key.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            BucketNotFoundError: One of the buckets does not exist; `bucket` of the error is its
                name.
            ObjectNotFoundError: There is no such object.
            PermissionDeniedError: The access does not allow it. It takes the permissions to
                download and to delete the object, and to upload it under the new key.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.put("photos", "drafts/dog.jpg", b"woof")
            await project.move_object("photos", "drafts/dog.jpg", "photos", "drafts/dog2.jpg")
            assert await project.get("photos", "drafts/dog2.jpg") == b"woof"
            ```
        """
        await self._run(calls.move_object(self._handle(), bucket, key, new_bucket, new_key), timeout)

    async def update_object_metadata(
        self,
        bucket: str,
        key: str,
        metadata: Mapping[str, str],
        *,
        etag: bytes | None = None,
        timeout: float | None = None,
    ) -> None:
        """Replace all custom metadata of an object: of its latest version, without a new version.

        Go counterpart: `Project.UpdateObjectMetadata`; `object.UpdateObjectMetadata` for an ETag.

        Args:
            bucket: The bucket.
            key: The object's key.
            metadata: The new metadata.
            etag: The new ETag, which may be empty; `None` to keep it.
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
            await project.update_object_metadata("photos", "cat.jpg", {"camera": "x100"})
            ```
        """
        await self._run(calls.update_object_metadata(self._handle(), bucket, key, metadata, etag), timeout)
