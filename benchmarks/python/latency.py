"""Single calls."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import TYPE_CHECKING

from meter import Meter, Result

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    import uplink


def latency(options: Namespace) -> Result:
    """Measure the first call, which loads the native code, and then single calls, one at a time."""
    started = time.perf_counter()
    import uplink

    parse = uplink.Access.parse  # imports the package beyond its first module
    imported = time.perf_counter()
    from projects import grant

    before = time.perf_counter()
    access = parse(grant())
    parsed = time.perf_counter()
    return {
        "import": imported - started,
        "first_parse": parsed - before,
        "parse": _median(options.count, lambda: parse(grant())),
        **(asyncio.run(_awaited(access, options.count)) if options.api == "aio" else _stat(options.count)),
    }


def _stat(count: int) -> Result:
    from projects import BUCKET, open_project

    with open_project() as project:
        meter = Meter()
        stat = _median(count, lambda: project.stat_bucket(BUCKET))
        return {"stat": stat, "stat_cpu": meter.stop()["cpu"] / count}


async def _awaited(access: uplink.Access, count: int) -> Result:
    from projects import BUCKET

    import uplink

    times = []
    async with uplink.aio.open_project(access) as project:
        await project.ensure_bucket(BUCKET)
        meter = Meter()
        for _ in range(count):
            started = time.perf_counter()
            await project.stat_bucket(BUCKET)
            times.append(time.perf_counter() - started)
        return {"stat": statistics.median(times), "stat_cpu": meter.stop()["cpu"] / count}


def _median(count: int, call: Callable[[], object]) -> float:
    """Return the median of the seconds that a call takes."""
    times = []
    for _ in range(count):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times)
