"""Waiting calls in threads and tasks keep their order, do not delay other calls, and cost little."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import uplink
import uplink.aio
from uplink import errors


@pytest.fixture
def project(own_network):
    with uplink.Access.parse(own_network.access_grant).open_project() as project:
        project.ensure_bucket("bucket")
        yield project


def test_refused_threads_wait(own_network, project):
    own_network.limit(requests=50)
    with ThreadPoolExecutor(50) as threads:
        list(threads.map(lambda n: project.put("bucket", f"{n}", b"data"), range(150)))
    own_network.limit(requests=0)
    assert len(list(project.list_objects("bucket"))) == 150


@pytest.mark.skipif(sys.platform == "win32", reason="a signal cannot be sent to this process alone")
def test_an_interrupt_ends_the_waiting(own_network, project):
    own_network.limit(key_writes=1)

    def interrupt():
        moments.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    moments = []
    for source in (b"data", [b"large" * 10_000]):
        latencies = []
        for _ in range(3):
            timer = threading.Timer(0.3, interrupt)
            with pytest.raises(KeyboardInterrupt):
                timer.start()
                for _ in range(10):
                    project.put("bucket", "key", source)
            latencies.append(time.monotonic() - moments[-1])
            timer.join()
        # A loaded machine may be late once.
        assert min(latencies) < 0.5


async def test_refused_tasks_keep_their_order(own_network, project):
    own_network.limit(requests=50)
    ended = []
    async with uplink.aio.open_project(project.access) as awaited:

        async def put(number):
            await awaited.put("bucket", f"{number}", b"data")
            ended.append(number)

        await asyncio.gather(*(put(number) for number in range(150)))
    # Calls that arrive together may end in any order. In a random order, each would be 50 places away on average.
    assert sum(abs(position - number) for position, number in enumerate(ended)) < 35 * 150, ended
    assert sorted(ended) == list(range(150))


async def test_a_key_that_is_written_too_often_holds_up_no_other(own_network, project):
    own_network.limit(key_writes=1)
    async with uplink.aio.open_project(project.access) as awaited:
        hot = [asyncio.create_task(awaited.put("bucket", "hot", b"data")) for _ in range(20)]
        await asyncio.sleep(0.2)
        start = time.monotonic()
        for number in range(100):
            await awaited.put("bucket", f"{number}", b"data")
            await awaited.stat_object("bucket", f"{number}")
        assert not all(task.done() for task in hot)
        # Without a limit, this takes a tenth of a second. At the pace of the key, it would take minutes.
        assert time.monotonic() - start < 10
        own_network.limit(key_writes=0)
        await asyncio.gather(*hot)


async def test_timeouts_and_cancellation_while_waiting(own_network, project):
    own_network.limit(requests=1)
    async with uplink.aio.open_project(project.access) as awaited:
        tasks = [asyncio.create_task(awaited.stat_object("bucket", "key", timeout=0.5)) for _ in range(200)]
        cancelled = asyncio.create_task(awaited.put("bucket", "key", b"data"))
        start = time.monotonic()
        await asyncio.sleep(0.1)
        # It is behind 200 calls, of which the satellite takes one each second.
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        results = await asyncio.gather(*tasks, return_exceptions=True)
        # Without the time limits, this would take minutes.
        assert time.monotonic() - start < 5
        assert {type(result) for result in results} <= {errors.DeadlineExceededError, errors.ObjectNotFoundError}


# Prints the bytes of memory for each waiting call, and the number of descriptors.
MEASURE = """
import asyncio, gc, json, os, pathlib, sys
import uplink, uplink.aio

COUNT = 3000
grant, source, path, pid, stop = sys.argv[1:]
data = pathlib.Path(path).read_bytes()
make = {
    "path": lambda: pathlib.Path(path),
    "bytes": lambda: data,
    "generator": lambda: (data for _ in range(1)),
    "small": lambda: data[:100],
}[source]

def memory():
    gc.collect()
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

async def main():
    async with uplink.aio.open_project(uplink.Access.parse(grant)) as project:
        def put(count):
            return [asyncio.create_task(project.put("bucket", "key", make())) for _ in range(count)]
        await asyncio.gather(*put(40))
        os.kill(int(pid), int(stop))
        tasks = put(40)  # these fill the budget
        await asyncio.sleep(1)
        before = memory()
        tasks += put(COUNT)
        await asyncio.sleep(1)
        descriptors = len(os.listdir("/proc/self/fd"))
        print(json.dumps([(memory() - before) / COUNT, descriptors]), flush=True)
        os._exit(0)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")
@pytest.mark.parametrize("source", ["path", "bytes", "generator", "small"])
def test_thousands_of_waiting_puts_take_little(own_network, project, tmp_path, source):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 200_000)
    command = [sys.executable, "-c", MEASURE, own_network.access_grant, source, path, str(own_network.pid)]
    child = subprocess.run([*command, str(signal.SIGSTOP)], capture_output=True, text=True, check=False, timeout=100)
    assert child.returncode == 0, child.stderr
    memory, descriptors = json.loads(child.stdout)
    assert memory < 10 * 1024
    assert descriptors < 500
