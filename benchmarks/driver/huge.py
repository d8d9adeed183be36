"""The memory that a client needs for an object of some gigabytes."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from driver.bench import column
from driver.files import MIB
from driver.report import Section, Table, Target, spread
from uplink_localnet import LocalNetwork

if TYPE_CHECKING:
    from driver.bench import Bench, Result

_TEXT = """\
A file on the disk is uploaded by `upload_file` and downloaded by `download_file`. The peak is the highest resident
memory of the process (`VmHWM`), the interpreter included. It differs by some 20 MiB with the number of streams that a
transfer happens to try, so each size is measured three times, and the highest peak counts. The network keeps the data
in memory, so it stores them with less redundancy: 4/4/5/5."""

_MOST = {"upload_file": 200, "download_file": 100}
_MOST_GROWTH = 1.25
_RUNS = 3


def measure(bench: Bench) -> Section:
    section = Section("Memory for large objects", _TEXT)
    sizes = (256, 512) if bench.quick else (1024, 4096)
    peaks: dict[str, list[float]] = {api: [] for api in _MOST}
    rows = []
    # In a folder on the disk: a file system in memory would need the memory that is measured.
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        for size in sizes:
            runs = [_run(bench, Path(folder) / "file", size) for _ in range(_RUNS)]
            for api, each in peaks.items():
                results = [run[api] for run in runs]
                each.append(max(column(results, "peak")) / MIB)
                rows.append(
                    [f"{api}, {size} MiB", spread(column(results, "wall")), spread(column(results, "peak"), 0, 1 / MIB)]
                )
    for api, most in _MOST.items():
        few, many = peaks[api]
        section.targets += [
            Target(f"{api} of {sizes[1]} MiB: peak of memory", many, most, " MiB"),
            Target(f"{api}: peak for {sizes[1]} MiB / for {sizes[0]} MiB", many / few, _MOST_GROWTH),
        ]
    section.tables.append(Table(["", "wall s", "peak MiB"], rows))
    return section


def _run(bench: Bench, path: Path, size: int) -> dict[str, Result]:
    """Upload and download a file on a new network, since the network keeps the data in memory."""
    with path.open("wb") as file:
        file.truncate(size * MIB)
    results = {}
    with LocalNetwork(nodes=5, redundancy=(4, 4, 5, 5)) as network:
        there = dataclasses.replace(bench, network=network)
        for api, workload in zip(_MOST, ("upload", "download"), strict=True):
            results[api] = there.run(there.in_python(api, workload, api=api, path=path, key="stream"))
            path.unlink()
    return results
