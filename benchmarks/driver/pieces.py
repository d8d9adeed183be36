"""Objects of some kilobytes, which are stored on nodes."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column, ratio
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from driver.bench import Bench

_TEXT = """\
Objects of 10 KiB, 32 at the same time. Each object has pieces on eight nodes. Connections to nodes use Noise, and TCP
Fast Open if the kernel supports it. By default, Go's library keeps five idle connections to each node and a hundred in
total, so it opens a new connection most of the time. The tuned Go program has the settings of `uplink`: 100 and 1,000
idle connections to nodes and 64 to the satellite, the garbage collector, and the stub for measurements."""

_IN_FLIGHT = 32
_MAX_CPU = {"put": 0.9, "get": 0.65}


def measure(bench: Bench) -> Section:
    count = 200 if bench.quick else 500
    flags = {"in_flight": _IN_FLIGHT, "count": count, "bytes": 10 << 10}
    go, tuned, ours = "Go", "Go, tuned", "uplink.aio"
    results = bench.compare(
        [
            bench.in_go(go, "small", **flags),
            bench.in_tuned_go(tuned, "small", **flags),
            bench.in_python(ours, "small", api="aio", **flags),
        ]
    )
    section = Section("Small objects on nodes", _TEXT)
    for operation, most in _MAX_CPU.items():
        runs = {name: [result[operation] for result in each] for name, each in results.items()}
        rows = [
            [
                f"{operation}, {name}",
                f"{count / median(column(run, 'wall')):.0f}",
                spread(column(run, "cpu"), 2, 1000 / count),
                f"{ratio(run, runs[go], 'wall'):.2f}",
                f"{ratio(run, runs[go], 'cpu'):.2f}",
            ]
            for name, run in runs.items()
        ]
        section.tables.append(Table(["", "per second", "client CPU ms each", "wall / Go", "CPU / Go"], rows))
        name = f"{operation} of 10 KiB, {_IN_FLIGHT} in flight: CPU / Go"
        section.targets.append(Target(name, ratio(runs[ours], runs[go], "cpu"), most))
    return section
