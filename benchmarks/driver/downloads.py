"""A large object over a long way: in one stream, and in several at the same time."""

from __future__ import annotations

import dataclasses
from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column, ratio
from driver.files import MIB, check, write_random
from driver.report import Section, Table, Target, spread
from uplink_localnet import LocalNetwork

if TYPE_CHECKING:
    from driver.bench import Bench

_TEXT = """\
An object is downloaded to a file in memory: by Go in one stream, and by `download_file` in as many streams as make it
faster. The links have a round trip of 40 ms, or of 40 ms and 50 Mbit/s for each connection. The programs mostly wait,
so they run at most three times each."""

# The name of the links, their settings, and how many times as fast as Go `download_file` is at least.
_LINKS: tuple[tuple[str, dict[str, float], float], ...] = (
    ("40 ms", {"rtt": 0.04}, 3.3),
    ("40 ms, 50 Mbit/s", {"rtt": 0.04, "mbit": 50.0}, 5.2),
)


def measure(bench: Bench) -> Section:
    section = Section("A large object over a long way", _TEXT)
    size = 256
    source, target = bench.folder / "source", bench.folder / "target"
    write_random(source, size)
    for name, links, times in _LINKS:
        with LocalNetwork(nodes=10) as network:
            far = dataclasses.replace(bench, network=network, rounds=min(bench.rounds, 3))
            far.run(far.in_go("preparation", "upload", path=source, buffer=MIB))
            programs = [
                far.in_go("Go", "download", path=target, buffer=MIB),
                far.in_python("download_file", "download", api="download_file", path=target),
            ]
            with network.faults.links(**links):
                results = far.compare(programs, after=lambda: check(source, target), warm_up=False)
        go, ours = results["Go"], results["download_file"]
        rows = [
            [
                name_,
                spread(column(runs, "wall")),
                spread(column(runs, "cpu")),
                spread(column(runs, "peak"), 0, 1 / MIB),
                f"{median(column(go, 'wall')) / median(column(runs, 'wall')):.2f}",
            ]
            for name_, runs in results.items()
        ]
        section.tables.append(Table([f"{size} MiB, {name}", "wall s", "CPU s", "peak MiB", "times as fast"], rows))
        title = f"download_file, {name}: wall / Go (1/{times})"
        section.targets.append(Target(title, ratio(ours, go, "wall"), 1 / times))
    source.unlink()
    return section
