"""The plain values that calls take and return."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from uplink._dataclass import dataclass, field
from uplink._retention import Retention

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket.

    Go counterpart: `uplink.Bucket`.

    Attributes:
        name: Its name.
        created: The time of its creation, an aware UTC datetime.
        attribution: The application that the satellite attributes it to, from the `user_agent` of
            whoever created it. Only `list_buckets` sets it; `None` without one.

    Example:
        ```python
        with access.open_project() as project:
            bucket = project.ensure_bucket("photos")
            print(bucket.name, bucket.created.isoformat())
        ```
    """

    name: str
    created: datetime
    # Only a listing learns it, and its records are equal to the others.
    attribution: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Object:
    """An object, or a prefix that a listing which is not recursive stops at.

    Go counterpart: `uplink.Object`.

    Attributes:
        key: The full key, or the prefix, which ends in "/". A key may have any bytes: bytes that
            are not UTF-8 are decoded with `"surrogateescape"`, and a NUL of another client's key is
            part of the key here, too.
        is_prefix: Whether it stands for all keys that begin with `key`.
        size: Its size in bytes; `None` for a prefix, and in a listing without `system`.
        created: The time of its commit, an aware UTC datetime; `None` as for `size`.
        expires: The time when it expires, which satellites keep in microseconds; `None` if it does
            not expire, and as for `size`.
        metadata: Its custom metadata; `None` for a prefix, and in a listing without `custom`.
        version: Names this version of the object in other calls. `None` for a version that was
            stored while the bucket was not versioned, except in `list_object_versions`, and in
            `list_objects`.
        is_versioned: Whether it was stored while the bucket was versioned.
        is_latest: Whether it is the latest version of its key; only `list_object_versions` sets it.
        is_delete_marker: Whether it is a delete marker, which hides older versions of its key.
        etag: The ETag that it was stored with, or `None`. Of listings, only those with `etag` set
            it.
        legal_hold: Whether a legal hold forbids to delete it; `None` if the satellite did not
            report it.
        retention: Until when it can be neither deleted nor replaced; `None` without a retention,
            and if the satellite did not report it.
        is_unreadable: Whether a listing requested its custom metadata or its ETag, and they cannot
            be decrypted: it was stored under another passphrase, or is damaged. Both are `None`
            then.

    Example:
        ```python
        with access.open_project() as project:
            project.ensure_bucket("photos")
            item = project.put("photos", "cat.jpg", b"...", metadata={"camera": "x100"})
            assert (item.key, item.size, item.metadata) == ("cat.jpg", 3, {"camera": "x100"})
        ```
    """

    key: str
    is_prefix: bool = False
    size: int | None = None
    created: datetime | None = None
    expires: datetime | None = None
    # Mappings have no hash.
    metadata: Mapping[str, str] | None = field(default=None, hash=False)
    version: bytes | None = None
    is_versioned: bool = False
    is_latest: bool = False
    is_delete_marker: bool = False
    etag: bytes | None = None
    # `put` does not learn it and `stat_object` does, and their records are equal.
    legal_hold: bool | None = field(default=None, compare=False)
    retention: Retention | None = field(default=None, compare=False)
    is_unreadable: bool = False


Versioning: TypeAlias = Literal["unsupported", "unversioned", "enabled", "suspended"]

DeletionStatus: TypeAlias = Literal["deleted", "missing", "denied", "locked", "failed"]
if not TYPE_CHECKING:  # type checkers know no docstrings of aliases
    Versioning.__doc__ = "Whether a bucket keeps older versions of its objects; see `Project.get_bucket_versioning`."
    DeletionStatus.__doc__ = "What became of an object in `delete_objects`; see `Deletion.status`."


@dataclass(frozen=True, slots=True)
class Deletion:
    """What became of an object in `delete_objects`.

    Go counterpart: `DeleteObjectsResultItem` of its package `private/object`.

    Attributes:
        key: The key that was given.
        version: The version that was given, or `None`.
        status: `"deleted"`; `"missing"`: there is no such object; `"denied"`: the access does not
            allow it; `"locked"`: a retention or a legal hold forbids it; `"failed"`: the satellite
            could not delete it.
        removed_version: The version that was removed, or `None`.
        was_delete_marker: Whether that version was a delete marker, so an older version may be the
            latest again.
        delete_marker: The version of the delete marker that was added, or `None`.

    Example:
        ```python
        with access.open_project() as project:
            project.ensure_bucket("photos")
            project.put("photos", "cat.jpg", b"meow")
            [deleted] = project.delete_objects("photos", ["cat.jpg"])
            assert (deleted.key, deleted.status) == ("cat.jpg", "deleted")
        ```
    """

    key: str
    version: bytes | None
    status: DeletionStatus
    removed_version: bytes | None = None
    was_delete_marker: bool = False
    delete_marker: bytes | None = None


@dataclass(frozen=True, slots=True)
class UploadInfo:
    """A pending upload: it was started, and neither committed nor aborted.

    Or a prefix, in a listing.

    Go counterpart: `uplink.UploadInfo`.

    Attributes:
        key: The full key of the future object, or the prefix, which ends in "/".
        upload_id: Distinguishes it from other uploads to the same key; `""` for a prefix.
        is_prefix: Whether it stands for all keys that begin with `key`.
        created: The time of its start, an aware UTC datetime; `None` for a prefix.
        expires: The time when the future object expires, or `None`.

    Example:
        ```python
        with access.open_project() as project:
            project.ensure_bucket("photos")
            for upload in project.list_uploads("photos", recursive=True):
                print(upload.key, upload.created)
        ```
    """

    key: str
    upload_id: str
    is_prefix: bool = False
    created: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a pending upload.

    Go counterpart: `uplink.Part`.

    Attributes:
        number: Its number. The object consists of the parts in the order of their numbers.
        size: Number of bytes.
        modified: The time of its upload, an aware UTC datetime; `None` in the record that the
            upload of the part returns.
        etag: What the uploader has stored with it, such as a checksum, or `None`.

    Example:
        ```python
        with access.open_project() as project:
            project.ensure_bucket("photos")
            pending = project.begin_upload("photos", "movie.mkv")
            part = pending.upload_part(1, b"lights, camera", etag=b"a checksum")
            assert list(pending.parts())[0].size == part.size == 14
            pending.abort()
        ```
    """

    number: int
    size: int
    modified: datetime | None = None
    etag: bytes | None = None
