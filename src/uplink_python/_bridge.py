"""What stands between the older binding's objects and those of `uplink`."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

from uplink import errors as new
from uplink_python import errors as old

T = TypeVar("T")

# How long an object that is collected waits for its end before that goes on in the background.
_GRACE = 0.02


class Handle(Generic[T]):
    """What stands where the older binding had a pointer: `handle.contents._handle` is a number, and never 0.

    Projects, uploads and downloads that are never closed, committed or aborted are ended when their handle is
    collected. The objects of `uplink` would warn of that, since programs can avoid it. Those that run here were told
    that it costs nothing, so for them it is done in silence.

    Attributes:
        native: The object of `uplink` that does the work.
    """

    __slots__ = ("__weakref__", "_owner", "native")

    def __init__(self, native: T, end: Callable[..., object] | None = None, owner: object = None) -> None:
        """Make a handle.

        Args:
            native: The object of `uplink`.
            end: Its method that closes or aborts it, which is harmless where that has happened.
            owner: What must not be collected before this, for that would end it.
        """
        self.native: T = native
        self._owner = owner
        if end is not None:
            # Not `__del__`, before which the object itself may be finalized when both are part of a cycle.
            weakref.finalize(self, _end_in_silence, os.getpid(), end, native)

    @property
    def contents(self) -> Handle[T]:
        """The handle itself, as there is nothing to point to."""
        return self

    @property
    def _handle(self) -> int:
        return id(self)


def _end_in_silence(process: int, end: Callable[..., object], native: object) -> None:
    # What a forked child has of its parent's is not its to end.
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
    """Return the exception that the older binding had for an error.

    Args:
        error: The error.
        closed: What the use of something closed is.
    """
    reason: BaseException = error
    while isinstance(reason, new.StreamFailedError) and isinstance(reason.__cause__, new.UplinkError):
        # Go's library, and so the older binding, tells the first failure of a stream again and again.
        reason = reason.__cause__
    if isinstance(reason, new.ClosedError):
        kind = closed
    else:
        kind = next(_KINDS[base] for base in type(reason).__mro__ if base in _KINDS)
    return kind(error.details or str(error))


@contextmanager
def translated(closed: Callable[[str], old.StorjException] = old.InvalidHandleError) -> Generator[None]:
    """Raise the errors of `uplink` within the block as those of the older binding.

    Args:
        closed: What the use of something closed is.
    """
    try:
        yield
    except new.UplinkError as error:
        raise translated_error(error, closed) from error


# ---- Files ----

BUFFER_SIZE = 1024 * 1024


def checked_buffer_size(buffer_size: int) -> int:
    """Return the size to use for what the caller gave.

    Raises:
        InvalidArgumentError: It is negative.
    """
    if buffer_size < 0:
        raise old.InvalidArgumentError(
            f"buffer_size is {buffer_size}; it takes a number of bytes, or 0 for the usual one"
        )
    return buffer_size or BUFFER_SIZE
