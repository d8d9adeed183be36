"""Handles, errors and buffer sizes of the older binding, in terms of `uplink`."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

from uplink import errors as new
from uplink_python import errors as old

T = TypeVar("T")

# Seconds that the finalizer of a handle waits for the end of its object; after that, it ends in the background.
_GRACE = 0.02


class Handle(Generic[T]):
    """Stands in for a pointer of the older binding: `handle.contents._handle` is a number, and never 0.

    A project, upload or download that was not closed, committed or aborted is closed or aborted when its handle is
    collected. The objects of `uplink` warn then. This does not, since the older binding's documentation allowed it.

    Attributes:
        native: The object of `uplink` that does the work.
    """

    __slots__ = ("__weakref__", "_owner", "native")

    def __init__(self, native: T, end: Callable[..., object] | None = None, owner: object = None) -> None:
        """Wrap an object.

        Args:
            native: The object of `uplink`.
            end: Its method that closes or aborts it. It does nothing if the object has ended.
            owner: The handle that must outlive this one, since its end ends this object.
        """
        self.native: T = native
        self._owner = owner
        if end is not None:
            # Not `__del__`: in a cycle, the object itself may be finalized before that.
            weakref.finalize(self, _end_in_silence, os.getpid(), end, native)

    @property
    def contents(self) -> Handle[T]:
        """The handle itself."""
        return self

    @property
    def _handle(self) -> int:
        return id(self)


def _end_in_silence(process: int, end: Callable[..., object], native: object) -> None:
    # A forked child does not own the objects of its parent.
    if process == os.getpid():
        with suppress(new.UplinkError):
            end(native, timeout=_GRACE)


# ---- Errors ----

_KINDS: dict[type, Callable[[str], old.StorjException]] = {
    new.UplinkError: old.InternalError,
    new.InvalidAccessError: old.InvalidArgumentError,
    new.InvalidArgumentError: old.InvalidArgumentError,
    new.BucketNameInvalidError: old.BucketNameInvalidError,
    new.ObjectKeyInvalidError: old.ObjectKeyInvalidError,
    new.ClosedError: old.InvalidHandleError,
    new.BucketNotFoundError: old.BucketNotFoundError,
    new.ObjectNotFoundError: old.ObjectNotFoundError,
    new.BucketAlreadyExistsError: old.BucketAlreadyExistError,
    new.BucketNotEmptyError: old.BucketNotEmptyError,
    new.PermissionDeniedError: old.PermissionDeniedError,
    new.TooManyRequestsError: old.TooManyRequestsError,
    new.BandwidthLimitExceededError: old.BandwidthLimitExceededError,
    new.StorageLimitExceededError: old.StorageLimitExceededError,
    new.SegmentsLimitExceededError: old.SegmentsLimitExceededError,
    new.CancelledError: old.CancelledError,
    new.ForkError: old.InvalidHandleError,
    new.LoadError: old.LibUplinkSoError,
}


def translated_error(
    error: new.UplinkError, closed: Callable[[str], old.StorjException] = old.InvalidHandleError
) -> old.StorjException:
    """Return the exception of the older binding for an error.

    Args:
        error: The error.
        closed: The class for the use of a closed object.
    """
    reason: BaseException = error
    while isinstance(reason, new.StreamFailedError) and isinstance(reason.__cause__, new.UplinkError):
        # Go's library, and so the older binding, reports the first failure of a stream at each later call.
        reason = reason.__cause__
    if isinstance(reason, new.ClosedError):
        kind = closed
    else:
        kind = next(_KINDS[base] for base in type(reason).__mro__ if base in _KINDS)
    return kind(error.native_message or str(error))


@contextmanager
def translated(closed: Callable[[str], old.StorjException] = old.InvalidHandleError) -> Generator[None]:
    """Raise errors of `uplink` in the block as errors of the older binding.

    Args:
        closed: The class for the use of a closed object.
    """
    try:
        yield
    except new.UplinkError as error:
        raise translated_error(error, closed) from error


# ---- Files ----

BUFFER_SIZE = 1024 * 1024


def checked_buffer_size(buffer_size: int) -> int:
    """Return the size of the buffer to use, which is the default for 0.

    Raises:
        InvalidArgumentError: The size is negative.
    """
    if buffer_size < 0:
        raise old.InvalidArgumentError(
            f"buffer_size is {buffer_size}; it takes a number of bytes, or 0 for the default"
        )
    return buffer_size or BUFFER_SIZE
