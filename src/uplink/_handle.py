"""Ownership of what lives in libuplink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uplink.errors import ClosedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from uplink._ffi import Boundary
    from uplink._info import AccessInfo

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class Handle:
    """One native handle, given back by `free`, or when the last reference goes.

    A native handle is a number, which libuplink never uses twice. The struct that holds it is Python's memory, so a
    call that another thread's `free` overtakes is told that the handle is not valid, and nothing worse.
    """

    __slots__ = ("__weakref__", "_freed", "_native", "_pointer", "boundary", "inspect", "name")

    def __init__(self, boundary: Boundary, name: str, struct: str) -> None:
        self.boundary: Boundary = boundary
        self.name: str = name
        # Returns what the grant of its project allows.
        self.inspect: Callable[[], AccessInfo] | None = None
        self._freed = False
        self._pointer = boundary.ffi.new(f"{struct} *")
        self._native = boundary.ffi.cast("UplinkHandle *", self._pointer)

    def adopt(self, source: Any) -> None:
        """Take over the handle that this field of a result points to; one native call, which nothing can interrupt."""
        self.boundary.lib.uplink_handle_adopt(self._native, self.boundary.ffi.cast("UplinkHandle **", source))

    def pointer(self) -> Any:
        """Return the struct, for a native call.

        Raises:
            ForkError: The handle was made by an ancestor of this process.
            ClosedError: It was given back.
        """
        self.check_process()
        if self._freed:
            raise ClosedError(f"the {self.name} is closed")
        return self._pointer

    def check_process(self) -> None:
        """Raise `ForkError` in any process but the one that the handle was made in."""
        self.boundary.check_process(self.name)

    def free(self) -> None:
        """Give the handle back. Harmless when it was already; in a forked child there is nothing to give back."""
        self._freed = True
        if self.boundary.alive:
            self.boundary.lib.uplink_handle_release(self._native)

    def __del__(self) -> None:
        # Without the last attribute there is nothing to give back: an interrupt came while it was made.
        if hasattr(self, "_native"):
            self.free()
