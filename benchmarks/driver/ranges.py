"""Many small ranges of one object."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from driver.bench import column, ratio
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from driver.bench import Bench

_MIB = 1024 * 1024

_TEXT = """\
Ranges of 1 KiB at random places of an object: by one call of `get_ranges`, and by `get` one after the other. Ranges
with at most 512 KiB between them are downloaded together, so `get_ranges` downloads almost the whole object here, once.
The programs run at most three times each. The times of `get` are for a tenth of the ranges, multiplied by ten."""

_SHARE = 10
_MAX_WALL = 0.1


def measure(bench: Bench) -> Section:
    section = Section("Many ranges", _TEXT)
    size, count = (64, 1000) if bench.quick else (256, 10_000)
    bench.run(bench.in_go("preparation", "write-calls", bytes=size * _MIB))
    flags = {"key": "stream", "bytes": size * _MIB, "buffer": 1024}
    few = dataclasses.replace(bench, rounds=min(bench.rounds, 3))
    one, all_ = "get, one after the other", "get_ranges"
    results = few.compare(
        [
            few.in_python(one, "random-reads", api="get", count=count // _SHARE, **flags),
            few.in_python(all_, "random-reads", api="ranges", count=count, **flags),
        ]
    )
    results[one] = [{name: _SHARE * run[name] for name in ("wall", "cpu")} for run in results[one]]
    rows = [[name, spread(column(runs, "wall")), spread(column(runs, "cpu"))] for name, runs in results.items()]
    section.tables.append(Table([f"{count:,} ranges of an object of {size} MiB", "wall s", "client CPU s"], rows))
    title = f"{count:,} ranges of 1 KiB by get_ranges: wall / one after the other"
    section.targets.append(Target(title, ratio(results[all_], results[one], "wall"), _MAX_WALL))
    return section
