"""Paths of the filesystem, and what `info` and `ls` return about them."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from uplink._values import Bucket, Object
from uplink.errors import VersionInvalidError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

Entry: TypeAlias = "dict[str, Any]"

# What separates a path from its version, as s3fs writes it.
_VERSION_MARK = "?versionId="


class Place(NamedTuple):
    """A bucket, a key in it, and a version; empty texts and `None` for what a path does not have."""

    bucket: str
    key: str
    version: bytes | None

    @property
    def prefix(self) -> str:
        """The prefix of what lies below the key; `""` for a bucket."""
        return f"{self.key}/" if self.key else ""

    @property
    def path(self) -> str:
        """The path, without a version."""
        return f"{self.bucket}/{self.key}" if self.key else self.bucket


def place_of(path: str, *, versions: bool, version_id: str | None = None) -> Place:
    """Return what a path without protocol stands for.

    Args:
        path: The path.
        versions: Whether the path may end in a version.
        version_id: A version that was given beside the path.

    Raises:
        VersionInvalidError: The version is not hexadecimal.
    """
    if versions:
        path, mark, text = path.partition(_VERSION_MARK)
        if mark and version_id is None:
            version_id = text
    bucket, _, key = path.partition("/")
    return Place(bucket, key, None if version_id is None else _parse_version(version_id, bucket, key))


def _parse_version(text: str, bucket: str, key: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise VersionInvalidError(f"the version {text!r} is not hexadecimal", bucket=bucket, key=key) from None


def with_version(path: str, version: bytes) -> str:
    """Return the path to a version."""
    return f"{path}{_VERSION_MARK}{version.hex()}"


def directory(path: str) -> Entry:
    """Return the entry of a directory."""
    return {"name": path, "size": 0, "type": "directory"}


def bucket_entry(bucket: Bucket) -> Entry:
    """Return the entry of a bucket, which is a directory."""
    return {**directory(bucket.name), "created": bucket.created, "mtime": bucket.created}


def file_entry(bucket: str, item: Object) -> Entry:
    """Return the entry of an object, with what its record has."""
    entry: Entry = {
        "name": f"{bucket}/{item.key}",
        "size": item.size,
        "type": "file",
        "created": item.created,
        "mtime": item.created,
        "expires": item.expires,
    }
    if item.metadata is not None:
        entry["metadata"] = dict(item.metadata)
        entry["content_type"] = item.metadata.get("content-type")
    if item.version is not None:
        entry["version_id"] = item.version.hex()
    if item.etag is not None:
        entry["etag"] = item.etag.hex()
    return entry


def version_entry(bucket: str, item: Object) -> Entry:
    """Return the entry of a version, whose name ends in the version."""
    entry = file_entry(bucket, item)
    assert item.version is not None
    entry["name"] = with_version(entry["name"], item.version)
    return {**entry, "is_latest": item.is_latest, "is_delete_marker": item.is_delete_marker}


def parents(path: str, above: str) -> list[str]:
    """Return the directories between a directory and a path below it, the lowest first."""
    found: list[str] = []
    while len(path := path.rpartition("/")[0]) > len(above):
        found.append(path)
    return found
