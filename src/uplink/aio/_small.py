"""Puts and gets of small objects. Those that begin in one turn of the event loop are started in one native call."""

from __future__ import annotations

import asyncio
from operator import is_
from typing import TYPE_CHECKING

from uplink._calls.small import SmallCall, start_all
from uplink.errors import ForkError

if TYPE_CHECKING:
    from uplink._completions import CompletionQueue

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


# The options of a small put, from `metadata` to `checksum`, and the `timeout`.
_OF_PUT = (None, None, None, None, None, None, False, None, None)
# The options of a small get, from `offset` to `timeout`.
_OF_GET = (0, None, None, False, None, None)


def is_plain_put(options: tuple[object, ...]) -> bool:
    """Report whether the options of a put, from `metadata` on, are the defaults.

    By identity: a default that is another object only takes the longer way, and `==` means something else for arrays.
    """
    return all(map(is_, options, _OF_PUT))


def is_plain_get(options: tuple[object, ...]) -> bool:
    """Report whether the options of a get, from `offset` to `timeout`, are the defaults."""
    return all(map(is_, options, _OF_GET))


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
        """Return what waits for the calls that have not ended.

        Of an interrupted cancellation a cancelled future is left, for which nothing comes any more.
        """
        return [future for _, future in self._waiting.values() if not future.done()]

    async def end_of(self, call: SmallCall) -> None:
        """Start the call with others, and wait for its end. Cancel it if the wait is cancelled."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        tag = self._last_tag = self._last_tag + 1
        try:
            self._waiting[tag] = call, future
            self._gathered[tag] = call
            if len(self._waiting) == 1:
                self._start_gathered()
            else:
                # Each call asks for the start, so that it comes even if an interrupt has lost that of another call.
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
            for tag, call in list(self._gathered.items()):
                call.error = error
                self._set_ended(tag)
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
        # After an interrupt, a call that has ended may still count as gathered.
        self._gathered.pop(tag, None)
        self._waiting.pop(tag)
