"""Makes exceptions of errors of libuplink, by one table, whose keys are the names of the header."""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Literal

from uplink import _numbers, errors
from uplink._base_error import PERHAPS_REVOKED

if TYPE_CHECKING:
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# Connections to nodes that the upload of one segment may take.
UPLOAD_CONNECTIONS = 110

# The layers of the satellite and of Go's library, which put their names before the text.
_LAYERS = re.compile(r"\b(?:metaclient|metabase|metainfo|failed precondition|invalid request): ")

# What becomes of the native message: it may be hidden, added to the message, or the whole message.
_Native = Literal["hidden", "added", "whole"]

# An error of C has a code and a detail. The row of the detail is used if there is one: it is more precise. Whether an
# error is retryable is an attribute of its class.
TABLE: dict[str, tuple[type[errors.UplinkError], _Native, str]] = {
    "UPLINK_ERROR_INTERNAL": (errors.InternalError, "added", "libuplink reports an error"),
    "UPLINK_ERROR_CANCELED": (errors.CancelledError, "added", "the call was cancelled"),
    "UPLINK_ERROR_INVALID_HANDLE": (errors.ClosedError, "hidden", "it is closed"),
    "UPLINK_ERROR_TOO_MANY_REQUESTS": (errors.TooManyRequestsError, "hidden", "too many requests; try again later"),
    "UPLINK_ERROR_BANDWIDTH_LIMIT_EXCEEDED": (
        errors.BandwidthLimitExceededError,
        "hidden",
        "the bandwidth limit of the project is reached",
    ),
    "UPLINK_ERROR_STORAGE_LIMIT_EXCEEDED": (
        errors.StorageLimitExceededError,
        "hidden",
        "the storage limit of the project is reached",
    ),
    "UPLINK_ERROR_SEGMENTS_LIMIT_EXCEEDED": (
        errors.SegmentsLimitExceededError,
        "hidden",
        "the segments limit of the project is reached",
    ),
    "UPLINK_ERROR_PERMISSION_DENIED": (
        errors.PermissionDeniedError,
        "added",
        "the satellite does not allow it with this access",
    ),
    "UPLINK_ERROR_BUCKET_NAME_INVALID": (
        errors.BucketNameInvalidError,
        "hidden",
        "not a bucket name",
    ),
    "UPLINK_ERROR_BUCKET_ALREADY_EXISTS": (errors.BucketAlreadyExistsError, "hidden", "the bucket exists already"),
    "UPLINK_ERROR_BUCKET_NOT_EMPTY": (errors.BucketNotEmptyError, "hidden", "the bucket is not empty"),
    "UPLINK_ERROR_BUCKET_NOT_FOUND": (errors.BucketNotFoundError, "hidden", "no such bucket"),
    "UPLINK_ERROR_OBJECT_KEY_INVALID": (errors.ObjectKeyInvalidError, "added", "not an object key"),
    "UPLINK_ERROR_OBJECT_NOT_FOUND": (
        errors.ObjectNotFoundError,
        "hidden",
        "no such object or bucket, or it is stored under another passphrase",
    ),
    "UPLINK_ERROR_UPLOAD_DONE": (errors.ClosedError, "hidden", "the upload was already committed or aborted"),
    "UPLINK_DETAIL_INVALID_ARGUMENT": (errors.InvalidArgumentError, "whole", "an argument is not valid"),
    # The native message names which of the two it is.
    "UPLINK_DETAIL_INVALID_ACCESS": (errors.InvalidAccessError, "whole", "not a valid access grant or API key"),
    "UPLINK_DETAIL_UNAUTHENTICATED": (
        errors.UnauthenticatedError,
        "hidden",
        "the satellite does not accept the API key",
    ),
    "UPLINK_DETAIL_CONNECTION": (
        errors.ConnectionFailedError,
        "added",
        "the satellite cannot be reached, or the connection broke",
    ),
    "UPLINK_DETAIL_DEADLINE_EXCEEDED": (
        errors.DeadlineExceededError,
        "added",
        "the network did not answer in time",
    ),
    "UPLINK_DETAIL_DECRYPTION_FAILED": (
        errors.DecryptionError,
        "hidden",
        "it cannot be decrypted: stored under another passphrase, or damaged",
    ),
    "UPLINK_DETAIL_NODES_UNAVAILABLE": (errors.NodesUnavailableError, "whole", "too few storage nodes answered"),
    "UPLINK_DETAIL_RANGE_INVALID": (errors.RangeInvalidError, "whole", "the range lies outside the object"),
    "UPLINK_DETAIL_INVALID_METADATA": (errors.MetadataInvalidError, "added", "the custom metadata is not valid"),
    "UPLINK_DETAIL_PANIC": (errors.InternalError, "added", "a defect in libuplink; please report it"),
    "UPLINK_DETAIL_OBJECT_CHANGED": (
        errors.ObjectChangedError,
        "hidden",
        "the object was replaced or deleted while it was downloaded",
    ),
    "UPLINK_DETAIL_CHECKSUM_MISMATCH": (errors.ChecksumMismatchError, "whole", "the bytes have another checksum"),
    "UPLINK_DETAIL_CHECKSUM_MISSING": (
        errors.ChecksumMissingError,
        "hidden",
        "the object has no checksum in its metadata, so it cannot be verified",
    ),
    "UPLINK_DETAIL_SOURCE_CHANGED": (
        errors.SourceChangedError,
        "hidden",
        "the file changed while it was uploaded, so nothing was committed",
    ),
    "UPLINK_DETAIL_UPLOAD_NOT_FOUND": (
        errors.UploadNotFoundError,
        "hidden",
        "no such pending upload: it was committed or aborted, or the ID is that of another bucket, key or passphrase",
    ),
    "UPLINK_DETAIL_PART_TOO_SMALL": (
        errors.PartTooSmallError,
        "added",
        "a part that is not the last is too small",
    ),
    "UPLINK_DETAIL_OBJECT_LOCKED": (
        errors.ObjectLockedError,
        "hidden",
        "a retention or a legal hold protects the object",
    ),
    "UPLINK_DETAIL_LOCK_DISABLED": (
        errors.ObjectLockDisabledError,
        "added",
        "there is no Object Lock",
    ),
    "UPLINK_DETAIL_BUCKET_STATE": (
        errors.BucketStateError,
        "added",
        "the versioning of the bucket does not allow it",
    ),
    "UPLINK_DETAIL_OBJECT_STATE": (
        errors.ObjectStateError,
        "hidden",
        "it cannot be locked: it expires, or is a delete marker",
    ),
    "UPLINK_DETAIL_EXPIRES_LOCKED": (
        errors.ExpiresLockedError,
        "added",
        "an object with a retention or a legal hold cannot also expire",
    ),
    "UPLINK_DETAIL_BUCKET_LIMIT": (
        errors.BucketLimitExceededError,
        "hidden",
        "the project has as many buckets as it may have",
    ),
    "UPLINK_DETAIL_PRECONDITION_FAILED": (
        errors.PreconditionFailedError,
        "hidden",
        "an object has the key already, and if_none_match forbids that",
    ),
    "UPLINK_DETAIL_VERSION_INVALID": (
        errors.VersionInvalidError,
        "hidden",
        "not a version of an object; it takes the version of a record, which the satellite has made",
    ),
    "UPLINK_DETAIL_METHOD_NOT_ALLOWED": (
        errors.DeleteMarkerError,
        "hidden",
        "the version is a delete marker, which has no content",
    ),
    "UPLINK_DETAIL_TAGS_NOT_FOUND": (errors.TagsNotFoundError, "hidden", "the bucket has no tags"),
    "UPLINK_DETAIL_TAGS_INVALID": (errors.TagsInvalidError, "added", "the tags are not valid"),
    "UPLINK_DETAIL_NOTIFICATIONS_UNSUPPORTED": (
        errors.NotificationsUnsupportedError,
        "added",
        "the satellite cannot send notifications for the bucket",
    ),
    "UPLINK_DETAIL_UNSUPPORTED": (errors.UnsupportedError, "added", "the satellite does not implement it"),
    "UPLINK_DETAIL_KEY_UNSAFE": (errors.UnsafeKeyError, "whole", "no file in the folder can have the name"),
    "UPLINK_DETAIL_NAME_TAKEN": (errors.NameTakenError, "whole", "something else has the name in the folder"),
    "UPLINK_DETAIL_EDGE_UNREACHABLE": (
        errors.EdgeUnreachableError,
        "added",
        "the auth service cannot be reached, or the connection broke",
    ),
    "UPLINK_DETAIL_EDGE_UNTRUSTED": (
        errors.EdgeUntrustedError,
        "added",
        "the certificate of the auth service is not trusted, or it does not speak TLS",
    ),
    "UPLINK_DETAIL_EDGE_REFUSED": (errors.EdgeRefusedError, "added", "the auth service does not accept the access"),
    "EDGE_ERROR_AUTH_DIAL_FAILED": (errors.EdgeUnreachableError, "added", "the auth service cannot be reached"),
    "EDGE_ERROR_REGISTER_ACCESS_FAILED": (errors.EdgeError, "added", "the access was not registered"),
}


@cache
def _by_number(*prefixes: str) -> dict[int, tuple[type[errors.UplinkError], _Native, str]]:
    """Return the rows whose names have one of the prefixes, by the numbers of the header."""
    return {getattr(_numbers, name): row for name, row in TABLE.items() if name.startswith(prefixes)}


def error_of(
    boundary: Boundary,
    error: UplinkError,
    bucket: str | None,
    key: str | None,
    target: tuple[str, str] | None = None,
) -> errors.UplinkError:
    """Return the exception for an error of C, which stays the caller's.

    Args:
        boundary: The boundary that the error comes from.
        error: The error.
        bucket: The bucket of the call.
        key: The key of the call.
        target: The new bucket and the new key of a copy or a move.

    Raises:
        OSError: Instead, if the system reports an error about a file on this machine, as `open` raises it.
    """
    if target and error.of_target:
        bucket, key = target
    native = boundary.ffi.string(error.message).decode("utf-8", "replace") if error.message else ""
    if error.detail == _numbers.UPLINK_DETAIL_FILE:
        raise _file_error(error.system_error, native, boundary.ffi.string(error.path))
    kind, use, message = (
        _by_number("UPLINK_DETAIL_").get(error.detail)
        or _by_number("UPLINK_ERROR_", "EDGE_ERROR_").get(error.code)
        or TABLE["UPLINK_ERROR_INTERNAL"]
    )
    readable = _LAYERS.sub("", native)
    if native and use == "whole":
        message = readable
    elif native and use == "added":
        message = readable if readable.startswith(message) else f"{message}: {readable}"
    if kind is errors.NodesUnavailableError:
        message += _why_no_nodes(boundary, native)
    if bucket is not None and kind in (errors.BucketNotFoundError, errors.BucketNameInvalidError):
        broken = _broken_rule(bucket)
        if broken:
            message += f": a bucket's name {broken}"
    if "Unauthorized API credentials" in native:
        # If the grant itself forbids the call, `Call.result` puts the reason in place of this message.
        message += PERHAPS_REVOKED
    made = kind(message, native_message=native, bucket=bucket, key=key)
    made._unchanged = error.unchanged
    if isinstance(made, errors.ChecksumMismatchError):
        texts = (error.checksum_algorithm, error.stored_checksum, error.actual_checksum)
        made.algorithm, made.stored, made.actual = (
            boundary.ffi.string(text).decode("utf-8", "replace") if text else "" for text in texts
        )
    return made


def _file_error(number: int, native: str, path: bytes) -> OSError:
    """Return the exception of the system for the number of an error, such as a `FileNotFoundError`."""
    where = os.fsdecode(path)
    if not number:
        return OSError(native)
    if sys.platform == "win32":
        return OSError(0, native, where, number)
    reason = os.strerror(number)
    # A full disk: the text of Go has the size of the file.
    return OSError(number, f"{reason}, {native}" if native.startswith("the file needs ") else reason, where)


def _broken_rule(bucket: str) -> str | None:
    """Return the rule for names of buckets that the name breaks."""
    if not 3 <= len(bucket) <= 63:
        return "has 3 to 63 characters"
    if re.search(r"[^a-z0-9.-]", bucket):
        return "has only lower-case letters, digits, hyphens and dots"
    if not all(re.fullmatch(r"[^-](.*[^-])?", part) for part in bucket.split(".")):
        return "begins and ends with a letter or a digit, and so does each part of it between dots"
    return "is no IP address" if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", bucket) else None


def _why_no_nodes(boundary: Boundary, native: str) -> str:
    """Return the reason, to append it to the message, if it lies outside of the storage nodes."""
    connections = boundary.lib.uplink_internal_ProcessBudget().connections
    if connections < UPLOAD_CONNECTIONS:
        return (
            f"; this process may have only {connections} connections to nodes, and an upload takes up to "
            f"{UPLOAD_CONNECTIONS}: raise its limit of open files (ulimit -n)"
        )
    # An order of the satellite is valid for days, so only a wrong clock makes it expire.
    if re.search(r"\border\b.*\b(expired|future|too long ago)\b", native):
        return "; the clock of the satellite or of the storage nodes is wrong"
    return ""
