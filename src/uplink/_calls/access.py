"""Calls on access grants and encryption keys.

An access is its serialized grant: the native handle that a call needs is parsed from it and lives for that call only.
So an access is a plain value that needs no closing, and crosses forks and pickles.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from uplink import _ffi
from uplink._calls._common import (
    Call,
    adopt,
    check_bucket,
    config_struct,
    decode,
    patience_struct,
    raise_error,
    sized_text,
    taker,
    text,
)
from uplink._info import AccessInfo
from uplink._secret import Secret
from uplink._values import SharePrefix, from_timestamp, to_timestamp
from uplink.errors import InvalidAccessError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from uplink._ffi import Boundary
    from uplink._handle import Handle
    from uplink._values import Config, Permission

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


@contextmanager
def parsed(boundary: Boundary, grant: Secret) -> Generator[Any, None, None]:
    """Lend the native access of a serialized grant."""
    result = boundary.ffi.new("UplinkAccessResult *")
    try:
        result[0] = boundary.lib.uplink_parse_access(grant.encoded("an access grant", InvalidAccessError).strip())
        raise_error(boundary, result.error)
        yield result.access
    finally:
        boundary.lib.uplink_free_access_result(result[0])


def _string(boundary: Boundary, get: Callable[[Any], Any], access: Any) -> str:
    result = boundary.ffi.new("UplinkStringResult *")
    try:
        result[0] = get(access)
        raise_error(boundary, result.error)
        return decode(boundary, result.string)
    finally:
        boundary.lib.uplink_free_string_result(result[0])


def _serialized(boundary: Boundary, access: Any) -> Secret:
    return Secret(_string(boundary, boundary.lib.uplink_access_serialize, access))


def parse_access(grant: Secret) -> tuple[Secret, str]:
    """Check a serialized grant, and return it as libuplink writes it, and the address of its satellite."""
    boundary = _ffi.current()
    with parsed(boundary, grant) as access:
        address = _string(boundary, boundary.lib.uplink_access_satellite_address, access)
        return _serialized(boundary, access), address


def inspect(grant: Secret) -> AccessInfo:
    """Return what a grant says of itself."""
    boundary = _ffi.current()
    with parsed(boundary, grant) as access:
        address = _string(boundary, boundary.lib.uplink_access_satellite_address, access)
        result = boundary.ffi.new("UplinkInspectionResult *")
        try:
            result[0] = boundary.lib.uplink_access_inspect(access)
            raise_error(boundary, result.error)
            return _info(boundary, result.inspection, address)
        finally:
            boundary.lib.uplink_free_inspection_result(result[0])


def _info(boundary: Boundary, found: Any, address: str) -> AccessInfo:
    permission, locks = found.permission, found.locks
    prefixes = [
        SharePrefix(
            sized_text(boundary, item.bucket, item.bucket_length), sized_text(boundary, item.prefix, item.prefix_length)
        )
        for item in found.prefixes[0 : found.count]
    ]
    return AccessInfo(
        satellite_address=address,
        allow_download=permission.allow_download,
        allow_upload=permission.allow_upload,
        allow_list=permission.allow_list,
        allow_delete=permission.allow_delete,
        not_before=from_timestamp(permission.not_before),
        not_after=from_timestamp(permission.not_after),
        prefixes=tuple(prefixes) if found.restricted else None,
        max_object_ttl=timedelta(seconds=found.max_object_ttl) if found.max_object_ttl else None,
        lock_permissions=frozenset(name for name in dir(locks) if getattr(locks, name)),
    )


def share(grant: Secret, permission: Permission, prefixes: Sequence[SharePrefix]) -> Secret:
    """Return a grant that is restricted further."""
    boundary = _ffi.current()
    new = boundary.ffi.new
    buffers = [
        (new("char[]", check_bucket(prefix.bucket)), new("char[]", text(prefix.prefix, "a prefix")))
        for prefix in prefixes
    ]
    native_prefixes = new("UplinkSharePrefix[]", buffers)
    native_permission = new(
        "UplinkPermission *",
        {
            "allow_download": bool(permission.allow_download),
            "allow_upload": bool(permission.allow_upload),
            "allow_list": bool(permission.allow_list),
            "allow_delete": bool(permission.allow_delete),
            "not_before": to_timestamp(permission.not_before, "not_before") if permission.not_before else 0,
            "not_after": to_timestamp(permission.not_after, "not_after") if permission.not_after else 0,
        },
    )
    result = new("UplinkAccessResult *")
    with parsed(boundary, grant) as access:
        try:
            result[0] = boundary.lib.uplink_access_share(access, native_permission[0], native_prefixes, len(buffers))
            raise_error(boundary, result.error)
            return _serialized(boundary, result.access)
        finally:
            boundary.lib.uplink_free_access_result(result[0])


def override_encryption_key(grant: Secret, bucket: str, prefix: str, key: Handle) -> Secret:
    """Return a grant that uses another encryption key below a prefix."""
    boundary = _ffi.current()
    native_bucket, native_prefix = check_bucket(bucket), text(prefix, "a prefix")
    with parsed(boundary, grant) as access:
        error = boundary.lib.uplink_access_override_encryption_key(access, native_bucket, native_prefix, key.pointer())
        try:
            raise_error(boundary, error, bucket, prefix)
        finally:
            boundary.lib.uplink_free_error(error)
        return _serialized(boundary, access)


def request_access(config: Config, satellite: str, api_key: Secret, passphrase: Secret) -> Call[Secret]:
    """Ask the satellite for the project's salt, and derive a grant from the passphrase."""
    boundary = _ffi.current()
    address = text(satellite, "satellite_address").strip()
    # Raises before anything is started.
    api_key.encoded("api_key", InvalidAccessError)
    passphrase.encoded("passphrase")

    def start(operation: Any) -> None:
        with config_struct(boundary, config) as native_config:
            patience = patience_struct(boundary, config)
            boundary.lib.uplink_start_request_access(
                operation,
                native_config,
                patience[0],
                address,
                api_key.encoded("api_key", InvalidAccessError).strip(),
                passphrase.encoded("passphrase"),
            )

    return Call(
        boundary,
        "request the access",
        start,
        taker(boundary, "access", lambda result: _serialized(boundary, result.access)),
    )


def derive_encryption_key(passphrase: Secret, salt: bytes) -> Call[Handle]:
    """Derive an encryption key, which takes some 100 ms of computing."""
    boundary = _ffi.current()
    passphrase.encoded("passphrase")
    try:
        # Counted in bytes, whatever its items are.
        address = boundary.ffi.from_buffer(salt)
    except TypeError as error:
        raise TypeError(f"salt takes bytes, not {type(salt).__name__}") from error

    def start(operation: Any) -> None:
        boundary.lib.uplink_start_derive_encryption_key(
            operation, passphrase.encoded("passphrase"), address, len(address)
        )

    return Call(
        boundary,
        "derive the encryption key",
        start,
        taker(boundary, "encryption_key", lambda result: adopt(boundary, "encryption_key", result)),
    )
