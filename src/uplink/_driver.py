"""Runs native calls by waiting for them."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from uplink.errors import InvalidArgumentError

if TYPE_CHECKING:
    from uplink._calls._common import Call
    from uplink._ffi import Boundary

T = TypeVar("T")

# Signal handlers run between two waits of the main thread, so one wait bounds how late Ctrl-C is seen.
_SLICE = 0.02
# What a cancelled call gets to end by itself before it is left to the background.
_GRACE = 0.03


def run(call: Call[T], timeout: float | None = None) -> T:
    """Start the call, wait for it and return its result.

    Args:
        call: What to run.
        timeout: After how many seconds to give it up, or `None` to wait as long as it takes.

    Raises:
        DeadlineExceededError: The time is up. The call is cancelled.
        UplinkError: The call failed.
    """
    boundary = call.boundary
    deadline = None if timeout is None else time.monotonic() + checked_timeout(timeout)
    # The struct exists before the start fills it in, so no interrupt can come between an operation and its owner.
    operation = boundary.ffi.new("UplinkOperation *")
    ended = False
    try:
        call.start(operation)
        ended = _wait(boundary, operation, deadline)
        if not ended:
            assert timeout is not None
            raise call.deadline_exceeded(timeout)
        return call.take(operation)
    finally:
        # Taking the result clears the handle. One that could not start, as in a forked child, has none.
        if operation._handle:
            if not ended:
                boundary.lib.uplink_operation_cancel(operation)
                boundary.lib.uplink_operation_wait(operation, int(_GRACE * 1e6))
            # A read fills memory that is the caller's, so this waits for its end: milliseconds.
            boundary.lib.uplink_operation_detach(operation)
        call.release()


def _wait(boundary: Boundary, operation: Any, deadline: float | None) -> bool:
    wait = boundary.lib.uplink_operation_wait
    on_main_thread = threading.current_thread() is threading.main_thread()
    while True:
        remaining = None if deadline is None else max(deadline - time.monotonic(), 0.0)
        if on_main_thread:
            span = _SLICE if remaining is None else min(remaining, _SLICE)
        elif remaining is None:
            span = -1.0
        else:
            span = remaining
        if wait(operation, int(span * 1e6)):
            return True
        if remaining is not None and remaining <= span:
            return False


def checked_timeout(timeout: float) -> float:
    """Return the timeout, if it is one.

    Raises:
        InvalidArgumentError: It is negative or not a number.
    """
    if not timeout >= 0:
        raise InvalidArgumentError(f"timeout is {timeout!r}; it takes seconds, or None for no limit")
    return timeout


class Deadline:
    """What is left of one timeout that several calls share."""

    def __init__(self, timeout: float | None) -> None:
        self._end = None if timeout is None else time.monotonic() + checked_timeout(timeout)

    def left(self) -> float | None:
        """Return the seconds that are left, at least 0, or `None` where there is no limit."""
        return None if self._end is None else max(self._end - time.monotonic(), 0.0)
