"""Values out: the kinds of results, and how their structs become values of Python."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from uplink import errors
from uplink._calls._errors import error_of
from uplink._checks import from_timestamp
from uplink._retention import Retention, mode_of
from uplink._values import Bucket, Object

if TYPE_CHECKING:
    from collections.abc import Callable

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        FFI,
        Chars,
        CType,
        Libuplink,
        Pointer,
        UplinkBucketRecord,
        UplinkCustomMetadata,
        UplinkErrorPointer,
        UplinkOperationPointer,
        UplinkOperationValue,
        UplinkRecord,
        UplinkRecordResult,
        UplinkRetention,
    )

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")
R = TypeVar("R")

if TYPE_CHECKING:
    # Of one kind: the type of a pointer to its struct, the function that takes a result, the function that frees one.
    _Functions: TypeAlias = tuple[
        CType[Pointer[R]], Callable[[Pointer[UplinkOperationValue], Pointer[R]], None], Callable[[R], None]
    ]
    _Details: TypeAlias = tuple[bytes | None, bool, bool, bool, bytes | None, bool | None, Retention | None]


class Kind(Generic[R]):
    """A kind of result: its struct, and the functions that take and free one."""

    __slots__ = ("_at", "_error", "_functions", "_taker")

    def __init__(
        self,
        functions: Callable[[FFI, Libuplink], tuple[CType[Pointer[R]], Callable[[R], None]]],
        taker: Callable[[Libuplink], Callable[[Pointer[UplinkOperationValue], Pointer[R]], None]] = lambda _: _no_take,
        error: Callable[[R], UplinkErrorPointer | None] = attrgetter("error"),
    ) -> None:
        """Describe a kind of result.

        Args:
            functions: Returns the type of a pointer to the struct, and the function that frees a result.
            taker: Returns the function that takes the result of an operation, if operations have such results.
            error: Returns the error in a result, to raise it.
        """
        self._functions = functions
        self._taker = taker
        self._error = error
        # By boundary, since looking them up takes 1 µs.
        self._at: dict[Boundary, _Functions[R]] = {}

    def take(
        self,
        boundary: Boundary,
        operation: UplinkOperationPointer,
        decode: Callable[[Boundary, R], T],
        bucket: str | None,
        key: str | None,
        target: tuple[str, str] | None = None,
    ) -> T:
        """Take the result of an operation, and return its value or raise its error.

        Args:
            boundary: The boundary of the operation.
            operation: The operation, which has ended.
            decode: Returns the value of a result, which is freed afterwards.
            bucket: The bucket of the call, for the error.
            key: The key of the call, for the error.
            target: The new bucket and the new key of a copy or a move, for the error.
        """
        struct, take, free = self._at.get(boundary) or self._look_up(boundary)
        # The struct exists before the call fills it in, so no interrupt can come between a result and its owner.
        result = boundary.ffi.new(struct)
        try:
            take(operation, result)
            value = result[0]
            error = self._error(value)
            if error:
                raise error_of(boundary, error, bucket, key, target)
            return decode(boundary, value)
        finally:
            free(result[0])

    def returned_by(
        self,
        boundary: Boundary,
        function: Callable[[], R],
        decode: Callable[[Boundary, R], T],
        bucket: str | None = None,
        key: str | None = None,
    ) -> T:
        """Call a native function that does not wait, and return the value of its result or raise its error."""
        struct, _, free = self._at.get(boundary) or self._look_up(boundary)
        result = boundary.ffi.new(struct)
        try:
            result[0] = function()
            if error := self._error(result[0]):
                raise error_of(boundary, error, bucket, key)
            return decode(boundary, result[0])
        finally:
            free(result[0])

    def _look_up(self, boundary: Boundary) -> _Functions[R]:
        struct, free = self._functions(boundary.ffi, boundary.lib)
        found = self._at[boundary] = (struct, self._taker(boundary.lib), free)
        return found


def _no_take(_operation: object, _result: object) -> None:
    raise TypeError("no operation has a result of this kind")


ERROR: Kind[UplinkErrorPointer] = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkError **"), lib.uplink_free_error),
    lambda lib: lib.uplink_operation_take_error,
    lambda error: error,
)
RECORD = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkRecordResult *"), lib.uplink_free_record_result),
    lambda lib: lib.uplink_operation_take_record,
)


def no_value(_boundary: Boundary, _result: object) -> None:
    """Return nothing, for a result that has nothing but an error."""


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
    unpack = boundary.ffi.unpack
    return {
        unpack(entry.key, entry.key_length).decode("utf-8", "surrogateescape"): unpack(
            entry.value, entry.value_length
        ).decode("utf-8", "surrogateescape")
        for entry in custom.entries[0 : custom.count]
    }


def decode_text(boundary: Boundary, text: Chars) -> str:
    """Return a text of C that ends at its NUL."""
    return boundary.ffi.string(text).decode("utf-8", "surrogateescape")


def decode_bytes(boundary: Boundary, data: Chars, length: int) -> bytes | None:
    """Return bytes of C, or `None` for no bytes."""
    return boundary.ffi.unpack(data, length) if length else None


def decode_sized(boundary: Boundary, text: Chars, length: int) -> str:
    """Return a text of C that has a length, and may have a NUL in it."""
    return boundary.ffi.unpack(text, length).decode("utf-8", "surrogateescape")
