"""Reads executables and libraries in the formats ELF, Mach-O and PE, for check_artifacts.py."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lief

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import build_go

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ")
FORBIDDEN = {
    lief.ELF.DynamicEntry.TAG.RPATH: "an RPATH",
    lief.ELF.DynamicEntry.TAG.RUNPATH: "a RUNPATH",
    lief.ELF.DynamicEntry.TAG.TEXTREL: "text that is relocated",
}

# Libraries of Windows and of Python, and libuplink beside the extension.
WINDOWS = re.compile(
    r"(kernel32|ntdll|msvcrt|ucrtbase|ws2_32|advapi32|bcrypt|bcryptprimitives|crypt32|api-ms-win-[\w-]+"
    r"|vcruntime140(_1)?|python3\w*|libuplink)\.dll",
    re.IGNORECASE,
)


def parse(content: bytes) -> Any:
    """Return the parsed executable or library, or `None` for another file."""
    return lief.parse(content) if content.startswith(MAGIC) else None


def machine(binary: Any) -> str:
    """Return the name of the processor in the tags of wheels for that system."""
    if isinstance(binary, lief.ELF.Binary):
        return str(binary.header.machine_type.name).lower()
    if isinstance(binary, lief.MachO.Binary):
        return str(binary.header.cpu_type.name).lower()
    return str(binary.header.machine.name).lower()


def problems(binary: Any) -> Iterator[str]:
    """Yield what no binary of this project may have."""
    if isinstance(binary, lief.MachO.Binary) and binary.has_rpath:
        yield "has an RPATH"
    if not isinstance(binary, lief.ELF.Binary):
        return
    tags = {entry.tag for entry in binary.dynamic_entries}
    yield from (f"has {text}" for tag, text in FORBIDDEN.items() if tag in tags)
    stacks = [segment for segment in binary.segments if segment.type == lief.ELF.Segment.TYPE.GNU_STACK]
    # Without such a header, the stack is executable, too.
    if not stacks or any(segment.has(lief.ELF.Segment.FLAGS.X) for segment in stacks):
        yield "has an executable stack"


def _libraries(binary: Any) -> list[str]:
    return [str(getattr(library, "name", library)) for library in binary.libraries]


def pythons(binary: Any) -> set[str]:
    """Return the libraries of Python that a binary for Windows needs."""
    return {name.lower() for name in _libraries(binary) if name.lower().startswith("python")}


def libraries(binary: Any) -> Iterator[str]:
    """Yield foreign libraries that a binary for macOS or Windows needs. For Linux, auditwheel checks them."""
    names = _libraries(binary)
    if isinstance(binary, lief.MachO.Binary):
        yield from (name for name in names if not name.startswith(("/usr/lib/", "/System/Library/")))
    elif not isinstance(binary, lief.ELF.Binary):
        yield from (name for name in names if not WINDOWS.fullmatch(name))


def is_static(binary: Any) -> bool:
    """Report whether an executable for Linux needs no C library. On other systems all executables need one."""
    return not isinstance(binary, lief.ELF.Binary) or not (binary.has_interpreter or list(binary.libraries))


def exports(binary: Any) -> set[str]:
    """Return the exported symbols, with their names in C."""
    if isinstance(binary, lief.ELF.Binary):
        return {str(symbol.name) for symbol in binary.exported_symbols}
    if isinstance(binary, lief.MachO.Binary):
        return {str(symbol.name).removeprefix("_") for symbol in binary.exported_symbols}
    return {str(entry.name) for entry in binary.get_export().entries} if binary.has_exports else set()


def linked(content: bytes) -> set[str]:
    """Return `path@version` of each module that Go has linked into a binary, and of `std`.

    The set is empty if Go has not linked the binary. Needs Go on PATH.
    """
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder, "binary")
        binary.write_bytes(content)
        try:
            return {f"{path}@{version}" for path, version in build_go.linked(binary)}
        except subprocess.CalledProcessError:
            return set()
