"""Whether the resident memory grows with the number of calls."""

from __future__ import annotations

from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING

from driver.report import Section, Table, Target

if TYPE_CHECKING:
    from driver.bench import Bench

_MIB = 1024 * 1024
_TENTH = 10

_TEXT = """\
Each round puts an object of 1 KiB, gets it, lists it and deletes it. Resident memory is sampled every 100 rounds. The
slope is the Theil-Sen estimator: the median of the slopes between all pairs of samples. The row of plain Go shows the
effect of Go's garbage collector alone."""


def measure(bench: Bench) -> Section:
    section = Section("Memory over many calls", _TEXT)
    count, warm_up = (1000, 200) if bench.quick else (10_000, 1000)
    flags = {"count": count, "warm_up": warm_up, "bytes": 1024}
    rows = []
    for program in (
        bench.in_go("Go", "rounds", **flags),
        bench.in_python("uplink", "rounds", **flags),
        bench.in_python("uplink_python", "rounds", api="older", **flags),
    ):
        result = bench.run(program)
        samples: list[int] = result["samples"]
        slope = _slope(samples, count / len(samples))
        ends = (median(part) / _MIB for part in (samples[: len(samples) // _TENTH], samples[-len(samples) // _TENTH :]))
        freed = result.get("all_freed")
        rows.append([program.name, *(f"{end:.1f}" for end in ends), f"{slope:+.1f}", _yes_or_no(freed)])
        if freed is not None:
            section.targets.append(Target(f"{program.name}: growth in {count} rounds", slope * count / _MIB, 1, " MiB"))
            section.targets.append(Target(f"{program.name}: handles not freed at the end", int(not freed), 0))
    header = [f"{count} rounds", "first tenth, MiB", "last tenth, MiB", "slope, bytes/round", "all handles freed"]
    section.tables.append(Table(header, rows))
    return section


def _slope(samples: list[int], distance: float) -> float:
    numbered = enumerate(samples)
    return median((b - a) / ((j - i) * distance) for (i, a), (j, b) in combinations(numbered, 2))


def _yes_or_no(value: bool | None) -> str:
    return {None: "", True: "yes", False: "no"}[value]
