"""Reads the header of an ELF file: enough to report why the dynamic loader refuses a library."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

MACHINES = {
    3: "x86",
    21: "ppc64",
    22: "s390x",
    40: "arm",
    62: "x86_64",
    183: "aarch64",
    243: "riscv",
    258: "loongarch",
}


class Header(NamedTuple):
    """The header of a program or a library.

    Attributes:
        bits: 32 or 64.
        machine: The number of the processor.
        least_size: The end of the section table in bytes. Linkers write this table last, so a smaller file is cut off.
    """

    bits: int
    machine: int
    least_size: int

    def __str__(self) -> str:
        return f"{MACHINES.get(self.machine, f'machine {self.machine}')} ({self.bits} bit)"


def read(path: Path) -> Header | None:
    """Return the header, or `None` if the file is not an ELF file."""
    with path.open("rb") as file:
        header = file.read(64)
    if len(header) < 64 or not header.startswith(b"\x7fELF"):
        return None
    order, wide = "<" if header[5] == 1 else ">", header[4] == 2
    (machine,) = struct.unpack_from(f"{order}H", header, 18)
    # The offset of the section table, the size of its entries and their number.
    offset, size, count = struct.unpack_from(f"{order}{'40xQ10xHH' if wide else '32xI10xHH'}", header)
    return Header(64 if wide else 32, machine, offset + size * count)
