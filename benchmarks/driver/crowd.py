"""Ten thousand calls at the same time, with few descriptors."""

from __future__ import annotations

import dataclasses
from statistics import median
from typing import TYPE_CHECKING

from driver.race import column
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from driver.race import Bench

_TEXT = """\
All calls are started at once by `uplink.aio`, with at most 1,024 descriptors: first all put 1 KiB, then
all get it. Memory is the peak of the process, threads are those at its end."""


def measure(bench: Bench) -> Section:
    count = 2_000 if bench.quick else 10_000
    name = f"{count:,} in flight"
    few = dataclasses.replace(bench, rounds=min(bench.rounds, 3))
    results = few.race([few.in_python(name, "crowd", count=count, bytes=1024)])[name]
    memory = [value / 2**20 for value in column(results, "peak")]
    speed = [2 * count / wall for wall in column(results, "wall")]
    row = [name, spread(speed, 0), spread(memory, 0), f"{max(column(results, 'threads')):.0f}"]
    targets = [
        Target(f"{name}: failed", max(column(results, "failed")), 0),
        Target(f"{name}: peak of memory", median(memory), 300, " MiB"),
        Target(f"{name}: threads", max(column(results, "threads")), 20),
    ]
    return Section(
        "A crowd", _TEXT, [Table(["", "per second", "peak of resident memory, MiB", "threads"], [row])], targets
    )
