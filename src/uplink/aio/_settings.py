"""A project's methods for the settings of buckets: location, tags and notifications."""

from __future__ import annotations

from collections.abc import Mapping

from uplink._calls import settings as calls
from uplink._settings_values import BucketNotificationConfiguration
from uplink.aio._family import Family


class Settings(Family):
    """Methods for the settings of buckets."""

    async def get_bucket_location(self, bucket: str, *, timeout: float | None = None) -> str:
        """Return the name of the region where a bucket's data are, as the satellite has it.

        It is `""` if the satellite has no name for it. Any access that reaches the bucket is
        enough.

        Go counterpart: `bucket.GetBucketLocation` of the private packages.

        Args:
            bucket: The bucket's name.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            location = await project.get_bucket_location("photos")
            ```
        """
        return await self._run(calls.get_bucket_location(self._handle(), bucket), timeout)

    async def get_bucket_tagging(self, bucket: str, *, timeout: float | None = None) -> dict[str, str]:
        """Return the tags of a bucket, in the order in which they were set.

        Any access that reaches the bucket is enough.

        Go counterpart: `bucket.GetBucketTagging` of the private packages.

        Args:
            bucket: The bucket's name.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            TagsNotFoundError: The bucket has no tags.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.set_bucket_tagging("photos", {"team": "zoo"})
            assert await project.get_bucket_tagging("photos") == {"team": "zoo"}
            ```
        """
        return await self._run(calls.get_bucket_tagging(self._handle(), bucket), timeout)

    async def set_bucket_tagging(self, bucket: str, tags: Mapping[str, str], *, timeout: float | None = None) -> None:
        """Replace all tags of a bucket.

        Go counterpart: `bucket.SetBucketTagging` of the private packages.

        Args:
            bucket: The bucket's name.
            tags: The new tags; `{}` removes them all. At most 50; a key has 1 to 128 characters, a
                value up to 256. They are letters, digits, spaces, and `+ - = . _ : / @`.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            TypeError: `tags` is not a mapping of `str` to `str`.
            TagsInvalidError: There are too many tags, or a key or a value is not valid.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it; it takes `allow_upload`.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.set_bucket_tagging("photos", {"team": "zoo", "cost-centre": "17"})
            ```
        """
        await self._run(calls.set_bucket_tagging(self._handle(), bucket, tags), timeout)

    async def get_bucket_notification_configuration(
        self, bucket: str, *, timeout: float | None = None
    ) -> BucketNotificationConfiguration | None:
        """Return which events of a bucket the satellite publishes; `None` if it publishes none.

        Any access that reaches the bucket is enough.

        Go counterpart: `bucket.GetBucketNotificationConfiguration` of the private packages.

        Args:
            bucket: The bucket's name.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            assert await project.get_bucket_notification_configuration("photos") is None
            ```
        """
        return await self._run(calls.get_bucket_notification_configuration(self._handle(), bucket), timeout)

    async def set_bucket_notification_configuration(
        self, bucket: str, configuration: BucketNotificationConfiguration | None, *, timeout: float | None = None
    ) -> None:
        """Set which events of a bucket the satellite publishes, and where.

        Go counterpart: `bucket.SetBucketNotificationConfiguration` of the private packages.

        Args:
            bucket: The bucket's name.
            configuration: The new configuration; `None` to publish nothing any more.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            TypeError: `configuration` is neither a `BucketNotificationConfiguration` nor `None`.
            NotificationsUnsupportedError: The satellite cannot read the keys of the project, and so
                cannot send notifications.
            InvalidArgumentError: The satellite refuses the configuration.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it; it takes `allow_upload`.
            UplinkError: Any other error of the network.

        Example:
            ```python
            configuration = uplink.BucketNotificationConfiguration(
                topic_name="projects/my-project/topics/uploads", events=("s3:ObjectCreated:*",)
            )
            try:
                await project.set_bucket_notification_configuration("photos", configuration)
            except uplink.errors.NotificationsUnsupportedError:
                print("the project manages its encryption itself")
            ```
        """
        await self._run(calls.set_bucket_notification_configuration(self._handle(), bucket, configuration), timeout)
