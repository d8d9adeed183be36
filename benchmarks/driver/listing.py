"""A long listing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driver.bench import column, ratio
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from driver.bench import Bench

_TEXT = """\
All objects below a prefix, with their system metadata, in pages of 1,000. The package requests each page while it gives
out the one before, which Go's library does not."""
_MAX_WALL_RATIO = 1.05


def measure(bench: Bench) -> Section:
    count = 10_000 if bench.quick else 100_000
    bench.run(bench.in_go("preparation", "fill", count=count, in_flight=64))
    programs = [
        bench.in_go("Go", "listing", count=count),
        bench.in_python("uplink", "listing", count=count),
        bench.in_python("uplink.aio", "listing", api="aio", count=count),
    ]
    results = bench.compare(programs)
    section = Section("Listings", _TEXT)
    rows = []
    for name, runs in results.items():
        each = spread(column(runs, "cpu"), 2, 1e6 / count)
        rows.append([name, spread(column(runs, "wall")), each, f"{ratio(runs, results['Go'], 'wall'):.2f}"])
    section.tables.append(Table([f"{count:,} objects", "wall s", "client CPU µs each", "wall / Go"], rows))
    for name in ("uplink", "uplink.aio"):
        section.targets.append(
            Target(f"{name}: listing, wall time / Go", ratio(results[name], results["Go"], "wall"), _MAX_WALL_RATIO)
        )
    return section
