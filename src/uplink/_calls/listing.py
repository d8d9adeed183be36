"""Calls that list: each asks for one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from uplink._calls._arguments import encode, encode_bucket
from uplink._calls._call import Call
from uplink._calls._results import Kind, bucket_record, object_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        Pointer,
        UplinkBucketPageResult,
        UplinkListPageOptionsPointer,
        UplinkListPageOptionsValue,
        UplinkObjectPageResult,
        UplinkOperationPointer,
        UplinkProjectPointer,
    )
    from uplink._handle import ProjectHandle
    from uplink._values import Bucket, Object

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")
R = TypeVar("R")

# What the satellite gives for one request, so a page costs one round trip.
PAGE_SIZE = 1000

_BUCKETS = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkBucketPageResult *"), lib.uplink_free_bucket_page_result),
    lambda lib: lib.uplink_operation_take_bucket_page,
)


def list_buckets(project: ProjectHandle, cursor: str) -> Call[list[Bucket]]:
    """Return the call that asks for the page of buckets after the cursor."""
    ffi = project.boundary.ffi
    native_cursor = ffi.new("char[]", encode(cursor, "cursor"))
    struct_size = ffi.sizeof("UplinkListBucketPageOptions")
    options = ffi.new("UplinkListBucketPageOptions *", (struct_size, native_cursor, PAGE_SIZE))
    start = project.boundary.lib.uplink_start_list_buckets
    return Call(project, "list the buckets", start, (options,), _BUCKETS, _as_buckets, keep=native_cursor)


def _as_buckets(boundary: Boundary, result: UplinkBucketPageResult) -> list[Bucket]:
    page = result.page
    return [bucket_record(boundary, item) for item in page.items[0 : page.count]]


_OBJECTS = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkObjectPageResult *"), lib.uplink_free_object_page_result),
    lambda lib: lib.uplink_operation_take_object_page,
)


def list_objects(
    project: ProjectHandle, bucket: str, parent: str, cursor: str, *, recursive: bool, system: bool, custom: bool
) -> Call[list[Object]]:
    """Return the call that asks for the page of objects after the cursor.

    Args:
        project: The project.
        bucket: The bucket.
        parent: The prefix of the objects.
        cursor: A key relative to the prefix. The records have whole keys.
        recursive: Whether to go into prefixes below that one.
        system: Whether the records have the system metadata.
        custom: Whether the records have the custom metadata.
    """

    def as_objects(boundary: Boundary, result: UplinkObjectPageResult) -> list[Object]:
        page = result.page
        return [object_record(boundary, item, system=system, custom=custom) for item in page.items[0 : page.count]]

    flags = {"recursive": bool(recursive), "system": bool(system), "custom": bool(custom)}
    start = project.boundary.lib.uplink_start_list_objects
    return page_call(project, "list the objects", start, bucket, parent, cursor, flags, _OBJECTS, as_objects)


def page_call(
    project: ProjectHandle,
    name: str,
    start: Callable[[UplinkOperationPointer, UplinkProjectPointer, bytes, Pointer[UplinkListPageOptionsValue]], None],
    bucket: str,
    parent: str,
    cursor: str,
    flags: dict[str, bool],
    kind: Kind[R],
    decode: Callable[[Boundary, R], T],
) -> Call[T]:
    """Return a call that asks for one page of what a bucket has below a prefix."""
    ffi = project.boundary.ffi
    native_bucket = encode_bucket(bucket)
    native_parent, native_cursor = encode(parent, "prefix", nul=True), encode(cursor, "cursor", nul=True)
    texts = (ffi.new("char[]", native_parent), ffi.new("char[]", native_cursor))
    lengths = (len(native_parent), len(native_cursor))
    options: UplinkListPageOptionsPointer = ffi.new(
        "UplinkListPageOptions *",
        {
            "struct_size": ffi.sizeof("UplinkListPageOptions"),
            "prefix": texts[0],
            "prefix_length": lengths[0],
            "cursor": texts[1],
            "cursor_length": lengths[1],
            **flags,
            "limit": PAGE_SIZE,
        },
    )
    arguments = (native_bucket, options)
    return Call(project, name, start, arguments, kind, decode, bucket, prefix=parent, needs=("allow_list",), keep=texts)
