# Generated from src/uplink/aio/_buckets.py by tools/generate_sync.py; change that instead.
"""A project's methods for buckets."""

from __future__ import annotations

from uplink._calls import buckets as calls
from uplink._calls import listing, multipart
from uplink._checks import check_flag
from uplink._driver import Deadline, run
from uplink._family import Family
from uplink._values import Bucket
from uplink.errors import BucketNotEmptyError, InvalidArgumentError, UplinkError


class Buckets(Family):
    """Methods for buckets."""

    def create_bucket(
        self,
        bucket: str,
        *,
        object_lock_enabled: bool = False,
        placement: str | None = None,
        timeout: float | None = None,
    ) -> Bucket:
        """Create a bucket. There must be no bucket of that name.

        Go counterparts: `Project.CreateBucket`, and `bucket.CreateBucketWithObjectLock` of the
        private packages.

        Args:
            bucket: The bucket's name: 3 to 63 lower-case letters, digits, hyphens and dots.
            object_lock_enabled: Whether versions of its objects can be locked. This also enables
                versioning, and cannot be undone.
            placement: Where the satellite stores the objects, by a name that the satellite defines;
                `None` for where the project stores them. Satellites accept unknown names, too:
                `get_bucket_location` returns what they made of it.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            BucketNameInvalidError: The name is not valid.
            BucketAlreadyExistsError: There is a bucket of that name.
            ObjectLockDisabledError: The project or the satellite does not offer Object Lock.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            bucket = project.create_bucket("documents")
            ```
        """
        return self._run(calls.create_bucket(self._handle(), bucket, object_lock_enabled, placement), timeout)

    def ensure_bucket(self, bucket: str, *, timeout: float | None = None) -> Bucket:
        """Create a bucket unless there is one of that name.

        For a bucket that exists, any access is enough.

        Go counterpart: `Project.EnsureBucket`.

        Args:
            bucket: The bucket's name.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            BucketNameInvalidError: The name is not valid.
            PermissionDeniedError: There is no such bucket, and the access does not allow creating
                it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            bucket = project.ensure_bucket("photos")
            ```
        """
        return self._run(calls.ensure_bucket(self._handle(), bucket), timeout)

    def stat_bucket(self, bucket: str, *, timeout: float | None = None) -> Bucket:
        """Return the record of a bucket.

        Go counterpart: `Project.StatBucket`.

        Args:
            bucket: The bucket's name.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            bucket = project.stat_bucket("photos")
            print(bucket.created)
            ```
        """
        return self._run(calls.stat_bucket(self._handle(), bucket), timeout)

    def delete_bucket(
        self,
        bucket: str,
        *,
        with_objects: bool = False,
        bypass_governance_retention: bool = False,
        timeout: float | None = None,
    ) -> Bucket:
        """Delete a bucket, and return its last record.

        Go counterparts: `Project.DeleteBucket`, `Project.DeleteBucketWithObjects`, and
        `bucket.DeleteBucketWithObjectsBypassGovernanceRetention` of the private packages.

        Args:
            bucket: The bucket's name.
            with_objects: Whether to delete the objects in it too. Otherwise the bucket must be
                empty.
            bypass_governance_retention: With `with_objects`, whether to delete versions that are
                locked in governance mode, too. In a bucket with Object Lock, satellites delete
                objects only so.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            InvalidArgumentError: `bypass_governance_retention` is given without `with_objects`.
            BucketNotEmptyError: There are objects or pending uploads in it; the message names them.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it. Deleting objects too takes both
                `allow_list` and `allow_delete`.
            UplinkError: Any other error of the network.

        Example:
            ```python
            project.ensure_bucket("scratch")
            project.delete_bucket("scratch", with_objects=True)
            ```
        """
        check_flag(with_objects, "with_objects")
        check_flag(bypass_governance_retention, "bypass_governance_retention")
        if bypass_governance_retention and not with_objects:
            raise InvalidArgumentError("bypass_governance_retention takes with_objects=True")
        deadline = Deadline.of(timeout)
        try:
            call = calls.delete_bucket(
                self._handle(), bucket, with_objects=with_objects, bypass=bypass_governance_retention
            )
            return self._run(call, deadline)
        except BucketNotEmptyError as error:
            if with_objects:
                calls.check_may_delete_objects(self._handle(), bucket)
                raise
            contents = self._contents(bucket, deadline)
            raise BucketNotEmptyError(
                f"the bucket is not empty: {contents}", native_message=error.native_message, bucket=bucket
            ) from None

    def _contents(self, bucket: str, deadline: Deadline) -> str:
        """Return what a bucket contains, for an error message, as far as the access may list it."""
        handle = self._handle()
        first = listing.list_objects(handle, bucket, "", "", 1, recursive=False, system=False, custom=False)
        try:
            if (run(first, deadline))[0]:
                return "it has objects, which with_objects=True deletes too"
            uploads = multipart.list_uploads(handle, bucket, "", "", 1, recursive=False)
            if (run(uploads, deadline))[0]:
                return (
                    "it has no objects, but uploads that were neither committed nor aborted; with_objects=True deletes "
                    "them too, or list them with list_uploads and use abort_upload"
                )
        except UplinkError:
            return "it has objects, or uploads that were neither committed nor aborted"
        return (
            "it has objects or uploads of another encryption key, or older versions; with_objects=True deletes them too"
        )
