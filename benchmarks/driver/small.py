"""Many small objects, one after the other and at the same time."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from driver.race import column
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from driver.race import Bench, Result

_TEXT = """\
Objects of 1 KiB. CPU is that of the client. Go's library dials anew for most calls when more than five are in flight;
what it does best is what the others are compared with."""

_IN_GO = (1, 16, 64, 256, 2000)
_AWAITED = (1, 16, 256, 2000)
MOST_WALL = 1 / 0.95
_MOST_CPU = 60.0


def measure(bench: Bench) -> Section:
    count = 512 if bench.quick else 2048
    flags = {"count": count, "bytes": 1024}
    go = [bench.in_go(f"Go, {n} in flight", "small", in_flight=n, **flags) for n in _IN_GO]
    ours = [bench.in_python(f"uplink.aio, {n} in flight", "small", api="aio", in_flight=n, **flags) for n in _AWAITED]
    alone = bench.in_python("uplink, one by one", "small", **flags)
    results = bench.race([*go, alone, *ours])
    section = Section("Small objects", _TEXT)
    for operation in "put", "get":
        runs = {name: [result[operation] for result in each] for name, each in results.items()}
        best = min((runs[contestant.name] for contestant in go), key=_wall)
        rows = [[f"{operation}, {name}", *_cells(run, best, count)] for name, run in runs.items()]
        section.tables.append(Table(["", "per second", "client CPU µs each", "wall / best Go"], rows))
        for in_flight, contestant in zip(_AWAITED, ours, strict=True):
            if in_flight >= 256:
                section.targets += _targets(f"{operation}, {in_flight} in flight", runs[contestant.name], best, count)
    return section


def _targets(name: str, ours: list[Result], best: list[Result], count: int) -> list[Target]:
    more = (median(column(ours, "cpu")) - median(column(best, "cpu"))) / count * 1e6
    return [
        Target(f"{name}: wall time over that of the best Go", _wall(ours) / _wall(best), MOST_WALL),
        Target(f"{name}: client CPU over that of the best Go", more, _MOST_CPU, " µs"),
    ]


def _wall(results: list[Result]) -> float:
    return median(column(results, "wall"))


def _cells(ours: list[Result], best: list[Result], count: int) -> list[str]:
    cpu = spread(column(ours, "cpu"), 0, 1e6 / count)
    return [f"{count / _wall(ours):.0f}", cpu, f"{_wall(ours) / _wall(best):.2f}"]
