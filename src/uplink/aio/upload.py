"""Uploads."""

from __future__ import annotations

from uplink._driver import Deadline
from uplink._upload import ObjectUploadBase
from uplink._values import Object
from uplink.aio._writing import Writing


class Upload(ObjectUploadBase, Writing[Object]):
    """An upload under way. Nothing of it is visible before `commit`.

    The end of its context commits it, or aborts it if an exception ended the context. An upload
    that is neither committed nor aborted is aborted when it is collected, with a `ResourceWarning`.
    An upload that failed stays failed.

    Code that writes to binary files can write to it. It has no `close`, which could mean commit or
    abort. In place of closing a wrapper such as `io.TextIOWrapper`, call its `detach`.

    Go counterpart: `uplink.Upload`.

    Attributes:
        bucket: The bucket of the object.
        key: The object's key.
        mode: `"wb"`, as a binary file has it.

    Example:
        ```python
        async with project.upload_object("photos", "cat.jpg") as upload:
            await upload.write(b"first half, ")
            await upload.write(b"second half")
        ```
    """

    async def commit(self, *, timeout: float | None = None) -> Object:
        """Make the object visible. It replaces an object that has the same key.

        Go counterpart: `Upload.Commit`.

        Args:
            timeout: Seconds until the commit is cancelled, with an unknown outcome; `None` for no
                limit.

        Returns:
            The object's record.

        Raises:
            ClosedError: The upload was committed or aborted.
            StreamFailedError: The upload had failed before.
            DeadlineExceededError: The time is up. Whether the object was committed is unknown.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            upload = await project.upload_object("photos", "cat.jpg")
            await upload.write(b"meow")
            item = await upload.commit()
            assert item.size == 4
            ```
        """
        return await self._commit(Deadline.of(timeout))
