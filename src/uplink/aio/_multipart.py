"""A project's methods for uploads that are neither committed nor aborted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import SupportsIndex

from uplink._calls import multipart as calls
from uplink._calls._arguments import encode_bucket
from uplink._calls._call import Call
from uplink._calls._stored import Stored
from uplink._calls.listing import OnMore, Page
from uplink._checks import check_flag
from uplink._listing import parent_of
from uplink._retention import Retention
from uplink._values import UploadInfo
from uplink.aio._streams import Streams
from uplink.aio.listing import Listing
from uplink.aio.pending import PendingUpload


class Multipart(Streams):
    """Methods for pending uploads."""

    async def begin_upload(
        self,
        bucket: str,
        key: str,
        *,
        metadata: Mapping[str, str] | None = None,
        expires: datetime | None = None,
        content_type: str | None = None,
        retention: Retention | None = None,
        legal_hold: bool = False,
        timeout: float | None = None,
    ) -> PendingUpload:
        """Begin an upload whose parts are uploaded one by one.

        It stays pending until it is committed or aborted, also when this process ends. For data
        that is at hand, `put` and `upload_object` are simpler.

        Go counterpart: `Project.BeginUpload`.

        Args:
            bucket: The bucket.
            key: The key of the future object. The commit replaces an object that has the same key.
            metadata: Custom metadata; `PendingUpload.commit` can replace it.
            expires: When the satellite deletes the object, an aware datetime.
            content_type: As for `put`, a part of the metadata.
            retention: As for `put`.
            legal_hold: As for `put`.
            timeout: Seconds until the call is cancelled; `None` for no limit. An upload that was
                begun all the same is aborted in the background.

        Returns:
            The pending upload.

        Raises:
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            pending = await project.begin_upload("photos", "movie.mkv")
            await pending.upload_part(1, b"lights, camera, action")
            item = await pending.commit()
            assert item.size == 22
            ```
        """
        handle = self._handle()
        stored = Stored(handle.boundary, metadata, expires, content_type, retention=retention, legal_hold=legal_hold)
        upload_id = await self._run(calls.begin_upload(handle, bucket, key, stored), timeout)
        return self.resume_upload(bucket, key, upload_id)

    def resume_upload(self, bucket: str, key: str, upload_id: str) -> PendingUpload:
        """Return a pending upload that this or another process has begun. It uses no network.

        Pass the bucket and the key with which the upload was begun, and use the same passphrase.
        With another one, the first call on the upload raises `UploadNotFoundError`.

        Args:
            bucket: The bucket of the upload.
            key: The key of the upload.
            upload_id: Its ID: `PendingUpload.upload_id`, or the `upload_id` of an item of
                `list_uploads`. Whether there is such an upload shows in the first call on it.

        Raises:
            BucketNameInvalidError: The bucket's name is empty or has a NUL in it.
            ObjectKeyInvalidError: The key is empty.

        Example:
            ```python
            pending = await project.begin_upload("photos", "movie.mkv")
            same = project.resume_upload("photos", "movie.mkv", pending.upload_id)
            await same.upload_part(1, b"lights, camera")
            await pending.commit()
            ```
        """
        return PendingUpload._new()._begin(self, bucket, key, upload_id)

    def list_uploads(
        self,
        bucket: str,
        prefix: str = "",
        *,
        recursive: bool = False,
        cursor: str = "",
        limit: SupportsIndex | None = None,
        timeout: float | None = None,
    ) -> Listing[UploadInfo]:
        """Iterate over pending uploads: they were started, and neither committed nor aborted.

        This package aborts an upload that fails, times out, is cancelled or is collected, in the
        background where it must. The uploads of a process that is killed stay pending. A bucket
        with pending uploads is not empty.

        A cursor names a key, not an upload. So if a key has further uploads where a page of 1,000
        ends, these are not listed: list again when the listed ones are aborted or committed.

        Go counterpart: `Project.ListUploads`.

        Args:
            bucket: The bucket.
            prefix: How the keys begin, as for `list_objects`.
            recursive: Whether to list all uploads. Otherwise all uploads below a further "/" are
                listed as one prefix.
            cursor: The full key to start after, from an item of the same listing.
            limit: The number of items at most; `None` for all.
            timeout: Seconds until the request for one page is cancelled; `None` for no limit.

        Raises:
            InvalidArgumentError: The cursor does not begin with the prefix, or the limit is
                negative.
            BucketNotFoundError: When iterating: there is no such bucket.
            PermissionDeniedError: When iterating: the access does not allow it.
            UplinkError: When iterating: any other error of the network.

        Example:
            ```python
            async for upload in project.list_uploads("photos", recursive=True):
                await project.abort_upload("photos", upload.key, upload.upload_id)
            ```
        """
        encode_bucket(bucket)
        check_flag(recursive, "recursive")
        parent = parent_of(prefix, cursor, bucket)

        def page_after(cursor: str, count: int, on_more: OnMore[UploadInfo]) -> Call[Page[UploadInfo]]:
            relative = cursor[len(parent) :]
            return calls.list_uploads(self._handle(), bucket, parent, relative, count, on_more, recursive=recursive)

        return Listing[UploadInfo]._of(
            self,
            page_after,
            name=lambda upload: upload.key,
            keep=None if prefix == parent else lambda upload: upload.key.startswith(prefix),
            cursor=cursor,
            unnamed=parent,
            limit=limit,
            timeout=timeout,
        )

    async def abort_upload(self, bucket: str, key: str, upload_id: str, *, timeout: float | None = None) -> None:
        """Abort a pending upload of any process.

        Go counterpart: `Project.AbortUpload`.

        Args:
            bucket: The bucket.
            key: The object's key.
            upload_id: The upload's `upload_id` from `list_uploads`, since a key may have several
                pending uploads.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            UploadNotFoundError: There is no such upload, or it was committed or aborted.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            async for upload in project.list_uploads("photos", prefix="2026/"):
                if not upload.is_prefix:
                    await project.abort_upload("photos", upload.key, upload.upload_id)
            ```
        """
        await self._run(calls.abort_upload(self._handle(), bucket, key, upload_id), timeout)
