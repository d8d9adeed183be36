"""The extra cost of small calls on a stream."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from driver.bench import Bench, Program, Result

_MIB = 1024 * 1024
_SMALL = 256
_LARGE = 64 * 1024

_TEXT = """\
The same bytes in calls of 256 bytes and in calls of 64 KiB; only the loop is timed. The extra cost of a small call is
the difference of the two times in the same round, divided by the number of small calls. The wall time includes the
noise of the network. The CPU time of the calling thread does not, and it excludes the work of other threads."""


def measure(bench: Bench) -> Section:
    section = Section("Small calls", _TEXT)
    size = (16 if bench.quick else 64) * _MIB
    rows = []
    for workload in "write-calls", "read-calls":
        if workload == "read-calls":
            bench.run(bench.in_go("preparation", "write-calls", bytes=size))
        results = bench.compare(_programs(bench, workload, size))
        for name in "Go", "uplink_python", "uplink":
            small, large = results[f"{name} {_SMALL}"], results[f"{name} {_LARGE}"]
            rows.append([_call(name, workload), *_cells(small, large, size)])
            if name != "Go":
                extra = median(_extra(small, large, "wall", size))
                section.targets.append(Target(f"{_call(name, workload)}: extra per call", extra, 0.5, " µs"))
    header = [
        f"{size // _MIB} MiB",
        "256 B, wall s",
        "64 KiB, wall s",
        "extra wall µs/call",
        "extra thread CPU µs/call",
    ]
    section.tables.append(Table(header, rows))
    return section


def _programs(bench: Bench, workload: str, size: int) -> list[Program]:
    programs = []
    for buffer in _SMALL, _LARGE:
        flags = {"key": "stream", "bytes": size, "buffer": buffer}
        programs += [
            bench.in_go(f"Go {buffer}", workload, **flags),
            bench.in_python(f"uplink_python {buffer}", workload, api="older", **flags),
            bench.in_python(f"uplink {buffer}", workload, **flags),
        ]
    return programs


def _call(name: str, workload: str) -> str:
    verb = workload.removesuffix("-calls")
    if name == "Go":
        return f"Go, {verb.title()}"
    extra_argument = ", size" if (name, verb) == ("uplink_python", "write") else ""
    return f"{name}, {verb}({'data' if verb == 'write' else '256'}{extra_argument})"


def _cells(small: list[Result], large: list[Result], size: int) -> list[str]:
    cells = [spread(column(results, "wall")) for results in (small, large)]
    cells.append(spread(_extra(small, large, "wall", size)))
    cells.append(spread(_extra(small, large, "thread", size)) if "thread" in small[0] else "")
    return cells


def _extra(small: list[Result], large: list[Result], field: str, size: int) -> list[float]:
    """Return the extra microseconds of a small call, for each round."""
    count = size // _SMALL
    return [(a - b) / count * 1e6 for a, b in zip(column(small, field), column(large, field), strict=True)]
