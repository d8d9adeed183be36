"""Values out: records of buckets and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from uplink import errors
from uplink._calls._results import Kind, decode_bytes, decode_sized, decode_text
from uplink._checks import from_timestamp
from uplink._retention import Retention, mode_of
from uplink._values import Bucket, Object

if TYPE_CHECKING:
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        UplinkBucketRecord,
        UplinkCustomMetadata,
        UplinkRecord,
        UplinkRecordResult,
        UplinkRetention,
    )

    _Details: TypeAlias = tuple[bytes | None, bool, bool, bool, bytes | None, bool | None, Retention | None]

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

RECORD = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkRecordResult *"), lib.uplink_free_record_result),
    lambda lib: lib.uplink_operation_take_record,
)


def as_record(boundary: Boundary, result: UplinkRecordResult) -> Object:
    """Return the record of a result."""
    return object_record(boundary, result.record, version=True)


def bucket_record(boundary: Boundary, item: UplinkBucketRecord) -> Bucket:
    """Return a bucket."""
    bucket = item.bucket
    name, created = decode_text(boundary, bucket.name), from_timestamp(bucket.created, item.created_nanoseconds)
    if created is None:
        raise errors.InternalError("the satellite gave no creation time", bucket=name)
    attribution = decode_sized(boundary, item.attribution, item.attribution_length) if item.attribution_length else None
    return Bucket(name, created, attribution)


def object_record(
    boundary: Boundary,
    item: UplinkRecord,
    *,
    system: bool = True,
    custom: bool = True,
    version: bool = False,
    etag: bool = False,
    unreadable: bool = False,
) -> Object:
    """Return the record of an object, or a prefix.

    Args:
        boundary: The boundary that the record comes from.
        item: The record.
        system: Whether it has the system metadata.
        custom: Whether it has the custom metadata.
        version: Whether it has the version and what belongs to it, the ETag included.
        etag: Whether it has the ETag alone.
        unreadable: Whether its metadata cannot be decrypted.
    """
    key = decode_sized(boundary, item.key, item.key_length)
    if item.is_prefix:
        return Object(key, is_prefix=True)
    metadata = custom_metadata(boundary, item.custom) if custom and not unreadable else None
    details = _version_details(boundary, item) if version else _etag_alone(boundary, item) if etag else _NO_DETAILS
    if not system:
        return Object(key, False, None, None, None, metadata, *details, unreadable)
    found = item.system
    # Most objects do not expire, and each field that is read takes time.
    expires = found.expires
    return Object(
        key,
        False,
        found.content_length,
        from_timestamp(found.created, item.created_nanoseconds),
        from_timestamp(expires, item.expires_nanoseconds) if expires else None,
        metadata,
        *details,
        unreadable,
    )


_NO_DETAILS: _Details = (None, False, False, False, None, None, None)


def _etag_alone(boundary: Boundary, item: UplinkRecord) -> _Details:
    etag = decode_bytes(boundary, item.etag, item.etag_length)
    return (None, False, False, False, etag, None, None)


def _version_details(boundary: Boundary, item: UplinkRecord) -> _Details:
    """Return the fields of an `Object` from `version` on."""
    return (
        decode_bytes(boundary, item.version, item.version_length),
        item.is_versioned,
        item.is_latest,
        item.is_delete_marker,
        decode_bytes(boundary, item.etag, item.etag_length),
        item.legal_hold if item.has_legal_hold else None,
        retention_of(item.retention) if item.retention.mode else None,
    )


def retention_of(item: UplinkRetention) -> Retention | None:
    """Return a retention, or `None` if there is none."""
    until = from_timestamp(item.retain_until, item.retain_until_nanoseconds)
    mode = mode_of(item.mode)
    if until is None or mode is None:
        return None
    return Retention(mode, until)


def custom_metadata(boundary: Boundary, custom: UplinkCustomMetadata) -> dict[str, str]:
    """Return custom metadata."""
    count = custom.count
    if not count:
        return {}  # as most objects have none, in a third of the time
    unpack = boundary.ffi.unpack
    return {
        unpack(entry.key, entry.key_length).decode("utf-8", "surrogateescape"): unpack(
            entry.value, entry.value_length
        ).decode("utf-8", "surrogateescape")
        for entry in custom.entries[0:count]
    }
