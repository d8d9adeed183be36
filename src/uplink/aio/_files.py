"""A project's method that opens files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, overload

from uplink._calls import objects
from uplink._checksums import ChecksumAlgorithm
from uplink._driver import Deadline
from uplink._file import FileOptions
from uplink._retention import Retention
from uplink.aio._opening import Opening
from uplink.aio._pinned import Pinned
from uplink.aio._streams import Streams
from uplink.aio.files import BufferedReader, BufferedWriter, RawReader, RawWriter, TextReader, TextWriter
from uplink.errors import NotFoundError, PermissionDeniedError, PreconditionFailedError

_Read: TypeAlias = Literal["rb", "br"]
_ReadText: TypeAlias = Literal["r", "rt", "tr"]
_Write: TypeAlias = Literal["wb", "bw", "xb", "bx"]
_WriteText: TypeAlias = Literal["w", "wt", "tw", "x", "xt", "tx"]


class Files(Streams):
    """The method that opens files."""

    @overload
    def open(  # type: ignore[overload-overlap]
        self,
        bucket: str,
        key: str,
        mode: _Read = "rb",
        *,
        buffering: Literal[0],
        version: bytes | None = None,
        verify: bool = False,
        timeout: float | None = None,
    ) -> Opening[RawReader]: ...
    @overload
    def open(
        self,
        bucket: str,
        key: str,
        mode: _Read = "rb",
        *,
        buffering: int = -1,
        version: bytes | None = None,
        verify: bool = False,
        timeout: float | None = None,
    ) -> Opening[BufferedReader]: ...
    @overload
    def open(
        self,
        bucket: str,
        key: str,
        mode: _ReadText,
        *,
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        version: bytes | None = None,
        verify: bool = False,
        timeout: float | None = None,
    ) -> Opening[TextReader]: ...
    @overload
    def open(  # type: ignore[overload-overlap]
        self,
        bucket: str,
        key: str,
        mode: _Write,
        *,
        buffering: Literal[0],
        metadata: Mapping[str, str] | None = None,
        expires: datetime | None = None,
        content_type: str | None = None,
        etag: bytes | None = None,
        if_none_match: str | None = None,
        retention: Retention | None = None,
        legal_hold: bool = False,
        checksum: ChecksumAlgorithm | None = None,
        timeout: float | None = None,
    ) -> Opening[RawWriter]: ...
    @overload
    def open(
        self,
        bucket: str,
        key: str,
        mode: _Write,
        *,
        buffering: int = -1,
        metadata: Mapping[str, str] | None = None,
        expires: datetime | None = None,
        content_type: str | None = None,
        etag: bytes | None = None,
        if_none_match: str | None = None,
        retention: Retention | None = None,
        legal_hold: bool = False,
        checksum: ChecksumAlgorithm | None = None,
        timeout: float | None = None,
    ) -> Opening[BufferedWriter]: ...
    @overload
    def open(
        self,
        bucket: str,
        key: str,
        mode: _WriteText,
        *,
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        metadata: Mapping[str, str] | None = None,
        expires: datetime | None = None,
        content_type: str | None = None,
        etag: bytes | None = None,
        if_none_match: str | None = None,
        retention: Retention | None = None,
        legal_hold: bool = False,
        checksum: ChecksumAlgorithm | None = None,
        timeout: float | None = None,
    ) -> Opening[TextWriter]: ...
    @overload
    def open(
        self,
        bucket: str,
        key: str,
        mode: str,
        *,
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        version: bytes | None = None,
        verify: bool = False,
        metadata: Mapping[str, str] | None = None,
        expires: datetime | None = None,
        content_type: str | None = None,
        etag: bytes | None = None,
        if_none_match: str | None = None,
        retention: Retention | None = None,
        legal_hold: bool = False,
        checksum: ChecksumAlgorithm | None = None,
        timeout: float | None = None,
    ) -> Opening[Any]: ...
    def open(
        self,
        bucket: str,
        key: str,
        mode: str = "rb",
        *,
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        version: bytes | None = None,
        verify: bool = False,
        metadata: Mapping[str, str] | None = None,
        expires: datetime | None = None,
        content_type: str | None = None,
        etag: bytes | None = None,
        if_none_match: str | None = None,
        retention: Retention | None = None,
        legal_hold: bool = False,
        checksum: ChecksumAlgorithm | None = None,
        timeout: float | None = None,
    ) -> Opening[Any]:
        """Open an object as a file, for reading or for writing.

        A file that is open for reading has random access, and reads the version that the object
        had when it was opened. An object that is replaced or deleted meanwhile raises
        `ObjectChangedError`.

        A file that is open for writing is written from start to end. The end of its context, or
        `close`, makes the object visible. If an exception ends the context, nothing becomes
        visible, nor if the file is collected.

        Args:
            bucket: The bucket.
            key: The object's key.
            mode: `"rb"` to read, `"wb"` to write, `"xb"` to write if there is no such object. The
                same without `"b"` for text files.
            buffering: Number of bytes that a read gets at least; -1 to adapt it to what is read; 0
                for a binary file without a buffer; 1 for a text file that writes each line.
            encoding: The encoding of a text file; `None` for UTF-8.
            errors: What a text file does with errors of the encoding, as for Python's `open`.
            newline: How a text file treats ends of lines, as for Python's `open`.
            version: The version of a record to read; `None` for the latest version.
            verify: Whether to compare the bytes that are read with the checksum that is stored with
                the object. Such a file is read from start to end: it has no random access. The read
                that gets the last byte raises `ChecksumMismatchError` if they differ.
            metadata: As for `put`, and so are the next ones, for a file that is written.
            expires: When the satellite deletes the object, an aware datetime.
            content_type: The media type.
            etag: Any bytes to store as the object's `etag`.
            if_none_match: `"*"` if the commit must not replace an object; mode `"x"` implies it.
            retention: Until when the new version can be neither deleted nor replaced.
            legal_hold: Whether the new version has a legal hold.
            checksum: The checksum to store, `"sha256"` or `"blake3"`.
            timeout: Seconds until the opening is cancelled; `None` for no limit. For later calls,
                files have an attribute `timeout`.

        Raises:
            InvalidArgumentError: The mode or another argument is not valid, or does not go with the
                mode.
            ObjectNotFoundError: There is no such object to read, or no such bucket.
            PreconditionFailedError: The mode is `"x"`, and there is an object.
            ChecksumMissingError: `verify` is `True`, and the metadata has no checksum.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            async with project.open("photos", "notes.txt", "w") as file:
                await file.write("hello")
            async with project.open("photos", "notes.txt") as file:
                await file.seek(1)
                assert await file.read() == b"ello"
            ```
        """
        options = FileOptions(
            mode,
            buffering=buffering,
            encoding=encoding,
            errors=errors,
            newline=newline,
            version=version,
            verify=verify,
            metadata=metadata,
            expires=expires,
            content_type=content_type,
            etag=etag,
            if_none_match=if_none_match,
            retention=retention,
            legal_hold=legal_hold,
            checksum=checksum,
        )
        opened = self._open_reader if options.way == "r" else self._open_writer
        return Opening(opened(bucket, key, options, timeout))

    async def _open_reader(
        self, bucket: str, key: str, options: FileOptions, timeout: float | None
    ) -> RawReader | BufferedReader | TextReader:
        __tracebackhide__ = True
        boundary = self._handle().boundary
        pinned = await Pinned.open(self, bucket, key, options, Deadline.of(timeout))
        if options.is_text:
            return TextReader._over(BufferedReader._new()._begin(pinned, boundary, bucket, key), options)
        return (BufferedReader if options.buffering else RawReader)._new()._begin(pinned, boundary, bucket, key)

    async def _open_writer(
        self, bucket: str, key: str, options: FileOptions, timeout: float | None
    ) -> RawWriter | BufferedWriter | TextWriter:
        __tracebackhide__ = True
        deadline = Deadline.of(timeout)
        if options.way == "x":
            await self._check_new(bucket, key, deadline)
        boundary = self._handle().boundary
        upload = await self._upload_object(bucket, key, options.store, deadline)
        if options.is_text:
            return TextWriter._over(BufferedWriter._new()._begin(upload, boundary, options), options)
        return (BufferedWriter if options.buffering else RawWriter)._new()._begin(upload, boundary, options)

    async def _check_new(self, bucket: str, key: str, deadline: Deadline) -> None:
        """Raise an error if there is an object already, before its successor is written.

        The condition of the commit decides, so an access that cannot read needs no check here.
        """
        __tracebackhide__ = True
        try:
            await self._run(objects.stat_object(self._handle(), bucket, key, None), deadline)
        except (NotFoundError, PermissionDeniedError):
            return
        raise PreconditionFailedError("there is an object already, and the mode is 'x'", bucket=bucket, key=key)
