"""Uploads."""

from __future__ import annotations

import errno
import operator
from typing import Protocol

import uplink as native
from uplink._checks import octets
from uplink._types import Buffer
from uplink.errors import UplinkError
from uplink_python._bridge import BUFFER_SIZE, Handle, checked_buffer_size, translated, translated_error
from uplink_python._records import Records
from uplink_python.errors import InvalidArgumentError, UploadDoneError
from uplink_python.module_classes import CustomMetadata, Object

__all__ = ["COPY_BUFSIZE", "Upload"]

COPY_BUFSIZE = BUFFER_SIZE
"""The default number of bytes that `Upload.write_file` reads at a time."""


class _Reader(Protocol):
    def read(self, size: int, /) -> bytes | None: ...


class Upload:
    """An upload. Its object is visible only after `commit`. Made by `Project.upload_object`.

    An upload that is never committed is aborted when it is collected, without a warning.

    Attributes:
        upload: A handle, for `upload.upload.contents._handle != 0`.
        uplink: The `Uplink` of its access.

    Example:
        ```python
        upload = project.upload_object("photos", "cat.jpg")
        assert upload.write(b"meow", 4) == 4
        upload.commit()
        assert upload.file_size() == 4
        ```
    """

    def __init__(self, upload: Handle[native.Upload], uplink: Records) -> None:
        self.upload = upload
        self.uplink = uplink
        # An attribute less for each write: programs write in small pieces.
        self._native = upload.native
        self._written = 0
        self._aborted = False

    def write(self, data_to_write: Buffer, size_to_write: int) -> int:
        """Write data. Small pieces are buffered, so a later write or `commit` may raise the error of an earlier write.

        In the older binding a failed write returned 0; here it raises.

        Args:
            data_to_write: `bytes`, or another object with a contiguous buffer.
            size_to_write: The number of its first bytes to write.

        Returns:
            The number of bytes written, which is `size_to_write`.

        Raises:
            TypeError: The data is a `str`, or has no buffer.
            InvalidArgumentError: The size is negative, or greater than the size of the data.
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
        with octets(data, "an object") as view:
            if not 0 <= size <= view.nbytes:
                raise InvalidArgumentError(f"size_to_write is {size}, but the data has {view.nbytes} bytes")
            with view[:size] as part:
                return self._put(part)

    def _put(self, data: bytes | bytearray | memoryview) -> int:
        with translated(UploadDoneError):
            written = self._native.write(data)
        self._written += written
        return written

    def write_file(self, file_handle: _Reader, buffer_size: int = 0) -> None:
        """Write the rest of a file. Call `commit` afterwards.

        Args:
            file_handle: A file that is open for reading in binary mode, or another object whose `read` returns bytes.
            buffer_size: The number of bytes to read at a time; 0 for `COPY_BUFSIZE`.

        Raises:
            TypeError: The file is open in text mode.
            OSError: The file cannot be read.
            InvalidArgumentError: The buffer's size is negative.
            UploadDoneError: The upload was committed or aborted.
            StorjException: Any other error.
        """
        size = checked_buffer_size(buffer_size)
        # As fast as `readinto` one buffer, and right for subclasses that override `read`.
        while data := file_handle.read(size):
            self._put(data)
        if data is None:
            raise BlockingIOError(errno.EAGAIN, "the file is in non-blocking mode and has no data now")

    def commit(self) -> None:
        """Make the object visible. It replaces an object with the same key.

        Raises:
            UploadDoneError: The upload was committed or aborted before.
            StorjException: Any other error, including one of an earlier write.
        """
        with translated(UploadDoneError):
            self._native.commit()

    def abort(self) -> None:
        """Discard the upload.

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
        """Set the custom metadata of the object, in place of what was set before.

        Args:
            custom_metadata: The metadata; `None` for none.

        Raises:
            InvalidArgumentError: A key is empty, a length or the count is wrong, or something is not UTF-8.
            UploadDoneError: The upload was committed or aborted.
        """
        with translated(UploadDoneError):
            self._native.set_custom_metadata({} if custom_metadata is None else custom_metadata.get_structure())

    def file_size(self) -> int:
        """Return the number of bytes written, which after `commit` is the size of the object.

        The older binding's documentation uses this method, which that binding did not have.

        Returns:
            The number of bytes.
        """
        return self._written

    def info(self) -> Object:
        """Return the record of the object, which is complete after the commit.

        Returns:
            The object.

        Raises:
            UploadDoneError: The upload was aborted.
            StorjException: Any other error.
        """
        with translated(UploadDoneError):
            return self.uplink.object_from_result(self._native.info())
