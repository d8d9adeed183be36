"""Runs native calls by waiting for them."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from uplink._calls._common import new_operation
from uplink._values import at_least
from uplink.errors import InvalidArgumentError

if TYPE_CHECKING:
    from uplink._calls._common import Call
    from uplink._ffi import Boundary
    from uplink._greenlets import HubCompletions

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")

# Signal handlers run between two waits of the main thread, so one wait bounds how late Ctrl-C is seen.
_SLICE = 0.02
# What a cancelled call gets to end by itself before it is left to the background, in microseconds.
_GRACE = 30_000
# 30 years in seconds. Native code counts them in microseconds, in 64 bits.
_FOREVER = 1e9


def run(call: Call[T], timeout: float | Deadline | None = None) -> T:
    """Start the call, wait for it and return its result.

    Args:
        call: What to run.
        timeout: After how many seconds to give it up, or what is left of a longer timeout; `None` for no limit.

    Raises:
        DeadlineExceededError: The time is up. The call is cancelled.
        UplinkError: The call failed.
    """
    boundary = call.boundary
    # The struct exists before the start fills it in, so no interrupt can come between an operation and its owner.
    operation = new_operation(boundary)
    grace = _GRACE
    try:
        deadline = Deadline.of(timeout)
        if deadline.left() == 0:
            raise call.deadline_exceeded(deadline.seconds, started=False)
        operation.repeat_microseconds = deadline.longer()
        greenlets = _hub_completions(boundary)
        if greenlets is None:
            call.start(operation)
            in_time = _wait(boundary, operation, deadline)
        else:
            grace = 0  # other greenlets wait for this thread
            operation.queue = greenlets.native
            call.start(operation)
            in_time = greenlets.wait(operation, deadline.left)
        if not in_time:
            raise call.deadline_exceeded(deadline.seconds)
        return call.result(operation)
    finally:
        # Taking the result clears the handle; one that could not start has none. A single native call, since another
        # Ctrl-C may come. It waits for a read's end, which fills the caller's memory.
        if operation._handle and boundary.alive:
            boundary.lib.uplink_operation_abandon(operation, grace)
        # What an exception in these lines leaves out, the destructors do.
        for pointer in call.lent:
            boundary.ffi.release(pointer)


def _hub_completions(boundary: Boundary) -> HubCompletions | None:
    """Return the completions of gevent's hub, or `None` unless gevent is patched in."""
    if "gevent.monkey" not in sys.modules:
        return None
    from uplink._greenlets import completions  # noqa: PLC0415 - most programs do without

    return completions(boundary)


def _wait(boundary: Boundary, operation: Any, deadline: Deadline) -> bool:
    wait = boundary.lib.uplink_operation_wait
    on_main_thread = threading.current_thread() is threading.main_thread()
    while True:
        # A signal handler may have forked.
        boundary.check_process("call")
        left = deadline.left()
        span = -1.0 if left is None else left
        if on_main_thread and not 0 <= span <= _SLICE:
            span = _SLICE
        if wait(operation, int(span * 1e6)):
            return True
        if left is not None and left <= span:
            return False


class Deadline:
    """One timeout, which several calls may share.

    Attributes:
        seconds: The timeout, or `None` where there is no limit.

    Raises:
        TypeError: The timeout is no number.
        InvalidArgumentError: It is negative, or not a number at all.
    """

    __slots__ = ("_end", "seconds")

    def __init__(self, seconds: float | None) -> None:
        if seconds is not None and not at_least(0, seconds, "timeout", "seconds or None"):
            raise InvalidArgumentError(f"timeout is {seconds!r}; it takes seconds, or None for no limit")
        # Whatever number it is, such as a Fraction, which cannot be printed as a float is.
        self.seconds = None if seconds is None else float(min(seconds, _FOREVER))
        self._end = None if self.seconds is None else time.monotonic() + self.seconds

    @classmethod
    def of(cls, timeout: float | Deadline | None) -> Deadline:
        """Return the deadline itself, or a new one for that many seconds from now on."""
        return timeout if isinstance(timeout, Deadline) else cls(timeout)

    def left(self) -> float | None:
        """Return the seconds that are left, at least 0, or `None` where there is no limit."""
        return None if self._end is None else max(self._end - time.monotonic(), 0.0)

    def longer(self) -> int:
        """Return more microseconds than are left, or 0 where there is no limit."""
        left = self.left()
        return 0 if left is None else int((left + 60) * 1e6)
