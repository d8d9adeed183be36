"""What synchronous and awaited uploads have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from uplink._calls import streams as calls
from uplink._calls._metadata import native_metadata
from uplink._handle import UploadHandle
from uplink._stream import StreamBase
from uplink._types import Self
from uplink._values import Object
from uplink.errors import without_traceback

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# Small writes are gathered, since each native call costs as much as copying 100 KiB.
BUFFER_SIZE = 256 * 1024


class UploadBase(StreamBase):
    """The buffer and the record of an upload, and the methods that do not wait."""

    mode: Final = "wb"

    _article = "an"
    _kind = "upload"
    _warning = "unfinished upload {!r} is aborted"

    def _begin(self, project: object, handle: UploadHandle, bucket: str, key: str) -> Self:
        self._gathered: list[bytes] = []
        # Number of bytes that `_gathered` still takes.
        self._room: int = BUFFER_SIZE
        # Number of bytes that libuplink has accepted.
        self._sent: int = 0
        # Whether a commit was started, so that a failure leaves its outcome unknown.
        self._committing = False
        # Set by the commit.
        self._record: Object | None = None
        self._handle: UploadHandle = handle
        return self._begin_stream(project, bucket, key)

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
            lambda: calls.upload_set_custom_metadata(self._handle, custom, self.bucket, self.key), self._check_open
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
        return self._lock.run(lambda: calls.upload_info(self._handle, self.bucket, self.key), self._check_open)

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
