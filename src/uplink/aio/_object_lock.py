"""A project's methods for the versioning of buckets, and for Object Lock."""

from __future__ import annotations

from uplink._calls import object_lock as calls
from uplink._retention import ObjectLockConfiguration, Retention
from uplink._values import Versioning
from uplink.aio._family import Family


class ObjectLock(Family):
    """Methods for the versioning of buckets, and for Object Lock."""

    async def get_bucket_versioning(self, bucket: str, *, timeout: float | None = None) -> Versioning:
        """Return whether a bucket keeps older versions of its objects.

        Go counterpart: `bucket.GetBucketVersioning` of the private packages.

        Args:
            bucket: The bucket's name.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Returns:
            `"unversioned"` for a new bucket, `"enabled"`, `"suspended"`, or `"unsupported"`.

        Raises:
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            assert await project.get_bucket_versioning("photos") == "unversioned"
            ```
        """
        return await self._run(calls.get_bucket_versioning(self._handle(), bucket), timeout)

    async def set_bucket_versioning(self, bucket: str, enabled: bool, *, timeout: float | None = None) -> None:
        """Enable or suspend the versioning of a bucket.

        While it is suspended, the versions stay, and new objects replace each other.

        Go counterpart: `bucket.SetBucketVersioning` of the private packages.

        Args:
            bucket: The bucket's name.
            enabled: Whether new objects become versions; otherwise versioning is suspended.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            TypeError: `enabled` is not `True` or `False`.
            BucketStateError: Versioning is suspended before it was enabled, or in a bucket with
                Object Lock.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.set_bucket_versioning("photos", True)
            ```
        """
        await self._run(calls.set_bucket_versioning(self._handle(), bucket, enabled), timeout)

    async def get_bucket_object_lock_configuration(
        self, bucket: str, *, timeout: float | None = None
    ) -> ObjectLockConfiguration:
        """Return the Object Lock of a bucket.

        Go counterpart: `bucket.GetBucketObjectLockConfiguration` of the private packages.

        Args:
            bucket: The bucket's name.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            ObjectLockDisabledError: The bucket has no Object Lock.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.create_bucket("archive", object_lock_enabled=True)
            found = await project.get_bucket_object_lock_configuration("archive")
            assert found.enabled and found.default_retention is None
            ```
        """
        return await self._run(calls.get_bucket_object_lock_configuration(self._handle(), bucket), timeout)

    async def set_bucket_object_lock_configuration(
        self, bucket: str, configuration: ObjectLockConfiguration, *, timeout: float | None = None
    ) -> None:
        """Enable Object Lock for a bucket, and set the default retention of new versions.

        Object Lock cannot be disabled.

        Go counterpart: `bucket.SetBucketObjectLockConfiguration` of the private packages.

        Args:
            bucket: The bucket's name.
            configuration: The new configuration. Without a default retention, it removes the one
                that the bucket has.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            TypeError: `configuration` is not an `ObjectLockConfiguration`.
            BucketStateError: The bucket's versioning is not enabled.
            InvalidArgumentError: It would disable Object Lock, or the retention is too long.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.create_bucket("archive", object_lock_enabled=True)
            default = uplink.DefaultRetention(mode="governance", days=1)
            configuration = uplink.ObjectLockConfiguration(default_retention=default)
            await project.set_bucket_object_lock_configuration("archive", configuration)
            ```
        """
        await self._run(calls.set_bucket_object_lock_configuration(self._handle(), bucket, configuration), timeout)

    async def get_object_retention(
        self, bucket: str, key: str, *, version: bytes | None = None, timeout: float | None = None
    ) -> Retention | None:
        """Return until when a version of an object can be neither deleted nor replaced.

        Go counterpart: `object.GetObjectRetention` of the private packages.

        Args:
            bucket: The bucket.
            key: The object's key.
            version: A version, by its name in a record; `None` for the latest one.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Returns:
            The retention, which may be over; `None` if the version has none, where Go's library
            returns an error.

        Raises:
            ObjectLockDisabledError: The bucket has no Object Lock.
            ObjectNotFoundError: There is no such object.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.create_bucket("archive", object_lock_enabled=True)
            await project.put("archive", "cat.jpg", b"meow")
            assert await project.get_object_retention("archive", "cat.jpg") is None
            ```
        """
        return await self._run(calls.get_object_retention(self._handle(), bucket, key, version), timeout)

    async def set_object_retention(
        self,
        bucket: str,
        key: str,
        retention: Retention | None,
        *,
        version: bytes | None = None,
        bypass_governance_retention: bool = False,
        timeout: float | None = None,
    ) -> None:
        """Keep a version of an object from being deleted and replaced until a time.

        Go counterpart: `object.SetObjectRetention` of the private packages.

        Args:
            bucket: The bucket.
            key: The object's key.
            retention: The new retention; `None` to remove it.
            version: A version, by its name in a record; `None` for the latest one.
            bypass_governance_retention: Whether to shorten or remove a retention in governance
                mode, too.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            TypeError: `retention` is not a `Retention`.
            InvalidArgumentError: The new retention is over.
            ObjectLockedError: It would shorten or remove the present retention.
            ObjectStateError: The version expires, or is a delete marker.
            ObjectLockDisabledError: The bucket has no Object Lock.
            ObjectNotFoundError: There is no such object.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            from datetime import datetime, timedelta, timezone

            await project.create_bucket("archive", object_lock_enabled=True)
            await project.put("archive", "cat.jpg", b"meow")
            until = datetime.now(timezone.utc) + timedelta(hours=1)
            await project.set_object_retention("archive", "cat.jpg", uplink.Retention("governance", until))
            ```
        """
        await self._run(
            calls.set_object_retention(self._handle(), bucket, key, retention, version, bypass_governance_retention),
            timeout,
        )

    async def get_object_legal_hold(
        self, bucket: str, key: str, *, version: bytes | None = None, timeout: float | None = None
    ) -> bool:
        """Return whether a version of an object has a legal hold.

        Go counterpart: `object.GetObjectLegalHold` of the private packages.

        Args:
            bucket: The bucket.
            key: The object's key.
            version: A version, by its name in a record; `None` for the latest one.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            ObjectLockDisabledError: The bucket has no Object Lock.
            ObjectNotFoundError: There is no such object.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.create_bucket("archive", object_lock_enabled=True)
            await project.put("archive", "cat.jpg", b"meow")
            assert not await project.get_object_legal_hold("archive", "cat.jpg")
            ```
        """
        return await self._run(calls.get_object_legal_hold(self._handle(), bucket, key, version), timeout)

    async def set_object_legal_hold(
        self, bucket: str, key: str, enabled: bool, *, version: bytes | None = None, timeout: float | None = None
    ) -> None:
        """Add a legal hold to a version of an object, or remove it.

        A version with a legal hold can be neither deleted nor replaced, whatever its retention is.

        Go counterpart: `object.SetObjectLegalHold` of the private packages.

        Args:
            bucket: The bucket.
            key: The object's key.
            enabled: Whether it has a legal hold from now on.
            version: A version, by its name in a record; `None` for the latest one.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            TypeError: `enabled` is not `True` or `False`.
            ObjectStateError: The version expires, or is a delete marker.
            ObjectLockDisabledError: The bucket has no Object Lock.
            ObjectNotFoundError: There is no such object.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.create_bucket("archive", object_lock_enabled=True)
            await project.put("archive", "cat.jpg", b"meow")
            await project.set_object_legal_hold("archive", "cat.jpg", True)
            await project.set_object_legal_hold("archive", "cat.jpg", False)
            ```
        """
        await self._run(calls.set_object_legal_hold(self._handle(), bucket, key, enabled, version), timeout)
