"""Runs native calls by awaiting them. No thread waits: all calls of an event loop share one completion queue."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import weakref
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from uplink._calls._call import new_operation
from uplink._completions import CompletionQueue
from uplink._driver import REPORT_INTERVAL, Deadline, Started
from uplink._observation import Observation, is_wanted
from uplink.aio._small import SmallCalls
from uplink.errors import DeadlineExceededError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from uplink._calls._call import Call
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkOperationPointer

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")

_COUNTS_CANCELS = sys.version_info >= (3, 11)


async def run(call: Call[T], timeout: float | Deadline | None = None) -> T:
    """Start the call, await it and return its result.

    Args:
        call: The call.
        timeout: Seconds until the call is cancelled, or the deadline of several calls; `None` for no limit.

    Raises:
        DeadlineExceededError: The call did not end in time, and was cancelled.
        UplinkError: The call failed.
    """
    if call.observation is None and is_wanted():
        with Observation(call):
            return await run(call, timeout)
    boundary = call.boundary
    operation = new_operation(boundary)
    try:
        deadline = Deadline.of(timeout)
        if deadline.left() == 0:
            raise call.deadline_exceeded(deadline.seconds, started=False)
        loop = _running_loop()
        completions = _Completions.of(loop, boundary) or await _Completions.open(loop, boundary)
        operation.queue = completions.native
        operation.repeat_microseconds = deadline.repeat_microseconds()
        call.start(operation)
        if not await _wait_for(call, operation, deadline, completions):
            raise call.deadline_exceeded(deadline.seconds)
        return call.result(operation)
    finally:
        # An operation whose result was taken, or that was not started, has no handle. Detaching cancels. It waits some
        # milliseconds for the end of a read, which fills the caller's memory.
        if operation._handle and boundary.alive:
            boundary.lib.uplink_operation_detach(operation)
        # If an exception interrupts these lines, the destructors do the rest.
        for pointer in call.lent:
            boundary.ffi.release(pointer)


async def _wait_for(
    call: Call[T], operation: UplinkOperationPointer, deadline: Deadline, completions: _Completions
) -> bool:
    """Wait for the operation's end, and report whether it came in time."""
    if call.progress is None and call.observation is None:
        return await completions.wait(operation, deadline.left())
    return await _wait_and_report(call, operation, deadline, completions)


async def _wait_and_report(
    call: Call[T], operation: UplinkOperationPointer, deadline: Deadline, completions: _Completions
) -> bool:
    """Wait for the operation's end, and meanwhile report its progress. Report whether the end came in time."""
    while True:
        left = deadline.left()
        interval = REPORT_INTERVAL if left is None else min(left, REPORT_INTERVAL)
        # The end may have been drained between two waits.
        ended = completions.has_ended(operation._handle) or await completions.wait(operation, interval)
        call.report(operation)
        if ended or (left is not None and left <= interval):
            return ended


def begin(call: Call[T], timeout: float | None) -> Started[T]:
    """Start the call, and do not await it. The loop has run a call before."""
    completions = _Completions.of(_running_loop(), call.boundary)
    return Started(call, timeout, None if completions is None else completions.native)


async def finish(started: Started[T], timeout: float | Deadline | None) -> T:
    """Await a call that was started, and return its result.

    Raises:
        ForkError: An ancestor of this process started it.
        CancelledError: It was started in another loop.
        DeadlineExceededError: It did not end in time, and was cancelled.
        UplinkError: It failed.
    """
    call = started.call
    if started.observation is not None and call.observation is None:
        with started.observation:
            return await finish(started, timeout)
    try:
        call.boundary.check_process("call")
        deadline = Deadline.of(timeout)
        if started.has_ended():
            call.report(started.operation)
        else:
            completions = _Completions.of(_running_loop(), call.boundary)
            started.check_queue(None if completions is None else completions.native)
            # Its end cannot have been drained before this wait: nothing else runs in this loop meanwhile.
            if completions is None or not await _wait_for(call, started.operation, deadline, completions):
                raise call.deadline_exceeded(deadline.seconds)
        return call.result(started.operation)
    finally:
        started.detach()


def small_calls(boundary: Boundary) -> SmallCalls | None:
    """Return the small calls of the running loop.

    They are `None` where a call is run by itself: while calls are logged or traced, and before the loop's first call.
    """
    if is_wanted():
        return None
    completions = _Completions.of(_running_loop(), boundary)
    return None if completions is None else completions.small


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "uplink.aio needs a running event loop of asyncio; elsewhere, as under trio, use the synchronous calls"
        ) from None


async def in_time(pieces: AsyncGenerator[T, None], deadline: Deadline, what: str) -> AsyncGenerator[T, None]:
    """Iterate over pieces, and cancel the wait for a piece at the deadline.

    Args:
        pieces: A generator, which is closed at the end.
        deadline: The deadline, which has a limit.
        what: What the pieces are, for the message.

    Raises:
        DeadlineExceededError: A piece did not come in time.
    """
    async with contextlib.aclosing(pieces):
        while True:
            alarm = _Alarm(deadline.left() or 0.0)
            try:
                with alarm:
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except asyncio.CancelledError as error:
                if not alarm.rang:
                    raise
                raise DeadlineExceededError(f"could not read {what} within {deadline.seconds:g} s") from error
            yield piece


class _Alarm:
    """Cancels the current task after so many seconds, as `asyncio.timeout` does, which Python 3.10 lacks.

    Attributes:
        rang: Whether the alarm alone has cancelled the task.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.rang = False

    def __enter__(self) -> None:
        self._task = cast("Any", asyncio.current_task())
        self._before = self._task.cancelling() if _COUNTS_CANCELS else 0
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._ring)

    def _ring(self) -> None:
        self.rang = self._task.cancel()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self.rang and _COUNTS_CANCELS:
            self.rang = self._task.uncancel() <= self._before


class _Completions(CompletionQueue):
    """The native completion queue of one event loop, and the futures that wait for its entries.

    Attributes:
        small: The small calls of the loop.
    """

    # Both sides are weak references. The loop keeps its completions alive, as it has their reader.
    _of_loop: ClassVar[weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, weakref.ref[_Completions]]] = (
        weakref.WeakKeyDictionary()
    )

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop, boundary: Boundary) -> _Completions | None:
        """Return the completions of the loop, or `None` if they are not open."""
        reference = cls._of_loop.get(loop)
        completions = None if reference is None else reference()
        return completions if completions is not None and completions.boundary is boundary else None

    @classmethod
    async def open(cls, loop: asyncio.AbstractEventLoop, boundary: Boundary) -> _Completions:
        """Open the completions of the loop, at its first call, and return them."""
        completions = cls(loop, boundary)
        cls._of_loop[loop] = weakref.ref(completions)
        # asyncio has no hook for the end of a loop, but it closes asynchronous generators first.
        await completions._lifetime.__anext__()
        return completions

    def __init__(self, loop: asyncio.AbstractEventLoop, boundary: Boundary) -> None:
        # The queue of a loop that ends without `shutdown_asyncgens` is closed when the loop is collected.
        super().__init__(boundary, loop)
        self._futures: dict[int, asyncio.Future[bool]] = {}
        self.small = SmallCalls(self)
        # The task that reads from the socket if the loop cannot watch sockets, as the default loop of Windows.
        self._receiving: asyncio.Task[None] | None = None
        self._lifetime = self._live()

    async def _live(self) -> AsyncGenerator[None, None]:
        """Watch the socket until the loop closes its asynchronous generators."""
        try:
            asyncio.get_running_loop().add_reader(self.receiver, self._wake)
        except NotImplementedError:
            self._receiving = asyncio.create_task(self._receive())
        try:
            yield
        finally:
            # Other generators are closed at the same time, and may make their last calls.
            await asyncio.sleep(0)
            while waiting := [*self._futures.values(), *self.small.futures()]:
                # A call that was interrupted may have left a future whose handle never comes.
                await asyncio.wait(waiting, timeout=0.1)
                self._set_ended()
            type(self)._of_loop.pop(asyncio.get_running_loop(), None)
            if self._receiving is None:
                asyncio.get_running_loop().remove_reader(self.receiver)
            else:
                self._receiving.cancel()
                await asyncio.wait([self._receiving])
            self.close()

    async def _receive(self) -> None:
        try:
            # A cancelled wait may have consumed the byte without draining the queue.
            self._drain()
            while await asyncio.get_running_loop().sock_recv(self.receiver, 4096):
                self._drain()
        except asyncio.CancelledError:
            # `asyncio.run`, for example, cancels all tasks of a loop, and then awaits their last calls.
            if self.of(asyncio.get_running_loop(), self.boundary) is self:
                self._receiving = asyncio.create_task(self._receive())
            raise

    def _wake(self) -> None:
        try:
            self.receiver.recv(4096)
            self._drain()
        except BaseException:
            # The interrupt may have come after the byte was read, or after handles were drained.
            self._drain()
            self._set_ended()
            raise

    def _set_ended(self) -> None:
        """Set the futures of all operations that have ended, drained or not."""
        for handle in list(self._futures):
            if self.has_ended(handle):
                self._set(handle)
        self.small.drain()

    def _drain(self) -> None:
        for handle in self.drain():
            self._set(handle)
        self.small.drain()

    def _set(self, handle: int) -> None:
        future = self._futures.pop(handle, None)
        if future is not None and not future.done():
            future.set_result(True)

    async def wait(self, operation: UplinkOperationPointer, timeout: float | None) -> bool:
        """Wait for the operation's end, and report whether it came in time."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        handle = operation._handle
        self._futures[handle] = future
        timer = None if timeout is None else loop.call_later(timeout, _expire, future)
        try:
            return await future
        finally:
            if timer is not None:
                timer.cancel()
            self._futures.pop(handle, None)


def _expire(future: asyncio.Future[bool]) -> None:
    if not future.done():
        future.set_result(False)
