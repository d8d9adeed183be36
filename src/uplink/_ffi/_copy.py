"""A private copy of the extension for a forked child. It has another inode, so the dynamic loader maps it anew."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from uplink._ffi import _needs
from uplink.errors import ForkError

if TYPE_CHECKING:
    from types import ModuleType

# If it is "0", a forked child gets a ForkError instead of a runtime of its own.
_VARIABLE = "UPLINK_FORK_REVIVAL"


def allowed() -> bool:
    """Report whether a forked child may load a copy."""
    return os.environ.get(_VARIABLE) != "0"


def load(name: str, origin: str) -> ModuleType:
    """Load a copy of the extension.

    Args:
        name: The extension's full name.
        origin: Its path.

    Raises:
        ForkError: The environment forbids to load a copy, or loading it failed.
        LoadError: The process lacks what libuplink needs.
    """
    if not allowed():
        raise ForkError(
            f"the process was forked after libuplink was loaded, and {_VARIABLE}=0 forbids to load it anew; "
            "use the spawn start method, or open the project in the child only"
        )
    _needs.check()
    try:
        return _from_memory(name, origin)
    except (OSError, ImportError) as error:
        # There is no proc file system, or a sandbox forbids it.
        in_memory = error
    try:
        return _from_folder(name, origin)
    except (OSError, ImportError) as error:
        raise ForkError(
            "cannot load libuplink anew in the forked process, neither from memory nor from a temporary folder: "
            f"{in_memory}; {error}"
        ) from error


def _from_memory(name: str, origin: str) -> ModuleType:
    if not hasattr(os, "memfd_create"):
        raise OSError("this system has no files in memory")
    # The mapping keeps the file when the descriptor is closed.
    with os.fdopen(os.memfd_create("libuplink"), "wb") as copy:
        # Not /proc/self: the loader must not find the copy of an ancestor, whose runtime is dead, by the same path.
        return _from_path(name, shutil.copyfile(origin, f"/proc/{os.getpid()}/fd/{copy.fileno()}"))


def _from_folder(name: str, origin: str) -> ModuleType:
    # Only its owner can read it or write to it.
    with tempfile.TemporaryDirectory(prefix="uplink-", ignore_cleanup_errors=True) as folder:
        return _from_path(name, shutil.copyfile(origin, f"{folder}/{Path(origin).name}"))


def _from_path(name: str, path: str) -> ModuleType:
    loader = ExtensionFileLoader(name, path)
    spec = spec_from_file_location(name, path, loader=loader)
    if spec is None:
        raise ImportError(f"no extension module at {path}")
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module
