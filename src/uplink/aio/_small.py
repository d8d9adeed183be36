"""Puts and gets of small objects. Those that begin in one turn of the event loop are started in one native call."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from uplink._attempts import Attempts
from uplink._calls.small import SmallCall, start_all
from uplink._driver import Deadline
from uplink.errors import ForkError, UplinkError

if TYPE_CHECKING:
    from uplink._calls.small import Value
    from uplink._completions import CompletionQueue
    from uplink._config_values import Retry
    from uplink._handle import ProjectHandle

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


# The options of a small put, from `metadata` to `checksum`.
NO_OPTIONS = (None, None, None, None, None, None, False, None)


class SmallCalls:
    """The small calls of one event loop.

    An exception can interrupt any line here, as that of Ctrl-C does. So calls and results stay in their places until
    the next step is done, and each step can be done again.
    """

    def __init__(self, queue: CompletionQueue) -> None:
        self._boundary = queue.boundary
        self._queue = queue.native
        self._results = queue.results
        self._last_tag = 0
        # The calls that have not ended, with what waits for them, and those of them that are not started.
        self._waiting: dict[int, tuple[SmallCall, asyncio.Future[bool]]] = {}
        self._gathered: dict[int, SmallCall] = {}

    def futures(self) -> list[asyncio.Future[bool]]:
        """Return what waits for the calls that have not ended."""
        return [future for _, future in self._waiting.values()]

    async def run(self, handle: ProjectHandle, bucket: str, key: str, data: bytes | None, retry: Retry) -> Value:
        """Put the data, or get an object if it is `None`, again after an error as `retry` allows.

        Raises:
            UplinkError: The call failed.
        """
        attempts: Attempts | None = None
        while True:
            call = SmallCall(handle, bucket, key, data)
            await self._end_of(call)
            if call.error is None:
                return call.value
            if not isinstance(call.error, UplinkError):
                raise call.error
            call.described().explain(call.error)
            attempts = attempts or Attempts(retry, Deadline(None))
            delay = attempts.delay_after(call.error)
            if delay is None:
                raise call.error
            await asyncio.sleep(delay)

    async def _end_of(self, call: SmallCall) -> None:
        """Start the call with others, and wait for its end. Cancel it if the wait is cancelled."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        tag = self._last_tag = self._last_tag + 1
        try:
            self._waiting[tag] = call, future
            self._gathered[tag] = call
            if len(self._waiting) == 1:
                self._start_gathered()
            elif len(self._gathered) == 1:
                loop.call_soon(self._start_gathered)
            await future
        finally:
            if tag in self._waiting:
                self._cancel(tag)

    def _cancel(self, tag: int) -> None:
        self._gathered.pop(tag, None)
        if self._boundary.alive:
            self._boundary.lib.uplink_queue_cancel(self._queue, tag)
        self._waiting.pop(tag, None)

    def _start_gathered(self) -> None:
        try:
            self._boundary.check_process("call")
            # The task of a cancelled future has not run yet.
            calls = {tag: call for tag, call in self._gathered.items() if not self._waiting[tag][1].done()}
            if calls:
                start_all(self._boundary, self._queue, calls)
            self._gathered.clear()
        except ForkError as error:
            for call in self._gathered.values():
                call.error = error
            for tag in list(self._gathered):
                self._set_ended(tag)
                self._gathered.pop(tag)
        except BaseException:
            asyncio.get_running_loop().call_soon(self._start_gathered)
            raise

    def drain(self) -> None:
        """Hand out the results of the calls that have ended."""
        results = self._results
        while self._boundary.alive:
            for index in range(results.count):
                result = results.items[index]
                tag = result.tag
                if tag in self._waiting:
                    self._waiting[tag][0].take(result)
                    self._set_ended(tag)
            self._boundary.lib.uplink_queue_results(self._queue, results)
            if not results.count:
                return

    def _set_ended(self, tag: int) -> None:
        _, future = self._waiting[tag]
        if not future.done():
            future.set_result(True)
        self._waiting.pop(tag)
