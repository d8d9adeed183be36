"""A long listing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from meter import Meter, Result
from projects import BUCKET, grant, open_project

import uplink

if TYPE_CHECKING:
    from argparse import Namespace


def listing(options: Namespace) -> Result:
    """Read a listing to its end."""
    return asyncio.run(_awaited(options)) if options.api == "aio" else _list(options)


def _list(options: Namespace) -> Result:
    with open_project() as project:
        meter = Meter()
        count = 0
        for item in project.list_objects(BUCKET, "listing/"):
            count += item.key != ""
        result = meter.stop()
    _check(count, options)
    return result


async def _awaited(options: Namespace) -> Result:
    async with uplink.aio.open_project(uplink.aio.Access.parse(grant())) as project:
        await project.get(BUCKET, "warm-up")
        meter = Meter()
        count = 0
        async for item in project.list_objects(BUCKET, "listing/"):
            count += item.key != ""
        result = meter.stop()
    _check(count, options)
    return result


def _check(count: int, options: Namespace) -> None:
    if count != options.count:
        raise ValueError(f"{count} objects in place of {options.count}")
