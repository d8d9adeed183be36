"""Uploads."""

from __future__ import annotations

import errno
import operator
from typing import TYPE_CHECKING, Protocol

import uplink as native
import uplink_python
from uplink._types import Buffer
from uplink.errors import UplinkError
from uplink_python._bridge import BUFFER_SIZE, Handle, checked_buffer_size, translated, translated_error
from uplink_python.errors import InvalidArgumentError, UploadDoneError
from uplink_python.module_classes import CustomMetadata, Object

if TYPE_CHECKING:
    import uplink_python.uplink  # which imports this module


__all__ = ["COPY_BUFSIZE", "Upload"]

COPY_BUFSIZE = BUFFER_SIZE
"""How much `Upload.write_file` reads at a time, unless told otherwise."""


class _Reader(Protocol):
    def read(self, size: int, /) -> bytes | None: ...


class Upload:
    """An upload under way; nothing of it is visible before `commit`. Made by `Project.upload_object`.

    One that is never committed is aborted when it is collected, in silence.

    Attributes:
        upload: A handle, for `upload.upload.contents._handle != 0`.
        uplink: The `Uplink` that its access came from.

    Example:
        ```python
        upload = project.upload_object("photos", "cat.jpg")
        assert upload.write(b"meow", 4) == 4
        upload.commit()
        assert upload.file_size() == 4
        ```
    """

    def __init__(self, upload: Handle[native.Upload], uplink: uplink_python.uplink.Uplink) -> None:
        self.upload = upload
        self.uplink = uplink
        # Kept at hand, since programs write in small pieces.
        self._native = upload.native
        self._written = 0
        self._aborted = False

    def write(self, data_to_write: Buffer, size_to_write: int) -> int:
        """Write data. Small pieces are gathered, so an error may be raised by a later write or by `commit`.

        In the older binding a write that failed gave 0; here it raises.

        Args:
            data_to_write: `bytes`, or anything else with a contiguous buffer.
            size_to_write: How many bytes of it to write, from the start.

        Returns:
            The number of bytes written, which is `size_to_write`.

        Raises:
            TypeError: The data is a `str`, or no buffer.
            InvalidArgumentError: The size is negative, or greater than that of the data.
            UploadDoneError: The upload was committed or aborted.
            StorjException: Any other error.
        """
        if type(data_to_write) is not bytes or len(data_to_write) != size_to_write:
            return self._write_part(data_to_write, size_to_write)
        try:
            written = self._native.write(data_to_write)
        except UplinkError as error:
            raise translated_error(error, UploadDoneError) from error
        self._written += written
        return written

    def _write_part(self, data: Buffer, size: int) -> int:
        if isinstance(data, str):
            raise TypeError("an object takes bytes, not str; encode the text first")
        size = operator.index(size)
        with memoryview(data) as view, view.cast("B") as octets:
            if not 0 <= size <= octets.nbytes:
                raise InvalidArgumentError(f"size_to_write is {size}, but the data has {octets.nbytes} bytes")
            with octets[:size] as part:
                return self._put(part)

    def _put(self, data: bytes | bytearray | memoryview) -> int:
        with translated(UploadDoneError):
            written = self._native.write(data)
        self._written += written
        return written

    def write_file(self, file_handle: _Reader, buffer_size: int = 0) -> None:
        """Write what is left of a file. `commit` is still to be called.

        Args:
            file_handle: A file that is open for reading in binary mode, or anything else whose `read` gives bytes.
            buffer_size: How many bytes to read at a time, 0 for `COPY_BUFSIZE`.

        Raises:
            TypeError: The file is open in text mode.
            OSError: The file cannot be read.
            InvalidArgumentError: The buffer's size is negative.
            UploadDoneError: The upload was committed or aborted.
            StorjException: Any other error.
        """
        size = checked_buffer_size(buffer_size)
        # As quick as `readinto` a buffer that is used again, and right for whatever has a `read` of its own.
        while data := file_handle.read(size):
            self._put(data)
        if data is None:
            raise BlockingIOError(errno.EAGAIN, "the file is in non-blocking mode and has no data now")

    def commit(self) -> None:
        """Make the object visible, in place of one that had its key.

        Raises:
            UploadDoneError: The upload was committed or aborted before.
            StorjException: Any other error, also one of an earlier write.
        """
        with translated(UploadDoneError):
            self._native.commit()

    def abort(self) -> None:
        """Drop what was written.

        Raises:
            UploadDoneError: The upload was committed or aborted before.
            StorjException: Any other error.
        """
        if self._aborted:
            raise UploadDoneError("the upload is aborted already")
        self._aborted = True
        with translated(UploadDoneError):
            self._native.abort()

    def set_custom_metadata(self, custom_metadata: CustomMetadata | None = None) -> None:
        """Set the custom metadata to be committed with the object, in place of what was set before.

        Args:
            custom_metadata: The metadata; `None` for none.

        Raises:
            InvalidArgumentError: A key is empty, a length or the count is wrong, or something is not UTF-8.
            UploadDoneError: The upload was committed or aborted.
        """
        with translated(UploadDoneError):
            self._native.set_custom_metadata({} if custom_metadata is None else custom_metadata.get_structure())

    def file_size(self) -> int:
        """Return how many bytes were written, which after `commit` is the size of the object.

        What was published about the older binding asks the upload for it, though it had no such method.

        Returns:
            The number of bytes.
        """
        return self._written

    def info(self) -> Object:
        """Return what is known of the object: all once it is committed.

        Returns:
            The object.

        Raises:
            UploadDoneError: The upload was aborted.
            StorjException: Any other error.
        """
        with translated(UploadDoneError):
            return self.uplink.object_from_result(self._native.info())
