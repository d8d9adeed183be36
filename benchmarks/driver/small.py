"""Many small objects, one after the other and at the same time."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from driver.race import column, ratio
from driver.report import Section, Table, spread

if TYPE_CHECKING:
    from driver.race import Bench, Contestant, Result

_TEXT = """\
Objects of 1 KiB. CPU is that of the client. Nothing is promised of these yet: they are for later work."""


def measure(bench: Bench) -> Section:
    flags = {"count": 512 if bench.quick else 2048, "bytes": 1024}
    rows = []
    for in_flight in 1, 16, 256:
        contestants = _contestants(bench, in_flight, **flags)
        results = bench.race(contestants)
        reference = results[contestants[0].name]
        for operation in "put", "get":
            theirs = [result[operation] for result in reference]
            for contestant in contestants:
                ours = [result[operation] for result in results[contestant.name]]
                rows.append([f"{operation}, {contestant.name}", *_cells(ours, theirs, flags["count"])])
    header = ["", "per second", "client CPU µs each", "wall / Go", "CPU / Go"]
    return Section("Small objects", _TEXT, [Table(header, rows)])


def _contestants(bench: Bench, in_flight: int, **flags: object) -> list[Contestant]:
    go = bench.in_go(f"Go, {in_flight} in flight", "small", in_flight=in_flight, **flags)
    aio = bench.in_python(f"uplink.aio, {in_flight} in flight", "small", api="aio", in_flight=in_flight, **flags)
    if in_flight > 1:
        return [go, aio]
    return [go, bench.in_python("uplink, one by one", "small", **flags), aio]


def _cells(ours: list[Result], theirs: list[Result], count: int) -> list[str]:
    speeds = f"{count / median(column(ours, 'wall')):.0f}"
    cpu = spread(column(ours, "cpu"), 0, 1e6 / count)
    return [speeds, cpu, f"{ratio(ours, theirs, 'wall'):.2f}", f"{ratio(ours, theirs, 'cpu'):.2f}"]
