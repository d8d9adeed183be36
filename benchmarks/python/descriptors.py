"""Many calls at the same time, with few descriptors."""

from __future__ import annotations

import asyncio
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING

from meter import Result, memory
from projects import BUCKET, grant

import uplink

if TYPE_CHECKING:
    from argparse import Namespace

_DESCRIPTORS = 1024


def descriptors(options: Namespace) -> Result:
    """Put and get objects, all at the same time, with at most 1,024 descriptors."""
    # Lower the hard limit too, because Go's runtime raises the soft limit to it.
    resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS, _DESCRIPTORS))
    return asyncio.run(_put_and_get(options.count, bytes(options.bytes)))


async def _put_and_get(count: int, data: bytes) -> Result:
    async with uplink.aio.open_project(uplink.aio.Access.parse(grant())) as project:
        await project.ensure_bucket(BUCKET)
        start = time.perf_counter()
        puts = (project.put(BUCKET, f"many/{index}", data) for index in range(count))
        results = await asyncio.gather(*puts, return_exceptions=True)
        gets = (project.get(BUCKET, f"many/{index}") for index in range(count))
        results += await asyncio.gather(*gets, return_exceptions=True)
        wall = time.perf_counter() - start
        failed = sum(isinstance(result, BaseException) for result in results)
        return {"wall": wall, "failed": failed, "threads": _threads(), "peak": memory("VmHWM")}


def _threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))
