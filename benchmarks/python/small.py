"""Many small objects."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from meter import Meter, Result
from projects import BUCKET, grant, open_project

import uplink

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Coroutine


def small(options: Namespace) -> Result:
    """Put and get small objects, one after the other, or several at the same time with asyncio."""
    return asyncio.run(_awaited(options)) if options.api == "aio" else _one_by_one(options)


def _one_by_one(options: Namespace) -> Result:
    data = bytes(options.bytes)
    with open_project() as project:
        meter = Meter()
        for index in range(options.count):
            project.put(BUCKET, f"small/{index}", data)
        puts = meter.stop()
        meter = Meter()
        for index in range(options.count):
            project.get(BUCKET, f"small/{index}")
        return {"put": puts, "get": meter.stop()}


async def _awaited(options: Namespace) -> Result:
    data = bytes(options.bytes)
    async with uplink.aio.open_project(uplink.aio.Access.parse(grant())) as project:
        await project.ensure_bucket(BUCKET)

        async def put(index: int) -> None:
            await project.put(BUCKET, f"small/{index}", data)

        async def get(index: int) -> None:
            await project.get(BUCKET, f"small/{index}")

        await _many(options.in_flight, options.in_flight, put)  # opens the connections
        meter = Meter()
        await _many(options.count, options.in_flight, put)
        puts = meter.stop()
        meter = Meter()
        await _many(options.count, options.in_flight, get)
        return {"put": puts, "get": meter.stop()}


async def _many(count: int, in_flight: int, do: Callable[[int], Coroutine[None, None, None]]) -> None:
    """Call `do` with each index below `count`, with `in_flight` calls at the same time."""
    indexes = iter(range(count))

    async def work() -> None:
        for index in indexes:
            await do(index)

    await asyncio.gather(*(work() for _ in range(in_flight)))
