"""The exceptions of uplink, one tree under `UplinkError`.

```
UplinkError
├── InvalidAccessError          ValueError          not an access grant, or not an API key
├── InvalidArgumentError        ValueError
│   ├── BucketNameInvalidError
│   ├── ObjectKeyInvalidError
│   ├── MetadataInvalidError
│   └── RangeInvalidError
├── ClosedError                 ValueError          used after close, commit or abort
├── NotFoundError               FileNotFoundError
│   ├── BucketNotFoundError
│   ├── ObjectNotFoundError
│   └── UploadNotFoundError
├── BucketAlreadyExistsError    FileExistsError
├── BucketNotEmptyError         OSError (ENOTEMPTY)
├── PermissionDeniedError       PermissionError
│   └── UnauthenticatedError                        the API key is not one of this satellite
├── LimitExceededError
│   ├── TooManyRequestsError                        retryable
│   ├── BandwidthLimitExceededError
│   ├── StorageLimitExceededError
│   ├── SegmentsLimitExceededError
│   └── BucketLimitExceededError
├── ConnectionFailedError       ConnectionError     retryable
├── NodesUnavailableError       OSError (EIO)       retryable
├── DeadlineExceededError       TimeoutError        retryable
├── BusyError                   RuntimeError        used by two tasks or threads at once
├── CancelledError                                  ended from elsewhere, as by closing the project
├── DecryptionError                                 stored under another passphrase, or damaged
├── ObjectChangedError          OSError (ESTALE)    replaced or deleted while it was downloaded; retryable
├── StreamFailedError           OSError (EIO)       used after it had failed
├── ForkError                   RuntimeError
├── LoadError                   ImportError         the native library is not there, or not for this system
└── InternalError                                   what has no better name
```

The second column is the builtin that each also inherits, so `except FileNotFoundError` works, with `errno` and
`filename` set where the builtin has them.
"""

from __future__ import annotations

import copy
import errno as _errno
from typing import TYPE_CHECKING, ClassVar

from uplink._hide import hide_secrets

__all__ = [
    "BandwidthLimitExceededError",
    "BucketAlreadyExistsError",
    "BucketLimitExceededError",
    "BucketNameInvalidError",
    "BucketNotEmptyError",
    "BucketNotFoundError",
    "BusyError",
    "CancelledError",
    "ClosedError",
    "ConnectionFailedError",
    "DeadlineExceededError",
    "DecryptionError",
    "ForkError",
    "InternalError",
    "InvalidAccessError",
    "InvalidArgumentError",
    "LimitExceededError",
    "LoadError",
    "MetadataInvalidError",
    "NodesUnavailableError",
    "NotFoundError",
    "ObjectChangedError",
    "ObjectKeyInvalidError",
    "ObjectNotFoundError",
    "PermissionDeniedError",
    "RangeInvalidError",
    "SegmentsLimitExceededError",
    "StorageLimitExceededError",
    "StreamFailedError",
    "TooManyRequestsError",
    "UnauthenticatedError",
    "UplinkError",
    "UploadNotFoundError",
]


class UplinkError(Exception):
    """What every error of this package is.

    Attributes:
        code: The number that libuplink's header gives to this kind of error (`UPLINK_ERROR_…`), an `int`.
        message: What went wrong, for people.
        details: What the Go library said, or `""` where the error was found before it was asked.
        bucket: The bucket of the call, or `None`.
        key: The object key of the call, or `None`.
        retryable: Whether the same call may succeed a little later. A class attribute.
        outcome_unknown: Whether a change that was asked for may have happened all the same, as when a commit is not
            answered in time.

    Example:
        ```python
        import pickle
        from uplink.errors import ObjectNotFoundError

        error = ObjectNotFoundError("no such object", bucket="photos", key="cat.jpg")
        assert isinstance(error, FileNotFoundError) and error.filename == "photos/cat.jpg"
        assert pickle.loads(pickle.dumps(error)).key == "cat.jpg"
        ```
    """

    retryable: ClassVar[bool] = False
    _code: ClassVar[int] = 0x02
    _errno: ClassVar[int] = 0
    # Whether libuplink knows that nothing was changed, and has tried for as long as it may.
    _unchanged = False

    def __init__(
        self,
        message: str,
        details: str = "",
        bucket: str | None = None,
        key: str | None = None,
        outcome_unknown: bool = False,
    ) -> None:
        # A grant may be in any text by mistake, and messages get into logs.
        message, details = hide_secrets(message), hide_secrets(details)
        if isinstance(self, OSError):
            OSError.__init__(self, self._errno, message, _location(bucket, key))
        else:
            super().__init__(message)
        self.message = message
        self.details = details
        self.bucket = bucket
        self.key = key
        self.outcome_unknown = outcome_unknown

    if not TYPE_CHECKING:  # where it is a plain attribute, as in all exceptions

        @property
        def args(self) -> tuple[object, ...]:
            """What the error can be made anew from, as by tools that send errors to other processes as JSON."""
            if not hasattr(self, "outcome_unknown"):  # in a traceback, where `__init__` has raised
                return ()
            given = (self.message, self.details, self.bucket, self.key, self.outcome_unknown)
            usual = (..., "", None, None, False)
            return given[: max(index for index in range(5) if given[index] != usual[index]) + 1]

        @args.setter
        def args(self, values: tuple[object, ...]) -> None:
            # Code that adds to a message assigns to them.
            UplinkError.__init__(self, *values)

    @property
    def code(self) -> int:
        """The number that libuplink's header gives to this kind of error."""
        return self._code

    def __str__(self) -> str:
        location = _location(self.bucket, self.key)
        text = self.message if location is None else f"{self.message} ({hide_secrets(location)!r})"
        return f"{text}; whether it happened is unknown" if self.outcome_unknown else text

    def __repr__(self) -> str:
        return hide_secrets(f"{type(self).__name__}({', '.join(map(repr, self.args))})")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), self.args


def _location(bucket: str | None, key: str | None) -> str | None:
    if bucket is None:
        return None
    return bucket if key is None else f"{bucket}/{key}"


class InvalidAccessError(UplinkError, ValueError):
    """The text is not a serialized access grant, or not an API key."""


class InvalidArgumentError(UplinkError, ValueError):
    """An argument cannot be right, whatever is stored."""


class BucketNameInvalidError(InvalidArgumentError):
    """The name is empty or breaks the rules for bucket names: 3 to 63 lower-case letters, digits, hyphens and dots."""

    _code = 0x10


class ObjectKeyInvalidError(InvalidArgumentError):
    """The key is empty, too long, or cannot be encoded as UTF-8."""

    _code = 0x20


class MetadataInvalidError(InvalidArgumentError):
    """A key or a value of custom metadata is not UTF-8, has a NUL in it, or the key is empty."""


class RangeInvalidError(InvalidArgumentError):
    """The range lies outside the object."""


class ClosedError(UplinkError, ValueError):
    """It was used after it was closed, committed or aborted."""

    _code = 0x22


class NotFoundError(UplinkError, FileNotFoundError):
    """What the call names does not exist."""

    _errno = _errno.ENOENT


class BucketNotFoundError(NotFoundError):
    """There is no bucket of that name in the project."""

    _code = 0x13


class ObjectNotFoundError(NotFoundError):
    """There is no object with that key under the passphrase of the access."""

    _code = 0x21


class UploadNotFoundError(NotFoundError):
    """No pending upload of that key has that ID: it was committed or aborted, or another key has it."""


class BucketAlreadyExistsError(UplinkError, FileExistsError):
    """The project already has a bucket of that name."""

    _code = 0x11
    _errno = _errno.EEXIST


class BucketNotEmptyError(UplinkError, OSError):
    """Only an empty bucket can be deleted; `with_objects=True` deletes the objects too."""

    _code = 0x12
    _errno = _errno.ENOTEMPTY


class PermissionDeniedError(UplinkError, PermissionError):
    """The access does not allow it, by its permissions, prefixes or times; or it is unknown, or was revoked."""

    _code = 0x09
    _errno = _errno.EACCES


class UnauthenticatedError(PermissionDeniedError):
    """The satellite does not accept the API key as one of its own."""

    _code = 0x02


class LimitExceededError(UplinkError):
    """A limit of the project is reached."""


class TooManyRequestsError(LimitExceededError):
    """Too many requests at once, or more than one write a second to one key.

    A call waits for up to a minute before it fails with this, see `Retry`.
    """

    retryable = True
    _code = 0x05


class BandwidthLimitExceededError(LimitExceededError):
    """The bandwidth limit of the project is reached."""

    _code = 0x06


class StorageLimitExceededError(LimitExceededError):
    """The storage limit of the project is reached."""

    _code = 0x07


class SegmentsLimitExceededError(LimitExceededError):
    """The segments limit of the project is reached."""

    _code = 0x08


class BucketLimitExceededError(LimitExceededError):
    """The project has as many buckets as it may have."""


class ConnectionFailedError(UplinkError, ConnectionError):
    """The satellite cannot be reached, or went away; `details` says how."""

    retryable = True
    # Go's library does not always report the system's own error.
    _errno = _errno.ENOTCONN


class NodesUnavailableError(UplinkError, OSError):
    """Too few storage nodes answered."""

    retryable = True
    _errno = _errno.EIO


class DeadlineExceededError(UplinkError, TimeoutError):
    """The call was not answered within its `timeout`, or within a limit of the library or the satellite."""

    retryable = True
    _errno = _errno.ETIMEDOUT


class BusyError(UplinkError, RuntimeError):
    """Another task or thread is using the stream, which has one position only."""


class CancelledError(UplinkError):
    """The call was ended from elsewhere, for instance because another thread closed the project.

    Cancelling an asyncio task raises `asyncio.CancelledError`, as always; this error is not it.
    """

    _code = 0x03


class DecryptionError(UplinkError):
    """What was stored cannot be decrypted: it was stored under another passphrase, or is damaged."""


class ObjectChangedError(UplinkError, OSError):
    """The object was replaced or deleted while it was downloaded; what was read belongs to the former one."""

    retryable = True
    _errno = _errno.ESTALE


class StreamFailedError(UplinkError, OSError):
    """The stream had failed, timed out or been cancelled before; it cannot be used any more."""

    _errno = _errno.EIO

    @classmethod
    def after(cls, failure: UplinkError, stream: str, bucket: str, key: str) -> StreamFailedError:
        """Make the error for a stream that such a failure has ended."""
        return cls(
            f"the {stream} has failed before: {failure.message}",
            details=failure.details,
            bucket=bucket,
            key=key,
            outcome_unknown=failure.outcome_unknown,
        )


class ForkError(UplinkError, RuntimeError):
    """It belongs to the parent process and cannot be used in a forked child."""

    _code = 0x04


class LoadError(UplinkError, ImportError):
    """The native library is not there, or cannot be loaded here; the message says why and what to do."""


class InternalError(UplinkError):
    """An error of the satellite or the library that has no better name; `details` has all that is known."""


def without_traceback(error: BaseException, *, outcome_unknown: bool = False) -> UplinkError:
    """Return what a stream remembers of its failure: a traceback would keep the caller's variables alive."""
    if isinstance(error, UplinkError):
        return copy.copy(error)
    return CancelledError(f"interrupted by {type(error).__name__}", outcome_unknown=outcome_unknown)
