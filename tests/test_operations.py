"""Thousands of calls, threads, processes, and ends that come in the middle of something."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import gc
import multiprocessing
import operator
import os
import pickle
import random
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import uplink
from uplink import _ffi, errors

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
forks = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


@pytest.fixture
def bucket(access):
    name = f"test-{secrets.token_hex(8)}"
    with uplink.open_project(access) as project:
        project.ensure_bucket(name)
        project.put(name, "small", b"data")
        project.put(name, "large", bytes(100_000))
        yield name
        project.delete_bucket(name, with_objects=True)


# ---- Idle connections ----


@needs_linux
async def test_connections_to_nodes_are_kept(own_network):
    """Go's library keeps a hundred in all, and dials anew for what is above that."""
    access, config = uplink.Access.parse(own_network.access_grant), uplink.Config(max_connections=5000)
    async with uplink.aio.open_project(access, config=config) as project:
        await project.ensure_bucket("bucket")
        data = secrets.token_bytes(10_000)
        before = sockets()
        with own_network.faults.nodes(delay=0.5):
            await asyncio.gather(*(project.put("bucket", f"{number}", data) for number in range(32)))
        # Besides up to 64 to the satellite.
        assert sockets() - before > 200


# ---- Storms of cancellations ----


def sockets():
    return sum(entry.is_socket() for entry in Path("/proc/self/fd").iterdir())


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def settled(what, limit, seconds=10.0):
    """Wait until a number has come down to the limit, and return it."""
    deadline = time.monotonic() + seconds
    while what() > limit and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.05)
    return what()


@pytest.fixture
def nothing_grows():
    """Goroutines and sockets must come back to where they were."""
    lib = _ffi.current().lib
    settled(uplink.detached_calls, 0)
    before = lib.uplink_internal_Goroutines(), sockets()
    yield
    assert settled(uplink.detached_calls, 0) == 0
    assert settled(lib.uplink_internal_Goroutines, before[0] + 2) <= before[0] + 2
    assert settled(sockets, before[1]) <= before[1]


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
                sizes.append(resident())
            # The first rounds fill what is kept for later: pools, caches, the heap.
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


# ---- Processes ----


def start_methods():
    return [pytest.param(name, marks=forks) for name in multiprocessing.get_all_start_methods()]


@pytest.mark.parametrize("method", start_methods())
def test_process_pools(access, bucket, method):
    context = multiprocessing.get_context(method)
    with uplink.open_project(access) as project:
        project.stat_bucket(bucket)
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            # A child that was spawned knows nothing of this module.
            get = operator.methodcaller("get", bucket, "small")
            assert list(pool.map(get, [project] * 6)) == [b"data"] * 6


def run_in_process(work, queue):
    queue.put(work())


@needs_fork
@forks
def test_workers_of_a_server_that_loads_before_it_forks(access, bucket):
    """The workers use what the parent opened, also its threads' project, while its threads go on."""
    context = multiprocessing.get_context("fork")
    with uplink.open_project(access) as project:
        stop = threading.Event()

        def busy():
            while not stop.is_set():
                project.get(bucket, "small")

        threads = [threading.Thread(target=busy, daemon=True) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(0.1)
        queue = context.Queue()

        def worker():
            async def awaited():
                async with uplink.aio.open_project(access) as own:
                    return await asyncio.gather(*(own.get(bucket, "small") for _ in range(10)))

            return len(project.get(bucket, "large")), asyncio.run(awaited())

        workers = [context.Process(target=run_in_process, args=(worker, queue)) for _ in range(4)]
        for process in workers:
            process.start()
        results = [queue.get(timeout=60) for _ in workers]
        for process in workers:
            process.join(60)
        stop.set()
        for thread in threads:
            thread.join(30)
        assert results == [(100_000, [b"data"] * 10)] * 4
        assert [process.exitcode for process in workers] == [0] * 4


@needs_fork
@forks
def test_the_third_generation_of_forks(access, bucket):
    project = uplink.open_project(access)
    project.stat_bucket(bucket)

    def generation(number):
        assert project.get(bucket, "small") == b"data"
        if number == 3:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            try:
                os._exit(generation(number + 1))
            finally:
                os._exit(1)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    pid = os.fork()
    if pid == 0:
        try:
            os._exit(generation(1))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    project.close()


def test_what_pickles(access):
    config = uplink.Config(max_in_flight=3, retry=uplink.Retry(attempts=1))
    with uplink.open_project(access, config=config) as project:
        copy = pickle.loads(pickle.dumps(project))
        assert (copy.access, copy.config) == (access, config)


# ---- asyncio ----


def test_under_uvloop(access, bucket):
    uvloop = pytest.importorskip("uvloop")

    async def main():
        async with uplink.aio.open_project(access) as project:
            assert await asyncio.gather(*(project.get(bucket, "small") for _ in range(100))) == [b"data"] * 100
            async with project.upload_object(bucket, "new") as upload:
                await upload.write(bytes(100_000))
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(project.list_objects(bucket).__anext__(), 0)

    loop = uvloop.new_event_loop()
    try:
        loop.run_until_complete(main())
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


needs_311 = pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.timeout came with 3.11")


@needs_311
async def test_timeouts_of_asyncio_and_task_groups(own_network):
    async with uplink.aio.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        await project.ensure_bucket("bucket")
        own_network.pause()
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await project.stat_bucket("bucket")
        with pytest.raises(ExceptionGroup) as caught:  # noqa: F821 - it came with 3.11, too
            async with asyncio.TaskGroup() as group:
                for _ in range(50):
                    group.create_task(project.stat_bucket("bucket"))
                group.create_task(project.stat_bucket("bucket", timeout=0.1))
        assert [type(error) for error in caught.value.exceptions] == [errors.DeadlineExceededError]
        assert time.monotonic() - start < 2
        own_network.resume()
        await project.stat_bucket("bucket")


async def test_a_generator_that_fails_or_is_cancelled_aborts_the_put(access, bucket):
    async with uplink.aio.open_project(access) as project:
        closed = []

        async def source(fails):
            try:
                for _ in range(100):
                    yield bytes(300_000)
                    await asyncio.sleep(0.01)
                    if fails:
                        raise KeyError("the source")
            finally:
                closed.append(fails)

        with pytest.raises(KeyError):
            await project.put(bucket, "new", source(fails=True))
        task = asyncio.create_task(project.put(bucket, "new", source(fails=False)))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(errors.ObjectNotFoundError):
            await project.stat_object(bucket, "new")
        gc.collect()
        await asyncio.sleep(0)
        assert sorted(closed) == [False, True]


async def test_an_exception_in_a_block_is_not_replaced(own_network):
    """Neither by an abort that fails, nor by a closing that cannot be done."""
    project = await uplink.aio.open_project(uplink.Access.parse(own_network.access_grant))
    await project.ensure_bucket("bucket")
    await project.put("bucket", "key", bytes(1_000_000))
    with pytest.raises(KeyError):
        async with (
            project,
            project.upload_object("bucket", "new") as upload,
            project.download_object("bucket", "key") as download,
        ):
            await upload.write(bytes(1_000_000))
            await download.read(100_000)
            own_network.kill()
            raise KeyError("of the block")


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

CROWD = """
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
    assert int(program(CROWD, network).stdout) <= 20


def test_the_interpreter_exits_while_threads_are_in_calls(network):
    start = time.monotonic()
    assert program(EXIT, network).stdout == "ready\n"
    assert time.monotonic() - start < 20
