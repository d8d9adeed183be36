"""How soon a forked child has its first download."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from driver.report import Section, Table, Target, middle_and_tail

if TYPE_CHECKING:
    from driver.bench import Bench

_TEXT = """\
Milliseconds from `os.fork` until the child has downloaded an object of 1 KiB with its parent's `Project`: the median /
the 99th percentile. The parent has used the library before the fork. Each child forks the next generation after its
download. In the busy parent, three threads put and get objects of 100,000 bytes. In the last row, the parent has only
imported the package, so the child loads the library and opens a project itself."""

_PARENTS = {
    "idle parent": "idle",
    "parent with three busy threads": "busy",
    "parent that did not load the library": "unloaded",
}
_BYTES = 1024
_MAX = 60.0


def measure(bench: Bench) -> Section:
    section = Section("Forks", _TEXT)
    bench.run(bench.in_go("preparation", "small", count=1, bytes=_BYTES))
    count = 10 if bench.quick else 50
    rows = []
    for name, parent in _PARENTS.items():
        times = bench.run(bench.in_python(name, "forks", api=parent, count=count, bytes=_BYTES))
        rows.append([name, *(middle_and_tail(times[str(n)], 1, 1e3) if str(n) in times else "" for n in (1, 2, 3))])
        if parent == "idle":
            for generation, title in ("1", "child"), ("3", "child of the third generation"):
                value = median(times[generation]) * 1e3
                section.targets.append(Target(f"fork to first download, {title}, median", value, _MAX, " ms"))
    header = [f"{count} forks", "first generation", "second generation", "third generation"]
    section.tables.append(Table(header, rows))
    return section
