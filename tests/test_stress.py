"""Thousands of calls in tasks and threads, cancelled, timed out and closed at random moments, leave nothing behind."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import os
import random
import secrets
import subprocess
import sys
import time

import pytest

import uplink
from uplink import errors

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


# ---- Many cancellations ----


def calls_of(project, bucket):
    return [
        lambda: project.get(bucket, "small"),
        lambda: project.get(bucket, "large"),
        lambda: project.stat_object(bucket, "small"),
        lambda: project.put(bucket, f"new/{secrets.randbelow(50)}", b"data"),
        lambda: project.put(bucket, f"new/{secrets.randbelow(50)}", bytes(20_000)),
    ]


@needs_linux
def test_ten_thousand_tasks_cancelled_at_random_moments(access, bucket, nothing_grows):
    async def one(call):
        task = asyncio.ensure_future(call())
        await asyncio.sleep(random.expovariate(1 / 0.05))
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, errors.TooManyRequestsError):
            await task

    async def main():
        async with uplink.aio.open_project(access) as project:
            calls = calls_of(project, bucket)
            sizes = []
            for _ in range(10):
                await asyncio.gather(*(one(random.choice(calls)) for _ in range(1000)))
                sizes.append(nothing_grows.resident())
            # The first rounds fill the pools, the caches and the heap.
            assert sizes[-1] - sizes[3] < 50 * 2**20

    asyncio.run(main())


@needs_linux
def test_calls_of_many_threads_that_run_out_of_time(access, bucket, nothing_grows):
    with uplink.open_project(access) as project:
        calls = [
            lambda timeout: project.get(bucket, "small", timeout=timeout),
            lambda timeout: project.get(bucket, "large", timeout=timeout),
            lambda timeout: project.put(bucket, f"new/{secrets.randbelow(50)}", bytes(20_000), timeout=timeout),
        ]

        def work(_):
            for _ in range(60):
                with contextlib.suppress(errors.DeadlineExceededError, errors.TooManyRequestsError):
                    random.choice(calls)(random.expovariate(1 / 0.02))

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(work, range(16)))


# ---- Closing ----


async def test_closing_a_project_that_many_tasks_use(access, bucket):
    project = await uplink.aio.open_project(access)
    tasks = [asyncio.create_task(project.get(bucket, "large")) for _ in range(300)]
    await asyncio.sleep(0.05)
    await project.close()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(result, (bytes, errors.ClosedError, errors.CancelledError, errors.StreamFailedError))


# ---- Whole programs ----

STRICT = """
import asyncio, os, uplink

async def main():
    async with uplink.aio.open_project(uplink.aio.Access.parse(os.environ["GRANT"])) as project:
        await project.ensure_bucket("strict")
        await asyncio.gather(*(project.put("strict", str(number), b"data") for number in range(50)))
        task = asyncio.create_task(project.get("strict", "1"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with project.upload_object("strict", "stream") as upload:
            await upload.write(bytes(100000))
        async for item in project.list_objects("strict"):
            break
        try:
            await project.get("strict", "none")
        except FileNotFoundError:
            pass
        await project.delete_bucket("strict", with_objects=True)

asyncio.run(main())
with uplink.open_project(uplink.Access.parse(os.environ["GRANT"])) as project:
    project.ensure_bucket("strict")
    project.delete_bucket("strict")
"""

MANY_CALLS = """
import asyncio, os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
import uplink

async def main(count=4000):
    async with uplink.aio.open_project(uplink.aio.Access.parse(os.environ["GRANT"])) as project:
        await project.ensure_bucket("crowd")
        await asyncio.gather(*(project.put("crowd", str(number % 100), bytes(1024)) for number in range(100)))
        await asyncio.gather(*(project.put("crowd", f"l{number}", bytes(10000)) for number in range(50)))
        got = await asyncio.gather(*(project.get("crowd", str(number % 100)) for number in range(count)))
        got += await asyncio.gather(*(project.get("crowd", f"l{number % 50}") for number in range(200)))
        assert len(got) == count + 200 and all(got)
        await project.delete_bucket("crowd", with_objects=True)
    print(len(os.listdir("/proc/self/task")))

asyncio.run(main())
"""

EXIT = """
import asyncio, os, threading, uplink
project = uplink.open_project(uplink.Access.parse(os.environ["GRANT"]))
project.ensure_bucket("at-exit")

def busy():
    while True:
        project.put("at-exit", "key", bytes(1000))

for _ in range(8):
    threading.Thread(target=busy, daemon=True).start()
upload = project.upload_object("at-exit", "stream")
upload.write(bytes(1000000))
print("ready")
"""


def program(text, network, *options, **environment):
    result = subprocess.run(
        [sys.executable, *options, "-c", text],
        env={**os.environ, "GRANT": network.access_grant, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result


def test_strict_interpreters_find_nothing(network):
    result = program(STRICT, network, "-X", "dev", "-W", "error", PYTHONASYNCIODEBUG="1")
    noise = [line for line in result.stderr.splitlines() if "Executing <" not in line]  # a slow machine
    assert noise == []


@needs_linux
def test_thousands_in_flight_with_few_descriptors(network):
    assert int(program(MANY_CALLS, network).stdout) <= 20


def test_the_interpreter_exits_while_threads_are_in_calls(network):
    start = time.monotonic()
    assert program(EXIT, network).stdout == "ready\n"
    assert time.monotonic() - start < 20


# ---- Idle connections ----


@needs_linux
async def test_connections_to_nodes_are_kept(own_network, counts):
    """Go's library keeps only a hundred in total by default, and dials again for each connection above that."""
    access, config = uplink.Access.parse(own_network.access_grant), uplink.Config(max_connections=5000)
    async with uplink.aio.open_project(access, config=config) as project:
        await project.ensure_bucket("bucket")
        data = secrets.token_bytes(10_000)
        before = counts.sockets()
        with own_network.faults.nodes(delay=0.5):
            await asyncio.gather(*(project.put("bucket", f"{number}", data) for number in range(32)))
        # Up to 64 of these are to the satellite.
        assert counts.sockets() - before > 200
