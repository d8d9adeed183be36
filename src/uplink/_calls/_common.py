"""What all calls share: the `Call` itself, errors, and how values cross the boundary."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from uplink import errors
from uplink._handle import Handle
from uplink._hide import hide_secrets
from uplink._values import Bucket, Object, check_type, from_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from uplink._ffi import Boundary
    from uplink._info import AccessInfo
    from uplink._values import Config

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")

# What the satellite gives for one request, so a page costs one round trip.
PAGE_SIZE = 1000


class Call(Generic[T]):
    """A native call that may wait.

    Attributes:
        boundary: Where it runs.
        name: What it does, for messages: "upload the object".
        start: Starts it, given the operation struct.
        take: Takes its result, once it has ended.
        lent: Pointers that `lend` has made, to be released when it has ended.
        changes: Whether it changes what is stored, so that its outcome is unknown when it is given up.
        bucket: The bucket it is about.
        key: The object it is about.
        prefix: The prefix that it lists.
        needs: Permissions, such as `"allow_list"`; the call needs one of them.
        inspect: Returns what the grant of its project allows.
    """

    __slots__ = ("boundary", "bucket", "changes", "inspect", "key", "lent", "name", "needs", "prefix", "start", "take")

    # By hand, since a dataclass takes half a millisecond of the import.
    def __init__(
        self,
        boundary: Boundary,
        name: str,
        start: Callable[[Any], None],
        take: Callable[[Any], T],
        lent: list[Any] | None = None,
        *,
        changes: bool = False,
        bucket: str | None = None,
        key: str | None = None,
        prefix: str | None = None,
        needs: tuple[str, ...] = (),
        inspect: Callable[[], AccessInfo] | None = None,
    ) -> None:
        self.boundary = boundary
        self.name = name
        self.start = start
        self.take = take
        self.lent = [] if lent is None else lent
        self.changes = changes
        self.bucket = bucket
        self.key = key
        self.prefix = prefix
        self.needs = needs
        self.inspect = inspect

    def result(self, operation: Any) -> T:
        """Take the result, or raise what went wrong."""
        try:
            return self.take(operation)
        except (errors.CancelledError, errors.ConnectionFailedError, errors.DeadlineExceededError) as error:
            # The satellite may have done it, and its answer was lost.
            error.outcome_unknown = self.changes and not error._unchanged
            raise
        except errors.PermissionDeniedError as error:
            if self.inspect is not None and type(error) is errors.PermissionDeniedError:
                reason = self.inspect().why_refused(self.needs, self.bucket, self.key or self.prefix)
                if reason:
                    error.message = error.strerror = hide_secrets(reason)
            raise

    def deadline_exceeded(self, timeout: float | None, *, started: bool = True) -> errors.DeadlineExceededError:
        """Make the error for a call that was given up after so many seconds."""
        message = f"could not {self.name} within {timeout:g} s"
        unknown = self.changes and started
        return errors.DeadlineExceededError(message, bucket=self.bucket, key=self.key, outcome_unknown=unknown)


# ---- Operations ----

# Connections to nodes that the upload of one segment may take.
UPLOAD_CONNECTIONS = 110


def new_operation(boundary: Boundary) -> Any:
    """Return an operation's struct. Its destructor, which is C code, detaches what it still names."""
    return boundary.ffi.gc(boundary.ffi.new("UplinkOperation *"), boundary.lib.uplink_destroy_operation)


def lend(boundary: Boundary, operation: Any, buffer: memoryview | bytes | bytearray) -> Any:
    """Return a pointer to the buffer, which stays lent until the operation has ended.

    No exception can part the two: whenever the pointer goes, by `ffi.release` or as garbage, C code detaches the
    operation first, which waits for its last write to the buffer.
    """
    # cffi calls the destructor with the memory, and only then releases the buffer.
    destructor = partial(boundary.lib.uplink_destroy_loan, operation)
    return boundary.ffi.gc(boundary.ffi.from_buffer("char *", buffer), destructor)


# ---- Errors ----

_BY_CODE: dict[int, tuple[type[errors.UplinkError], str]] = {
    0x03: (errors.CancelledError, "the call was cancelled"),
    0x04: (errors.ClosedError, "it is closed"),
    0x05: (errors.TooManyRequestsError, "too many requests; try again later"),
    0x06: (errors.BandwidthLimitExceededError, "the bandwidth limit of the project is reached"),
    0x07: (errors.StorageLimitExceededError, "the storage limit of the project is reached"),
    0x08: (errors.SegmentsLimitExceededError, "the segments limit of the project is reached"),
    0x09: (errors.PermissionDeniedError, "the satellite does not allow it with this access"),
    0x10: (
        errors.BucketNameInvalidError,
        "not a bucket name; it takes 3 to 63 lower-case letters, digits, hyphens and dots",
    ),
    0x11: (errors.BucketAlreadyExistsError, "the bucket exists already"),
    0x12: (errors.BucketNotEmptyError, "the bucket is not empty"),
    0x13: (errors.BucketNotFoundError, "no such bucket"),
    0x20: (errors.ObjectKeyInvalidError, "not an object key"),
    0x21: (errors.ObjectNotFoundError, "no such object or bucket, or it is stored under another passphrase"),
    0x22: (errors.ClosedError, "the upload was already committed or aborted"),
}

_BY_DETAIL: dict[int, tuple[type[errors.UplinkError], str]] = {
    1: (errors.InvalidArgumentError, "an argument is not valid"),
    2: (errors.InvalidAccessError, "not a valid access grant or API key"),
    3: (errors.UnauthenticatedError, "the satellite does not accept the API key"),
    4: (errors.ConnectionFailedError, "the satellite cannot be reached, or the connection broke"),
    5: (errors.DeadlineExceededError, "the network did not answer in time"),
    6: (errors.DecryptionError, "it cannot be decrypted: stored under another passphrase, or damaged"),
    7: (errors.NodesUnavailableError, "too few storage nodes answered"),
    8: (errors.RangeInvalidError, "the range lies outside the object"),
    9: (errors.MetadataInvalidError, "the custom metadata is not valid"),
    10: (errors.InternalError, "a defect in libuplink; please report it"),
    11: (errors.ObjectChangedError, "the object was replaced or deleted while it was downloaded"),
    12: (
        errors.UploadNotFoundError,
        "no such pending upload: it was committed or aborted, or the upload ID is that of another key, or none",
    ),
    13: (errors.BucketLimitExceededError, "the project has as many buckets as it may have"),
}

# Errors whose details say what is wrong.
_NEEDS_DETAILS = {
    errors.CancelledError,
    errors.PermissionDeniedError,
    errors.ConnectionFailedError,
    errors.DeadlineExceededError,
    errors.InternalError,
    errors.InvalidArgumentError,
    errors.MetadataInvalidError,
    errors.NodesUnavailableError,
    errors.ObjectKeyInvalidError,
    errors.RangeInvalidError,
}

END_OF_FILE = -1


def error_of(boundary: Boundary, error: Any, bucket: str | None, key: str | None) -> errors.UplinkError:
    """Turn a C error, which stays the caller's, into an exception."""
    details = (
        "" if error.message == boundary.ffi.NULL else boundary.ffi.string(error.message).decode("utf-8", "replace")
    )
    kind, message = (
        _BY_DETAIL.get(error.detail) or _BY_CODE.get(error.code) or (errors.InternalError, "libuplink reports an error")
    )
    if details and kind is errors.InvalidAccessError:
        # They say which of the two it is.
        message = details
    elif details and kind in _NEEDS_DETAILS:
        message = details if details.startswith(message) else f"{message}: {details}"
    if kind is errors.NodesUnavailableError:
        message += _why_no_nodes(boundary, details)
    if "Unauthorized API credentials" in details:
        # If the grant itself forbids the call, `Call.result` puts that in place of this message.
        message += "; perhaps the access was revoked"
    made = kind(message, details=details, bucket=bucket, key=key)
    made._unchanged = error.unchanged
    return made


def _why_no_nodes(boundary: Boundary, details: str) -> str:
    """Return the reason, where it lies outside of the storage nodes, to append to the message."""
    connections = boundary.lib.uplink_internal_ProcessBudget().connections
    if connections < UPLOAD_CONNECTIONS:
        return (
            f"; this process may have only {connections} connections to nodes, and an upload takes up to "
            f"{UPLOAD_CONNECTIONS}: raise its limit of open files (ulimit -n)"
        )
    # Orders of the satellite are valid for days.
    if re.search(r"\border\b.*\b(expired|future|too long ago)\b", details):
        return "; the clock of the satellite or of the storage nodes is wrong"
    return ""


def raise_error(boundary: Boundary, error: Any, bucket: str | None = None, key: str | None = None) -> None:
    if error != boundary.ffi.NULL:
        raise error_of(boundary, error, bucket, key)


# ---- Arguments ----


def text(value: str, name: str) -> bytes:
    """Encode text for C, which a NUL would cut off."""
    encoded = key_text(value, name)
    if b"\0" in encoded:
        raise errors.InvalidArgumentError(f"{name} has a NUL in it")
    return encoded


def key_text(value: str, name: str) -> bytes:
    """Encode a part of a key, which goes to C with its length: a NUL may be in it."""
    check_type(value, str, name, "a str")
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise errors.InvalidArgumentError(f"{name} has a surrogate in it") from error


def check_bucket(bucket: str) -> bytes:
    """Encode a bucket's name; whether it keeps to all rules is for the satellite to say."""
    if not isinstance(bucket, str):
        raise TypeError(f"a bucket's name is a str, not {type(bucket).__name__}")
    if not bucket or "\0" in bucket:
        raise errors.BucketNameInvalidError("the bucket's name is empty or has a NUL in it", bucket=bucket)
    try:
        return bucket.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise errors.BucketNameInvalidError("the bucket's name has a surrogate in it", bucket=bucket) from error


def object_arguments(bucket: str, key: str) -> tuple[bytes, bytes, int]:
    """Encode an object's bucket and key; the length of the key goes with it, since a NUL may be in it."""
    native_bucket = check_bucket(bucket)
    if not isinstance(key, str):
        raise TypeError(f"an object's key is a str, not {type(key).__name__}")
    if not key:
        raise errors.ObjectKeyInvalidError("the object's key is empty", bucket=bucket, key=key)
    try:
        native_key = key.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise errors.ObjectKeyInvalidError("the object's key has a surrogate in it", bucket=bucket, key=key) from error
    return native_bucket, native_key, len(native_key)


@contextmanager
def config_struct(boundary: Boundary, config: Config) -> Generator[Any, None, None]:
    """Lend the C struct of a configuration."""
    user_agent = boundary.ffi.new("char[]", text(config.user_agent, "user_agent"))
    struct = boundary.ffi.new(
        "UplinkConfig *", {"user_agent": user_agent, "dial_timeout_milliseconds": int(config.dial_timeout * 1000)}
    )
    yield struct[0]


def patience_struct(boundary: Boundary, config: Config) -> Any:
    """Make the C struct of how long to put up with a network that fails."""
    retry = config.retry
    seconds = (retry.delay, retry.longest_delay, config.stall_timeout)
    milliseconds = [int(min(value * 1000, 2**31 - 1)) for value in seconds]
    return boundary.ffi.new("UplinkPatience *", (min(retry.attempts, 2**31 - 1), *milliseconds))


# ---- Results ----


def bucket_record(boundary: Boundary, bucket: Any) -> Bucket:
    created = from_timestamp(bucket.created)
    if created is None:
        raise errors.InternalError("the satellite gave no creation time", bucket=decode(boundary, bucket.name))
    return Bucket(decode(boundary, bucket.name), created)


def object_record(boundary: Boundary, item: Any, *, system: bool = True, custom: bool = True) -> Object:
    key = sized_text(boundary, item.key, item.key_length)
    if item.is_prefix:
        return Object(key, is_prefix=True)
    metadata = _custom_metadata(boundary, item.custom) if custom else None
    if not system:
        return Object(key, metadata=metadata)
    details = item.system
    return Object(
        key,
        size=details.content_length,
        created=from_timestamp(details.created),
        expires=from_timestamp(details.expires),
        metadata=metadata,
    )


def _custom_metadata(boundary: Boundary, custom: Any) -> dict[str, str]:
    unpack = boundary.ffi.unpack
    return {
        unpack(entry.key, entry.key_length).decode("utf-8", "surrogateescape"): unpack(
            entry.value, entry.value_length
        ).decode("utf-8", "surrogateescape")
        for entry in custom.entries[0 : custom.count]
    }


def sized_text(boundary: Boundary, text: Any, length: int) -> str:
    """Decode a text of C that has a length."""
    decoded: str = boundary.ffi.unpack(text, length).decode("utf-8", "surrogateescape")
    return decoded


def decode(boundary: Boundary, text: Any) -> str:
    """Decode a text of C that ends at its NUL."""
    decoded: str = boundary.ffi.string(text).decode("utf-8", "surrogateescape")
    return decoded


def taker(
    boundary: Boundary,
    kind: str,
    decode: Callable[[Any], T],
    bucket: str | None = None,
    key: str | None = None,
) -> Callable[[Any], T]:
    """Return a function that takes the operation's result of this kind, and frees it once it is decoded."""
    struct, take, free = _result_functions(boundary, kind)
    new = boundary.ffi.new

    def taker(operation: Any) -> T:
        # The struct exists before the call fills it in, so no interrupt can come between a result and its owner.
        result = new(struct)
        try:
            take(operation, result)
            raise_error(boundary, result.error, bucket, key)
            return decode(result)
        finally:
            free(result[0])

    return taker


@cache
def _result_functions(boundary: Boundary, kind: str) -> tuple[Any, Any, Any]:
    """Return a result's type, and what takes and frees it."""
    lib = boundary.lib
    struct = boundary.ffi.typeof(f"Uplink{kind.title().replace('_', '')}Result *")
    return struct, getattr(lib, f"uplink_operation_take_{kind}"), getattr(lib, f"uplink_free_{kind}_result")


def take_nothing(boundary: Boundary, bucket: str | None = None, key: str | None = None) -> Callable[[Any], None]:
    def taker(operation: Any) -> None:
        error = boundary.ffi.new("UplinkError **")
        try:
            boundary.lib.uplink_operation_take_error(operation, error)
            raise_error(boundary, error[0], bucket, key)
        finally:
            boundary.lib.uplink_free_error(error[0])

    return taker


def adopt(boundary: Boundary, kind: str, result: Any, inspect: Callable[[], AccessInfo] | None = None) -> Handle:
    """Make a handle of what a result holds, and leave the result without it."""
    handle = Handle(boundary, kind.replace("_", " "), f"Uplink{kind.title().replace('_', '')}")
    handle.inspect = inspect
    handle.adopt(boundary.ffi.addressof(result, kind))
    return handle
