"""The exceptions of uplink, one tree under `UplinkError`.

```
UplinkError
├── InvalidAccessError          ValueError          not an access grant, or not an API key
├── InvalidArgumentError        ValueError
│   ├── BucketNameInvalidError
│   ├── ObjectKeyInvalidError
│   ├── MetadataInvalidError
│   ├── RangeInvalidError
│   ├── TagsInvalidError
│   ├── VersionInvalidError
│   └── ExpiresLockedError                          a locked object cannot also expire
├── ClosedError                 ValueError          used after close, commit or abort
├── NotFoundError               FileNotFoundError
│   ├── BucketNotFoundError
│   ├── ObjectNotFoundError
│   ├── DeleteMarkerError
│   ├── TagsNotFoundError
│   └── UploadNotFoundError
├── BucketAlreadyExistsError    FileExistsError
├── PreconditionFailedError     FileExistsError     `if_none_match` was given, and an object has the key
├── BucketNotEmptyError         OSError (ENOTEMPTY)
├── PartTooSmallError                               a part but the last of a multipart upload
├── PermissionDeniedError       PermissionError
│   └── UnauthenticatedError                        the API key is not of this satellite
├── ObjectLockedError           PermissionError     a retention or a legal hold protects the version
├── ObjectLockDisabledError                         the bucket has no Object Lock
├── BucketStateError                                its versioning does not allow it
├── ObjectStateError                                a version that expires, or a delete marker, cannot be locked
├── LimitExceededError
│   ├── TooManyRequestsError                        retryable
│   ├── BandwidthLimitExceededError
│   ├── StorageLimitExceededError
│   ├── SegmentsLimitExceededError
│   └── BucketLimitExceededError
├── ConnectionFailedError       ConnectionError     retryable
├── NodesUnavailableError       OSError (EIO)       retryable
├── DeadlineExceededError       TimeoutError        retryable
├── BusyError                   RuntimeError        used by two tasks or threads at the same time
├── CancelledError                                  ended by another call, such as closing the project
├── DecryptionError                                 stored under another passphrase, or damaged
├── ObjectChangedError          OSError (ESTALE)    replaced or deleted while it was downloaded; retryable
├── ChecksumMismatchError       OSError (EIO)       the bytes have another checksum than the metadata
├── ChecksumMissingError                            an object to verify has no checksum
├── SourceChangedError          OSError (ESTALE)    the file changed while it was uploaded; retryable
├── StreamFailedError           OSError (EIO)       used after it failed
├── TreeError                   OSError (EIO)       some files of a tree failed; its `result` has them
├── UnsafeKeyError              ValueError          of a tree: no file can have the name of the key
├── NameTakenError              FileExistsError     of a tree: something else has the name of the file
├── UnsupportedError                                the satellite does not implement it
│   └── NotificationsUnsupportedError
├── EdgeError                                       the access was not registered at an edge service
│   ├── EdgeUnreachableError    ConnectionError     retryable
│   ├── EdgeUntrustedError                          its certificate is not trusted
│   └── EdgeRefusedError
├── ForkError                   RuntimeError
├── LoadError                   ImportError         the native library is missing, or not for this system
└── InternalError                                   any other error
```

The second column is the builtin exception that the class also inherits. So `except FileNotFoundError` works. `errno`
and `filename` are set if the builtin exception has them.
"""

from __future__ import annotations

import errno as _errno
from typing import TYPE_CHECKING

from uplink._base_error import UplinkError

if TYPE_CHECKING:
    from uplink._trees_values import TreeResult

__all__ = [
    "BandwidthLimitExceededError",
    "BucketAlreadyExistsError",
    "BucketLimitExceededError",
    "BucketNameInvalidError",
    "BucketNotEmptyError",
    "BucketNotFoundError",
    "BucketStateError",
    "BusyError",
    "CancelledError",
    "ChecksumMismatchError",
    "ChecksumMissingError",
    "ClosedError",
    "ConnectionFailedError",
    "DeadlineExceededError",
    "DecryptionError",
    "DeleteMarkerError",
    "EdgeError",
    "EdgeRefusedError",
    "EdgeUnreachableError",
    "EdgeUntrustedError",
    "ExpiresLockedError",
    "ForkError",
    "InternalError",
    "InvalidAccessError",
    "InvalidArgumentError",
    "LimitExceededError",
    "LoadError",
    "MetadataInvalidError",
    "NameTakenError",
    "NodesUnavailableError",
    "NotFoundError",
    "NotificationsUnsupportedError",
    "ObjectChangedError",
    "ObjectKeyInvalidError",
    "ObjectLockDisabledError",
    "ObjectLockedError",
    "ObjectNotFoundError",
    "ObjectStateError",
    "PartTooSmallError",
    "PermissionDeniedError",
    "PreconditionFailedError",
    "RangeInvalidError",
    "SegmentsLimitExceededError",
    "SourceChangedError",
    "StorageLimitExceededError",
    "StreamFailedError",
    "TagsInvalidError",
    "TagsNotFoundError",
    "TooManyRequestsError",
    "TreeError",
    "UnauthenticatedError",
    "UnsafeKeyError",
    "UnsupportedError",
    "UplinkError",
    "UploadNotFoundError",
    "VersionInvalidError",
]

# Where programs and pickles find it.
UplinkError.__module__ = __name__


class InvalidAccessError(UplinkError, ValueError):
    """The text is not a serialized access grant, or not an API key."""


class InvalidArgumentError(UplinkError, ValueError):
    """An argument cannot be right, whatever is stored."""


class BucketNameInvalidError(InvalidArgumentError):
    """The name is empty or breaks the rules for bucket names: 3 to 63 lower-case letters, digits, hyphens and dots."""

    _code = "BUCKET_NAME_INVALID"


class ObjectKeyInvalidError(InvalidArgumentError):
    """The key is empty, too long, or cannot be encoded as UTF-8."""

    _code = "OBJECT_KEY_INVALID"


class MetadataInvalidError(InvalidArgumentError):
    """A key or a value of custom metadata is not UTF-8, has a NUL in it, or the key is empty."""


class RangeInvalidError(InvalidArgumentError):
    """The range lies outside the object."""


class VersionInvalidError(InvalidArgumentError):
    """The version is empty, has another length than versions have, or the satellite cannot have given it out."""


class TagsInvalidError(InvalidArgumentError):
    """There are too many tags, or a key or a value of a tag is not valid."""


class ExpiresLockedError(InvalidArgumentError):
    """An object with a retention or a legal hold cannot also expire.

    The bucket may have a default retention for it, or the access a `max_object_ttl`.
    """


class ClosedError(UplinkError, ValueError):
    """A project or a stream was used after it was closed, committed or aborted."""

    _code = "UPLOAD_DONE"


class NotFoundError(UplinkError, FileNotFoundError):
    """The bucket, object or upload of the call does not exist."""

    _errno = _errno.ENOENT


class BucketNotFoundError(NotFoundError):
    """There is no bucket of that name in the project."""

    _code = "BUCKET_NOT_FOUND"


class ObjectNotFoundError(NotFoundError):
    """There is no object with that key under the passphrase of the access."""

    _code = "OBJECT_NOT_FOUND"


class DeleteMarkerError(NotFoundError):
    """The version is a delete marker: it hides the older versions of its key, and has no content and no record."""


class UploadNotFoundError(NotFoundError):
    """No pending upload of that key has that ID: it was committed or aborted, or it is of another bucket or key."""


class TagsNotFoundError(NotFoundError):
    """The bucket has no tags."""


class BucketAlreadyExistsError(UplinkError, FileExistsError):
    """The project already has a bucket of that name."""

    _code = "BUCKET_ALREADY_EXISTS"
    _errno = _errno.EEXIST


class PreconditionFailedError(UplinkError, FileExistsError):
    """An object has the key already, and `if_none_match="*"` forbids to replace it."""

    _errno = _errno.EEXIST


class BucketNotEmptyError(UplinkError, OSError):
    """Only an empty bucket can be deleted; `with_objects=True` deletes the objects too."""

    _code = "BUCKET_NOT_EMPTY"
    _errno = _errno.ENOTEMPTY


class PartTooSmallError(UplinkError):
    """A part of a multipart upload that is not the last is too small: satellites require 5 MiB.

    The upload is still pending. A larger part of the same number replaces the part.
    """


class PermissionDeniedError(UplinkError, PermissionError):
    """The access does not allow the call, by its permissions, prefixes or times, or is unknown, or was revoked."""

    _code = "PERMISSION_DENIED"
    _errno = _errno.EACCES


class UnauthenticatedError(PermissionDeniedError):
    """The API key is not of this satellite."""

    _code = "INTERNAL"


class ObjectLockedError(UplinkError, PermissionError):
    """A retention or a legal hold protects the version.

    It cannot be deleted, replaced or moved, and its retention cannot be shortened. In governance mode,
    `bypass_governance_retention=True` does it, if the access allows it.
    """

    _errno = _errno.EACCES


class ObjectLockDisabledError(UplinkError):
    """The bucket has no Object Lock, or the project or the satellite does not offer it."""


class BucketStateError(UplinkError):
    """The versioning of the bucket does not allow the change.

    Object Lock needs versioning, and cannot be without it later. Only enabled versioning can be suspended.
    """


class ObjectStateError(UplinkError):
    """The version cannot be locked: it expires, or is a delete marker."""


class LimitExceededError(UplinkError):
    """A limit of the project is reached."""


class TooManyRequestsError(LimitExceededError):
    """Too many requests at the same time, or more than one write a second to one key.

    A call repeats its request for up to a minute before it fails with this error, see `Retry`.
    """

    retryable = True
    _code = "TOO_MANY_REQUESTS"


class BandwidthLimitExceededError(LimitExceededError):
    """The bandwidth limit of the project is reached."""

    _code = "BANDWIDTH_LIMIT_EXCEEDED"


class StorageLimitExceededError(LimitExceededError):
    """The storage limit of the project is reached."""

    _code = "STORAGE_LIMIT_EXCEEDED"


class SegmentsLimitExceededError(LimitExceededError):
    """The segments limit of the project is reached."""

    _code = "SEGMENTS_LIMIT_EXCEEDED"


class BucketLimitExceededError(LimitExceededError):
    """The project has as many buckets as it may have."""


class ConnectionFailedError(UplinkError, ConnectionError):
    """The satellite cannot be reached, or the connection broke; `native_message` has the reason."""

    retryable = True
    # Go's library does not always report the system's own error.
    _errno = _errno.ENOTCONN


class NodesUnavailableError(UplinkError, OSError):
    """Too few storage nodes answered."""

    retryable = True
    _errno = _errno.EIO


class DeadlineExceededError(UplinkError, TimeoutError):
    """The call did not end within its `timeout`, or within a limit of the library or the satellite."""

    retryable = True
    _errno = _errno.ETIMEDOUT


class BusyError(UplinkError, RuntimeError):
    """Another task or thread is using the stream or the listing, which has one position only.

    Also if what a function of `uplink.aio` returns is awaited or entered a second time.
    """


class CancelledError(UplinkError):
    """Another call has ended this call, for example by closing the project.

    Cancelling an asyncio task raises `asyncio.CancelledError`, not this error.
    """

    _code = "CANCELED"


class DecryptionError(UplinkError):
    """The object cannot be decrypted: it was stored under another passphrase, or is damaged."""


class ObjectChangedError(UplinkError, OSError):
    """The object was replaced or deleted while it was downloaded; the bytes that were read are of the former object."""

    retryable = True
    _errno = _errno.ESTALE


class ChecksumMismatchError(UplinkError, OSError):
    """The bytes of an object have another checksum than its metadata.

    Attributes:
        algorithm: `"sha256"` or `"blake3"`.
        stored: What the metadata has under this key.
        actual: The checksum of the bytes, in hexadecimal digits.
    """

    _errno = _errno.EIO
    algorithm = ""
    stored = ""
    actual = ""


class ChecksumMissingError(UplinkError):
    """An object was to be verified, and its metadata has no checksum."""


class SourceChangedError(UplinkError, OSError):
    """The file changed while it was uploaded, so nothing was committed."""

    retryable = True
    _errno = _errno.ESTALE


class StreamFailedError(UplinkError, OSError):
    """The stream failed, timed out or was cancelled before, and cannot be used any more."""

    _errno = _errno.EIO


class TreeError(UplinkError, OSError):
    """Some files of a tree failed, and the others were copied, or the file system ended the copying early.

    As `shutil.Error`, it is raised when all else is done. It is raised from the error of the first of these files.

    Attributes:
        result: What was done, a `TreeResult`; its `failures` have the files that failed, each with its error.
    """

    _errno = _errno.EIO
    if TYPE_CHECKING:
        result: TreeResult | None = None
    else:  # few programs need the class of the annotation, which `typing.get_type_hints` would look for
        result = None


class UnsafeKeyError(UplinkError, ValueError):
    """The key cannot be the path of a file in the folder: it has a part such as `".."`, or one that is empty."""


class NameTakenError(UplinkError, FileExistsError):
    """Another file, a folder or a symbolic link has the name that the file of a key would get."""

    _errno = _errno.EEXIST


class UnsupportedError(UplinkError):
    """The satellite does not implement the call, or an option of it."""


class NotificationsUnsupportedError(UnsupportedError):
    """The satellite cannot send notifications for the bucket, since it cannot read the keys of the project."""


class EdgeError(UplinkError):
    """An access was not registered at an edge service."""

    _prefix = "EDGE_ERROR_"
    _code = "REGISTER_ACCESS_FAILED"


class EdgeUnreachableError(EdgeError, ConnectionError):
    """The auth service of an edge service cannot be reached, or the connection broke."""

    retryable = True
    _code = "AUTH_DIAL_FAILED"
    _errno = _errno.ENOTCONN


class EdgeUntrustedError(EdgeError):
    """The certificate of an auth service is not trusted, or the service does not speak TLS."""


class EdgeRefusedError(EdgeError):
    """The auth service does not accept the access, for example because it is of a satellite that it does not serve."""


class ForkError(UplinkError, RuntimeError):
    """An object of the parent process was used in a forked child."""

    _code = "INVALID_HANDLE"


class LoadError(UplinkError, ImportError):
    """The native library is missing, or cannot be loaded here; the message has the reason and the remedy."""


class InternalError(UplinkError):
    """An error of the satellite or the library without a class of its own; `native_message` has all that is known."""
