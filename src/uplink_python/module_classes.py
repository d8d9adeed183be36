"""The arguments and results of calls.

Times are whole seconds since 1970 UTC, and 0 is none. In the older binding, `get_structure` returned C structures. Here
it returns the record of `uplink` with the same name, or the keyword arguments of a call of `uplink`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, TypedDict

import uplink
from uplink_python.errors import InvalidArgumentError

__all__ = [
    "Bucket",
    "Config",
    "CustomMetadata",
    "CustomMetadataEntry",
    "DownloadOptions",
    "ListBucketsOptions",
    "ListObjectsOptions",
    "Object",
    "Permission",
    "SharePrefix",
    "SystemMetadata",
    "UploadOptions",
]

# The C interface counts milliseconds in 32 bits: 24 days, in practice no limit.
_NO_DIAL_TIMEOUT = (2**31 - 1) / 1000


class ListObjectsArguments(TypedDict):
    """The keyword arguments of `uplink.Project.list_objects`."""

    prefix: str
    cursor: str
    recursive: bool
    system: bool
    custom: bool


class ListBucketsArguments(TypedDict):
    """The keyword arguments of `uplink.Project.list_buckets`."""

    cursor: str


class UploadArguments(TypedDict):
    """The keyword arguments of `uplink.Project.upload_object`."""

    expires: datetime | None


class DownloadArguments(TypedDict):
    """The keyword arguments of `uplink.Project.download_object`."""

    offset: int
    length: int | None


def _moment(seconds: int, name: str) -> datetime | None:
    if seconds == 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, ValueError, OSError) as error:
        raise InvalidArgumentError(f"{name} is {seconds}; it takes seconds since 1970, up to the year 9999") from error


def _seconds(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.timestamp())


@dataclass(eq=False)
class Config:
    """How to connect.

    Attributes:
        user_agent: The name that the satellite attributes the traffic to.
        dial_timeout_milliseconds: The limit for connecting: 0 for the default of 10 s, negative for none.
        temp_directory: Has no effect: downloads need no temporary files.

    Example:
        ```python
        from uplink_python.module_classes import Config

        project = access.config_open_project(Config(user_agent="my-app", dial_timeout_milliseconds=5000))
        project.close()
        ```
    """

    user_agent: str = ""
    dial_timeout_milliseconds: int = 0
    temp_directory: str = ""

    def get_structure(self) -> uplink.Config:
        """Return the configuration of `uplink`."""
        timeout = self.dial_timeout_milliseconds
        if timeout == 0:
            return uplink.Config(user_agent=self.user_agent)
        seconds = _NO_DIAL_TIMEOUT if timeout < 0 else timeout / 1000
        return uplink.Config(user_agent=self.user_agent, dial_timeout=seconds)


@dataclass(eq=False)
class Permission:
    """What a shared access allows; the default is nothing.

    Attributes:
        allow_download: Whether objects can be read.
        allow_upload: Whether objects can be written. Overwriting also needs `allow_delete`.
        allow_list: Whether buckets and objects can be listed.
        allow_delete: Whether buckets and objects can be deleted.
        not_before: The start of its validity; 0 for none.
        not_after: The end of its validity; 0 for none.

    Example:
        ```python
        import time

        from uplink_python.module_classes import Permission

        for_an_hour = Permission(allow_download=True, not_after=int(time.time()) + 3600)
        ```
    """

    allow_download: bool = False
    allow_upload: bool = False
    allow_list: bool = False
    allow_delete: bool = False
    not_before: int = 0
    not_after: int = 0

    def get_structure(self) -> uplink.Permission:
        """Return the permission of `uplink`."""
        return uplink.Permission(
            allow_download=bool(self.allow_download),
            allow_upload=bool(self.allow_upload),
            allow_list=bool(self.allow_list),
            allow_delete=bool(self.allow_delete),
            not_before=_moment(self.not_before, "not_before"),
            not_after=_moment(self.not_after, "not_after"),
        )


@dataclass(eq=False)
class SharePrefix:
    """A place that a shared access is restricted to.

    Attributes:
        bucket: The bucket.
        prefix: The start of the keys; `""` for the whole bucket. End it in "/" to share a folder.

    Example:
        ```python
        from uplink_python.module_classes import SharePrefix

        prefixes = [SharePrefix(bucket="photos", prefix="2026/")]
        ```
    """

    bucket: str = ""
    prefix: str = ""

    def get_structure(self) -> uplink.SharePrefix:
        """Return the prefix of `uplink`."""
        return uplink.SharePrefix(self.bucket, self.prefix)


@dataclass(eq=False)
class Bucket:
    """A bucket.

    Attributes:
        name: Its name.
        created: When it was created.

    Example:
        ```python
        for bucket in project.list_buckets():
            print(bucket.name, bucket.get_dict())
        ```
    """

    name: str = ""
    created: int = 0

    def get_structure(self) -> uplink.Bucket:
        """Return the bucket of `uplink`."""
        return uplink.Bucket(self.name, datetime.fromtimestamp(self.created, timezone.utc))

    def get_dict(self) -> dict[str, Any]:
        """Return the attributes as a dictionary."""
        return {"name": self.name, "created": self.created}


@dataclass(eq=False)
class SystemMetadata:
    """The metadata of an object that the satellite keeps.

    Attributes:
        created: When it was committed.
        expires: When it expires; 0 for never.
        content_length: Its size in bytes.

    Example:
        ```python
        size = project.stat_object("photos", "cat.jpg").system.content_length
        ```
    """

    created: int = 0
    expires: int = 0
    content_length: int = 0

    def get_structure(self) -> dict[str, Any]:
        """Return the attributes with the names and types of `uplink.Object`."""
        return {
            "created": _moment(self.created, "created"),
            "expires": _moment(self.expires, "expires"),
            "size": self.content_length,
        }

    def get_dict(self) -> dict[str, int]:
        """Return the attributes as a dictionary."""
        return {"created": self.created, "expires": self.expires, "content_length": self.content_length}


def _cut(text: str, length: int, name: str) -> str:
    """Return the first bytes of a text: all of them for 0, for its number of letters and for its number of bytes."""
    data = text.encode("utf-8", "surrogateescape")
    if length in {0, len(text), len(data)}:
        return text
    if not 0 < length < len(data):
        raise InvalidArgumentError(f"{name} is {length}, but the text has {len(data)} bytes")
    try:
        return data[:length].decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidArgumentError(f"{name} is {length}, which is in the middle of a letter") from error


@dataclass(eq=False)
class CustomMetadataEntry:
    """One key and its value. Start keys with the name of your application, as in "image-board:title".

    Attributes:
        key: The key.
        key_length: The number of bytes of the key to use; 0 for all.
        value: The value.
        value_length: The number of bytes of the value to use; 0 for all.

    Example:
        ```python
        from uplink_python.module_classes import CustomMetadataEntry

        entry = CustomMetadataEntry(key="app:title", key_length=9, value="Cat", value_length=3)
        ```
    """

    key: str = ""
    key_length: int = 0
    value: str = ""
    value_length: int = 0

    def get_structure(self) -> tuple[str, str]:
        """Return the key and the value, cut to their lengths.

        Raises:
            InvalidArgumentError: A length is negative or greater than its text.
        """
        return _cut(self.key, self.key_length, "key_length"), _cut(self.value, self.value_length, "value_length")

    def get_dict(self) -> dict[str, Any]:
        """Return the attributes as a dictionary."""
        return {
            "key": self.key,
            "key_length": self.key_length,
            "value": self.value,
            "value_length": self.value_length,
        }


@dataclass(eq=False)
class CustomMetadata:
    """The custom metadata of an object.

    Attributes:
        entries: Its entries.
        count: The number of entries to use; 0 for all.

    Example:
        ```python
        from uplink_python.module_classes import CustomMetadata, CustomMetadataEntry

        metadata = CustomMetadata([CustomMetadataEntry("app:title", 9, "Cat", 3)], 1)
        upload = project.upload_object("photos", "cat.jpg")
        upload.set_custom_metadata(metadata)
        upload.commit()
        ```
    """

    entries: list[CustomMetadataEntry] | None = None
    count: int = 0

    def _taken(self) -> list[CustomMetadataEntry]:
        entries = self.entries or []
        if not 0 <= self.count <= len(entries):
            raise InvalidArgumentError(f"count is {self.count}, but there are {len(entries)} entries")
        return entries[: self.count or len(entries)]

    def get_structure(self) -> dict[str, str]:
        """Return the keys with their values.

        Raises:
            InvalidArgumentError: The count is negative or greater than the number of entries, or a length is wrong.
        """
        return dict(entry.get_structure() for entry in self._taken())

    def get_dict(self) -> dict[str, Any]:
        """Return the attributes as a dictionary, with an empty entry if there is none."""
        entries = self._taken()
        return {"entries": [entry.get_dict() for entry in entries or [CustomMetadataEntry()]], "count": len(entries)}


@dataclass(eq=False)
class Object:
    """An object, or a prefix of a listing that is not recursive.

    Attributes:
        key: Its full key. The key of a prefix ends in "/".
        is_prefix: Whether it stands for all keys that begin with `key`.
        system: Its system metadata; all 0 if the listing did not request it.
        custom: Its custom metadata; empty if the listing did not request it.

    Example:
        ```python
        item = project.stat_object("photos", "cat.jpg")
        print(item.key, item.get_dict())
        ```
    """

    key: str = ""
    is_prefix: bool = False
    system: SystemMetadata | None = None
    custom: CustomMetadata | None = None

    def get_structure(self) -> uplink.Object:
        """Return the object of `uplink`."""
        return uplink.Object(
            self.key,
            is_prefix=self.is_prefix,
            metadata=None if self.custom is None else self.custom.get_structure(),
            **({} if self.system is None else self.system.get_structure()),
        )

    def get_dict(self) -> dict[str, Any]:
        """Return the attributes as a dictionary."""
        return {
            "key": self.key,
            "is_prefix": self.is_prefix,
            "system": (self.system or SystemMetadata()).get_dict(),
            "custom": (self.custom or CustomMetadata()).get_dict(),
        }


@dataclass(eq=False)
class ListObjectsOptions:
    """Which objects to list, and with which metadata.

    Attributes:
        prefix: The start of the keys. In the older binding it had to end in "/"; here it is only faster then.
        cursor: The key to start after, without the prefix.
        recursive: Whether to list all objects; if not, objects below a further "/" are listed as one prefix.
        system: Whether to request sizes and times.
        custom: Whether to request custom metadata.

    Example:
        ```python
        from uplink_python.module_classes import ListObjectsOptions

        items = project.list_objects("photos", ListObjectsOptions(prefix="2026/", recursive=True, system=True))
        ```
    """

    prefix: str = ""
    cursor: str = ""
    recursive: bool = False
    system: bool = False
    custom: bool = False

    def get_structure(self) -> ListObjectsArguments:
        """Return the arguments for `uplink`, whose cursors are full keys."""
        folder = self.prefix[: self.prefix.rfind("/") + 1]
        return {
            "prefix": self.prefix,
            "cursor": self.cursor and folder + self.cursor,
            "recursive": bool(self.recursive),
            "system": bool(self.system),
            "custom": bool(self.custom),
        }


@dataclass(eq=False)
class ListBucketsOptions:
    """Which buckets to list.

    Attributes:
        cursor: The name to start after.

    Example:
        ```python
        from uplink_python.module_classes import ListBucketsOptions

        buckets = project.list_buckets(ListBucketsOptions(cursor="m"))
        ```
    """

    cursor: str = ""

    def get_structure(self) -> ListBucketsArguments:
        """Return the arguments for `uplink`."""
        return {"cursor": self.cursor}


@dataclass(eq=False)
class UploadOptions:
    """How to upload.

    Attributes:
        expires: When the object expires; 0 or negative for never.

    Example:
        ```python
        import time

        from uplink_python.module_classes import UploadOptions

        upload = project.upload_object("photos", "cat.jpg", UploadOptions(expires=int(time.time()) + 3600))
        upload.commit()
        ```
    """

    expires: int

    def get_structure(self) -> UploadArguments:
        """Return the arguments for `uplink`."""
        return {"expires": _moment(max(self.expires, 0), "expires")}


@dataclass(eq=False)
class DownloadOptions:
    """Which part of an object to download.

    Attributes:
        offset: Where to start; negative counts from the end.
        length: The largest number of bytes; negative for all.

    Example:
        ```python
        from uplink_python.module_classes import DownloadOptions

        download = project.download_object("photos", "cat.jpg", DownloadOptions(offset=1, length=2))
        assert download.read(100) == (b"eo", 2)
        download.close()
        ```
    """

    # The older binding had no defaults, but its documentation used them.
    offset: int = 0
    length: int = -1

    def get_structure(self) -> DownloadArguments:
        """Return the arguments for `uplink`."""
        return {"offset": self.offset, "length": None if self.length < 0 else self.length}


def bucket_of(record: uplink.Bucket) -> Bucket:
    """Return the bucket for a record of `uplink`."""
    return Bucket(record.name, _seconds(record.created))


def object_of(record: uplink.Object) -> Object:
    """Return the object for a record of `uplink`."""
    entries = [
        CustomMetadataEntry(key, _size(key), value, _size(value)) for key, value in (record.metadata or {}).items()
    ]
    return Object(
        record.key,
        record.is_prefix,
        SystemMetadata(_seconds(record.created), _seconds(record.expires), record.size or 0),
        CustomMetadata(entries, len(entries)),
    )


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
