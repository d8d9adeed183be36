"""Calls that delete many objects at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink._calls._arguments import checked_version, encode_bucket, encode_object
from uplink._calls._call import Call
from uplink._calls._results import Kind, decode_bytes
from uplink._checks import check_type
from uplink._values import Deletion, Object
from uplink.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkDeletion, UplinkDeletionsResult
    from uplink._handle import ProjectHandle
    from uplink._values import DeletionStatus

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# What a satellite deletes with one request.
MOST_DELETED = 1000

# By the numbers of the header.
_STATUS: tuple[DeletionStatus, ...] = ("failed", "denied", "missing", "deleted", "locked")

_DELETIONS = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkDeletionsResult *"), lib.uplink_free_deletions_result),
    lambda lib: lib.uplink_operation_take_deletions,
)


class Item:
    """What to delete.

    Attributes:
        key: The key.
        version: The version, or `None`.
        encoded: The key for C.
    """

    __slots__ = ("encoded", "key", "version")

    def __init__(self, key: str, version: bytes | None, encoded: bytes) -> None:
        self.key = key
        self.version = version
        self.encoded = encoded


def items_of(bucket: str, keys: Iterable[str | Object]) -> list[Item]:
    """Return what to delete.

    Args:
        bucket: The bucket, for errors.
        keys: Keys and objects.

    Raises:
        TypeError: The keys are one text, or an item is neither a text nor an `Object`.
        InvalidArgumentError: An object is a prefix, or its version is empty.
        ObjectKeyInvalidError: A key is empty or cannot be encoded.
    """
    if isinstance(keys, (str, bytes, Object)):
        raise TypeError(f"keys takes an iterable of keys, not {type(keys).__name__}")
    return [_item(bucket, key) for key in keys]


def _item(bucket: str, key: str | Object) -> Item:
    check_type(key, (str, Object), "each of the keys", "a str or an Object")
    if isinstance(key, str):
        return Item(key, None, encode_object(bucket, key)[1])
    if key.is_prefix:
        raise InvalidArgumentError(
            "a prefix cannot be deleted: list its objects with recursive=True", bucket=bucket, key=key.key
        )
    return Item(key.key, checked_version(key.version, bucket, key.key), encode_object(bucket, key.key)[1])


def delete_objects(
    project: ProjectHandle, bucket: str, items: Sequence[Item], place: str, *, bypass_governance_retention: bool
) -> Call[list[Deletion]]:
    """Return the call that deletes up to `MOST_DELETED` objects.

    Args:
        project: The project.
        bucket: The bucket.
        items: What to delete.
        place: Which of all objects these are, for messages.
        bypass_governance_retention: Whether to delete what a retention in governance mode keeps.
    """
    boundary = project.boundary
    ffi = boundary.ffi
    memory = ffi.from_buffer("char *", b"".join([item.encoded + (item.version or b"") for item in items]))
    native, position = ffi.new("UplinkDeleteItem[]", len(items)), memory
    for index, item in enumerate(items):
        target = native[index]
        target.key, target.key_length = position, len(item.encoded)
        position += len(item.encoded)
        if item.version:
            target.version, target.version_length = position, len(item.version)
            position += len(item.version)
    struct_size = ffi.sizeof("UplinkDeleteObjectsOptions")
    options = ffi.new("UplinkDeleteObjectsOptions *", (struct_size, bool(bypass_governance_retention)))

    def as_deletions(boundary: Boundary, result: UplinkDeletionsResult) -> list[Deletion]:
        found = result.deletions
        return [_deletion(boundary, *pair) for pair in zip(items, found.items[0 : found.count], strict=True)]

    return Call(
        project,
        f"delete {place}",
        boundary.lib.uplink_start_delete_objects,
        (encode_bucket(bucket), native, len(items), options),
        _DELETIONS,
        as_deletions,
        bucket,
        changes=True,
        needs=("allow_delete",),
        also_needs=(("allow_bypass_governance_retention", bucket, None),) if bypass_governance_retention else (),
        keep=memory,
    )


def _deletion(boundary: Boundary, item: Item, found: UplinkDeletion) -> Deletion:
    return Deletion(
        item.key,
        item.version,
        _STATUS[found.status],
        decode_bytes(boundary, found.version, found.version_length),
        found.was_delete_marker,
        decode_bytes(boundary, found.delete_marker, found.delete_marker_length),
    )
