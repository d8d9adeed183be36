"""Awaited calls: cancelled tasks, timeouts of asyncio, tasks that share a stream."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from pathlib import Path

import pytest

import uplink
from uplink import errors

SIZE = 20_000_000


@pytest.fixture
async def frozen(own_network):
    async with uplink.aio.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        await project.ensure_bucket("bucket")
        await project.put("bucket", "key", secrets.token_bytes(SIZE))
        yield project, own_network


async def test_two_tasks_cannot_use_one_stream(access):
    async with uplink.aio.open_project(access) as project:
        name = f"test-{secrets.token_hex(8)}"
        await project.ensure_bucket(name)
        data = secrets.token_bytes(900_000)
        await project.put(name, "key", data)
        async with project.download_object(name, "key") as download:
            first, second = await asyncio.gather(download.read(1000), download.read(1000), return_exceptions=True)
            assert first == data[:1000]
            assert isinstance(second, errors.BusyError)
            assert await download.read() == data[1000:]
        async with project.upload_object(name, "new") as upload:
            results = await asyncio.gather(upload.write(data), upload.write(data), return_exceptions=True)
            assert results[0] == len(data)
            assert isinstance(results[1], errors.BusyError)
        assert await project.get(name, "new") == data
        await project.delete_bucket(name, with_objects=True)


async def cancelled_after(task, seconds):
    await asyncio.sleep(seconds)
    start = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.monotonic() - start


async def test_cancelling_a_task_while_the_network_is_frozen(frozen):
    project, network = frozen
    download = await project.download_object("bucket", "key")
    upload = await project.upload_object("bucket", "new")
    await upload.write(secrets.token_bytes(1_000_000))
    network.pause()
    tasks = [
        asyncio.create_task(call)
        for call in (
            project.stat_object("bucket", "key"),
            project.get("bucket", "key"),
            project.put("bucket", "other", secrets.token_bytes(SIZE)),
            project.list_objects("bucket").__anext__(),
            download.read(),
            upload.commit(),
        )
    ]
    latencies = [await cancelled_after(task, 0.05) for task in tasks]
    assert sorted(latencies)[len(latencies) // 2] < 0.1
    for stream in (download.read, upload.commit):
        with pytest.raises(errors.StreamFailedError):
            await stream()
    network.resume()
    await project.stat_object("bucket", "key")
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object("bucket", "other")


async def test_asyncios_own_timeouts(frozen):
    project, network = frozen
    network.pause()
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(project.stat_object("bucket", "key"), 0.1)
    network.resume()
    assert (await asyncio.wait_for(project.stat_object("bucket", "key"), 30)).size == SIZE


async def test_cancelling_at_random_moments_leaves_nothing(access):
    async with uplink.aio.open_project(access) as project:
        name = f"test-{secrets.token_hex(8)}"
        await project.ensure_bucket(name)
        data = secrets.token_bytes(100_000)
        await project.put(name, "key", data)
        for round_ in range(10):
            tasks = [asyncio.create_task(project.get(name, "key")) for _ in range(20)]
            tasks += [asyncio.create_task(project.put(name, f"{round_}/{number}", data)) for number in range(5)]
            for task in tasks:
                await asyncio.sleep(secrets.randbelow(3) / 1000)
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            for result in results:
                assert isinstance(result, (asyncio.CancelledError, bytes, uplink.Object))
        async for item in project.list_objects(name, recursive=True):
            assert await project.get(name, item.key) == data
        await project.delete_bucket(name, with_objects=True)


def native_threads():
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("Threads:")]
    return int(line.split()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
async def test_hundreds_of_calls_at_once_without_threads(access):
    async with uplink.aio.open_project(access) as project:
        name = f"test-{secrets.token_hex(8)}"
        await project.ensure_bucket(name)
        await project.put(name, "key", b"data")
        await asyncio.gather(*(project.stat_object(name, "key") for _ in range(30)))
        before = native_threads()
        results = await asyncio.gather(*(project.stat_object(name, "key") for _ in range(300)))
        assert len(results) == 300
        # Go may add a thread now and then, but none for each call.
        assert native_threads() <= before + 5
        await project.delete_bucket(name, with_objects=True)


async def test_a_small_write_during_another_call_is_refused(frozen):
    project, network = frozen
    committed = await project.upload_object("bucket", "committed")
    await committed.write(b"first")
    written = await project.upload_object("bucket", "written")
    network.pause()
    tasks = [asyncio.create_task(call) for call in (committed.commit(), written.write(bytes(3_000_000)))]
    await asyncio.sleep(0)  # now they wait for the loop
    for upload in (committed, written):
        with pytest.raises(errors.BusyError):
            await upload.write(b"second")
    network.resume()
    await asyncio.gather(*tasks)
    assert await project.get("bucket", "committed") == b"first"
    await written.write(b"second")
    await written.commit()
    assert await project.get("bucket", "written", offset=-7) == b"\0second"


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
