# Generated from src/uplink/aio/_transfers.py by tools/generate_sync.py; change that instead.
"""A project's methods that upload and download files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from uplink._calls import transfers as calls
from uplink._calls._stored import Stored
from uplink._checksums import ChecksumAlgorithm
from uplink._family import Family
from uplink._opened import opened_file
from uplink._progress import Report, reporting
from uplink._retention import Retention
from uplink._values import Object


class Transfers(Family):
    """Methods that transfer files, which libuplink reads and writes."""

    def upload_file(
        self,
        bucket: str,
        key: str,
        path: str | os.PathLike[str] | BinaryIO,
        *,
        metadata: Mapping[str, str] | None = None,
        expires: datetime | None = None,
        content_type: str | None = None,
        etag: bytes | None = None,
        if_none_match: str | None = None,
        retention: Retention | None = None,
        legal_hold: bool = False,
        checksum: ChecksumAlgorithm | None = None,
        resume: bool = True,
        progress: Report | bool | None = None,
        timeout: float | None = None,
    ) -> Object:
        """Upload a file. The object becomes visible as a whole or not at all.

        libuplink reads the file. A file of more than 64 MiB is uploaded in parts at the same time.
        If that is interrupted, also by the end of this process, the same call goes on with the
        parts that are stored and that are equal to the file's bytes. Until then the upload is
        pending: `list_uploads` lists it, and `PendingUpload.abort` deletes it.

        Args:
            bucket: The bucket.
            key: The object's key. An object that has the same key is replaced.
            path: The file, a regular one, or a file that `open`, `TemporaryFile` or
                `NamedTemporaryFile` has opened in a binary mode for reading. An open file is uploaded
                from its position on, and the position is at its end afterwards; after an error it is
                where it was. libuplink reads it by a duplicate of its descriptor. `put` takes files
                of all kinds, and other objects with `read`.
            metadata: Custom metadata.
            expires: When the satellite deletes the object, an aware datetime.
            content_type: As for `put`, a part of the metadata.
            etag: As for `put`.
            if_none_match: As for `put`.
            retention: As for `put`.
            legal_hold: As for `put`.
            checksum: As for `put`.
            resume: Whether to go on with an interrupted upload, and to leave this one pending if it
                is interrupted. Otherwise it begins anew, and is aborted if it is interrupted.
            progress: `True` for a bar in the terminal, or a function that gets the numbers of bytes
                that are sent, that there are, and that are committed, ten times a second.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Returns:
            The object's record.

        Raises:
            FileNotFoundError: There is no such file.
            IsADirectoryError: The path is that of a folder.
            PermissionError: The file may not be read.
            OSError: Any other error of the system about the file.
            InvalidArgumentError: The file is a pipe or a device, or as for `put`.
            SourceChangedError: The file changed while it was uploaded.
            PreconditionFailedError: An object has the key, and `if_none_match` is `"*"`.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            StorageLimitExceededError: The project has reached its storage limit.
            UplinkError: Any other error of the network.

        Example:
            ```python
            import pathlib

            movie = pathlib.Path("movie.mkv")
            movie.write_bytes(b"lights, camera, action")
            item = project.upload_file("photos", "movie.mkv", movie, progress=True)
            assert item.size == 22
            with movie.open("rb") as file:
                file.seek(8)
                item = project.upload_file("photos", "camera.txt", file)
            assert item.size == 14
            ```
        """
        handle = self._handle()
        given = (metadata, expires, content_type, etag, if_none_match, retention, legal_hold, checksum)
        stored = Stored(handle.boundary, *given)
        opened = opened_file(path)
        with reporting(progress, key) as report:
            if opened is None:
                call = calls.upload_file(handle, bucket, key, path, stored, resume=resume, progress=report)
                return self._run(call, timeout)
            call = calls.upload_opened(handle, bucket, key, opened, stored, resume=resume, progress=report)
            item = self._run(call, timeout)
            opened.skip(item.size or 0)
            return item

    def download_file(
        self,
        bucket: str,
        key: str,
        path: str | os.PathLike[str],
        *,
        version: bytes | None = None,
        overwrite: bool = True,
        resume: bool = True,
        verify: bool = False,
        progress: Report | bool | None = None,
        timeout: float | None = None,
    ) -> Object:
        """Download an object to a file. The file appears at its path when it is complete.

        libuplink writes the file. Several downloads of parts of the object run at the same time, as
        long as that is faster. The bytes are in a temporary file in the same folder, whose name
        begins with a dot. If the download is interrupted, also by the end of this process, the
        temporary file stays, and the same call goes on with it if the object is still the same.

        Args:
            bucket: The bucket.
            key: The object's key.
            path: The file. Its folder must exist. Links are followed.
            version: The version of a record; `None` for the latest version.
            overwrite: Whether to replace a file that exists. Its permissions stay.
            resume: Whether to go on with an interrupted download, and to keep what was downloaded if
                this one is interrupted. Otherwise it begins anew, and removes the temporary file.
            verify: Whether to compare the bytes with the checksum that is stored with the object,
                before the file appears.
            progress: `True` for a bar in the terminal, or a function that gets the numbers of bytes
                that are received, that there are, and that are in the complete file, ten times a
                second.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Returns:
            The object's record.

        Raises:
            FileNotFoundError: There is no such folder.
            FileExistsError: There is a file, and `overwrite` is `False`.
            IsADirectoryError: The path is that of a folder.
            PermissionError: The folder may not be written to.
            OSError: Any other error of the system about the file, such as a full disk.
            InvalidArgumentError: The path is that of a pipe or a device.
            ObjectNotFoundError: There is no such object or no such bucket.
            DeleteMarkerError: The version is a delete marker.
            VersionInvalidError: The version is not of a record.
            ObjectChangedError: The object was replaced again and again during the call.
            ChecksumMismatchError: The bytes have another checksum than the metadata. There is no
                file.
            ChecksumMissingError: `verify` is `True`, and the metadata has no checksum.
            PermissionDeniedError: The access does not allow it.
            DecryptionError: The stored data cannot be decrypted.
            UplinkError: Any other error of the network.

        Example:
            ```python
            project.put("photos", "cat.jpg", b"meow")
            item = project.download_file("photos", "cat.jpg", "cat.jpg", progress=True)
            assert item.size == 4
            ```
        """
        with reporting(progress, key) as report:
            call = calls.download_file(
                self._handle(),
                bucket,
                key,
                path,
                version,
                overwrite=overwrite,
                resume=resume,
                verify=verify,
                progress=report,
            )
            return self._run(call, timeout)
