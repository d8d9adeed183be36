"""What check_artifacts.py looks at inside executables and libraries: for ELF, Mach-O and PE alike."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import lief

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ")
FORBIDDEN = {
    lief.ELF.DynamicEntry.TAG.RPATH: "an RPATH",
    lief.ELF.DynamicEntry.TAG.RUNPATH: "a RUNPATH",
    lief.ELF.DynamicEntry.TAG.TEXTREL: "text that is relocated",
}

# The last three are Python's, and libuplink beside the extension.
WINDOWS = re.compile(
    r"(kernel32|ntdll|msvcrt|ucrtbase|ws2_32|advapi32|bcrypt|bcryptprimitives|crypt32|api-ms-win-[\w-]+"
    r"|vcruntime140(_1)?|python3\w*|libuplink)\.dll",
    re.IGNORECASE,
)


def parse(content: bytes) -> Any:
    """Return what lief makes of an executable or library, or None for another file."""
    return lief.parse(content) if content.startswith(MAGIC) else None


def machine(binary: Any) -> str:
    """Name the processor, as wheels name it on that system."""
    if isinstance(binary, lief.ELF.Binary):
        return str(binary.header.machine_type.name).lower()
    if isinstance(binary, lief.MachO.Binary):
        return str(binary.header.cpu_type.name).lower()
    return str(binary.header.machine.name).lower()


def problems(binary: Any) -> Iterator[str]:
    """What no binary of ours may have."""
    if isinstance(binary, lief.MachO.Binary) and binary.has_rpath:
        yield "has an RPATH"
    if not isinstance(binary, lief.ELF.Binary):
        return
    tags = {entry.tag for entry in binary.dynamic_entries}
    yield from (f"has {text}" for tag, text in FORBIDDEN.items() if tag in tags)
    stacks = [segment for segment in binary.segments if segment.type == lief.ELF.Segment.TYPE.GNU_STACK]
    # Where no header speaks of it, the stack is executable, too.
    if not stacks or any(segment.has(lief.ELF.Segment.FLAGS.X) for segment in stacks):
        yield "has an executable stack"


def _libraries(binary: Any) -> list[str]:
    return [str(getattr(library, "name", library)) for library in binary.libraries]


def pythons(binary: Any) -> set[str]:
    """The libraries of Python that a binary for Windows needs."""
    return {name.lower() for name in _libraries(binary) if name.lower().startswith("python")}


def libraries(binary: Any) -> Iterator[str]:
    """What a binary for macOS or Windows needs that is neither of the system nor Python's; auditwheel knows Linux."""
    names = _libraries(binary)
    if isinstance(binary, lief.MachO.Binary):
        yield from (name for name in names if not name.startswith(("/usr/lib/", "/System/Library/")))
    elif not isinstance(binary, lief.ELF.Binary):
        yield from (name for name in names if not WINDOWS.fullmatch(name))


def is_static(binary: Any) -> bool:
    """Whether an executable for Linux needs no C library; on other systems, all do."""
    return not isinstance(binary, lief.ELF.Binary) or not (binary.has_interpreter or list(binary.libraries))


def exports(binary: Any) -> set[str]:
    """The names that others can link with, as they are in C."""
    if isinstance(binary, lief.ELF.Binary):
        return {str(symbol.name) for symbol in binary.exported_symbols}
    if isinstance(binary, lief.MachO.Binary):
        return {str(symbol.name).removeprefix("_") for symbol in binary.exported_symbols}
    return {str(entry.name) for entry in binary.get_export().entries} if binary.has_exports else set()


@dataclasses.dataclass(frozen=True)
class Linked:
    """What Go says of a binary that it has linked."""

    go: str
    modules: frozenset[tuple[str, str]]  # paths and versions


def linked(content: bytes) -> Linked | None:
    """Read which modules Go has linked, as `go version -m` does; None is without Go.

    Go's `debug/buildinfo` describes the format: 32 bytes of header, then two strings with their lengths before them,
    the second one between marks of 16 bytes.
    """
    match = re.search(rb"\xff Go buildinf:[\x00-\x10]\x02", content)
    if match is None:
        return None
    version, end = _string(content, match.start() + 32)
    text, _ = _string(content, end)
    modules: list[tuple[str, str]] = []
    for line in text[16:-16].decode().splitlines():
        kind, *fields = line.split("\t")
        if kind == "=>":  # replaces the module before it
            modules.pop()
        # A folder takes the place of a module where the code is our own.
        if kind in ("dep", "=>") and not fields[0].startswith("."):
            modules.append((fields[0], fields[1]))
    return Linked(version.decode(), frozenset(modules))


def _string(content: bytes, position: int) -> tuple[bytes, int]:
    """Read a string with its length before it, seven bits to a byte; return it and where it ends."""
    length = shift = 0
    while True:
        byte = content[position]
        position += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return content[position : position + length], position + length
