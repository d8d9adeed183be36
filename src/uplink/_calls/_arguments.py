"""Values in: how arguments are checked and encoded for C."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Generic, TypeVar

from uplink import errors
from uplink._checks import check_type, to_nanoseconds, to_timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from uplink._config_values import Config
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        CData,
        Chars,
        UplinkConfigOptionsPointer,
        UplinkConfigValue,
        UplinkPatienceValue,
    )

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

S = TypeVar("S")

# The largest int64.
LARGEST = 2**63 - 1


class Native(Generic[S]):
    """A struct of C, and the memory that it points to.

    Attributes:
        struct: The struct.
    """

    __slots__ = ("_memory", "struct")

    def __init__(self, struct: S, memory: object) -> None:
        self.struct = struct
        self._memory = memory


def encode(
    text: str,
    name: str,
    error: type[errors.UplinkError] = errors.InvalidArgumentError,
    bucket: str | None = None,
    key: str | None = None,
    *,
    nul: bool = False,
    escapes: bool = True,
) -> bytes:
    """Return a text for C, in UTF-8.

    Args:
        text: The text. No message shows it, since it may be a secret.
        name: What the text is, for messages.
        error: The class of the error for a text that cannot be passed.
        bucket: The bucket of the call, for the error.
        key: The key of the call, for the error.
        nul: Whether it may have a NUL in it, since its length is passed too.
        escapes: Whether surrogates that stand for bytes, as `"surrogateescape"` makes them, become these bytes.

    Raises:
        TypeError: The text is no `str`.
    """
    check_type(text, str, name, "a str")
    if not nul and "\0" in text:
        raise error(f"{name} has a NUL in it", bucket=bucket, key=key)
    try:
        return text.encode("utf-8", "surrogateescape" if escapes else "strict")
    except UnicodeEncodeError:
        failed = error(f"{name} has a surrogate in it", bucket=bucket, key=key)
    # Not from the UnicodeEncodeError, which has the text in its arguments.
    raise failed


def encode_bucket(bucket: str) -> bytes:
    """Return a bucket's name for C. The satellite checks the other rules for names."""
    encoded = encode(bucket, "the bucket's name", errors.BucketNameInvalidError, bucket)
    if not encoded:
        raise errors.BucketNameInvalidError("the bucket's name is empty", bucket=bucket)
    return encoded


def encode_object(bucket: str, key: str) -> tuple[bytes, bytes, int]:
    """Return an object's bucket and key for C, and the length of the key, which may have a NUL in it."""
    encoded_bucket = encode_bucket(bucket)
    encoded = encode(key, "the object's key", errors.ObjectKeyInvalidError, bucket, key, nul=True)
    if not encoded:
        raise errors.ObjectKeyInvalidError("the object's key is empty", bucket=bucket, key=key)
    return encoded_bucket, encoded, len(encoded)


def native_bytes(boundary: Boundary, data: bytes | None, name: str) -> tuple[Chars | CData, int]:
    """Return bytes for C, which the caller keeps, and their number; `None` becomes NULL."""
    if data is None:
        return boundary.ffi.NULL, 0
    check_type(data, bytes, name, "bytes")
    return boundary.ffi.new("char[]", data), len(data)


def native_version(boundary: Boundary, version: bytes | None, bucket: str, key: str) -> tuple[Chars | CData, int]:
    """Return the name of a version for C, as `native_bytes`; `None` stands for the latest version."""
    return native_bytes(boundary, checked_version(version, bucket, key), "version")


def checked_version(version: bytes | None, bucket: str, key: str) -> bytes | None:
    """Return the name of a version, or `None` for the latest version.

    Raises:
        TypeError: It is not `bytes`.
        VersionInvalidError: It is empty, so C would take it for the latest version.
    """
    check_type(version, (bytes, NoneType), "version", "bytes")
    if version == b"":
        raise errors.VersionInvalidError("the version is empty; it takes that of a record", bucket=bucket, key=key)
    return version


def native_if_none_match(boundary: Boundary, if_none_match: str | None) -> Chars | CData:
    """Return a condition on the key of a new object for C, which the caller keeps; `None` becomes NULL."""
    if if_none_match is None:
        return boundary.ffi.NULL
    check_type(if_none_match, str, "if_none_match", "a str")
    if if_none_match != "*":
        raise errors.InvalidArgumentError(f'if_none_match is {if_none_match!r}; it takes "*" or None')
    return boundary.ffi.new("char[]", b"*")


def native_time(moment: datetime | None, name: str) -> tuple[int, int]:
    """Return a time for C, in seconds and nanoseconds; `None` becomes 0, no time."""
    return (0, 0) if moment is None else (to_timestamp(moment, name), to_nanoseconds(moment))


def native_range(bucket: str, key: str, offset: int, length: int | None) -> tuple[int, int]:
    """Return offset and length of a range for C, where a length of -1 means all.

    Args:
        bucket: The bucket, for the error.
        key: The key, for the error.
        offset: Where the range starts; a negative offset counts from the end.
        length: Number of bytes at most; `None` for all.
    """
    if abs(offset) > LARGEST:
        raise errors.RangeInvalidError(f"no object reaches to the offset {offset}", bucket=bucket, key=key)
    return offset, -1 if length is None else min(length, LARGEST)


def native_config(boundary: Boundary, config: Config) -> Native[UplinkConfigValue]:
    """Return the struct of a configuration."""
    user_agent = boundary.ffi.new("char[]", encode(config.user_agent, "user_agent"))
    struct = boundary.ffi.new(
        "UplinkConfig *", {"user_agent": user_agent, "dial_timeout_milliseconds": int(config.dial_timeout * 1000)}
    )
    return Native(struct[0], user_agent)


def native_options(boundary: Boundary, config: Config) -> UplinkConfigOptionsPointer:
    """Return the struct of a configuration's further options."""
    return boundary.ffi.new(
        "UplinkConfigOptions *",
        {
            "struct_size": boundary.ffi.sizeof("UplinkConfigOptions"),
            "disable_object_key_encryption": bool(config.disable_object_key_encryption),
            "path_encryption_bypass": bool(config.path_encryption_bypass),
            "disable_background_qos": bool(config.disable_background_qos),
            "maximum_buffer_size": config.maximum_buffer_size or 0,
        },
    )


def native_patience(boundary: Boundary, config: Config) -> UplinkPatienceValue:
    """Return the struct of how often and how long calls are repeated on a network that fails."""
    retry = config.retry
    seconds = (retry.delay, retry.longest_delay, config.stall_timeout)
    milliseconds = [int(min(value * 1000, 2**31 - 1)) for value in seconds]
    return boundary.ffi.new("UplinkPatience *", (min(retry.attempts, 2**31 - 1), *milliseconds))[0]
