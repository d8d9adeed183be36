"""What synchronous and awaited uploads, of objects and of parts, have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Generic, TypeVar

from uplink._calls import parts
from uplink._calls import streams as calls
from uplink._calls._call import Call
from uplink._calls._metadata import native_metadata
from uplink._handle import PartUploadHandle, UploadHandle
from uplink._stream import StreamBase, without_traceback
from uplink._types import Self
from uplink._values import Object, Part

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# Small writes are gathered, since each native call costs as much as copying 100 KiB.
BUFFER_SIZE = 256 * 1024

R = TypeVar("R", Object, Part)


class UploadBase(StreamBase, Generic[R]):
    """The buffer and the record of an upload, and the methods that do not wait."""

    mode: Final = "wb"

    _article = "an"
    # What takes the data, for messages.
    _noun = "an object"

    def _begin_upload(self, project: object, handle: UploadHandle | PartUploadHandle, bucket: str, key: str) -> Self:
        self._gathered: list[bytes] = []
        # Number of bytes that `_gathered` still takes.
        self._room: int = BUFFER_SIZE
        # Number of bytes that libuplink has accepted.
        self._sent: int = 0
        # Whether a commit was started, so that a failure leaves its outcome unknown.
        self._committing = False
        # Set by the commit.
        self._record: R | None = None
        self._handle: UploadHandle | PartUploadHandle = handle
        return self._begin_stream(project, bucket, key)

    def _write_call(self, data: memoryview | bytes) -> Call[None]:
        raise NotImplementedError

    def _commit_call(self) -> Call[R]:
        raise NotImplementedError

    def _abort_call(self) -> Call[None]:
        raise NotImplementedError

    def writable(self) -> bool:
        """Report whether the stream can be written to: an upload can."""
        return True

    def tell(self) -> int:
        """Return the number of bytes that were written so far.

        Raises:
            ClosedError: The upload was committed or aborted.
            StreamFailedError: The upload had failed before.

        Example:
            ```python
            def show_progress(upload, size):
                print(f"{upload.tell() / size:.0%}")
            ```
        """
        return self._lock.run(lambda: self._sent + sum(map(len, self._gathered)), self._check_open)

    def _gather(self, data: bytes) -> None:
        self._room -= len(data)
        self._gathered.append(data)

    def _empty_buffer(self) -> None:
        self._gathered.clear()
        self._room = BUFFER_SIZE

    def _fail(self, error: BaseException) -> None:
        """End the upload because a call ended early, maybe by a cancellation.

        What has arrived is unknown.
        """
        self._failure = without_traceback(error, outcome_unknown=self._committing)
        if self._state != "aborted":
            self._state = "failed"
        self._end()

    def _end(self) -> None:
        self._empty_buffer()
        self._handle.free()


class ObjectUploadBase(UploadBase[Object]):
    """The calls of an upload of an object."""

    _kind = "upload"
    _warning = "unfinished upload {!r} is aborted"

    def _begin(self, project: object, handle: UploadHandle, bucket: str, key: str) -> Self:
        self._upload: UploadHandle = handle
        return self._begin_upload(project, handle, bucket, key)

    def _write_call(self, data: memoryview | bytes) -> Call[None]:
        return calls.upload_write(self._upload, data, self.bucket, self.key)

    def _commit_call(self) -> Call[Object]:
        return calls.upload_commit(self._upload, self.bucket, self.key)

    def _abort_call(self) -> Call[None]:
        return calls.upload_abort(self._upload, self.bucket, self.key)

    def set_custom_metadata(self, metadata: Mapping[str, str]) -> None:
        """Set the custom metadata to be committed with the object. It replaces what was set before.

        Go counterpart: `Upload.SetCustomMetadata`.

        Args:
            metadata: Keys and values; start keys with the name of your application, as in
                `"image-board:title"`.

        Raises:
            MetadataInvalidError: A key is empty, or a text is not UTF-8 or has a NUL in it.
            ClosedError: The upload was committed or aborted.

        Example:
            ```python
            def describe(upload, camera):
                upload.set_custom_metadata({"image-board:camera": camera})
            ```
        """
        custom = native_metadata(self._handle.boundary, metadata)
        self._lock.run(
            lambda: calls.upload_set_custom_metadata(self._upload, custom, self.bucket, self.key), self._check_open
        )

    def info(self) -> Object:
        """Return the record of the object.

        It is complete once the upload is committed; before that, its size is 0.

        Go counterpart: `Upload.Info`.

        Raises:
            ClosedError: The upload was aborted.
            StreamFailedError: The upload had failed before.

        Example:
            ```python
            def committed_size(upload):
                return upload.info().size
            ```
        """
        if self._record is not None:
            return self._record
        return self._lock.run(lambda: calls.upload_info(self._upload, self.bucket, self.key), self._check_open)


class PartUploadBase(UploadBase[Part]):
    """The calls of an upload of a part."""

    number: int

    _noun = "a part"
    _kind = "upload of a part"
    _warning = "unfinished upload of a part {!r} is aborted"

    def _begin(
        self, project: object, handle: PartUploadHandle, bucket: str, key: str, number: int, etag: bytes | None
    ) -> Self:
        self.number = number
        self._etag = etag
        self._upload: PartUploadHandle = handle
        return self._begin_upload(project, handle, bucket, key)

    def _write_call(self, data: memoryview | bytes) -> Call[None]:
        return parts.part_write(self._upload, data, self.bucket, self.key)

    def _commit_call(self) -> Call[Part]:
        return parts.part_commit(self._upload, self._etag, self.bucket, self.key)

    def _abort_call(self) -> Call[None]:
        return parts.part_abort(self._upload, self.bucket, self.key)

    def set_etag(self, etag: bytes) -> None:
        """Set the ETag to be stored with the part. It replaces what was set before.

        Go counterpart: `PartUpload.SetETag`.

        Args:
            etag: Any bytes, such as a checksum. They are encrypted with the part.

        Raises:
            TypeError: It is not `bytes`.
            ClosedError: The part was committed or aborted.
            StreamFailedError: The upload of the part had failed before.

        Example:
            ```python
            def describe(part, checksum):
                part.set_etag(checksum.digest())
            ```
        """
        checked = parts.part_etag(etag)

        def keep() -> None:
            self._etag = checked

        self._lock.run(keep, self._check_open)

    def info(self) -> Part:
        """Return the record of the part.

        Its size is 0 until the part is committed.

        Go counterpart: `PartUpload.Info`.

        Raises:
            ClosedError: The part was aborted.
            StreamFailedError: The upload of the part had failed before.

        Example:
            ```python
            def committed_size(part):
                return part.info().size
            ```
        """
        if self._record is not None:
            return self._record
        self._lock.run(lambda: None, self._check_open)
        return Part(self.number, 0, etag=self._etag)
