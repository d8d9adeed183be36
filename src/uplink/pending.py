# Generated from src/uplink/aio/pending.py by tools/generate_sync.py; change that instead.
"""Uploads whose parts are uploaded one by one."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import SupportsIndex

from uplink._calls import multipart as calls
from uplink._calls import parts
from uplink._calls._call import Call
from uplink._calls._stored import Stored
from uplink._calls.listing import OnMore, Page
from uplink._driver import Deadline, run
from uplink._pending import PendingBase
from uplink._sources import Source, size_of
from uplink._streams import Streams, write_all
from uplink._upload import PartUploadBase
from uplink._values import Object, Part
from uplink._writing import Writing
from uplink.errors import UplinkError, UploadNotFoundError
from uplink.listing import Listing


class PartUpload(PartUploadBase, Writing[Part]):
    """An upload of one part under way. The part exists once it is committed.

    The end of its context commits the part, or aborts it if an exception ended the context. It
    behaves as an `Upload` in all other ways. The pending upload is never aborted by it.

    Go counterpart: `uplink.PartUpload`.

    Attributes:
        bucket: The bucket of the pending upload.
        key: The key of the pending upload.
        number: The number of the part.
        mode: `"wb"`, as a binary file has it.

    Example:
        ```python
        pending = project.begin_upload("photos", "movie.mkv")
        with pending.open_part(1) as part:
            part.write(b"lights, ")
            part.write(b"camera")
        pending.commit()
        ```
    """

    def commit(self, *, timeout: float | None = None) -> Part:
        """Store the part. It replaces an earlier part that has the same number.

        Go counterpart: `PartUpload.Commit`.

        Args:
            timeout: Seconds until the commit is cancelled; `None` for no limit.

        Returns:
            The part's record.

        Raises:
            ClosedError: The part was committed or aborted.
            StreamFailedError: The upload of the part had failed before.
            UploadNotFoundError: The pending upload was committed or aborted.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            pending = project.begin_upload("photos", "movie.mkv")
            part = pending.open_part(1)
            part.write(b"lights, camera")
            assert (part.commit()).size == 14
            pending.abort()
            ```
        """
        return self._commit(Deadline.of(timeout))


class PendingUpload(PendingBase[Streams]):
    """An upload that was begun, and is neither committed nor aborted.

    Its parts are uploaded one by one, in any order, at the same time, and by any process. It stays
    pending, with the parts that it has, until some process commits or aborts it. So it is no
    context manager, and nothing aborts it when an exception is raised or when it is collected.

    It holds nothing but the project and three texts. Threads and event loops can share it, and its
    pickle is the pickle of its project with the texts. `Project.resume_upload` returns another
    `PendingUpload` of the same upload from the texts alone.

    Go counterpart: `Project.BeginUpload` and the calls that take its upload ID.

    Attributes:
        project: The project.
        bucket: The bucket of the future object.
        key: The key of the future object.
        upload_id: The ID, which distinguishes it from other uploads to the same key.

    Example:
        ```python
        pending = project.begin_upload("photos", "movie.mkv")
        pending.upload_part(2, b"action")
        pending.upload_part(1, bytes(5 * 1024 * 1024))
        item = pending.commit()
        assert item.size == 5 * 1024 * 1024 + 6
        ```
    """

    __slots__ = ()

    def upload_part(
        self, number: SupportsIndex, data: Source, *, etag: bytes | None = None, timeout: float | None = None
    ) -> Part:
        """Upload one part in one call.

        All parts but the last need at least 5 MiB each, which the satellite checks at the commit.
        The upload of a part is repeated as `Project.put` is, and also if it may have happened.

        Go counterpart: `Project.UploadPart`.

        Args:
            number: Its number, 0 to 2147483646. Numbers need not follow each other. A part that has
                the same number is replaced.
            data: A buffer, a path (`pathlib.Path`), a binary file, or an iterable of buffers, as
                for `Project.put`.
            etag: Any bytes to store with the part, such as a checksum. They are encrypted with it.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Returns:
            The part's record.

        Raises:
            TypeError: The data is a `str` or has no bytes, or the ETag is not `bytes`.
            InvalidArgumentError: The number is out of its range.
            UploadNotFoundError: The upload was committed or aborted, or its ID is that of another
                bucket or key.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            pending = project.begin_upload("photos", "movie.mkv")
            part = pending.upload_part(1, b"lights, camera", etag=b"a checksum")
            assert (part.number, part.size) == (1, 14)
            pending.abort()
            ```
        """
        self._check_pending()
        deadline = Deadline.of(timeout)
        checked, etag = parts.part_number(number), parts.part_etag(etag)
        return self.project._send(
            data, deadline, lambda: self._upload_part(checked, data, etag, deadline), noun="a part"
        )

    def _upload_part(self, number: int, data: Source, etag: bytes | None, deadline: Deadline) -> Part:
        __tracebackhide__ = True
        call = parts.upload_part(
            self.project._handle(), self.bucket, self.key, self.upload_id, number, in_turn=True, size=size_of(data)
        )
        handle = run(call, deadline)
        with PartUpload._new()._begin(self.project, handle, self.bucket, self.key, number, etag) as part:
            write_all(part, data, deadline)
            return part._commit(deadline)

    def open_part(
        self, number: SupportsIndex, *, etag: bytes | None = None, timeout: float | None = None
    ) -> PartUpload:
        """Start an upload of one part, to write it piece by piece.

        Go counterpart: `Project.UploadPart`.

        Args:
            number: As for `upload_part`.
            etag: As for `upload_part`; see also `PartUpload.set_etag`.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            TypeError: The ETag is not `bytes`.
            InvalidArgumentError: The number is out of its range.
            UploadNotFoundError: As for `upload_part`.

        Example:
            ```python
            pending = project.begin_upload("photos", "movie.mkv")
            with pending.open_part(1) as part:
                part.write(b"lights, camera")
            pending.commit()
            ```
        """
        self._check_pending()
        return self._open_part(parts.part_number(number), parts.part_etag(etag), timeout)

    def _open_part(self, number: int, etag: bytes | None, timeout: float | None) -> PartUpload:
        __tracebackhide__ = True
        call = parts.upload_part(self.project._handle(), self.bucket, self.key, self.upload_id, number)
        handle = run(call, timeout)
        return PartUpload._new()._begin(self.project, handle, self.bucket, self.key, number, etag)

    def parts(
        self, *, after: SupportsIndex | None = None, limit: SupportsIndex | None = None, timeout: float | None = None
    ) -> Listing[Part]:
        """Iterate over the parts that were uploaded, by their numbers.

        Go counterpart: `Project.ListUploadParts`.

        Args:
            after: The number of the part to start after; `None` for the first part.
            limit: The number of items at most; `None` for all.
            timeout: Seconds until the request for one page is cancelled; `None` for no limit.

        Raises:
            InvalidArgumentError: The number is out of its range, or the limit is negative.
            UploadNotFoundError: It was aborted with `abort`, or, when iterating: the upload ID is
                that of another bucket or key.
            PermissionDeniedError: When iterating: the access does not allow it. It takes the
                permission to download.
            UplinkError: When iterating: any other error of the network.

        Example:
            ```python
            pending = project.begin_upload("photos", "movie.mkv")
            pending.upload_part(1, b"lights, camera")
            done = {part.number for part in pending.parts()}
            assert done == {1}
            pending.abort()
            ```
        """
        self._check_pending()

        def page_after(cursor: str, count: int, on_more: OnMore[Part]) -> Call[Page[Part]]:
            first = int(cursor) + 1 if cursor else 0
            handle = self.project._handle()
            return parts.list_parts(handle, self.bucket, self.key, self.upload_id, first, count, on_more)

        return Listing[Part]._of(
            self.project,
            page_after,
            name=lambda part: str(part.number),
            cursor="" if after is None else str(parts.part_number(after)),
            limit=limit,
            timeout=timeout,
        )

    def commit(
        self,
        *,
        metadata: Mapping[str, str] | None = None,
        content_type: str | None = None,
        etag: bytes | None = None,
        if_none_match: str | None = None,
        timeout: float | None = None,
    ) -> Object:
        """Make the parts one object, in the order of their numbers. It replaces an object that has the same key.

        After a commit that failed because of a part, the upload is still pending. If the outcome is
        unknown, call it again: `UploadNotFoundError` then means that the first call committed.

        There is no argument `checksum`, since parts may come in any order, and a checksum needs the
        bytes in their order. A program that has them in order stores its own checksum as metadata:
        `metadata={"sha256": …}`, in hexadecimal digits. `verify=True` of downloads compares it.

        Go counterpart: `Project.CommitUpload`.

        Args:
            metadata: Custom metadata, in place of what `begin_upload` was given; `None` or empty to
                keep that. With an ETag, it is always replaced.
            content_type: As for `Project.put`, a part of the metadata.
            etag: Any bytes to store as the object's `etag`, such as a checksum.
            if_none_match: `"*"` to raise `PreconditionFailedError` in place of replacing an object
                that has the same key. The upload is still pending then.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Returns:
            The object's record.

        Raises:
            PartTooSmallError: A part that is not the last has less than 5 MiB.
            PreconditionFailedError: An object has the key, and `if_none_match` is `"*"`.
            UploadNotFoundError: The upload was committed or aborted, or its ID is that of another
                bucket or key.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            pending = project.begin_upload("photos", "movie.mkv")
            pending.upload_part(1, b"lights, camera")
            item = pending.commit(metadata={"camera": "x100"})
            assert item.size == 14
            ```
        """
        self._check_pending()
        handle = self.project._handle()
        stored = Stored(handle.boundary, metadata, None, content_type, etag, if_none_match)
        call = calls.commit_upload(handle, self.bucket, self.key, self.upload_id, stored)
        return self.project._run(call, timeout)

    def abort(self, *, timeout: float | None = None) -> None:
        """Delete the upload and its parts.

        Harmless if the upload was aborted before. If it was committed, its object stays. The other
        methods raise `UploadNotFoundError` afterwards. No other process may use the upload then:
        for a while, satellites still accept its parts and a commit.

        Go counterpart: `Project.AbortUpload`.

        Args:
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            PermissionDeniedError: The access does not allow it. It takes the permission to delete.
            UplinkError: Any other error of the network.

        Example:
            ```python
            pending = project.begin_upload("photos", "movie.mkv")
            pending.abort()
            ```
        """
        call = calls.abort_upload(self.project._handle(), self.bucket, self.key, self.upload_id)
        # An abort that is cancelled may have happened, and so may one whose outcome is unknown.
        self._aborted = True
        try:
            with contextlib.suppress(UploadNotFoundError):
                self.project._run(call, timeout)
        except UplinkError as error:
            self._aborted = error.outcome_unknown
            raise
