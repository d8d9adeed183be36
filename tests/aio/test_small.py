"""Small puts and gets, which an event loop starts together."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import secrets
import subprocess
import sys
import time
import weakref
from pathlib import Path

import pytest

import uplink
from uplink import _ffi, errors
from uplink._calls.small import SmallCall
from uplink.aio import _small

PACKAGE = Path(uplink.__file__).parent
# The files whose code starts and takes small calls.
TRACED = {str(PACKAGE / name) for name in ("aio/_small.py", "_calls/small.py", "aio/_driver.py", "_completions.py")}


@pytest.fixture
def started(monkeypatch):
    """The numbers of calls that were started together."""
    counts = []

    def start_all(boundary, queue, calls):
        counts.append(len(calls))
        begin(boundary, queue, calls)

    begin = _small.start_all
    monkeypatch.setattr(_small, "start_all", start_all)
    return counts


async def test_the_calls_of_one_turn_are_started_together(project, bucket, started):
    records = await asyncio.gather(*(project.put(bucket, f"{n}\0ü", bytes(n)) for n in range(50)))
    assert [(record.key, record.size) for record in records] == [(f"{n}\0ü", n) for n in range(50)]
    # The first one does not wait for others.
    assert started == [1, 49]
    assert await asyncio.gather(*(project.get(bucket, f"{n}\0ü") for n in range(50))) == [bytes(n) for n in range(50)]
    assert sum(started) == 100
    started.clear()
    for n in range(3):
        assert await project.get(bucket, f"{n}\0ü") == bytes(n)
    assert started == [1, 1, 1]


async def test_a_record_is_that_of_a_put_with_options(project, bucket):
    small = await project.put(bucket, "key", b"data")
    other = await project.put(bucket, "other", b"data", timeout=30)
    for name in ("key", "created"):
        object.__setattr__(other, name, getattr(small, name))
    assert small == other


async def test_objects_of_all_sizes(project, bucket):
    for size in (0, 4096, 4097, 256 * 1024, 256 * 1024 + 1):
        data = os.urandom(size)
        await project.put(bucket, "key", data, if_none_match=None)
        assert await project.get(bucket, "key") == data
        await project.delete_object(bucket, "key")


async def test_errors_are_those_of_other_calls(project, bucket):
    await project.put(bucket, "key", b"data")
    for small, other in (
        (project.get(bucket, "missing"), project.get(bucket, "missing", timeout=30)),
        (project.put("missing-bucket", "key", b""), project.put("missing-bucket", "key", b"", timeout=30)),
        (project.put("No_Bucket", "key", b""), project.put("No_Bucket", "key", b"", timeout=30)),
        (project.put(bucket, "", b""), project.put(bucket, "", b"", timeout=30)),
        (project.get("bucket\0", "key"), project.get("bucket\0", "key", timeout=30)),
    ):
        first, second = await asyncio.gather(small, other, return_exceptions=True)
        assert isinstance(first, errors.UplinkError)
        assert (type(first), first.args) == (type(second), second.args)
        assert (first.bucket, first.key) == (second.bucket, second.key)


async def test_an_error_is_no_garbage(project, bucket):
    await project.put(bucket, "key", b"data")
    references = []
    gc.disable()
    try:
        for _ in range(3):
            with contextlib.suppress(errors.ObjectNotFoundError):
                try:
                    await project.get(bucket, "missing")
                except errors.ObjectNotFoundError as error:
                    references.append(weakref.ref(error))
                    raise
        assert [reference() for reference in references] == [None] * 3
    finally:
        gc.enable()


async def test_options_are_not_compared_as_arrays_are(project, bucket):
    class Array(bytearray):
        """Has an `==` without a truth value, as an array of numpy."""

        def __eq__(self, _):
            raise ValueError("the truth value of an array is ambiguous")

        __hash__ = None

    await project.put(bucket, "key", b"data")
    buffer = Array(4)
    assert await project.get(bucket, "key", into=buffer) == 4
    assert bytes(buffer) == b"data"
    for wrong in ({"offset": 0.0}, {"offset": False}, {"verify": 0}):
        with pytest.raises(TypeError):
            await project.get(bucket, "key", **wrong)
    with pytest.raises(TypeError):
        await project.put(bucket, "key", b"data", legal_hold=0)


@pytest.mark.filterwarnings("ignore:asynchronous generator:ResourceWarning")
def test_a_call_is_repeated_at_the_end_of_its_loop(access, bucket, monkeypatch):
    config = uplink.Config(retry=uplink.Retry(attempts=2, delay=0.5))
    got, failures = [], [errors.ConnectionFailedError("not now")]
    take = SmallCall.take

    def take_or_fail(call, result):
        if result.bytes and failures:
            call.error = failures.pop()
        else:
            take(call, result)

    async def generate():
        async with uplink.aio.open_project(access, config=config) as project:
            await project.put(bucket, "key", b"data")
            try:
                yield
            finally:
                # A task of its own would begin after the queue is closed.
                asyncio.get_running_loop().call_later(20, asyncio.current_task().cancel)
                got.append(await project.get(bucket, "key"))

    async def main():
        generators.append(generate())
        await anext(generators[0])

    # `asyncio.run` closes the generator, and at the same time the queue of the loop.
    generators = []
    monkeypatch.setattr(SmallCall, "take", take_or_fail)
    asyncio.run(main())
    assert got == [b"data"]
    assert not failures


async def test_a_refusal_is_explained(access, bucket):
    limited = access.share(uplink.Permission.read_only())
    async with uplink.aio.open_project(limited) as reader:
        await reader.stat_bucket(bucket)
        with pytest.raises(errors.PermissionDeniedError, match="does not allow"):
            await reader.put(bucket, "key", b"data")


async def test_a_call_that_is_cancelled_before_its_start_is_not_started(project, bucket, started):
    await project.put(bucket, "first", b"data")
    tasks = [asyncio.create_task(project.put(bucket, str(n), b"data")) for n in range(4)]
    await asyncio.sleep(0)
    assert started == [1, 1]
    for task in tasks[1:3]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [
        uplink.Object,
        asyncio.CancelledError,
        asyncio.CancelledError,
        uplink.Object,
    ]
    assert started == [1, 1, 1]
    assert sorted([item.key async for item in project.list_objects(bucket)]) == ["0", "3", "first"]


async def test_cancelled_calls_return_at_once_and_leave_nothing(own_network):
    async with uplink.aio.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        await project.ensure_bucket("bucket")
        await project.put("bucket", "key", b"data")
        own_network.pause()
        tasks = [asyncio.create_task(project.get("bucket", "key")) for _ in range(20)]
        tasks += [asyncio.create_task(project.put("bucket", f"new-{n}", b"data")) for n in range(20)]
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)
        own_network.resume()
        assert await project.get("bucket", "key") == b"data"


async def test_a_project_that_is_closed_before_the_start(access, bucket):
    project = await uplink.aio.open_project(access)
    await project.put(bucket, "key", b"data")
    tasks = [asyncio.create_task(project.get(bucket, "key")) for _ in range(4)]
    await asyncio.sleep(0)
    await asyncio.gather(project.close())
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        assert result == b"data" or isinstance(result, (errors.ClosedError, errors.CancelledError))


class Interrupt:
    """Raises `KeyboardInterrupt` at one line of `TRACED`, as a signal would.

    Attributes:
        raised: Whether it has.
    """

    def __init__(self, line):
        self._line = line
        self.raised = False

    def __call__(self, frame, event, _):
        if frame.f_code.co_filename not in TRACED:
            return None
        if event == "line":
            self._line -= 1
            if self._line == -1:
                self.raised = True
                raise KeyboardInterrupt
        return self


def interrupted_at(access, bucket, line):
    """Put and get objects, interrupted at a line, and return whether there was that line."""
    interrupt = Interrupt(line)

    async def main():
        async with uplink.aio.open_project(access) as project:
            await project.put(bucket, "key", b"data")
            sys.settrace(interrupt)
            puts = (project.put(bucket, f"{line}-{n}", b"data") for n in range(2))
            results = await asyncio.gather(*puts, project.get(bucket, "key"), return_exceptions=True)
            sys.settrace(before)
            assert results[2] == b"data"

    before = sys.gettrace()
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        assert interrupt.raised
    finally:
        sys.settrace(before)
    gc.collect()
    end = time.monotonic() + 20
    while not _ffi.current().lib.uplink_internal_UniverseIsEmpty():
        assert time.monotonic() < end, f"a handle is left after an interrupt at line {line}"
        time.sleep(0.01)
    return interrupt.raised


def goes_on_after(access, bucket, line):
    """Interrupt calls and their cancellation at a line, go on with the loop, and return whether there was that line."""
    interrupt = Interrupt(line)
    tasks = []

    async def begin():
        project = await uplink.aio.open_project(access)
        await project.put(bucket, "key", b"data")
        return project

    async def use(project):
        sys.settrace(interrupt)
        tasks.extend(asyncio.ensure_future(project.get(bucket, "key")) for _ in range(5))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for task in tasks[:4:2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        sys.settrace(before)

    async def end(project):
        assert await asyncio.wait_for(project.get(bucket, "key"), 20) == b"data"
        if tasks:
            _, left = await asyncio.wait(tasks, timeout=20)
            assert not left, "a call hangs"
        for task in tasks:  # so that nothing is logged
            _ = task.cancelled() or task.exception()
        await project.close()
        await asyncio.wait_for(asyncio.get_running_loop().shutdown_asyncgens(), 20)

    before = sys.gettrace()
    loop = asyncio.new_event_loop()
    try:
        project = loop.run_until_complete(begin())
        with contextlib.suppress(KeyboardInterrupt):
            try:
                loop.run_until_complete(use(project))
            finally:
                sys.settrace(before)
        loop.run_until_complete(end(project))
    finally:
        loop.close()
    return interrupt.raised


@pytest.mark.parametrize("step", [13, pytest.param(1, marks=pytest.mark.heavy)])
@pytest.mark.parametrize("way", [interrupted_at, goes_on_after])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_at_any_line_leaves_nothing(access, step, way):
    bucket = f"test-{secrets.token_hex(8)}"
    with access.open_project() as project:
        project.ensure_bucket(bucket)
    line = 0
    while way(access, bucket, line):
        line += step
    assert line > 100
    with access.open_project() as project:
        project.delete_bucket(bucket, with_objects=True)


FORK = """
import asyncio, os, uplink

async def main():
    async with uplink.aio.open_project(uplink.Access.parse(os.environ["GRANT"])) as project:
        await project.ensure_bucket("forks")
        await project.put("forks", "key", b"data")
        tasks = [asyncio.create_task(project.get("forks", "key")) for _ in range(4)]
        await asyncio.sleep(0)
        child = os.fork()
        if child == 0:
            for _ in range(5):
                await asyncio.sleep(0)  # most functions of asyncio do not work in the child
            are = [task.done() and isinstance(task.exception(), uplink.errors.ForkError) for task in tasks[1:]]
            os._exit(0 if all(are) else 1)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no forks")
def test_a_fork_before_the_start(network):
    environment = {**os.environ, "GRANT": network.access_grant}
    done = subprocess.run([sys.executable, "-c", FORK], env=environment, timeout=60, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
