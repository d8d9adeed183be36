"""The native queue that reports which operations of an event loop, or of a hub of gevent, have ended."""

from __future__ import annotations

import socket
import weakref
from typing import TYPE_CHECKING

from uplink._calls._errors import error_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkQueueResultValue, UplinkSmallResultsPointer

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

_CAPACITY = 256


class CompletionQueue:
    """A native completion queue, and the socket that wakes its owner.

    Attributes:
        boundary: The boundary of the queue.
        receiver: Readable when operations have ended since the last `drain`.
        native: The queue's struct, for `UplinkOperation.queue`.
        results: The struct for the results of small calls, which are freed with the owner.
    """

    def __init__(self, boundary: Boundary, owner: object) -> None:
        """Open a queue. It is closed when its owner is collected, if not before."""
        self.boundary = boundary
        self._ended = boundary.ffi.new("UplinkOperation[]", _CAPACITY)
        self.results = boundary.ffi.new("UplinkSmallResults *")
        self.receiver, waker = socket.socketpair()
        self.receiver.setblocking(False)
        waker.setblocking(False)
        result = boundary.lib.uplink_open_queue(waker.fileno())
        self.close = weakref.finalize(owner, _close, boundary, result, self.receiver, waker)
        # Not at the exit of the interpreter, when another thread may be reading them.
        weakref.finalize(owner, _free_results, boundary, self.results).atexit = False
        if result.error:
            raise error_of(boundary, result.error, None, None)
        # A copy, since at the exit of the interpreter other threads may use the handle after the result is freed.
        self.native = boundary.ffi.new("UplinkQueue *", result.queue[0])

    def drain(self) -> Iterator[int]:
        """Iterate over the handles of the operations that have ended since the last time. A forked child has none."""
        count = _CAPACITY if self.boundary.alive else 0
        while count == _CAPACITY:
            count = self.boundary.lib.uplink_queue_drain(self.native, self._ended, _CAPACITY)
            for index in range(count):
                yield self._ended[index]._handle

    def has_ended(self, handle: int) -> bool:
        """Report whether an operation has ended, drained or not.

        Raises:
            ForkError: The process was forked meanwhile.
        """
        self.boundary.check_process("call")
        operation = self.boundary.ffi.new("UplinkOperation *")
        operation._handle = handle
        return bool(self.boundary.lib.uplink_operation_wait(operation, 0))


def _close(boundary: Boundary, result: UplinkQueueResultValue, *sockets: socket.socket) -> None:
    """Free the queue, after which nothing is written to the sockets."""
    if boundary.alive:
        boundary.lib.uplink_free_queue_result(result)
    for end in sockets:
        end.close()


def _free_results(boundary: Boundary, results: UplinkSmallResultsPointer) -> None:
    if boundary.alive:
        boundary.lib.uplink_free_small_results(results)
