"""Calls on edge services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink import _ffi
from uplink._calls._arguments import encode
from uplink._calls._call import Call, Nothing
from uplink._calls._results import Kind, Prepared, decode_text
from uplink._calls.access import STRING, as_text, with_access
from uplink._checks import check_flag, check_type, from_timestamp
from uplink.errors import InvalidArgumentError

if TYPE_CHECKING:
    from datetime import datetime

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import EdgeCredentialsResult, UplinkOperationPointer
    from uplink._secret import Secret

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

_CREDENTIALS = Kind(
    lambda ffi, lib: (ffi.typeof("EdgeCredentialsResult *"), lib.edge_free_credentials_result),
    lambda lib: lib.uplink_operation_take_credentials,
)


def _as_credentials(boundary: Boundary, result: EdgeCredentialsResult) -> tuple[str, str, str, datetime | None]:
    found = result.credentials
    return (
        decode_text(boundary, found.access_key_id),
        decode_text(boundary, found.secret_key),
        decode_text(boundary, found.endpoint),
        from_timestamp(found.free_tier_expires),
    )


def register_access(
    grant: Secret, auth_service: str, certificate_pem: bytes | str | None, *, public: bool, insecure: bool
) -> Call[tuple[str, str, str, datetime | None]]:
    """Return the call that registers a grant, and returns the fields of its credentials."""
    check_flag(public, "public")
    check_flag(insecure, "insecure")
    boundary = _ffi.current()
    new = boundary.ffi.new
    address = new("char[]", encode(auth_service, "auth_service").strip())
    certificate = new("char[]", _certificate(certificate_pem))
    config = new(
        "EdgeConfig *",
        {
            "auth_service_address": address,
            "certificate_pem": certificate,
            "insecure_unencrypted_connection": bool(insecure),
        },
    )
    struct_size = boundary.ffi.sizeof("UplinkRegisterAccessOptions")
    options = new("UplinkRegisterAccessOptions *", (struct_size, bool(public)))

    def start(operation: UplinkOperationPointer, _: None) -> None:
        function = boundary.lib.uplink_start_register_access
        with_access(boundary, grant, lambda access: function(operation, config[0], access, options))

    return Call(
        Nothing(boundary),
        "register the access",
        start,
        (),
        _CREDENTIALS,
        _as_credentials,
        changes=True,
        keep=(address, certificate),
    )


def _certificate(certificate_pem: bytes | str | None) -> bytes:
    if isinstance(certificate_pem, str):
        return encode(certificate_pem, "certificate_pem")
    check_type(certificate_pem, (bytes, type(None)), "certificate_pem", "bytes or a str")
    if b"\0" in (certificate_pem or b""):
        raise InvalidArgumentError("certificate_pem has a NUL in it")
    if certificate_pem is not None and not certificate_pem.strip():
        raise InvalidArgumentError("certificate_pem is empty")
    return certificate_pem or b""


def join_share_url(base_url: str, access_key_id: str, bucket: str, key: str, *, raw: bool) -> str:
    """Return a link."""
    boundary = _ffi.current()
    base, identifier = encode(base_url, "base_url"), encode(access_key_id, "access_key_id")
    encoded_bucket = encode(bucket, "the bucket's name", bucket=bucket)
    encoded_key = encode(key, "the object's key", bucket=bucket, key=key, nul=True)
    if not identifier:
        raise InvalidArgumentError("access_key_id is empty")
    if key and not bucket:
        raise InvalidArgumentError("the key needs its bucket, whose name is empty", key=key)
    struct_size = boundary.ffi.sizeof("UplinkShareURLOptions")
    options = boundary.ffi.new("UplinkShareURLOptions *", (struct_size, raw))
    function = boundary.lib.uplink_join_share_url
    return STRING.returned_by(
        boundary,
        Prepared(function, base, identifier, encoded_bucket, encoded_key, len(encoded_key), options),
        as_text,
        bucket or None,
        key or None,
    )
