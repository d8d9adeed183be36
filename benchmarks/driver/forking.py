"""How soon a forked child has its first download."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from driver.report import Section, Table, Target, middle_and_tail

if TYPE_CHECKING:
    from driver.race import Bench

_TEXT = """\
Milliseconds from `os.fork` to the first object of 1 KiB in the child, which uses its parent's `Project`: the median /
the 99th percentile. The parent has used the library before, and each child forks the next generation after its
download. In a busy parent three threads put and get objects of 100,000 bytes. The last row is a child that loads the
library and opens a project by itself, since its parent has only imported the package."""

_PARENTS = {"idle parent": "idle", "parent with three busy threads": "busy", "parent that never loaded it": "unloaded"}
_BYTES = 1024
_MOST = 60.0


def measure(bench: Bench) -> Section:
    section = Section("Forks", _TEXT)
    bench.run(bench.in_go("preparation", "small", count=1, bytes=_BYTES))
    count = 10 if bench.quick else 50
    rows = []
    for name, parent in _PARENTS.items():
        times = bench.run(bench.in_python(name, "forks", api=parent, count=count, bytes=_BYTES))
        rows.append([name, *(middle_and_tail(times[str(n)], 1, 1e3) if str(n) in times else "" for n in (1, 2, 3))])
        if parent == "idle":
            for generation, title in ("1", "child"), ("3", "child's child's child"):
                value = median(times[generation]) * 1e3
                section.targets.append(Target(f"fork to first download in a {title}, median", value, _MOST, " ms"))
    header = [f"{count} forks", "child", "its child", "and its child"]
    section.tables.append(Table(header, rows))
    return section
