"""Small objects over a network with a round trip of 40 ms."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from driver.bench import ratio
from driver.report import Section, Table, Target
from driver.small import MAX_WALL_RATIO
from uplink_localnet import LocalNetwork

if TYPE_CHECKING:
    from driver.bench import Bench

_TEXT = "Objects of 1 KiB with a round trip of 40 ms, 50 Mbit/s for each connection, and 64 calls in flight."

_IN_FLIGHT = 64


def measure(bench: Bench) -> Section:
    flags = {"count": 512 if bench.quick else 2048, "bytes": 1024, "in_flight": _IN_FLIGHT}
    with LocalNetwork(nodes=10, wan=True) as network:
        far = dataclasses.replace(bench, network=network, rounds=min(bench.rounds, 5))
        go, aio = far.in_go("Go", "small", **flags), far.in_python("uplink.aio", "small", api="aio", **flags)
        results = far.compare([go, aio])
    section = Section("Small objects over a wide area", _TEXT)
    rows = []
    for operation in "put", "get":
        theirs, ours = ([result[operation] for result in results[each.name]] for each in (go, aio))
        value = ratio(ours, theirs, "wall")
        rows.append([operation, f"{value:.2f}"])
        section.targets.append(Target(f"{operation} over a wide area: wall time / Go", value, MAX_WALL_RATIO))
    section.tables.append(Table(["", "wall / Go"], rows))
    return section
