"""The memory that a client needs for an object of some gigabytes."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from driver.files import MIB
from driver.report import Section, Table, Target
from uplink_localnet import LocalNetwork

if TYPE_CHECKING:
    from driver.bench import Bench

_TEXT = """\
A file on the disk is uploaded by `upload_file` and downloaded by `download_file`, once for each size. The peak is the
highest resident memory of the process (`VmHWM`), the interpreter included. The network keeps the data in memory, so it
stores them with less redundancy: 4/4/5/5."""

_MOST = {"upload_file": 200, "download_file": 100}
_MOST_GROWTH = 1.25


def measure(bench: Bench) -> Section:
    section = Section("Memory for large objects", _TEXT)
    sizes = (256, 512) if bench.quick else (1024, 4096)
    peaks: dict[str, list[float]] = {api: [] for api in _MOST}
    rows = []
    # In a folder on the disk: a file system in memory would need the memory that is measured.
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        for size in sizes:
            path = Path(folder) / "file"
            with path.open("wb") as file:
                file.truncate(size * MIB)
            with LocalNetwork(nodes=5, redundancy=(4, 4, 5, 5)) as network:
                there = dataclasses.replace(bench, network=network)
                for api, workload in zip(_MOST, ("upload", "download"), strict=True):
                    result = there.run(there.in_python(api, workload, api=api, path=path, key="stream"))
                    peaks[api].append(result["peak"] / MIB)
                    rows.append([f"{api}, {size} MiB", f"{result['wall']:.1f}", f"{peaks[api][-1]:.0f}"])
                    path.unlink()
    for api, most in _MOST.items():
        few, many = peaks[api]
        section.targets += [
            Target(f"{api} of {sizes[1]} MiB: peak of memory", many, most, " MiB"),
            Target(f"{api}: peak for {sizes[1]} MiB / for {sizes[0]} MiB", many / few, _MOST_GROWTH),
        ]
    section.tables.append(Table(["", "wall s", "peak MiB"], rows))
    return section
