"""Downloads."""

from __future__ import annotations

import errno
import io
from typing import Any, Protocol, cast

import uplink as native
from uplink.errors import UplinkError
from uplink_python._bridge import BUFFER_SIZE, Handle, checked_buffer_size, translated, translated_error
from uplink_python._records import Records
from uplink_python.errors import InvalidArgumentError
from uplink_python.module_classes import Object

__all__ = ["COPY_BUFSIZE", "Download"]

COPY_BUFSIZE = BUFFER_SIZE
"""The default number of bytes that `Download.read_file` writes at a time."""

# These files are known to keep no reference to the data of a write, so one buffer can be used for all.
_KNOWN_FILES = (io.FileIO, io.BufferedWriter, io.BufferedRandom, io.BytesIO)


class _Writer(Protocol):
    def write(self, data: Any, /) -> object: ...  # noqa: ANN401 - as files of any kind take it


class Download:
    """A download under way. Made by `Project.download_object`.

    A download that is never closed is closed when it is collected, without a warning.

    Attributes:
        download: A handle, for `download.download.contents._handle != 0`.
        uplink: The `Uplink` of its access.
        project: The handle of the project.
        bucket_name: The bucket.
        storj_path: The object's key.

    Example:
        ```python
        download = project.download_object("photos", "cat.jpg")
        data, size = download.read(download.file_size())
        download.close()
        ```
    """

    def __init__(
        self,
        download: Handle[native.Download],
        uplink: Records,
        project: Handle[native.Project],
        bucket_name: str,
        storj_path: str,
    ) -> None:
        self.download = download
        self.uplink = uplink
        self.project = project
        self.bucket_name = bucket_name
        self.storj_path = storj_path
        # An attribute less for each read: programs read in small pieces.
        self._native = download.native

    def read(self, size_to_read: int) -> tuple[bytes, int]:
        """Read that many bytes, or fewer at the end.

        Args:
            size_to_read: The number of bytes.

        Returns:
            The bytes and their number; `(b"", 0)` at the end, and for an empty object.

        Raises:
            InvalidArgumentError: The size is negative.
            InvalidHandleError: The download is closed.
            StorjException: Any other error.
        """
        if size_to_read < 0:
            raise InvalidArgumentError(f"size_to_read is {size_to_read}; it takes a number of bytes")
        try:
            data = self._native.read(size_to_read)
        except UplinkError as error:
            raise translated_error(error) from error
        return data, len(data)

    def read_file(self, file_handle: _Writer, buffer_size: int = 0) -> None:
        """Write the rest of the object to a file. Call `close` afterwards.

        Args:
            file_handle: A file that is open for writing in binary mode, or another object whose `write` takes bytes.
            buffer_size: The number of bytes to write at a time; 0 for `COPY_BUFSIZE`.

        Raises:
            TypeError: The file is open in text mode.
            OSError: The file cannot be written, as on a full disk.
            InvalidArgumentError: The buffer's size is negative.
            InvalidHandleError: The download is closed.
            StorjException: Any other error.
        """
        size = min(checked_buffer_size(buffer_size), max(self.file_size(), 1))
        if type(file_handle) in _KNOWN_FILES:
            self._read_into(cast("io.BufferedWriter", file_handle), memoryview(bytearray(size)))
        else:
            while data := self.read(size)[0]:
                _write_whole(file_handle, data)

    def _read_into(self, file: io.BufferedWriter, buffer: memoryview) -> None:
        readinto = self._native.readinto
        while True:
            with translated():
                count = readinto(buffer)
            if not count:
                break
            _write_whole(file, buffer[:count])
        # So a full disk raises here, and not when the file is closed.
        file.flush()

    def file_size(self) -> int:
        """Return the size of the whole object, even if only a part is downloaded. Makes no network call.

        Returns:
            The number of bytes.
        """
        return self._native.info().size or 0

    def close(self) -> None:
        """Close the download. Does nothing if it is closed.

        Raises:
            StorjException: Any error.
        """
        with translated():
            self._native.close()

    def info(self) -> Object:
        """Return the record of the object.

        Returns:
            The object.
        """
        return self.uplink.object_from_result(self._native.info())


def _write_whole(file: _Writer, data: bytes | memoryview) -> None:
    """Write all of the data to a file. A file without a buffer may take a part of it at a time."""
    if not isinstance(file, io.RawIOBase):
        file.write(data)
        return
    rest = memoryview(data)
    while rest:
        count = file.write(rest)
        if count is None:
            raise BlockingIOError(errno.EAGAIN, "the file is in non-blocking mode and takes no data now")
        rest = rest[count:]
