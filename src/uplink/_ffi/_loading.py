"""Loads the extension, or reports why it cannot be loaded and what to do.

The messages of dynamic loaders name neither: for a library of another processor, glibc reports a missing file.
"""

from __future__ import annotations

import os
import re
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uplink._ffi import _copy, _elf, _needs
from uplink.errors import LoadError

if TYPE_CHECKING:
    from types import ModuleType

    from uplink._ffi import Process

# Whether this is a packed program: PyInstaller, cx_Freeze and others set the attribute, Nuitka the global name.
_FROZEN = bool(getattr(sys, "frozen", False)) or "__compiled__" in globals()
_PIP = f"{Path(sys.executable).name or 'python'} -m pip"
REINSTALL = f"{_PIP} install --force-reinstall uplink-cffi"
_INSTALL_AGAIN = (
    "Build this program again, with a whole installation of uplink-cffi"
    if _FROZEN
    else f"Install it again: {REINSTALL}"
)


class Loading(NamedTuple):
    """How a process has loaded its library.

    Attributes:
        path: The path of the installed extension, or `None` before it was looked for.
        loaded: Whether the process has loaded it.
        forked: Whether an ancestor of the process had loaded it, so that the process needs a copy.
        revival: Whether a forked child may load a copy.
    """

    path: str | None
    loaded: bool
    forked: bool
    revival: bool

    @classmethod
    def of(cls, process: Process) -> Loading:
        """Return how a process has loaded its library."""
        return cls(process.origin, process.boundary is not None, process.forked, _copy.allowed())


def load(name: str, process: Process) -> ModuleType:
    """Load the extension, or a private copy if a parent of the process has loaded it.

    Args:
        name: The extension's full name.
        process: The state of this process. Its origin is set.

    Raises:
        ForkError: A copy cannot be loaded.
        LoadError: The extension is missing, is cut off, or is not for this Python, this system or this process.
    """
    if process.origin is not None and process.forked:
        return _copy.load(name, process.origin)
    _needs.check()
    process.origin = find(name)
    try:
        return _load_original(Path(process.origin))
    except LoadError:
        # No runtime started, so a later fork may load normally.
        process.origin = None
        raise


def find(name: str) -> str:
    """Return the path of the extension.

    Args:
        name: Its full name.

    Raises:
        LoadError: There is none.
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise LoadError(_why_missing(name.rpartition(".")[2], Path(__file__).parent))
    return spec.origin


def _load_original(path: Path) -> ModuleType:
    refused = _why_refused(path)
    if refused:
        raise LoadError(refused)
    try:
        # Import statements, which packers of programs find. The first module imports the second, in C.
        import uplink._ffi._libuplink as extension  # noqa: PLC0415

        import _cffi_backend  # noqa: F401, PLC0415  # pyright: ignore[reportUnusedImport]  # isort: skip
    except ImportError as error:
        raise LoadError(_why_failed(path, error)) from error
    loaded: ModuleType = extension
    return loaded


def _why_missing(name: str, folder: Path) -> str:
    """Return why Python finds no extension of that name in the folder."""
    if _FROZEN:
        return (
            "this program was built without libuplink: its packer has to take the modules uplink._ffi._libuplink and "
            "_cffi_backend. PyInstaller has the option --hidden-import, Nuitka --include-module, cx_Freeze includes"
        )
    there = sorted(path.name for path in folder.glob(f"{name}.*") if path.suffix in {".so", ".pyd", ".dylib"})
    if there:
        return (
            f"libuplink is here for another Python: {folder} has {', '.join(there)}, and {_python()} takes "
            f"{' or '.join(name + suffix for suffix in EXTENSION_SUFFIXES)}. Install uplink-cffi with the Python that "
            f"is to use it: {REINSTALL}"
        )
    if (folder.parents[2] / "build_ffi.py").is_file():
        return (
            f"libuplink is not built: {folder.parents[1]} is the source code of uplink-cffi. Take it from PYTHONPATH, "
            f"or leave that folder, to import an installed one; or build it, in {folder.parents[2]}: {_PIP} install ."
        )
    return (
        f"the installation of uplink-cffi is not whole: {folder} has no {name}{EXTENSION_SUFFIXES[0]}, nor any other "
        f"library. {_INSTALL_AGAIN}"
    )


def _why_refused(path: Path) -> str | None:
    """Return why a library must not be loaded, or `None` if it may.

    The dynamic loader of glibc trusts the headers, so a file that is cut off would end the process.
    """
    if sys.platform != "linux":
        return None
    try:
        found, size = _elf.read(path), path.stat().st_size
    except OSError:
        return None  # the loader reports it
    if found is None or size >= found.least_size:
        return None
    return f"libuplink at {path} is cut off: it has {size:,} bytes of {found.least_size:,}. {_INSTALL_AGAIN}"


def _why_failed(path: Path, error: ImportError) -> str:
    """Return why the dynamic loader did not load a library, given its error."""
    if error.name == "_cffi_backend":
        remedy = "build this program again, with the module _cffi_backend" if _FROZEN else f"{_PIP} install cffi"
        return f"the package cffi, which uplink-cffi needs, is not installed for {_python()}: {remedy}"
    found, own = _headers(path)
    if own and not found:
        return f"libuplink at {path} is not a library of Linux, or is damaged. {_INSTALL_AGAIN}"
    if own and found and (found.machine, found.bits) != (own.machine, own.bits):
        return (
            f"libuplink at {path} is for {found}, and this Python is for {own}. Install "
            f"uplink-cffi with the Python that is to use it, not by copying its folder: {REINSTALL}"
        )
    if sys.platform == "linux" and not libc():
        return (
            f"libuplink at {path} needs glibc, and this Python has another C library, such as musl on Alpine Linux. "
            f"Go's libraries cannot be loaded there; use a system with glibc, such as Debian. The loader said: {error}"
        )
    needed = re.findall(r"version `GLIBC_([\d.]+)' not found", str(error))
    if needed:
        newest = max(needed, key=lambda version: [int(part) for part in version.split(".")])
        return (
            f"libuplink at {path} needs glibc {newest} or newer, and this system has {libc()}: it was "
            "built on a newer system. Install the wheel from PyPI, which needs 2.17, or build it here: "
            f"{REINSTALL} --no-binary uplink-cffi"
        )
    return f"libuplink at {path} cannot be loaded: {error}. {_INSTALL_AGAIN}"


def libc() -> str:
    """Return the name and the version of the C library if it is glibc, else `""`."""
    if not hasattr(os, "confstr"):
        return ""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (ValueError, OSError):  # macOS has no such name, and musl no value
        return ""


def _headers(path: Path) -> tuple[_elf.Header | None, _elf.Header | None]:
    """Return the headers of a library and of this Python, if they can be read."""
    try:
        return _elf.read(path), _elf.read(Path(sys.executable))
    except OSError:
        return None, None


def _python() -> str:
    """Return the version and the system of this Python, for messages."""
    import platform  # noqa: PLC0415 - for messages only
    import sysconfig  # noqa: PLC0415

    threads = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    version = f"{sys.version_info.major}.{sys.version_info.minor}{threads}"
    return f"{platform.python_implementation()} {version} on {sys.platform} {platform.machine()}"
