"""A lock for objects that have one position: streams and listings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol, TypeVar

from uplink._ffi import Process
from uplink.errors import BusyError, UplinkError

if TYPE_CHECKING:
    from collections.abc import Callable

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")

# With a global interpreter lock, no other thread runs between lines that call nothing. Without it,
# they need a lock.
FREE_THREADED = not getattr(sys, "_is_gil_enabled", lambda: True)()


class Lock:
    """Lets one call at a time use a stream or a listing.

    A second call is refused with a `BusyError`: if it waited, a task could wait for itself.

    Only `run` and `locked`, in `_locked.py`, acquire and release a lock, both inside one `try`, so
    that the lock is released wherever Ctrl-C comes. A context manager cannot do that: Ctrl-C may
    come at the start of its `__exit__`.

    Attributes:
        holder: The token of the call that holds the lock, by its process. Empty while no call holds
            it.
    """

    __slots__ = ("_bucket", "_key", "_name", "holder")

    def __init__(self, name: str, bucket: str | None = None, key: str | None = None) -> None:
        self._name = name
        self._bucket = bucket
        self._key = key
        # By process: a lock that is held at a fork would never be released in the child.
        self.holder: dict[Process, object] = {}

    def acquire(self, token: object, check: Callable[[], None]) -> None:
        """Acquire the lock for a call.

        Args:
            token: A new object, which identifies the call.
            check: Raises an error if the stream cannot be used.

        Raises:
            BusyError: Another call holds the lock.
        """
        # One step, so only one of several threads succeeds.
        if self.holder.setdefault(Process.this(), token) is not token:
            check()
            raise BusyError(f"another task or thread is using the {self._name}", bucket=self._bucket, key=self._key)
        try:
            check()
        except UplinkError:
            self.release(token)
            raise

    def release(self, token: object) -> None:
        """Release the lock. Harmless if the call does not hold it."""
        if self.holder.get(Process.this()) is token:
            self.holder.clear()

    def run(self, work: Callable[[], T], check: Callable[[], None]) -> T:
        """Run work that does not wait, and return its result. An interrupt does not end the stream.

        Args:
            work: What to run.
            check: As for `acquire`.
        """
        token = object()
        try:
            self.acquire(token, check)
            result = work()
            self.release(token)
            return result
        except BaseException:
            self.release(token)
            raise

    def was_interrupted(self, token: object, error: BaseException) -> bool:
        """Report whether an error may have interrupted the work, so that its progress is unknown.

        An error of this package that is raised before the lock is acquired changes nothing. Any
        other error, such as Ctrl-C, may have come just after the lock was released.
        """
        holder = self.holder.get(Process.this())
        return holder is token or (holder is None and not isinstance(error, UplinkError))


class Lockable(Protocol):
    """What `locked` needs of a stream or a listing."""

    _lock: Lock

    def _check_open(self) -> None:
        """Raise an error if no call can be made."""

    def _fail(self, error: BaseException) -> None:
        """End the object if it cannot be used after this error."""
