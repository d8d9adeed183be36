"""The boundary to libuplink: the only place that loads the C extension.

Loading it starts a Go runtime, which does not survive `os.fork`. So nothing binds `ffi` or `lib` at import: callers ask
for the `current()` boundary, and each native handle remembers the boundary that it came from. A forked child whose
parent had loaded the extension loads a private copy of it, which brings a runtime of its own.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
import threading
from importlib.machinery import ExtensionFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from uplink.errors import ForkError

if TYPE_CHECKING:
    from types import ModuleType

_EXTENSION = f"{__name__}._libuplink"
# Set it to "0" and a forked child gets a ForkError instead of a runtime of its own.
_REVIVAL_VARIABLE = "UPLINK_FORK_REVIVAL"


class Boundary(NamedTuple):
    """One loaded copy of the extension."""

    # cffi makes both from the C header at build time, so there are no static types for what is in them.
    ffi: Any
    lib: Any

    @property
    def alive(self) -> bool:
        """Whether this is the process whose Go runtime the boundary talks to."""
        return _state.boundary is self


class _State:
    """What this process has loaded."""

    def __init__(self) -> None:
        self.boundary: Boundary | None = None
        self.lock = threading.Lock()
        # Where an ancestor loaded the extension from; None while no runtime has died in a fork.
        self.dead_origin: str | None = None

    def forget(self) -> None:
        """In a forked child: the runtime is gone, and so may be the thread that held the lock."""
        self.lock = threading.Lock()
        if self.boundary is not None:
            self.dead_origin = self.dead_origin or sys.modules[_EXTENSION].__file__
            self.boundary = None


_state = _State()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_state.forget)


def current() -> Boundary:
    """Return this process's boundary, loading the extension at the first call.

    Raises:
        ForkError: The process is a forked child whose parent had loaded the extension, and no private copy of it can
            be loaded here.
    """
    boundary = _state.boundary
    return _load() if boundary is None else boundary


def _load() -> Boundary:
    with _state.lock:
        if _state.boundary is None:
            if _state.dead_origin is None:
                module = importlib.import_module(_EXTENSION)
            else:
                module = _load_private_copy(_state.dead_origin)
            _state.boundary = Boundary(module.ffi, module.lib)
        return _state.boundary


def _load_private_copy(origin: str) -> ModuleType:
    """Load the extension from another inode, for which the dynamic loader makes a mapping of its own."""
    if os.environ.get(_REVIVAL_VARIABLE) == "0":
        raise ForkError(
            f"the process was forked after libuplink was loaded, and {_REVIVAL_VARIABLE}=0 forbids to load it anew; "
            "use the spawn start method, or open the project in the child only"
        )
    try:
        with open(origin, "rb") as extension:
            if hasattr(os, "memfd_create"):
                # The descriptor may be closed after loading: the mapping keeps the file.
                with os.fdopen(os.memfd_create("libuplink"), "wb") as copy:
                    shutil.copyfileobj(extension, copy)
                    copy.flush()
                    return _load_from(f"/proc/self/fd/{copy.fileno()}")
            with tempfile.TemporaryDirectory(prefix="uplink-", ignore_cleanup_errors=True) as folder:
                path = f"{folder}/{Path(origin).name}"
                with open(path, "wb") as copy:
                    shutil.copyfileobj(extension, copy)
                return _load_from(path)
    except (OSError, ImportError) as error:
        raise ForkError(f"cannot load libuplink anew in the forked process: {error}") from error


def _load_from(path: str) -> ModuleType:
    loader = ExtensionFileLoader(_EXTENSION, path)
    spec = importlib.util.spec_from_file_location(_EXTENSION, path, loader=loader)
    if spec is None:
        raise ImportError(f"no extension module at {path}")
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module
