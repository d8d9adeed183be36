"""The boundary to libuplink: the only place that loads the C extension.

Loading it starts a Go runtime, which does not survive `os.fork`. So nothing binds `ffi` or `lib` at import: callers ask
for the `current()` boundary, and each native handle remembers the boundary that it came from. A forked child whose
parent had loaded the extension loads a private copy of it, which brings a runtime of its own.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, ClassVar

from uplink.errors import ForkError

if TYPE_CHECKING:
    from uplink._ffi._loading import Loading
    from uplink._ffi._mark import Mark

_EXTENSION = f"{__name__}._libuplink"
# Seconds that the end of the interpreter may be late.
_LONGEST_WAIT = 2.0


class Boundary:
    """One loaded copy of the extension.

    Attributes:
        ffi: How cffi makes and reads values of C.
        lib: The functions of the copy.
        here: 1 at index 0 in the process that loaded the copy, and 0 in its forked children.
    """

    __slots__ = ("ffi", "here", "lib")

    # cffi makes both from the C header at build time, so there are no static types for what is in them.
    def __init__(self, ffi: Any, lib: Any, here: Mark) -> None:
        self.ffi: Any = ffi
        self.lib: Any = lib
        self.here: Mark = here

    @property
    def alive(self) -> bool:
        """Whether this is the process whose Go runtime the boundary talks to."""
        return bool(self.here[0])

    def check_process(self, what: str) -> None:
        """Raise `ForkError`, which names what was used, in any process but the one that loaded the copy."""
        if not self.here[0]:
            raise ForkError(f"the {what} was made before the fork; make it anew in the child")


def loading() -> Loading:
    """Return how this process came by its library; loads nothing."""
    from uplink._ffi._loading import Loading  # noqa: PLC0415

    return Loading.of(Process.this())


class Process:
    """What one process has loaded.

    Attributes:
        here: The mark of the process.
        lock: Held while the extension is loaded. A forked child has its own: nobody might release its parent's.
        boundary: What was loaded.
        origin: Where the extension lies, from just before it is loaded on.
        forked: Whether an ancestor of this process had loaded it.
    """

    _newest: ClassVar[Process | None] = None
    # By the process that they were forked from.
    _children: ClassVar[dict[Process | None, Process]] = {}

    def __init__(self, parent: Process | None) -> None:
        # Once for each process, so importing this package is not to pay for it.
        from uplink._ffi._mark import mark  # noqa: PLC0415

        self.here = mark()
        self.lock = threading.Lock()
        self.boundary: Boundary | None = None
        self.origin: str | None = None if parent is None else parent.origin
        self.forked = self.origin is not None

    @classmethod
    def this(cls) -> Process:
        """Return this process, which is another one after a fork, however that was made."""
        process = cls._newest
        while process is None or not process.here[0]:
            # One step, so several threads get the same.
            process = cls._newest = cls._children.setdefault(process, cls(process))
        return process


def current() -> Boundary:
    """Return this process's boundary, loading the extension at the first call.

    Raises:
        ForkError: The process is a forked child whose parent had loaded the extension, and no private copy of it can
            be loaded here.
        LoadError: The extension is not there, or is not for this Python or this system.
    """
    process = Process.this()
    return process.boundary or _load(process)


def _load(process: Process) -> Boundary:
    # Imported at the first call, since it costs half of what importing this package may cost.
    import atexit  # noqa: PLC0415

    from uplink._ffi import _loading  # noqa: PLC0415

    with process.lock:
        if process.boundary is None:
            module = _loading.load(_EXTENSION, process)
            process.boundary = Boundary(module.ffi, module.lib, process.here)
            atexit.register(_wait_for_background, process.boundary)
        return process.boundary


def _wait_for_background(boundary: Boundary) -> None:
    """Wait a moment before the process ends: an upload that an exception has ended may still be aborting."""
    end = time.monotonic() + _LONGEST_WAIT
    while boundary.alive and boundary.lib.uplink_detached_operations() and time.monotonic() < end:
        time.sleep(0.005)
