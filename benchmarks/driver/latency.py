"""Single calls: the first call, which loads the native code, and one native operation."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column
from driver.report import Section, Table, spread

if TYPE_CHECKING:
    from driver.bench import Bench

_TEXT = """\
`import uplink` loads only its first module; the import that is measured includes the first use of a name, which imports
the rest. The first `Access.parse` loads the native code. `stat_bucket` is one small request to the satellite; its
difference to Go is the cost of a native operation."""

_ROWS = {
    "import, ms": ("import", 1e3),
    "first parse, ms": ("first_parse", 1e3),
    "later parse, µs": ("parse", 1e6),
    "stat_bucket, wall µs": ("stat", 1e6),
    "stat_bucket, client CPU µs": ("stat_cpu", 1e6),
}


def measure(bench: Bench) -> Section:
    count = 200 if bench.quick else 2000
    programs = [
        bench.in_go("Go", "latency", count=count),
        bench.in_python("uplink", "latency", count=count),
        bench.in_python("uplink.aio", "latency", count=count, api="aio"),
    ]
    results = bench.compare(programs)
    rows = []
    for title, (field, scale) in _ROWS.items():
        values = [column(found, field) if field in found[0] else None for found in results.values()]
        rows.append([title, *("" if found is None else spread(found, 1, scale) for found in values)])
        rows[-1] += [_more(found, values[0], scale) for found in values[1:]]
    header = ["", *results, *(f"{name}: over Go" for name in list(results)[1:])]
    return Section("Single calls", _TEXT, [Table(header, rows)])


def _more(ours: list[float] | None, theirs: list[float] | None, scale: float) -> str:
    return f"{(median(ours) - median(theirs)) * scale:+.1f}" if ours and theirs else ""
