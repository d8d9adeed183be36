"""Calls on access grants and encryption keys.

An access is its serialized grant: the native handle that a call needs is parsed from it, and freed after that
call. So an access is a plain value that needs no closing, and crosses forks and pickles.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from uplink import _ffi
from uplink._calls._arguments import encode, encode_bucket, native_config, native_options, native_patience, native_time
from uplink._calls._call import Call, Nothing
from uplink._calls._results import ERROR, Kind, Prepared, decode_sized, decode_text, no_value
from uplink._checks import from_timestamp, octets
from uplink._handle import EncryptionKeyHandle
from uplink._info import AccessInfo
from uplink._permission import LOCK_FLAGS, SharePrefix
from uplink._secret import Secret
from uplink.errors import InvalidAccessError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from uplink._config_values import Config
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        UplinkAccessPointer,
        UplinkAccessResult,
        UplinkInspection,
        UplinkOperationPointer,
        UplinkStringResult,
    )
    from uplink._permission import Permission

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")

_ACCESS = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkAccessResult *"), lib.uplink_free_access_result),
    lambda lib: lib.uplink_operation_take_access,
)


def with_access(boundary: Boundary, grant: Secret, use: Callable[[UplinkAccessPointer], T]) -> T:
    """Parse a serialized grant, and return what `use` returns for its native access, which is freed afterwards."""
    parse = boundary.lib.uplink_parse_access
    return _ACCESS.returned_by(
        boundary,
        Prepared(parse, grant.encoded("an access grant", InvalidAccessError).strip()),
        lambda _, result: use(result.access),
    )


STRING = Kind(lambda ffi, lib: (ffi.typeof("UplinkStringResult *"), lib.uplink_free_string_result))


def as_text(boundary: Boundary, result: UplinkStringResult) -> str:
    """Return the text of a result."""
    return decode_text(boundary, result.string)


def _satellite_address(boundary: Boundary, access: UplinkAccessPointer) -> str:
    return STRING.returned_by(boundary, Prepared(boundary.lib.uplink_access_satellite_address, access), as_text)


def _serialized(boundary: Boundary, access: UplinkAccessPointer) -> Secret:
    return Secret(STRING.returned_by(boundary, Prepared(boundary.lib.uplink_access_serialize, access), as_text))


def _as_grant(boundary: Boundary, result: UplinkAccessResult) -> Secret:
    return _serialized(boundary, result.access)


def parse_access(grant: Secret) -> tuple[Secret, str]:
    """Check a serialized grant, and return it as libuplink writes it, and the address of its satellite."""
    boundary = _ffi.current()

    def read(access: UplinkAccessPointer) -> tuple[Secret, str]:
        return _serialized(boundary, access), _satellite_address(boundary, access)

    return with_access(boundary, grant, read)


_INSPECTION = Kind(lambda ffi, lib: (ffi.typeof("UplinkInspectionResult *"), lib.uplink_free_inspection_result))


def inspect(grant: Secret) -> AccessInfo:
    """Return what can be read in a grant."""
    boundary = _ffi.current()

    def read(access: UplinkAccessPointer) -> AccessInfo:
        address = _satellite_address(boundary, access)
        return _INSPECTION.returned_by(
            boundary,
            Prepared(boundary.lib.uplink_access_inspect, access),
            lambda _, result: _info(boundary, result.inspection, address),
        )

    return with_access(boundary, grant, read)


def _info(boundary: Boundary, found: UplinkInspection, address: str) -> AccessInfo:
    permission, locks = found.permission, found.locks
    prefixes = [
        SharePrefix(
            decode_sized(boundary, item.bucket, item.bucket_length),
            decode_sized(boundary, item.prefix, item.prefix_length),
        )
        for item in found.prefixes[0 : found.count]
    ]
    return AccessInfo(
        satellite_address=address,
        allow_download=permission.allow_download,
        allow_upload=permission.allow_upload,
        allow_list=permission.allow_list,
        allow_delete=permission.allow_delete,
        not_before=from_timestamp(permission.not_before, found.not_before_nanoseconds),
        not_after=from_timestamp(permission.not_after, found.not_after_nanoseconds),
        prefixes=tuple(prefixes) if found.restricted else None,
        max_object_ttl=timedelta(seconds=found.max_object_ttl) if found.max_object_ttl else None,
        lock_permissions=frozenset(name for name in dir(locks) if getattr(locks, name)),
    )


def share(grant: Secret, permission: Permission, prefixes: Sequence[SharePrefix]) -> Secret:
    """Return a grant that is restricted further."""
    boundary = _ffi.current()
    new = boundary.ffi.new
    texts = [
        (new("char[]", encode_bucket(prefix.bucket)), new("char[]", encode(prefix.prefix, "a prefix")))
        for prefix in prefixes
    ]
    native_prefixes = new("UplinkSharePrefix[]", texts)
    ttl = permission.max_object_ttl
    not_before, before_nanoseconds = native_time(permission.not_before, "not_before")
    not_after, after_nanoseconds = native_time(permission.not_after, "not_after")
    options = new(
        "UplinkShareOptions *",
        {
            "struct_size": boundary.ffi.sizeof("UplinkShareOptions"),
            "permission": {
                "allow_download": bool(permission.allow_download),
                "allow_upload": bool(permission.allow_upload),
                "allow_list": bool(permission.allow_list),
                "allow_delete": bool(permission.allow_delete),
                "not_before": not_before,
                "not_after": not_after,
            },
            "locks": {name.removeprefix("allow_"): bool(getattr(permission, name)) for name in LOCK_FLAGS},
            "max_object_ttl": 0 if ttl is None else ttl // timedelta(seconds=1),
            "not_before_nanoseconds": before_nanoseconds,
            "not_after_nanoseconds": after_nanoseconds,
        },
    )
    function = boundary.lib.uplink_access_share_with

    def share_with(access: UplinkAccessPointer) -> Secret:
        return _ACCESS.returned_by(
            boundary, Prepared(function, access, options, native_prefixes, len(texts)), _as_grant
        )

    return with_access(boundary, grant, share_with)


def override_encryption_key(grant: Secret, bucket: str, prefix: str, key: EncryptionKeyHandle) -> Secret:
    """Return a grant that uses another encryption key below a prefix."""
    boundary = _ffi.current()
    names = (encode_bucket(bucket), encode(prefix, "a prefix"))
    function = boundary.lib.uplink_access_override_encryption_key

    def override(access: UplinkAccessPointer) -> Secret:
        ERROR.returned_by(boundary, Prepared(function, access, *names, key.pointer()), no_value, bucket, prefix)
        return _serialized(boundary, access)

    return with_access(boundary, grant, override)


def request_access(config: Config, satellite: str, api_key: Secret, passphrase: Secret) -> Call[Secret]:
    """Return the call that asks the satellite for the project's salt, and derives a grant from the passphrase."""
    boundary = _ffi.current()
    address = encode(satellite, "satellite_address").strip()
    # These raise before anything is started.
    api_key.encoded("api_key", InvalidAccessError)
    passphrase.encoded("passphrase")

    def start(operation: UplinkOperationPointer, _: None) -> None:
        settings = native_config(boundary, config)
        boundary.lib.uplink_start_request_access(
            operation,
            settings.struct,
            native_patience(boundary, config),
            address,
            api_key.encoded("api_key", InvalidAccessError).strip(),
            passphrase.encoded("passphrase"),
            native_options(boundary, config),
        )

    return Call(Nothing(boundary), "request the access", start, (), _ACCESS, _as_grant)


_ENCRYPTION_KEY = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkEncryptionKeyResult *"), lib.uplink_free_encryption_key_result),
    lambda lib: lib.uplink_operation_take_encryption_key,
)


def derive_encryption_key(passphrase: Secret, salt: bytes) -> Call[EncryptionKeyHandle]:
    """Return the call that derives an encryption key, which takes some 100 ms of computing."""
    boundary = _ffi.current()
    passphrase.encoded("passphrase")
    try:
        # Its length is counted in bytes, whatever its items are.
        address = boundary.ffi.from_buffer(octets(salt, "salt"))
    except TypeError as error:
        raise TypeError(f"salt takes bytes, not {type(salt).__name__}") from error

    def start(operation: UplinkOperationPointer, _: None) -> None:
        encoded = passphrase.encoded
        boundary.lib.uplink_start_derive_encryption_key(operation, encoded("passphrase"), address, len(address))

    name = "derive the encryption key"
    return Call(Nothing(boundary), name, start, (), _ENCRYPTION_KEY, EncryptionKeyHandle.adopt)
