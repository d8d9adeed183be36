"""Small objects, one after the other and many at the same time."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from driver.bench import Bench, Result

_TEXT = """\
Objects of 1 KiB. CPU time is that of the client. Go's library opens a new connection for most calls if more than five
are in flight. Rows are compared with the fastest row of Go with its defaults. The tuned Go program has the settings of
`uplink`: 64 idle connections to the satellite, the garbage collector, and the stub for measurements."""

_IN_GO = (1, 16, 64, 256, 2000)
_AWAITED = (1, 16, 64, 256, 2000)
MAX_WALL_RATIO = 1 / 0.95
_MAX_CPU = 60.0
# What is compared with the tuned Go program: the number in flight, and the CPU time that each call may take more.
_TUNED, _MAX_CPU_OVER_TUNED = 64, 40.0


def measure(bench: Bench) -> Section:
    least = 512 if bench.quick else 2048
    counts: dict[str, int] = {}

    def flags(name: str, in_flight: int) -> dict[str, int]:
        # Enough objects that most of them have so many others in flight.
        counts[name] = max(least, 4 * in_flight)
        return {"in_flight": in_flight, "count": counts[name], "bytes": 1024}

    go = [bench.in_go(name := f"Go, {n} in flight", "small", **flags(name, n)) for n in _IN_GO]
    ours = [
        bench.in_python(name := f"uplink.aio, {n} in flight", "small", api="aio", **flags(name, n)) for n in _AWAITED
    ]
    alone = bench.in_python(name := "uplink, one by one", "small", **flags(name, 1))
    tuned = bench.in_tuned_go(name := f"Go, tuned, {_TUNED} in flight", "small", **flags(name, _TUNED))
    results = bench.compare([*go, tuned, alone, *ours])
    section = Section("Small objects", _TEXT)
    for operation in "put", "get":
        runs = {
            name: [_each(result[operation], counts[name]) for result in each_of_them]
            for name, each_of_them in results.items()
        }
        best = min((runs[program.name] for program in go), key=_wall)
        rows = [[f"{operation}, {name}", *_cells(run, best)] for name, run in runs.items()]
        section.tables.append(Table(["", "per second", "client CPU µs each", "wall / fastest Go"], rows))
        for in_flight, program in zip(_AWAITED, ours, strict=True):
            if in_flight >= 256:
                section.targets += _targets(f"{operation}, {in_flight} in flight", runs[program.name], best)
            if in_flight == _TUNED:
                over = _more_cpu(runs[program.name], runs[tuned.name])
                title = f"{operation}, {in_flight} in flight: client CPU over tuned Go"
                section.targets.append(Target(title, over, _MAX_CPU_OVER_TUNED, " µs"))
    return section


def _each(result: Result, count: int) -> Result:
    """Return the times of one object."""
    return {name: result[name] / count for name in ("wall", "cpu")}


def _targets(name: str, ours: list[Result], best: list[Result]) -> list[Target]:
    return [
        Target(f"{name}: wall time / fastest Go", _wall(ours) / _wall(best), MAX_WALL_RATIO),
        Target(f"{name}: client CPU over the fastest Go", _more_cpu(ours, best), _MAX_CPU, " µs"),
    ]


def _more_cpu(ours: list[Result], theirs: list[Result]) -> float:
    """Return how many microseconds of CPU time each call takes more."""
    return (median(column(ours, "cpu")) - median(column(theirs, "cpu"))) * 1e6


def _wall(results: list[Result]) -> float:
    return median(column(results, "wall"))


def _cells(ours: list[Result], best: list[Result]) -> list[str]:
    cpu = spread(column(ours, "cpu"), 0, 1e6)
    return [f"{1 / _wall(ours):.0f}", cpu, f"{_wall(ours) / _wall(best):.2f}"]
