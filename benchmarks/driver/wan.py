"""Small objects over a network with a round trip of 40 ms."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from driver.race import ratio
from driver.report import Section, Table, Target
from driver.small import MOST_WALL
from uplink_localnet import LocalNetwork

if TYPE_CHECKING:
    from driver.race import Bench

_TEXT = "Objects of 1 KiB with a round trip of 40 ms, and 50 Mbit/s a connection, 64 calls in flight."

_IN_FLIGHT = 64


def measure(bench: Bench) -> Section:
    flags = {"count": 512 if bench.quick else 2048, "bytes": 1024, "in_flight": _IN_FLIGHT}
    with LocalNetwork(nodes=10, wan=True) as network:
        far = dataclasses.replace(bench, network=network, rounds=min(bench.rounds, 5))
        go, aio = far.in_go("Go", "small", **flags), far.in_python("uplink.aio", "small", api="aio", **flags)
        results = far.race([go, aio])
    section = Section("Small objects from afar", _TEXT)
    rows = []
    for operation in "put", "get":
        theirs, ours = ([result[operation] for result in results[each.name]] for each in (go, aio))
        value = ratio(ours, theirs, "wall")
        rows.append([operation, f"{value:.2f}"])
        section.targets.append(Target(f"{operation} from afar: wall time over that of Go", value, MOST_WALL))
    section.tables.append(Table(["", "wall / Go"], rows))
    return section
