"""Runs native calls by waiting for them."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from uplink._calls._call import new_operation
from uplink._checks import at_least
from uplink._observation import Observation, is_wanted
from uplink.errors import CancelledError, InvalidArgumentError

if TYPE_CHECKING:
    from uplink._calls._call import Call
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkOperationPointer, UplinkQueuePointer
    from uplink._greenlets import HubCompletions

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")

# Seconds of one wait of the main thread. Signal handlers run between two waits, so Ctrl-C comes that late at most.
_SLICE = 0.02
# Microseconds that a cancelled operation may take to end, before it is detached.
_GRACE = 30_000
# Seconds between two reports of a transfer's progress.
REPORT_INTERVAL = 0.1
# Seconds, 30 years. Native code counts microseconds in 64 bits.
_LONGEST = 1e9


def run(call: Call[T], timeout: float | Deadline | None = None) -> T:
    """Start the call, wait for it and return its result.

    Args:
        call: The call.
        timeout: Seconds until the call is cancelled, or the deadline of several calls; `None` for no limit.

    Raises:
        DeadlineExceededError: The call did not end in time, and was cancelled.
        UplinkError: The call failed.
    """
    if call.observation is None and is_wanted():
        with Observation(call):
            return run(call, timeout)
    boundary = call.boundary
    # The struct exists before the start fills it in, so no interrupt can come between an operation and its owner.
    operation = new_operation(boundary)
    grace = _GRACE
    try:
        deadline = Deadline.of(timeout)
        if deadline.left() == 0:
            raise call.deadline_exceeded(deadline.seconds, started=False)
        operation.repeat_microseconds = deadline.repeat_microseconds()
        greenlets = _hub_completions(boundary)
        if greenlets is not None:
            grace = 0  # other greenlets need this thread
            operation.queue = greenlets.native
        call.start(operation)
        if not _wait_for(call, operation, deadline, greenlets):
            raise call.deadline_exceeded(deadline.seconds)
        return call.result(operation)
    finally:
        # An operation whose result was taken, or that was not started, has no handle. A single native call cancels and
        # detaches, since another Ctrl-C may come. It waits for the end of a read, which fills the caller's memory.
        if operation._handle and boundary.alive:
            boundary.lib.uplink_operation_abandon(operation, grace)
        # If an exception interrupts these lines, the destructors do the rest.
        for pointer in call.lent:
            boundary.ffi.release(pointer)


class Started(Generic[T]):
    """A call that was started ahead. The garbage collection of its operation detaches it.

    Attributes:
        call: The call.
        operation: Its operation.
        observation: Observes it, from its start; mostly `None`.
    """

    __slots__ = ("_queue", "call", "observation", "operation")

    def __init__(self, call: Call[T], timeout: float | None, queue: UplinkQueuePointer | None) -> None:
        """Start the call.

        Args:
            call: The call.
            timeout: Seconds for which libuplink may repeat requests, as for `run`.
            queue: The queue that reports its end, or `None` to wait for it.
        """
        self.call = call
        self.observation = Observation(call) if is_wanted() else None
        self.operation = new_operation(call.boundary)
        self.operation.repeat_microseconds = Deadline.of(timeout).repeat_microseconds()
        # The number of a queue is never used again, unlike its address.
        self._queue = 0
        if queue is not None:
            self.operation.queue = queue
            self._queue = queue._handle
        call.start(self.operation)

    def check_queue(self, queue: UplinkQueuePointer | None) -> None:
        """Raise a `CancelledError` unless this queue reports the end of the operation."""
        if queue is None or queue._handle != self._queue:
            raise CancelledError("the call was started in another event loop")

    def has_ended(self) -> bool:
        """Report whether the operation has ended."""
        return bool(self.call.boundary.lib.uplink_operation_wait(self.operation, 0))

    def detach(self) -> None:
        """Cancel and detach the operation, if its result was not taken."""
        if self.operation._handle and self.call.boundary.alive:
            self.call.boundary.lib.uplink_operation_detach(self.operation)


def begin(call: Call[T], timeout: float | None) -> Started[T]:
    """Start the call, and do not wait for it."""
    greenlets = _hub_completions(call.boundary)
    return Started(call, timeout, None if greenlets is None else greenlets.native)


def finish(started: Started[T], timeout: float | Deadline | None) -> T:
    """Wait for a call that was started, and return its result.

    Raises:
        ForkError: An ancestor of this process started it.
        CancelledError: It was started under another hub of gevent.
        DeadlineExceededError: It did not end in time, and was cancelled.
        UplinkError: It failed.
    """
    call, operation = started.call, started.operation
    if started.observation is not None and call.observation is None:
        with started.observation:
            return finish(started, timeout)
    try:
        call.boundary.check_process("call")
        deadline = Deadline.of(timeout)
        greenlets = _hub_completions(call.boundary)
        ended = started.has_ended()
        if ended:
            call.report(operation)
        elif greenlets is not None:
            started.check_queue(greenlets.native)
        if not ended and not _wait_for(call, operation, deadline, greenlets):
            raise call.deadline_exceeded(deadline.seconds)
        return call.result(operation)
    finally:
        started.detach()


def _hub_completions(boundary: Boundary) -> HubCompletions | None:
    """Return the completions of gevent's hub, or `None` unless gevent is patched in."""
    if "gevent.monkey" not in sys.modules:
        return None
    from uplink._greenlets import completions  # noqa: PLC0415 - most programs do not need it

    return completions(boundary)


def _wait_for(
    call: Call[T], operation: UplinkOperationPointer, deadline: Deadline, greenlets: HubCompletions | None
) -> bool:
    """Wait until the operation has ended, and report whether it has before the deadline."""
    if call.progress is None and call.observation is None:
        return _wait(call.boundary, operation, deadline, greenlets)
    return _wait_and_report(call, operation, deadline, greenlets)


def _wait_and_report(
    call: Call[T], operation: UplinkOperationPointer, deadline: Deadline, greenlets: HubCompletions | None
) -> bool:
    """Wait as `_wait` does, and meanwhile report the progress of the operation."""
    while True:
        left = deadline.left()
        interval = REPORT_INTERVAL if left is None else min(left, REPORT_INTERVAL)
        ended = _wait(call.boundary, operation, Deadline(interval), greenlets)
        call.report(operation)
        if ended or (left is not None and left <= interval):
            return ended


def _wait(
    boundary: Boundary, operation: UplinkOperationPointer, deadline: Deadline, greenlets: HubCompletions | None
) -> bool:
    """Wait until the operation has ended, and report whether it has before the deadline."""
    if greenlets is not None:
        return greenlets.wait(operation, deadline.left)
    wait = boundary.lib.uplink_operation_wait
    on_main_thread = threading.current_thread() is threading.main_thread()
    while True:
        # A signal handler may have forked.
        boundary.check_process("call")
        left = deadline.left()
        # Negative: without a limit.
        span = -1.0 if left is None else left
        if on_main_thread and not 0 <= span <= _SLICE:
            span = _SLICE
        if wait(operation, int(span * 1e6)):
            return True
        if left is not None and left <= span:
            return False


class Deadline:
    """The end of a timeout, which several calls may share.

    Attributes:
        seconds: The timeout, or `None` for no limit.

    Raises:
        TypeError: The timeout is not a number.
        InvalidArgumentError: The timeout is negative or NaN.
    """

    __slots__ = ("_end", "seconds")

    def __init__(self, seconds: float | None) -> None:
        if seconds is not None and not at_least(0, seconds, "timeout", "seconds or None"):
            raise InvalidArgumentError(f"timeout is {seconds!r}; it takes seconds, or None for no limit")
        # A Fraction, for example, has no format `g`, which messages use.
        self.seconds = None if seconds is None else float(min(seconds, _LONGEST))
        self._end = None if self.seconds is None else time.monotonic() + self.seconds

    @classmethod
    def of(cls, timeout: float | Deadline | None) -> Deadline:
        """Return a deadline itself, or the deadline that is so many seconds from now."""
        return timeout if isinstance(timeout, Deadline) else cls(timeout)

    def left(self) -> float | None:
        """Return the seconds that are left, at least 0, or `None` for no limit."""
        return None if self._end is None else max(self._end - time.monotonic(), 0.0)

    def repeat_microseconds(self) -> int:
        """Return how long libuplink may repeat requests that a satellite refuses.

        That is a minute longer than is left, so that the deadline ends the call first. Without a limit it is 0, for
        which libuplink takes a minute.
        """
        left = self.left()
        return 0 if left is None else int((left + 60) * 1e6)
