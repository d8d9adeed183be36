"""Ownership of what lives in libuplink."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from uplink.errors import ClosedError, ForkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from uplink._ffi import Boundary


class Handle:
    """One native handle, freed exactly once: by `free`, or when the last reference goes.

    A call that passes the pointer on holds the handle as a context, so that no other thread frees the memory under it:

        with handle as pointer:
            lib.uplink_start_stat_object(operation, pointer, bucket, key)
    """

    __slots__ = ("__weakref__", "_free", "_lock", "_name", "_pointer", "boundary")

    def __init__(self, boundary: Boundary, name: str, pointer: Any, free: Callable[[Any], None]) -> None:
        self.boundary = boundary
        self._name = name
        self._pointer = pointer
        self._free = free
        # Reentrant, because a finalizer may run in the middle of anything, also inside `with`.
        self._lock = threading.RLock()

    def __enter__(self) -> Any:
        self.check_process()
        self._lock.acquire()
        if self._pointer is None:
            self._lock.release()
            raise ClosedError(f"the {self._name} is closed")
        return self._pointer

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def check_process(self) -> None:
        """Raise `ForkError` in any process but the one that the handle was made in."""
        if not self.boundary.alive:
            raise ForkError(f"the {self._name} was opened before the fork; open it anew in the child")

    def free(self) -> None:
        """Give the handle back. Harmless when it was already; in a forked child there is nothing to give back."""
        if not self.boundary.alive:
            return
        with self._lock:
            pointer, self._pointer = self._pointer, None
            if pointer is not None:
                self._free(pointer)

    def __del__(self) -> None:
        self.free()
