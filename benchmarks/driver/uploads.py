"""A large file: in one stream, and in parts at the same time, on networks near and far."""

from __future__ import annotations

import dataclasses
from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column, ratio
from driver.files import MIB, write_random
from driver.report import Section, Table, Target, spread
from uplink_localnet import LocalNetwork

if TYPE_CHECKING:
    from driver.bench import Bench

_TEXT = """\
A file in memory is uploaded: by Go and by `Upload.write` in one stream, and by `upload_file` in parts of 64 MiB,
several at the same time. The links have a round trip of 40 ms, or of 40 ms and 50 Mbit/s for each connection. On far
links the programs mostly wait, so they run at most three times each. The peak is as in the section of large streams."""

# The name of the links, their settings, and the largest wall time of `upload_file` in relation to Go.
_LINKS: tuple[tuple[str, dict[str, float], float], ...] = (
    ("local", {}, 1.0),
    ("40 ms", {"rtt": 0.04}, 1.0),
    ("40 ms, 50 Mbit/s", {"rtt": 0.04, "mbit": 50.0}, 1 / 1.7),
)
# The largest resident memory of `upload_file`, in MiB.
_MOST_MEMORY = 200


def measure(bench: Bench) -> Section:
    section = Section("A large file in parts", _TEXT)
    source = bench.folder / "source"
    size = 192 if bench.quick else 256
    write_random(source, size)
    flags = {"path": source, "key": "up", "buffer": MIB}
    for name, links, most in _LINKS:
        with LocalNetwork(nodes=10) as network:
            if links:
                network.faults.links(**links)
            there = dataclasses.replace(bench, network=network, rounds=min(bench.rounds, 3 if links else 5))
            programs = [
                there.in_go("Go", "upload", **flags),
                there.in_python("Upload.write", "upload", api="write", **flags),
                there.in_python("upload_file", "upload", api="upload_file", **flags),
            ]
            results = there.compare(programs, warm_up=not links)
        go, ours = results["Go"], results["upload_file"]
        rows = [
            [
                program.name,
                spread(column(results[program.name], "wall")),
                spread(column(results[program.name], "cpu")),
                spread(column(results[program.name], "peak"), 0, 1 / MIB),
                f"{ratio(results[program.name], go, 'wall'):.2f}",
            ]
            for program in programs
        ]
        section.tables.append(Table([f"{size} MiB, {name}", "wall s", "CPU s", "peak MiB", "wall / Go"], rows))
        section.targets.append(Target(f"upload_file, {name}: wall / Go", ratio(ours, go, "wall"), most))
        peak = median(column(ours, "peak")) / MIB
        section.targets.append(Target(f"upload_file, {name}: peak memory", peak, _MOST_MEMORY, " MiB"))
    source.unlink()
    return section
