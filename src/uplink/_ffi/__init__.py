"""The boundary to libuplink: the only place that loads the C extension.

Loading it starts a Go runtime, which does not survive `os.fork`. So nothing binds `ffi` or `lib` at import: callers ask
for the `current()` boundary, and each native handle remembers the boundary that it came from. A forked child whose
parent had loaded the extension loads a private copy of it, which brings a runtime of its own.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
import threading
from importlib.machinery import ExtensionFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from uplink._ffi import _loading
from uplink._ffi._mark import Mark, mark
from uplink.errors import ForkError, LoadError

if TYPE_CHECKING:
    from types import ModuleType

_EXTENSION = f"{__name__}._libuplink"
# Set it to "0" and a forked child gets a ForkError instead of a runtime of its own.
_REVIVAL_VARIABLE = "UPLINK_FORK_REVIVAL"


class Boundary(NamedTuple):
    """One loaded copy of the extension.

    Attributes:
        ffi: How cffi makes and reads values of C.
        lib: The functions of the copy.
        here: 1 at index 0 in the process that loaded the copy, and 0 in its forked children.
    """

    # cffi makes both from the C header at build time, so there are no static types for what is in them.
    ffi: Any
    lib: Any
    here: Mark

    @property
    def alive(self) -> bool:
        """Whether this is the process whose Go runtime the boundary talks to."""
        return bool(self.here[0])


class Loading(NamedTuple):
    """How this process came by its library.

    Attributes:
        path: Where the extension lies that was installed, or `None` before it was looked for.
        loaded: Whether this process has loaded it.
        forked: Whether an ancestor of this process had loaded it, so that this one needs a copy.
        revival: Whether a forked child may load a copy.
    """

    path: str | None
    loaded: bool
    forked: bool
    revival: bool


def loading() -> Loading:
    """Return how this process came by its library; loads nothing."""
    process = Process.this()
    return Loading(process.origin, process.boundary is not None, process.forked, _revival())


def _revival() -> bool:
    return os.environ.get(_REVIVAL_VARIABLE) != "0"


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
    with process.lock:
        if process.boundary is None:
            if process.origin is not None and process.forked:
                module = _load_private_copy(process.origin)
            else:
                process.origin = _find()
                try:
                    module = _load_original(process.origin)
                except LoadError:
                    # No runtime started, so a later fork may load normally.
                    process.origin = None
                    raise
            process.boundary = Boundary(module.ffi, module.lib, process.here)
        return process.boundary


def _find() -> str:
    spec = importlib.util.find_spec(_EXTENSION)
    if spec is None or spec.origin is None:
        raise LoadError(_loading.why_missing(_EXTENSION, Path(__file__).parent))
    return spec.origin


def _load_original(path: str) -> ModuleType:
    refused = _loading.why_refused(Path(path))
    if refused:
        raise LoadError(refused)
    try:
        return importlib.import_module(_EXTENSION)
    except ImportError as error:
        raise LoadError(_loading.why_failed(Path(path), error)) from error


def _load_private_copy(origin: str) -> ModuleType:
    """Load the extension from another inode, for which the dynamic loader makes a mapping of its own."""
    if not _revival():
        raise ForkError(
            f"the process was forked after libuplink was loaded, and {_REVIVAL_VARIABLE}=0 forbids to load it anew; "
            "use the spawn start method, or open the project in the child only"
        )
    try:
        if hasattr(os, "memfd_create"):
            # The descriptor may be closed after loading: the mapping keeps the file.
            with os.fdopen(os.memfd_create("libuplink"), "wb") as copy:
                # Not /proc/self: the path must differ from that of an ancestor, whose runtime is dead.
                return _load_from(shutil.copyfile(origin, f"/proc/{os.getpid()}/fd/{copy.fileno()}"))
        with tempfile.TemporaryDirectory(prefix="uplink-", ignore_cleanup_errors=True) as folder:
            return _load_from(shutil.copyfile(origin, f"{folder}/{Path(origin).name}"))
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
