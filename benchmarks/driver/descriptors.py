"""Ten thousand calls at the same time, with 1,024 descriptors."""

from __future__ import annotations

import dataclasses
from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from driver.bench import Bench

_TEXT = """\
`uplink.aio` starts all calls at once, in a process with at most 1,024 descriptors: first all calls put 1 KiB, then all
calls get it. Memory is the peak of the process. Threads are counted at its end."""


def measure(bench: Bench) -> Section:
    count = 2_000 if bench.quick else 10_000
    name = f"{count:,} in flight"
    few = dataclasses.replace(bench, rounds=min(bench.rounds, 3))
    results = few.compare([few.in_python(name, "descriptors", count=count, bytes=1024)])[name]
    memory = [value / 2**20 for value in column(results, "peak")]
    speed = [2 * count / wall for wall in column(results, "wall")]
    row = [name, spread(speed, 0), spread(memory, 0), f"{max(column(results, 'threads')):.0f}"]
    targets = [
        Target(f"{name}: failed", max(column(results, "failed")), 0),
        Target(f"{name}: peak of memory", median(memory), 300, " MiB"),
        Target(f"{name}: threads", max(column(results, "threads")), 20),
    ]
    table = Table(["", "per second", "peak of resident memory, MiB", "threads"], [row])
    return Section("Many calls with few descriptors", _TEXT, [table], targets)
