"""The exceptions of the older binding: all are a `StorjException` with `code`, `message` and `details`.

```
StorjException
├── InternalError                       0x02    an error without a class of its own, such as no connection
│   ├── InvalidArgumentError            also a ValueError
│   └── PermissionDeniedError
├── CancelledError                      0x03
├── InvalidHandleError                  0x04    used after it was closed
├── TooManyRequestsError                0x05
├── BandwidthLimitExceededError         0x06
│   ├── StorageLimitExceededError
│   └── SegmentsLimitExceededError
├── BucketNameInvalidError              0x10
├── BucketAlreadyExistError             0x11
├── BucketNotEmptyError                 0x12
├── BucketNotFoundError                 0x13
├── ObjectKeyInvalidError               0x20
├── ObjectNotFoundError                 0x21
├── UploadDoneError                     0x22    written to, committed or aborted after its end
└── LibUplinkSoError                    0x9999
```

The indented ones are new. They have the code of the class that the older binding would have raised, so that programs
that use `code` work unchanged. The exception of `uplink`, with more information, is the `__cause__`.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "ERROR_BANDWIDTH_LIMIT_EXCEEDED",
    "ERROR_BUCKET_ALREADY_EXISTS",
    "ERROR_BUCKET_NAME_INVALID",
    "ERROR_BUCKET_NOT_EMPTY",
    "ERROR_BUCKET_NOT_FOUND",
    "ERROR_CANCELED",
    "ERROR_INTERNAL",
    "ERROR_INVALID_HANDLE",
    "ERROR_LIBUPLINK_SO_NOT_FOUND",
    "ERROR_OBJECT_KEY_INVALID",
    "ERROR_OBJECT_NOT_FOUND",
    "ERROR_TOO_MANY_REQUESTS",
    "ERROR_UPLOAD_DONE",
    "BandwidthLimitExceededError",
    "BucketAlreadyExistError",
    "BucketNameInvalidError",
    "BucketNotEmptyError",
    "BucketNotFoundError",
    "CancelledError",
    "InternalError",
    "InvalidArgumentError",
    "InvalidHandleError",
    "LibUplinkSoError",
    "ObjectKeyInvalidError",
    "ObjectNotFoundError",
    "PermissionDeniedError",
    "SegmentsLimitExceededError",
    "StorageLimitExceededError",
    "StorjException",
    "TooManyRequestsError",
    "UploadDoneError",
]

ERROR_INTERNAL = 0x02
ERROR_CANCELED = 0x03
ERROR_INVALID_HANDLE = 0x04
ERROR_TOO_MANY_REQUESTS = 0x05
ERROR_BANDWIDTH_LIMIT_EXCEEDED = 0x06

ERROR_BUCKET_NAME_INVALID = 0x10
ERROR_BUCKET_ALREADY_EXISTS = 0x11
ERROR_BUCKET_NOT_EMPTY = 0x12
ERROR_BUCKET_NOT_FOUND = 0x13

ERROR_OBJECT_KEY_INVALID = 0x20
ERROR_OBJECT_NOT_FOUND = 0x21
ERROR_UPLOAD_DONE = 0x22

ERROR_LIBUPLINK_SO_NOT_FOUND = 0x9999


class StorjException(Exception):
    """The base class of all errors of this package.

    Attributes:
        message: The kind of error in a few words; `str` returns it in quotes, as in the older binding.
        code: The number of the kind, one of the constants `ERROR_…`.
        details: The message of the Go library, or what is wrong with an argument.

    Example:
        ```python
        from uplink_python.errors import ERROR_BUCKET_NOT_FOUND, StorjException

        try:
            project.stat_bucket("no-such-bucket")
        except StorjException as exception:
            assert exception.code == ERROR_BUCKET_NOT_FOUND
            print(exception.message, exception.details)
        ```
    """

    def __init__(self, message: str, code: int, details: str) -> None:
        super().__init__(message, code, details)
        self.message = message
        self.code = code
        self.details = details

    def __str__(self) -> str:
        return repr(self.message)


class _Kind(StorjException):
    """A kind of error with a fixed code and message."""

    _code: ClassVar[int]
    _message: ClassVar[str]

    def __init__(self, details: str) -> None:
        super().__init__(self._message, self._code, details)
        # Copies and pickles are made from these.
        self.args: tuple[str] = (details,)


class InternalError(_Kind):
    """An error without a class of its own, such as no connection, a timeout or a missing encryption key."""

    _code = ERROR_INTERNAL
    _message = "internal error"


class InvalidArgumentError(InternalError, ValueError):
    """An argument is not valid: a size beyond the data, a negative size, text that is not an access grant.

    New here; the older binding raised `InternalError`, or read foreign memory. `message` has the reason.
    """

    def __init__(self, details: str) -> None:
        super().__init__(details)
        self.message = details


class PermissionDeniedError(InternalError):
    """The access does not allow it. New here; the older binding raised `InternalError`."""

    _message = "permission denied"


class CancelledError(_Kind):
    """The call was cancelled, for instance because the project was closed."""

    _code = ERROR_CANCELED
    _message = "operation canceled"


class InvalidHandleError(_Kind):
    """A project or a download was used after it was closed."""

    _code = ERROR_INVALID_HANDLE
    _message = "invalid handle"


class TooManyRequestsError(_Kind):
    """The satellite asks to slow down."""

    _code = ERROR_TOO_MANY_REQUESTS
    _message = "too many requests"


class BandwidthLimitExceededError(_Kind):
    """The bandwidth limit of the project is reached."""

    _code = ERROR_BANDWIDTH_LIMIT_EXCEEDED
    _message = "bandwidth limit exceeded"


class StorageLimitExceededError(BandwidthLimitExceededError):
    """The storage limit of the project is reached. New here; there was one usage limit for both."""

    _message = "storage limit exceeded"


class SegmentsLimitExceededError(BandwidthLimitExceededError):
    """The segments limit of the project is reached. New here."""

    _message = "segments limit exceeded"


class BucketNameInvalidError(_Kind):
    """The name of a bucket is not valid."""

    _code = ERROR_BUCKET_NAME_INVALID
    _message = "invalid bucket name"


class BucketAlreadyExistError(_Kind):
    """The bucket to create exists."""

    _code = ERROR_BUCKET_ALREADY_EXISTS
    _message = "bucket already exists"


class BucketNotEmptyError(_Kind):
    """The bucket to delete has objects in it."""

    _code = ERROR_BUCKET_NOT_EMPTY
    _message = "bucket is not empty"


class BucketNotFoundError(_Kind):
    """There is no bucket of that name."""

    _code = ERROR_BUCKET_NOT_FOUND
    _message = "bucket not found"


class ObjectKeyInvalidError(_Kind):
    """The key is empty or too long."""

    _code = ERROR_OBJECT_KEY_INVALID
    _message = "invalid object key"


class ObjectNotFoundError(_Kind):
    """There is no object with that key."""

    _code = ERROR_OBJECT_NOT_FOUND
    _message = "object not found"


class UploadDoneError(_Kind):
    """The upload was committed or aborted before."""

    _code = ERROR_UPLOAD_DONE
    _message = "upload completed"


class LibUplinkSoError(_Kind):
    """The native library cannot be loaded."""

    _code = ERROR_LIBUPLINK_SO_NOT_FOUND
    _message = "libuplinkc.so not found"

    def __init__(self, details: str = "the native part of uplink-cffi is missing; install uplink-cffi again") -> None:
        super().__init__(details)
