"""Asynchronous sources of a put: their timeouts, cancellations and contexts."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import secrets
import sys
import time

import pytest

import uplink
from uplink import errors


@pytest.fixture
async def place(access):
    async with uplink.aio.open_project(access) as project:
        name = f"test-{secrets.token_hex(8)}"
        await project.ensure_bucket(name)
        yield project, name
        await project.delete_bucket(name, with_objects=True)


async def hangs():
    yield b"start"
    await asyncio.sleep(3600)


@pytest.mark.parametrize("source", [hangs, asyncio.StreamReader])
async def test_a_source_that_hangs_is_bounded_by_the_timeout(place, source):
    project, bucket = place
    start = time.monotonic()
    with pytest.raises(errors.DeadlineExceededError, match=r"what is to be uploaded within 0\.5 s") as caught:
        await project.put(bucket, "key", source(), timeout=0.5)
    assert time.monotonic() - start < 2
    assert not caught.value.outcome_unknown
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "key")


async def test_a_source_may_run_into_a_limit_of_its_own(place):
    async def impatient():
        yield b"start"
        raise asyncio.TimeoutError

    project, bucket = place
    with pytest.raises(asyncio.TimeoutError) as caught:
        await project.put(bucket, "key", impatient(), timeout=60)
    assert not isinstance(caught.value, errors.UplinkError)


async def test_a_stream_reader_is_read_and_not_split_into_lines(place):
    project, bucket = place
    data = secrets.token_bytes(300_000)
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    await project.put(bucket, "key", reader)
    assert await project.get(bucket, "key") == data


@pytest.mark.parametrize("timeout", [None, 60])
async def test_a_source_runs_in_the_task_and_the_context_of_the_caller(place, timeout):
    variable = contextvars.ContextVar("variable")
    tasks = set()

    async def source():
        token = variable.set(1)
        for _ in range(3):
            tasks.add(asyncio.current_task())
            await asyncio.sleep(0)
            yield b"data"
        variable.reset(token)

    project, bucket = place
    await project.put(bucket, "key", source(), timeout=timeout)
    assert tasks == {asyncio.current_task()}


@pytest.mark.parametrize("timeout", [None, 60])
async def test_a_cancellation_at_the_moment_of_a_piece_is_not_lost(place, timeout):
    project, bucket = place
    arrived = asyncio.Event()

    async def source():
        yield b"start"
        await arrived.wait()
        yield b"end"

    task = asyncio.create_task(project.put(bucket, "key", source(), timeout=timeout))
    await asyncio.sleep(0.1)
    arrived.set()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "key")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio does not count cancellations")
async def test_a_cancellation_at_the_moment_of_the_timeout_is_not_lost(place):
    project, bucket = place
    task = asyncio.create_task(project.put(bucket, "key", hangs(), timeout=0.1))
    # Callbacks of the same time run in the same iteration of the loop.
    asyncio.get_running_loop().call_later(0.05, lambda: (time.sleep(0.1), task.cancel()))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_a_generator_that_fails_or_is_cancelled_aborts_the_put(place):
    project, bucket = place
    closed = []
    started = asyncio.Event()

    async def source(fails):
        try:
            for _ in range(100):
                yield bytes(300_000)
                started.set()
                await asyncio.sleep(0.01)
                if fails:
                    raise KeyError("the source")
        finally:
            closed.append(fails)

    with pytest.raises(KeyError):
        await project.put(bucket, "new", source(fails=True))
    started.clear()
    task = asyncio.create_task(project.put(bucket, "new", source(fails=False)))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "new")
    gc.collect()
    await asyncio.sleep(0)
    assert sorted(closed) == [False, True]
