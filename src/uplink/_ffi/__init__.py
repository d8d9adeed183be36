"""The boundary to libuplink: the only package that loads the C extension.

Loading the extension starts a Go runtime, which does not survive `os.fork`. So no module binds `ffi` or `lib` at
import: callers use the `current()` boundary, and each native handle keeps the boundary that it came from. If the parent
of a forked child had loaded the extension, the child loads a private copy, which has a runtime of its own.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, ClassVar

from uplink.errors import ForkError

if TYPE_CHECKING:
    from uplink._ffi._libuplink import FFI, Libuplink
    from uplink._ffi._loading import Loading
    from uplink._ffi._mark import Mark

_EXTENSION = f"{__name__}._libuplink"
# Seconds that the exit of the interpreter waits for detached operations.
_LONGEST_WAIT = 2.0


class Boundary:
    """One loaded copy of the extension.

    Attributes:
        ffi: Makes and reads values of C. Its type, and that of `lib`, are generated from the header.
        lib: The functions of the copy.
        here: Has 1 at index 0 in the process that loaded the copy, and 0 in its forked children.
    """

    __slots__ = ("ffi", "here", "lib")

    def __init__(self, ffi: FFI, lib: Libuplink, here: Mark) -> None:
        self.ffi: FFI = ffi
        self.lib: Libuplink = lib
        self.here: Mark = here

    @property
    def alive(self) -> bool:
        """Whether this is the process that loaded the copy, so that its Go runtime works."""
        return bool(self.here[0])

    def check_process(self, name: str) -> None:
        """Raise `ForkError` in any process but the one that loaded the copy; the name stands for what was used."""
        if not self.here[0]:
            raise ForkError(f"the {name} was made before the fork; make it anew in the child")


def loading() -> Loading:
    """Return how this process has loaded its library, without loading it."""
    from uplink._ffi._loading import Loading  # noqa: PLC0415

    return Loading.of(Process.this())


class Process:
    """The state of one process.

    Attributes:
        here: The mark of the process.
        lock: Held while the extension is loaded. A forked child has its own, since no thread would release a lock that
            was held at the fork.
        boundary: The boundary, once it is loaded.
        origin: The path of the extension, from just before it is loaded on.
        forked: Whether an ancestor of this process had loaded the extension.
    """

    _newest: ClassVar[Process | None] = None
    # By the process that a child was forked from.
    _children: ClassVar[dict[Process | None, Process]] = {}

    def __init__(self, parent: Process | None) -> None:
        # Imported here: `mmap` is not needed by programs that only import this package.
        from uplink._ffi._mark import mark  # noqa: PLC0415

        self.here = mark()
        self.lock = threading.Lock()
        self.boundary: Boundary | None = None
        self.origin: str | None = None if parent is None else parent.origin
        self.forked = self.origin is not None

    @classmethod
    def this(cls) -> Process:
        """Return the state of this process. After a fork, the child gets a new one."""
        process = cls._newest
        while process is None or not process.here[0]:
            # `setdefault` is one step, so several threads get the same object.
            process = cls._newest = cls._children.setdefault(process, cls(process))
        return process


def current() -> Boundary:
    """Return this process's boundary, loading the extension at the first call.

    Raises:
        ForkError: The parent of this forked child had loaded the extension, and no private copy can be loaded.
        LoadError: The extension is missing, or is not for this Python or this system.
    """
    process = Process.this()
    return process.boundary or _load(process)


def _load(process: Process) -> Boundary:
    # Imported at the first call: these take half of the time that importing this package may take.
    import atexit  # noqa: PLC0415

    from uplink._ffi import _loading  # noqa: PLC0415

    with process.lock:
        if process.boundary is None:
            module = _loading.load(_EXTENSION, process)
            process.boundary = Boundary(module.ffi, module.lib, process.here)
            atexit.register(wait_for_background)
        return process.boundary


def wait_for_background() -> None:
    """Wait a moment before the process ends: libuplink may still abort an upload that an exception has ended."""
    if (boundary := Process.this().boundary) is None:
        return
    end = time.monotonic() + _LONGEST_WAIT
    while boundary.alive and boundary.lib.uplink_detached_operations() and time.monotonic() < end:
        time.sleep(0.005)
