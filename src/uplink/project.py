# Generated from src/uplink/aio/project.py by tools/generate_sync.py; change that instead.
"""Projects: buckets and objects."""

from __future__ import annotations

import contextlib
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import TypeVar

from uplink import _ffi
from uplink._access import AccessBase
from uplink._calls import objects, pending, streams
from uplink._calls import project as calls
from uplink._calls._common import Call, check_bucket
from uplink._calls._metadata import metadata_struct
from uplink._contexts import BlockingContext
from uplink._driver import Deadline, run
from uplink._handle import Handle
from uplink._sources import Source, check_source, chunks, is_buffer, rewinder, size_of
from uplink._tries import Tries
from uplink._types import Self
from uplink._values import (
    Bucket,
    Config,
    Object,
    Releasing,
    UploadInfo,
    check_flag,
    check_type,
    config_or_default,
    octets,
    whole_number,
)
from uplink.download import Download
from uplink.errors import (
    BucketNotEmptyError,
    ClosedError,
    DeadlineExceededError,
    InvalidArgumentError,
    RangeInvalidError,
    UplinkError,
)
from uplink.listing import Listing
from uplink.upload import Upload

# Up to this size an object is one native operation, with its bytes in memory twice for a moment.
_SMALL = 256 * 1024

T = TypeVar("T")


def open_project(access: AccessBase, *, config: Config | None = None) -> Project:
    """Open the project of an access. No network is asked.

    Go counterpart: `uplink.OpenProject`.

    Args:
        access: The access, of `uplink` or `uplink.aio`.
        config: How to connect.

    Raises:
        TypeError: The access or the configuration is not one.

    Example:
        ```python
        with uplink.open_project(access) as project:
            names = [bucket.name for bucket in project.list_buckets()]
        ```
    """
    return _open(access, config)


def _open(access: AccessBase, config: Config | None) -> Project:
    return Project(access, config)


class Project(BlockingContext):
    """Buckets and objects, as far as an access allows.

    It connects when it is first used. It can be shared by threads and event loops, works on in a forked child, and
    pickles as its access and configuration. Leaving its context closes it, which ends what still runs on it.

    Go counterpart: `uplink.Project`.

    Attributes:
        access: The access that it was opened with.
        config: The configuration that it was opened with.

    Example:
        ```python
        with uplink.open_project(access) as project:
            project.ensure_bucket("photos")
            project.put("photos", "cat.jpg", b"meow")
            assert project.get("photos", "cat.jpg") == b"meow"
        ```
    """

    def __init__(self, access: AccessBase, config: Config | None = None) -> None:
        check_type(access, AccessBase, "a project", "an Access, such as Access.parse gives")
        self.access = access
        self.config: Config = config_or_default(config)
        # The native project of each process, since a forked child has none but those of its ancestors.
        self._natives: dict[_ffi.Boundary, Handle] = {}
        self._closed = False

    def _handle(self) -> Handle:
        """Return the native project of this process, opened at first use."""
        __tracebackhide__ = True
        self._check_open()
        boundary = _ffi.current()
        native = self._natives.get(boundary)
        if native is None:
            opened = calls.open_project(self.access._grant, self.config)
            # Another thread may have been faster.
            native = self._natives.setdefault(boundary, opened)
            if native is not opened:
                opened.free()
            try:
                # Or it has closed the project before there was anything to close.
                self._check_open()
            except ClosedError:
                self._free()
                raise
        return native

    def _check_open(self) -> None:
        __tracebackhide__ = True
        if self._closed:
            raise ClosedError("the project is closed")

    def _leave(self) -> Handle | None:
        """Close the project to new calls. Of concurrent calls, one gets this process's native project."""
        self._closed = True
        alive = [boundary for boundary in list(self._natives) if boundary.alive]
        return self._natives.pop(alive[0], None) if alive else None

    def _run(self, call: Call[T], timeout: float | Deadline | None) -> T:
        """Run a call, again if the policy says so."""
        __tracebackhide__ = True
        deadline = Deadline.of(timeout)
        tries = Tries(self.config.retry, deadline)
        while True:
            try:
                return run(call, deadline)
            except UplinkError as error:
                delay = tries.delay_after(error)
                if delay is None:
                    raise
            time.sleep(delay)

    def close(self, *, timeout: float | None = None) -> None:
        """Close the connections, and end what still runs on them. Harmless if the project is closed already.

        Go counterpart: `Project.Close`.

        Args:
            timeout: After how many seconds to leave the closing to the background; `None` for no limit.

        Example:
            ```python
            project = uplink.open_project(access)
            project.close()
            ```
        """
        native = None if self._closed else self._leave()
        if native is not None:
            try:
                with contextlib.suppress(DeadlineExceededError):
                    run(calls.close_project(native), timeout)
            finally:
                native.free()

    def __enter__(self) -> Self:
        self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            # Freeing closes in the background; an exception on its way must not wait for that.
            self._free()

    def _free(self) -> None:
        native = self._leave()
        if native is not None:
            native.free()

    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # Late in the interpreter's shutdown modules have no globals: nothing is left to warn with.
        if is_finalizing() or getattr(self, "_closed", True):
            return
        warning = f"unclosed project {self!r}"
        if self._leave() is not None:
            # Its handles are given back with it.
            warnings.warn(warning, ResourceWarning, source=self, stacklevel=2)

    def __repr__(self) -> str:
        if not hasattr(self, "_closed"):
            return object.__repr__(self)
        state = "closed" if self._closed else "open"
        return f"<{type(self).__module__}.{type(self).__qualname__} at {self.access.satellite_address}, {state}>"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.access, self.config)

    def revoke_access(self, access: AccessBase, *, timeout: float | None = None) -> None:
        """Revoke an access that was shared from this project's, and all that was shared from it.

        A satellite may take some minutes until it has forgotten it.

        Go counterpart: `Project.RevokeAccess`.

        Args:
            access: The access to revoke.
            timeout: After how many seconds to give up, with an unknown outcome; `None` for no limit.

        Raises:
            TypeError: It is not an `Access`.
            PermissionDeniedError: It was not shared from this project's access.

        Example:
            ```python
            shared = access.share(uplink.Permission.read_only())
            project.revoke_access(shared)
            ```
        """
        check_type(access, AccessBase, "revoke_access", "an Access")
        self._run(calls.revoke_access(self._handle(), access._grant), timeout)

    # ---- Buckets ----

    def create_bucket(self, bucket: str, *, timeout: float | None = None) -> Bucket:
        """Create a bucket, which must be new.

        Go counterpart: `Project.CreateBucket`.

        Args:
            bucket: Its name: 3 to 63 lower-case letters, digits, hyphens and dots.
            timeout: After how many seconds to give up, with an unknown outcome; `None` for no limit.

        Raises:
            BucketNameInvalidError: It is not a name for a bucket.
            BucketAlreadyExistsError: There is one of that name.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            bucket = project.create_bucket("documents")
            ```
        """
        return self._run(calls.create_bucket(self._handle(), bucket), timeout)

    def ensure_bucket(self, bucket: str, *, timeout: float | None = None) -> Bucket:
        """Create a bucket unless there is one of that name. Each access may ask for one that exists.

        Go counterpart: `Project.EnsureBucket`.

        Args:
            bucket: Its name.
            timeout: After how many seconds to give up, with an unknown outcome; `None` for no limit.

        Raises:
            BucketNameInvalidError: It is not a name for a bucket.
            PermissionDeniedError: There is no such bucket, and the access does not allow creating it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            bucket = project.ensure_bucket("photos")
            ```
        """
        return self._run(calls.ensure_bucket(self._handle(), bucket), timeout)

    def stat_bucket(self, bucket: str, *, timeout: float | None = None) -> Bucket:
        """Return the record of a bucket.

        Go counterpart: `Project.StatBucket`.

        Args:
            bucket: Its name.
            timeout: After how many seconds to give up; `None` for no limit.

        Raises:
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            bucket = project.stat_bucket("photos")
            print(bucket.created)
            ```
        """
        return self._run(calls.stat_bucket(self._handle(), bucket), timeout)

    def delete_bucket(self, bucket: str, *, with_objects: bool = False, timeout: float | None = None) -> Bucket:
        """Delete a bucket, and return its last record.

        Go counterparts: `Project.DeleteBucket` and `Project.DeleteBucketWithObjects`.

        Args:
            bucket: Its name.
            with_objects: Whether to delete the objects in it too; otherwise it must be empty.
            timeout: After how many seconds to give up, with an unknown outcome; `None` for no limit.

        Raises:
            BucketNotEmptyError: There are objects or pending uploads in it; the message says which.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it. Deleting objects too takes `allow_list` besides
                `allow_delete`.
            UplinkError: Any other error of the network.

        Example:
            ```python
            project.ensure_bucket("scratch")
            project.delete_bucket("scratch", with_objects=True)
            ```
        """
        check_flag(with_objects, "with_objects")
        deadline = Deadline.of(timeout)
        try:
            return self._run(calls.delete_bucket(self._handle(), bucket, with_objects=with_objects), deadline)
        except BucketNotEmptyError as error:
            if with_objects:
                calls.check_may_delete_objects(self._handle(), bucket)
                raise
            left = self._what_is_left(bucket, deadline)
            raise BucketNotEmptyError(
                f"the bucket is not empty: {left}", details=error.details, bucket=bucket
            ) from None

    def _what_is_left(self, bucket: str, deadline: Deadline) -> str:
        """Return what a bucket still has, as far as the access may list it."""
        handle = self._handle()
        listing = objects.list_objects(handle, bucket, "", "", recursive=False, system=False, custom=False)
        try:
            if run(listing, deadline):
                return "it has objects, which with_objects=True deletes too"
            if run(pending.list_uploads(handle, bucket, "", "", recursive=False), deadline):
                return (
                    "it has no objects, but uploads that were neither committed nor aborted; with_objects=True deletes "
                    "them too, or list them with list_uploads and use abort_upload"
                )
        except UplinkError:
            return "it has objects, or uploads that were neither committed nor aborted"
        return (
            "it has objects or uploads of another encryption key, or older versions; with_objects=True deletes them too"
        )

    def list_buckets(self, *, cursor: str = "", timeout: float | None = None) -> Listing[Bucket]:
        """Iterate over the buckets that the access allows to see, by name.

        Go counterpart: `Project.ListBuckets`.

        Args:
            cursor: The name to start after.
            timeout: After how many seconds to give up waiting for one page; `None` for no limit.

        Raises:
            PermissionDeniedError: When iterating: the access does not allow it.
            UplinkError: When iterating: any other error of the network.

        Example:
            ```python
            for bucket in project.list_buckets():
                print(bucket.name)
            ```
        """
        check_type(cursor, str, "cursor", "a str")

        def ask(after: str) -> Call[list[Bucket]]:
            return calls.list_buckets(self._handle(), after)

        return (
            Listing[Bucket]
            ._new()
            ._begin(self, ask, name=lambda bucket: bucket.name, keep=lambda _: True, cursor=cursor, timeout=timeout)
        )

    # ---- Objects at rest ----

    def stat_object(self, bucket: str, key: str, *, timeout: float | None = None) -> Object:
        """Return the record of an object.

        Go counterpart: `Project.StatObject`.

        Args:
            bucket: The bucket.
            key: The object's key.
            timeout: After how many seconds to give up; `None` for no limit.

        Raises:
            ObjectNotFoundError: There is no such object, or no such bucket, which the satellite does not tell apart.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            item = project.stat_object("photos", "cat.jpg")
            print(item.size, item.created, item.metadata)
            ```
        """
        return self._run(objects.stat_object(self._handle(), bucket, key), timeout)

    def delete_object(self, bucket: str, key: str, *, timeout: float | None = None) -> Object | None:
        """Delete an object; that there is none, or no such bucket, is no error.

        Go counterpart: `Project.DeleteObject`.

        Args:
            bucket: The bucket.
            key: The object's key.
            timeout: After how many seconds to give up, with an unknown outcome; `None` for no limit.

        Returns:
            The record of what was deleted; `None` if there was nothing, or if the access does not allow to know.

        Raises:
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            project.delete_object("photos", "cat.jpg")
            ```
        """
        return self._run(objects.delete_object(self._handle(), bucket, key), timeout)

    def update_object_metadata(
        self, bucket: str, key: str, metadata: Mapping[str, str], *, timeout: float | None = None
    ) -> None:
        """Replace all custom metadata of an object.

        Go counterpart: `Project.UpdateObjectMetadata`.

        Args:
            bucket: The bucket.
            key: The object's key.
            metadata: The new metadata.
            timeout: After how many seconds to give up, with an unknown outcome; `None` for no limit.

        Raises:
            MetadataInvalidError: A key is empty, or something is not UTF-8 or has a NUL in it.
            ObjectNotFoundError: There is no such object, or no such bucket, which the satellite does not tell apart.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            project.update_object_metadata("photos", "cat.jpg", {"camera": "x100"})
            ```
        """
        self._run(objects.update_object_metadata(self._handle(), bucket, key, metadata), timeout)

    def list_objects(
        self,
        bucket: str,
        prefix: str = "",
        *,
        recursive: bool = False,
        cursor: str = "",
        system: bool = True,
        custom: bool = False,
        timeout: float | None = None,
    ) -> Listing[Object]:
        """Iterate over objects. They come in the order of their encrypted keys, which looks like none.

        Go counterpart: `Project.ListObjects`.

        Args:
            bucket: The bucket.
            prefix: What the keys begin with. One that does not end in "/" is not known to the satellite: all that lies
                beside it is fetched too, and filtered here.
            recursive: Whether to give all objects; otherwise those below a further "/" are given as one prefix. What
                was written with another key (see `Access.override_encryption_key`) is only given from its prefix on.
            cursor: The full key to start after, in the order of the listing: one that the same listing gave.
            system: Whether to ask for size and times.
            custom: Whether to ask for custom metadata.
            timeout: After how many seconds to give up waiting for one page; `None` for no limit.

        Raises:
            InvalidArgumentError: The cursor does not begin with the prefix.
            BucketNotFoundError: When iterating: there is no such bucket.
            PermissionDeniedError: When iterating: the access does not allow it.
            UplinkError: When iterating: any other error of the network.

        Example:
            ```python
            for item in project.list_objects("photos", prefix="2026/"):
                print("below" if item.is_prefix else "object", item.key, item.size)
            ```
        """
        check_bucket(bucket)
        check_flag(recursive, "recursive")
        check_flag(system, "system")
        check_flag(custom, "custom")
        parent = _parent(prefix, cursor, bucket)

        def ask(after: str) -> Call[list[Object]]:
            return objects.list_objects(
                self._handle(),
                bucket,
                parent,
                after[len(parent) :],
                recursive=recursive,
                system=system,
                custom=custom,
            )

        return (
            Listing[Object]
            ._new()
            ._begin(
                self,
                ask,
                name=lambda item: item.key,
                keep=lambda item: item.key.startswith(prefix),
                cursor=cursor,
                unnamed=parent,
                timeout=timeout,
            )
        )

    def list_uploads(
        self, bucket: str, prefix: str = "", *, recursive: bool = False, cursor: str = "", timeout: float | None = None
    ) -> Listing[UploadInfo]:
        """Iterate over pending uploads: those that were begun, and neither committed nor aborted.

        An upload of this package that fails, times out, is cancelled or forgotten is aborted, in the background if
        need be. A process that is killed leaves its uploads pending. They keep their bucket from being deleted.

        Go counterpart: `Project.ListUploads`.

        Args:
            bucket: The bucket.
            prefix: What the keys begin with, as for `list_objects`.
            recursive: Whether to give all uploads; otherwise those below a further "/" are given as one prefix.
            cursor: The full key to start after, in the order of the listing.
            timeout: After how many seconds to give up waiting for one page; `None` for no limit.

        Raises:
            InvalidArgumentError: The cursor does not begin with the prefix.
            BucketNotFoundError: When iterating: there is no such bucket.
            PermissionDeniedError: When iterating: the access does not allow it.
            UplinkError: When iterating: any other error of the network.

        Example:
            ```python
            for upload in project.list_uploads("photos", recursive=True):
                project.abort_upload("photos", upload.key, upload.upload_id)
            ```
        """
        check_bucket(bucket)
        check_flag(recursive, "recursive")
        parent = _parent(prefix, cursor, bucket)

        def ask(after: str) -> Call[list[UploadInfo]]:
            return pending.list_uploads(self._handle(), bucket, parent, after[len(parent) :], recursive=recursive)

        return (
            Listing[UploadInfo]
            ._new()
            ._begin(
                self,
                ask,
                name=lambda upload: upload.key,
                keep=lambda upload: upload.key.startswith(prefix),
                cursor=cursor,
                unnamed=parent,
                timeout=timeout,
            )
        )

    def abort_upload(self, bucket: str, key: str, upload_id: str, *, timeout: float | None = None) -> None:
        """Abort a pending upload, of any process.

        Go counterpart: `Project.AbortUpload`.

        Args:
            bucket: The bucket.
            key: The object's key.
            upload_id: Which of the uploads to this key, as `list_uploads` gives it.
            timeout: After how many seconds to give up, with an unknown outcome; `None` for no limit.

        Raises:
            UploadNotFoundError: There is no such upload (any more).
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            for upload in project.list_uploads("photos", prefix="2026/"):
                if not upload.is_prefix:
                    project.abort_upload("photos", upload.key, upload.upload_id)
            ```
        """
        self._run(pending.abort_upload(self._handle(), bucket, key, upload_id), timeout)

    # ---- Whole objects ----

    def put(
        self,
        bucket: str,
        key: str,
        data: Source,
        *,
        metadata: Mapping[str, str] | None = None,
        expires: datetime | None = None,
        timeout: float | None = None,
    ) -> Object:
        """Upload an object in one call. It becomes visible as a whole, or not at all.

        Args:
            bucket: The bucket.
            key: The object's key; an object that has it already is replaced.
            data: A buffer, a path (`pathlib.Path`), a binary file, or an iterable of buffers. It is opened and read
                when there is room for the upload, and must not change before that.
            metadata: Custom metadata.
            expires: When the object is to vanish, an aware datetime.
            timeout: After how many seconds to give up, with an unknown outcome; `None` for no limit.

        Returns:
            The object's record.

        Raises:
            TypeError: The data is a `str`, or nothing that bytes can be taken from.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            StorageLimitExceededError: The project is full.
            UplinkError: Any other error of the network.

        Example:
            ```python
            item = project.put("photos", "cat.jpg", b"meow", metadata={"camera": "x100"})
            assert item.size == 4
            ```
        """
        deadline = Deadline.of(timeout)
        if isinstance(data, (bytes, bytearray)) and len(data) <= _SMALL:
            return self._run(streams.put_object(self._handle(), bucket, key, data, metadata, expires), deadline)
        if is_buffer(data):
            with Releasing(octets(data, "an object")) as view:
                if view.nbytes <= _SMALL:
                    call = streams.put_object(self._handle(), bucket, key, view, metadata, expires)
                    return self._run(call, deadline)
        check_source(data)
        rewind = rewinder(data)
        tries = Tries(self.config.retry, deadline)
        while True:
            try:
                return self._put_stream(bucket, key, data, metadata, expires, deadline)
            except UplinkError as error:
                delay = None if rewind is None else tries.delay_after(error)
                if rewind is None or delay is None:
                    raise
            time.sleep(delay)
            rewind()

    def _put_stream(
        self,
        bucket: str,
        key: str,
        data: Source,
        metadata: Mapping[str, str] | None,
        expires: datetime | None,
        deadline: Deadline,
    ) -> Object:
        # Nothing is opened or read before there is room for the upload.
        __tracebackhide__ = True
        call = streams.upload_in_turn(self._handle(), bucket, key, expires, size_of(data))
        with self._open_upload(call, bucket, key, metadata, deadline) as upload:
            pieces = chunks(data)
            with contextlib.closing(pieces):
                for piece in pieces:
                    upload._write(piece, deadline)
            return upload._commit(deadline)

    def get(
        self, bucket: str, key: str, *, offset: int = 0, length: int | None = None, timeout: float | None = None
    ) -> bytes:
        """Download an object, or a range of it, in one call.

        Args:
            bucket: The bucket.
            key: The object's key.
            offset: Where to start; negative counts from the end.
            length: How many bytes at most; `None` for all.
            timeout: After how many seconds to give up; `None` for no limit.

        Returns:
            The bytes.

        Raises:
            RangeInvalidError: The range lies outside the object, or is none.
            ObjectNotFoundError: There is no such object, or no such bucket, which the satellite does not tell apart.
            PermissionDeniedError: The access does not allow it.
            DecryptionError: What is stored cannot be decrypted.
            UplinkError: Any other error of the network.

        Example:
            ```python
            data = project.get("photos", "cat.jpg")
            tail = project.get("photos", "cat.jpg", offset=-2)
            ```
        """
        deadline = Deadline.of(timeout)
        offset, native_length = _native_range(offset, length)
        got = self._run(streams.get_object(self._handle(), bucket, key, offset, native_length, _SMALL), deadline)
        if isinstance(got, bytes):
            return got if length is None else got[:length]
        with Download._new()._begin(self, got, bucket, key, offset=offset, length=length) as download:
            return download._read(-1, deadline)

    # ---- Streams ----

    def upload_object(
        self,
        bucket: str,
        key: str,
        *,
        metadata: Mapping[str, str] | None = None,
        expires: datetime | None = None,
        timeout: float | None = None,
    ) -> Upload:
        """Begin an upload. The satellite is asked when data leaves the buffer, or at the commit.

        Go counterpart: `Project.UploadObject`.

        Args:
            bucket: The bucket.
            key: The object's key; the commit replaces an object that has it already.
            metadata: Custom metadata; see also `Upload.set_custom_metadata`.
            expires: When the object is to vanish, an aware datetime.
            timeout: After how many seconds to give up beginning; `None` for no limit.

        Raises:
            BucketNameInvalidError: The bucket's name is empty or has a NUL in it.
            ObjectKeyInvalidError: The key is empty.

        Example:
            ```python
            with project.upload_object("photos", "cat.jpg") as upload:
                upload.write(b"meow")
            ```
        """
        return self._upload_object(bucket, key, metadata, expires, timeout)

    def _upload_object(
        self,
        bucket: str,
        key: str,
        metadata: Mapping[str, str] | None,
        expires: datetime | None,
        timeout: float | Deadline | None,
    ) -> Upload:
        __tracebackhide__ = True
        call = streams.upload_object(self._handle(), bucket, key, expires)
        return self._open_upload(call, bucket, key, metadata, timeout)

    def _open_upload(
        self,
        call: Call[Handle],
        bucket: str,
        key: str,
        metadata: Mapping[str, str] | None,
        timeout: float | Deadline | None,
    ) -> Upload:
        __tracebackhide__ = True
        # Converted first, so that metadata which is not valid waits for nothing.
        custom = None if metadata is None else metadata_struct(call.boundary, metadata)
        handle = run(call, timeout)
        if custom is not None:
            streams.upload_set_custom_metadata(handle, custom, bucket, key)
        return Upload._new()._begin(self, handle, bucket, key)

    def download_object(
        self, bucket: str, key: str, *, offset: int = 0, length: int | None = None, timeout: float | None = None
    ) -> Download:
        """Open a download of an object, or of a range of it.

        Go counterpart: `Project.DownloadObject`.

        Args:
            bucket: The bucket.
            key: The object's key.
            offset: Where to start; negative counts from the end.
            length: How many bytes at most; `None` for all.
            timeout: After how many seconds to give up opening; `None` for no limit.

        Raises:
            RangeInvalidError: The range lies outside the object, or is none.
            ObjectNotFoundError: There is no such object, or no such bucket, which the satellite does not tell apart.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            with project.download_object("photos", "cat.jpg", offset=1) as download:
                data = download.read()
            ```
        """
        return self._download_object(bucket, key, offset, length, timeout)

    def _download_object(
        self, bucket: str, key: str, offset: int, length: int | None, timeout: float | Deadline | None
    ) -> Download:
        __tracebackhide__ = True
        offset, native_length = _native_range(offset, length)
        handle = self._run(streams.download_object(self._handle(), bucket, key, offset, native_length), timeout)
        return Download._new()._begin(self, handle, bucket, key, offset=offset, length=length)


def _parent(prefix: str, cursor: str, bucket: str) -> str:
    """Return the part of a prefix that the satellite knows: up to the last slash."""
    check_type(prefix, str, "prefix", "a str")
    check_type(cursor, str, "cursor", "a str")
    parent = prefix[: prefix.rfind("/") + 1]
    if cursor and not cursor.startswith(parent):
        raise InvalidArgumentError(
            f"the cursor {cursor!r} does not begin with {parent!r}; it takes a full key", bucket=bucket
        )
    return parent


def _native_range(offset: int, length: int | None) -> tuple[int, int]:
    """Return offset and length as the native call takes them, the length only with an offset from the start."""
    offset = whole_number(offset, "offset")
    if length is None:
        return offset, -1
    length = whole_number(length, "length")
    if length < 0:
        raise RangeInvalidError(f"length is {length}; it takes a number of bytes, or None for all")
    return offset, length if offset >= 0 else -1
