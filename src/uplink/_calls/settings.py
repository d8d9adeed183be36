"""Calls on the settings of buckets: location, tags and notifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from uplink import errors
from uplink._calls._arguments import Native, encode, encode_bucket
from uplink._calls._call import Call
from uplink._calls._results import ERROR, Kind, decode_sized, no_value
from uplink._checks import check_type
from uplink._hide import shortened
from uplink._settings_values import BucketNotificationConfiguration

if TYPE_CHECKING:
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        Chars,
        UplinkNotificationConfigurationPointer,
        UplinkNotificationResult,
        UplinkOperationPointer,
        UplinkProjectPointer,
        UplinkTagsResult,
        UplinkTagsValue,
        UplinkText,
        UplinkTextResult,
    )
    from uplink._handle import ProjectHandle

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


def as_str(boundary: Boundary, text: UplinkText) -> str:
    """Return a text of C."""
    return decode_sized(boundary, text.data, text.length)


TEXT = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkTextResult *"), lib.uplink_free_text_result),
    lambda lib: lib.uplink_operation_take_text,
)


def _as_location(boundary: Boundary, result: UplinkTextResult) -> str:
    return as_str(boundary, result.text)


def get_bucket_location(project: ProjectHandle, bucket: str) -> Call[str]:
    """Return the call that asks for the location of a bucket."""
    start = project.boundary.lib.uplink_start_get_bucket_location
    return Call(project, "get the location", start, (encode_bucket(bucket),), TEXT, _as_location, bucket)


_TAGS = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkTagsResult *"), lib.uplink_free_tags_result),
    lambda lib: lib.uplink_operation_take_tags,
)


def get_bucket_tagging(project: ProjectHandle, bucket: str) -> Call[dict[str, str]]:
    """Return the call that asks for the tags of a bucket."""
    start = project.boundary.lib.uplink_start_get_bucket_tagging
    return Call(project, "get the tags", start, (encode_bucket(bucket),), _TAGS, _as_tags, bucket)


def _as_tags(boundary: Boundary, result: UplinkTagsResult) -> dict[str, str]:
    tags = result.tags
    return {as_str(boundary, tag.key): as_str(boundary, tag.value) for tag in tags.items[0 : tags.count]}


def set_bucket_tagging(project: ProjectHandle, bucket: str, tags: Mapping[str, str]) -> Call[None]:
    """Return the call that replaces the tags of a bucket."""
    start = project.boundary.lib.uplink_start_set_bucket_tagging
    name, native, needs = encode_bucket(bucket), _native_tags(project.boundary, bucket, tags), ("allow_upload",)
    return Call(
        project,
        "set the tags",
        start,
        (name, native.struct),
        ERROR,
        no_value,
        bucket,
        changes=True,
        needs=needs,
        hint=_unusual_tag(tags),
        keep=native,
    )


def _unusual_tag(tags: Mapping[str, str]) -> tuple[type[errors.UplinkError], str] | None:
    """Return a hint which of the tags has characters that satellites refuse, or `None`."""
    for key, value in tags.items():
        if not all(char.isalnum() or char in " +-=._:/@" for char in key + value):
            text = f"the tag {shortened(repr(key))} has others than letters, digits, spaces and + - = . _ : / @"
            return errors.TagsInvalidError, text
    return None


def _native_tags(boundary: Boundary, bucket: str, tags: Mapping[str, str]) -> Native[UplinkTagsValue]:
    check_type(tags, Mapping, "tags", "a mapping of str to str")
    new = boundary.ffi.new
    memory: list[Chars] = []

    def text(value: str, name: str) -> tuple[Chars, int]:
        return _native_text(boundary, encode(value, name, errors.TagsInvalidError, bucket, escapes=False), memory)

    items = [(text(key, "the key of a tag"), text(value, "the value of a tag")) for key, value in tags.items()]
    native = new("UplinkTag[]", items)
    return Native(new("UplinkTags *", (native, len(items)))[0], (memory, native))


def _native_text(boundary: Boundary, encoded: bytes, memory: list[Chars]) -> tuple[Chars, int]:
    """Return an `UplinkText`, and put what it points to into the list."""
    chars = boundary.ffi.new("char[]", encoded)
    memory.append(chars)
    return chars, len(encoded)


_NOTIFICATION = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkNotificationResult *"), lib.uplink_free_notification_result),
    lambda lib: lib.uplink_operation_take_notification,
)


def get_bucket_notification_configuration(
    project: ProjectHandle, bucket: str
) -> Call[BucketNotificationConfiguration | None]:
    """Return the call that asks for the notification configuration of a bucket."""
    start = project.boundary.lib.uplink_start_get_bucket_notification_configuration
    name = "get the notification configuration"
    return Call(project, name, start, (encode_bucket(bucket),), _NOTIFICATION, _as_configuration, bucket)


def _as_configuration(boundary: Boundary, result: UplinkNotificationResult) -> BucketNotificationConfiguration | None:
    found = result.configuration
    if not found:
        return None
    return BucketNotificationConfiguration(
        topic_name=as_str(boundary, found.topic_name),
        events=tuple(as_str(boundary, event) for event in found.events[0 : found.event_count]),
        id=as_str(boundary, found.id),
        prefix=as_str(boundary, found.filter_prefix),
        suffix=as_str(boundary, found.filter_suffix),
    )


def set_bucket_notification_configuration(
    project: ProjectHandle, bucket: str, configuration: BucketNotificationConfiguration | None
) -> Call[None]:
    """Return the call that sets the notification configuration of a bucket, or removes it."""
    boundary = project.boundary
    name, encoded = "set the notification configuration", encode_bucket(bucket)
    native = None if configuration is None else _native_configuration(boundary, configuration)

    def start(operation: UplinkOperationPointer, pointer: UplinkProjectPointer) -> None:
        function = boundary.lib.uplink_start_set_bucket_notification_configuration
        # Type checkers do not know that NULL is a pointer of every type.
        null: Any = boundary.ffi.NULL
        function(operation, pointer, encoded, null if native is None else native.struct)

    needs = ("allow_upload",)
    return Call(project, name, start, (), ERROR, no_value, bucket, changes=True, needs=needs)


def _native_configuration(
    boundary: Boundary, configuration: BucketNotificationConfiguration
) -> Native[UplinkNotificationConfigurationPointer]:
    check_type(configuration, BucketNotificationConfiguration, "configuration", "a BucketNotificationConfiguration")
    ffi = boundary.ffi
    memory: list[Chars] = []

    def text(value: str, name: str) -> tuple[Chars, int]:
        return _native_text(boundary, encode(value, name, nul=True, escapes=False), memory)

    events = ffi.new("UplinkText[]", [text(event, "an event") for event in configuration.events])
    struct = ffi.new(
        "UplinkNotificationConfiguration *",
        {
            "struct_size": ffi.sizeof("UplinkNotificationConfiguration"),
            "id": text(configuration.id, "id"),
            "topic_name": text(configuration.topic_name, "topic_name"),
            "events": events,
            "event_count": len(configuration.events),
            "filter_prefix": text(configuration.prefix, "prefix"),
            "filter_suffix": text(configuration.suffix, "suffix"),
        },
    )
    return Native(struct, (memory, events))
