"""What synchronous and awaited downloads have in common."""

from __future__ import annotations

from typing import Final

from uplink._calls import streams as calls
from uplink._handle import DownloadHandle
from uplink._stream import StreamBase, without_traceback
from uplink._types import Self
from uplink._values import Object
from uplink.errors import ClosedError, UplinkError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class DownloadBase(StreamBase):
    """The position of a download, the bytes that were read ahead, and the methods that do not wait."""

    mode: Final = "rb"

    _article = "a"
    _kind = "download"
    _warning = "unclosed download {!r}"

    def _begin(
        self, project: object, handle: DownloadHandle, bucket: str, key: str, *, offset: int, length: int | None
    ) -> Self:
        self._info = calls.download_info(handle, bucket, key)
        # Number of bytes in the range, and of those that libuplink has not delivered yet.
        self._size = _range_size(self._info.size or 0, offset, length)
        self._left: int = self._size
        # The bytes that were read ahead are those from `_position` to `_end` of `_chunk`.
        self._chunk = b""
        self._position: int = 0
        self._end: int = 0
        self._handle: DownloadHandle = handle
        return self._begin_stream(project, bucket, key)

    def info(self) -> Object:
        """Return the record of the object. Its size is the size of the object, not of the range.

        Go counterpart: `Download.Info`.

        Example:
            ```python
            def progress(download):
                return download.tell() / download.info().size
            ```
        """
        return self._info

    def readable(self) -> bool:
        """Report whether the stream can be read: a download can."""
        return True

    def tell(self) -> int:
        """Return the number of bytes that were read so far, counted from the start of the range.

        Raises:
            ClosedError: The download is closed.
            StreamFailedError: The download had failed before.

        Example:
            ```python
            def show_progress(download):
                print(f"{download.tell()} bytes so far")
            ```
        """
        return self._lock.run(lambda: self._size - self._left - (self._end - self._position), self._check_open)

    def _take_ahead(self, size: int) -> bytes:
        """Return up to that many of the bytes that were read ahead.

        A negative size means all of them.
        """
        chunk, position, end = self._chunk, self._position, self._end
        if size < 0 or position + size >= end:
            # Until the next bytes have arrived, `read` must find nothing here.
            self._chunk, self._position, self._end = b"", 0, 0
            return chunk[position:end]
        self._position += size
        return chunk[position : position + size]

    def _keep_ahead(self, chunk: bytes, position: int) -> None:
        """Keep the bytes of a chunk from a position on as read ahead."""
        end = len(chunk)
        # Another thread may have closed the download.
        if self._state == "open":
            self._chunk, self._position, self._end = chunk, position, end

    def _fail(self, error: BaseException) -> None:
        """End the download because a call ended early, maybe by a cancellation.

        Its position is unknown.
        """
        if self._state == "closed" and isinstance(error, UplinkError):
            raise ClosedError("the download was closed meanwhile", bucket=self.bucket, key=self.key) from error
        self._failure = without_traceback(error)
        self._state = "failed"
        self._free()

    def _free(self) -> None:
        """Free the memory and the handle. libuplink ends the download in the background."""
        self._chunk, self._position, self._end = b"", 0, 0
        self._handle.free()


def _range_size(size: int, offset: int, length: int | None) -> int:
    """Return how many bytes of an object of that size lie in the range."""
    start = max(size + offset, 0) if offset < 0 else offset
    return size - start if length is None else min(length, size - start)
