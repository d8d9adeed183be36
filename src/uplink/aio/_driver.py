"""Runs native calls by awaiting them: no thread waits, all calls of an event loop share one completion queue."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import weakref
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from uplink._calls._common import new_operation
from uplink._completions import CompletionQueue
from uplink._driver import Deadline
from uplink.errors import DeadlineExceededError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from uplink._calls._common import Call
    from uplink._ffi import Boundary

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")

_COUNTS_CANCELS = sys.version_info >= (3, 11)


async def run(call: Call[T], timeout: float | Deadline | None = None) -> T:
    """Start the call, await it and return its result.

    Args:
        call: What to run.
        timeout: After how many seconds to give it up, or what is left of a longer timeout; `None` for no limit.

    Raises:
        DeadlineExceededError: The time is up. The call is cancelled.
        UplinkError: The call failed.
    """
    boundary = call.boundary
    operation = new_operation(boundary)
    try:
        deadline = Deadline.of(timeout)
        if deadline.left() == 0:
            raise call.deadline_exceeded(deadline.seconds, started=False)
        loop = _running_loop()
        completions = _Completions.of(loop, boundary) or await _Completions.open(loop, boundary)
        operation.queue = completions.native
        operation.repeat_microseconds = deadline.longer()
        call.start(operation)
        if not await completions.wait(operation, deadline.left()):
            raise call.deadline_exceeded(deadline.seconds)
        return call.result(operation)
    finally:
        # Taking the result has cleared the handle. Otherwise this cancels what still runs, and waits for the end of a
        # read, which fills the caller's memory: milliseconds.
        if operation._handle and boundary.alive:
            boundary.lib.uplink_operation_detach(operation)
        # What an exception in these lines leaves out, the destructors do.
        for pointer in call.lent:
            boundary.ffi.release(pointer)


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "uplink.aio needs a running event loop of asyncio; elsewhere, as under trio, use the synchronous calls"
        ) from None


async def in_time(pieces: AsyncGenerator[T, None], deadline: Deadline, what: str) -> AsyncGenerator[T, None]:
    """Give the pieces, and do not wait longer for any than the deadline.

    Args:
        pieces: A generator, which is closed at the end.
        deadline: When to give up; one that has a limit.
        what: What the pieces are, for the message.

    Raises:
        DeadlineExceededError: The time is up.
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
    """Cancels the task that waits when the time is up: `asyncio.timeout`, which Python 3.10 lacks.

    Attributes:
        rang: Whether the alarm has cancelled the task, and nothing else has.
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
    """The native completion queue of one event loop, and the futures that wait for its entries."""

    # Weak on both sides: the loop itself keeps its completions, by the reader that it is given.
    _of_loop: ClassVar[weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, weakref.ref[_Completions]]] = (
        weakref.WeakKeyDictionary()
    )

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop, boundary: Boundary) -> _Completions | None:
        """Return the loop's completions, if they are open."""
        reference = cls._of_loop.get(loop)
        completions = None if reference is None else reference()
        return completions if completions is not None and completions.boundary is boundary else None

    @classmethod
    async def open(cls, loop: asyncio.AbstractEventLoop, boundary: Boundary) -> _Completions:
        """Open the loop's completions, at its first call."""
        completions = cls(loop, boundary)
        cls._of_loop[loop] = weakref.ref(completions)
        # asyncio has no hook for the end of a loop, but it closes asynchronous generators first.
        await completions._lifetime.__anext__()
        return completions

    def __init__(self, loop: asyncio.AbstractEventLoop, boundary: Boundary) -> None:
        # A loop that is dropped without `shutdown_asyncgens` closes the queue when it is collected.
        super().__init__(boundary, loop)
        self._futures: dict[int, asyncio.Future[bool]] = {}
        # Where the loop cannot watch a socket, a task does.
        self._receiving: asyncio.Task[None] | None = None
        self._lifetime = self._live()

    async def _live(self) -> AsyncGenerator[None, None]:
        try:
            asyncio.get_running_loop().add_reader(self.receiver, self._wake)
        except NotImplementedError:  # Windows' default loop
            self._receiving = asyncio.create_task(self._receive())
        try:
            yield
        finally:
            # Other generators are closed at the same time, and may be making their last calls.
            await asyncio.sleep(0)
            while self._futures:
                # A call that was interrupted may have left its future, of which no handle comes.
                await asyncio.wait(self._futures.values(), timeout=0.1)
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
            # A wait that was cancelled may have swallowed a byte.
            self._drain()
            while await asyncio.get_running_loop().sock_recv(self.receiver, 4096):
                self._drain()
        except asyncio.CancelledError:
            # Whoever cancels all tasks of a loop, as `asyncio.run` does, still awaits their last calls.
            if self.of(asyncio.get_running_loop(), self.boundary) is self:
                self._receiving = asyncio.create_task(self._receive())
            raise

    def _wake(self) -> None:
        try:
            self.receiver.recv(4096)
            self._drain()
        except BaseException:
            # An interrupt, which may have come when the byte was read, or handles were drained.
            self._drain()
            self._set_ended()
            raise

    def _set_ended(self) -> None:
        """Set the futures of all operations that have ended, whether or not they were drained."""
        for handle in list(self._futures):
            if self.has_ended(handle):
                self._set(handle)

    def _drain(self) -> None:
        for handle in self.drain():
            self._set(handle)

    def _set(self, handle: int) -> None:
        future = self._futures.pop(handle, None)
        if future is not None and not future.done():
            future.set_result(True)

    async def wait(self, operation: Any, timeout: float | None) -> bool:
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
