"""Calls that list: each asks for one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from uplink._calls._arguments import encode, encode_bucket
from uplink._calls._call import Call
from uplink._calls._results import Kind, bucket_record, object_record

if TYPE_CHECKING:
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        Pointer,
        UplinkBucketPageResult,
        UplinkListPageOptionsPointer,
        UplinkListPageOptionsValue,
        UplinkObjectPageResult,
        UplinkOperationPointer,
        UplinkProjectPointer,
        UplinkRecord,
    )
    from uplink._handle import ProjectHandle
    from uplink._values import Bucket, Object

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")
R = TypeVar("R")

# What the satellite gives for one request, so a page costs one round trip.
PAGE_SIZE = 1000

# The items, and whether there may be more.
Page: TypeAlias = tuple[list[T], bool]
# Called with the last item and the number of items, before the others are decoded, if there may be more.
OnMore: TypeAlias = Callable[[T, int], None]


def decode_page(page: Any, record: Callable[[Any], T], on_more: OnMore[T] | None) -> Page[T]:  # noqa: ANN401 - a struct
    """Return the page of a result.

    Args:
        page: The struct: items, count, and more.
        record: Decodes an item.
        on_more: Called if there may be more items, so that the request for them need not wait for the decoding.
    """
    items, count, more = page.items, page.count, page.more
    if more and count and on_more is not None:
        on_more(record(items[count - 1]), count)
    return [record(item) for item in items[0:count]], more


_BUCKETS = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkBucketPageResult *"), lib.uplink_free_bucket_page_result),
    lambda lib: lib.uplink_operation_take_bucket_page,
)


def list_buckets(project: ProjectHandle, cursor: str, count: int, on_more: OnMore[Bucket] | None) -> Call[Page[Bucket]]:
    """Return the call that asks for the page of so many buckets after the cursor."""

    def as_buckets(boundary: Boundary, result: UplinkBucketPageResult) -> Page[Bucket]:
        return decode_page(result.page, lambda item: bucket_record(boundary, item), on_more)

    ffi = project.boundary.ffi
    native_cursor = ffi.new("char[]", encode(cursor, "cursor"))
    struct_size = ffi.sizeof("UplinkListBucketPageOptions")
    options = ffi.new("UplinkListBucketPageOptions *", (struct_size, native_cursor, count))
    start = project.boundary.lib.uplink_start_list_buckets
    return Call(project, "list the buckets", start, (options,), _BUCKETS, as_buckets, keep=native_cursor)


_OBJECTS = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkObjectPageResult *"), lib.uplink_free_object_page_result),
    lambda lib: lib.uplink_operation_take_object_page,
)


def list_objects(
    project: ProjectHandle,
    bucket: str,
    parent: str,
    cursor: str,
    count: int,
    on_more: OnMore[Object] | None = None,
    *,
    recursive: bool,
    system: bool,
    custom: bool,
) -> Call[Page[Object]]:
    """Return the call that asks for the page of objects after the cursor.

    Args:
        project: The project.
        bucket: The bucket.
        parent: The prefix of the objects.
        cursor: A key relative to the prefix. The records have whole keys.
        count: The number of objects at most.
        on_more: Called if there may be more, as `decode_page` does.
        recursive: Whether to go into prefixes below that one.
        system: Whether the records have the system metadata.
        custom: Whether the records have the custom metadata.
    """

    def as_objects(boundary: Boundary, result: UplinkObjectPageResult) -> Page[Object]:
        def record(item: UplinkRecord) -> Object:
            return object_record(boundary, item, system=system, custom=custom)

        return decode_page(result.page, record, on_more)

    flags = {"recursive": bool(recursive), "system": bool(system), "custom": bool(custom)}
    start = project.boundary.lib.uplink_start_list_objects
    return page_call(project, "list the objects", start, bucket, parent, cursor, count, flags, _OBJECTS, as_objects)


def page_call(
    project: ProjectHandle,
    name: str,
    start: Callable[[UplinkOperationPointer, UplinkProjectPointer, bytes, Pointer[UplinkListPageOptionsValue]], None],
    bucket: str,
    parent: str,
    cursor: str,
    count: int,
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
            "limit": count,
        },
    )
    arguments = (native_bucket, options)
    return Call(project, name, start, arguments, kind, decode, bucket, prefix=parent, needs=("allow_list",), keep=texts)
