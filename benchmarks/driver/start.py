"""How soon the local network starts and stops."""

from __future__ import annotations

import signal
import subprocess
import time
from statistics import median
from typing import TYPE_CHECKING

from driver.report import Section, Table, Target
from uplink_localnet import executable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from driver.bench import Bench

_TEXT = """\
The time from the start of the process until it reports that all ten nodes are ready, and from SIGTERM until it ends."""


def measure(bench: Bench) -> Section:
    starts = 5 if bench.quick else 20
    section = Section("Start of the local network", _TEXT)
    rows = []
    for name, arguments in {
        "in memory": ([] for _ in range(starts)),
        "in a new folder": (["--dir", str(folder)] for folder in _new_folders(bench.folder, starts)),
        "again in the same folder": (["--dir", str(bench.folder / "network-0")] for _ in range(starts)),
    }.items():
        times = [_start_and_stop(extra) for extra in arguments]
        ready, ended = ([pair[index] * 1000 for pair in times] for index in (0, 1))
        rows.append([name, *(f"{function(part):.0f}" for part in (ready, ended) for function in (median, max))])
        section.targets.append(Target(f"network ready, {name}, median", median(ready), 100, " ms"))
    header = [f"{starts} starts", "ready ms, median", "ready ms, max", "stopped ms, median", "stopped ms, max"]
    section.tables.append(Table(header, rows))
    return section


def _new_folders(parent: Path, count: int) -> Iterator[Path]:
    return (parent / f"network-{number}" for number in range(count))


def _start_and_stop(arguments: list[str]) -> tuple[float, float]:
    command = [str(executable()), "run", "--nodes", "10", *arguments]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        ready = time.perf_counter()
        process.send_signal(signal.SIGTERM)
        process.wait()
        ended = time.perf_counter()
    assert line, "the network did not start"
    return ready - started, ended - ready
