"""Waits for native calls in gevent's hub, so that other greenlets run meanwhile."""

from __future__ import annotations

import sys
import weakref
from importlib import import_module
from typing import TYPE_CHECKING, Any

from uplink._completions import CompletionQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkOperationPointer

# Seconds between checks whether an operation has ended: an interrupt may have lost its handle.
_CHECK_INTERVAL = 1.0
_READ = 1


def completions(boundary: Boundary) -> HubCompletions | None:
    """Return the completions of this thread's hub, or `None` if no greenlet can wait here.

    Greenlets wait only where gevent has patched sockets, and not in the hub itself.
    """
    monkey: Any = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("socket"):
        return None
    gevent: Any = sys.modules["gevent"]
    hub = gevent.get_hub()
    if gevent.getcurrent() is hub:  # for example in a finalizer
        return None
    found = _of_hub.get(hub)
    if found is None or found.boundary is not boundary:
        found = _of_hub[hub] = HubCompletions(hub, boundary)
    return found


class HubCompletions(CompletionQueue):
    """The completion queue of one hub of gevent, and the events that wait for its entries."""

    def __init__(self, hub: Any, boundary: Boundary) -> None:  # noqa: ANN401 - gevent may be missing
        super().__init__(boundary, hub)
        self._events: dict[int, Any] = {}
        self._new_event: Callable[[], Any] = import_module("gevent.event").Event
        # It is started only while a call waits, since a hub does not end while a watcher runs.
        self._watcher = hub.loop.io(self.receiver.fileno(), _READ)

    def wait(self, operation: UplinkOperationPointer, time_left: Callable[[], float | None]) -> bool:
        """Wait for the operation's end, and report whether it came in time.

        Args:
            operation: The operation, whose queue is this queue.
            time_left: Returns the seconds that are left, or `None` for no limit.
        """
        handle = operation._handle
        event = self._events[handle] = self._new_event()
        try:
            if len(self._events) == 1:
                self._watcher.start(self._wake)
            left = time_left()
            while not event.wait(_CHECK_INTERVAL if left is None else min(left, _CHECK_INTERVAL)):
                if self.has_ended(handle):
                    return True
                left = time_left()
                if left == 0:
                    return False
            return True
        finally:
            self._events.pop(handle, None)
            if not self._events:
                self._watcher.stop()

    def _wake(self) -> None:
        self.receiver.recv(4096)
        for handle in self.drain():
            event = self._events.get(handle)
            if event is not None:
                event.set()


_of_hub: weakref.WeakKeyDictionary[Any, HubCompletions] = weakref.WeakKeyDictionary()
