"""What only asyncio has: task cancellation, its timeouts, event loops that come and go."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import secrets
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import pytest

import uplink
from uplink import _ffi, errors

SIZE = 20_000_000


@pytest.fixture
async def frozen(own_network):
    async with uplink.aio.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        await project.ensure_bucket("bucket")
        await project.put("bucket", "key", secrets.token_bytes(SIZE))
        yield project, own_network


async def test_what_is_not_open_yet_says_so(access):
    opening = uplink.aio.open_project(access)
    with pytest.raises(AttributeError, match="async with"):
        opening.get("bucket", "key")
    await (await opening).close()


async def test_the_other_statement_is_named(access, storj_bucket):
    with access.open_project() as project:
        project.put(storj_bucket, "key", b"data")
        with (
            project.upload_object(storj_bucket, "new") as upload,
            project.download_object(storj_bucket, "key") as download,
        ):
            for entered in (project, upload, download):
                with pytest.raises(TypeError, match=r"uplink is entered with `with`; .* use uplink\.aio"):
                    async with entered:
                        pass
    async with uplink.aio.open_project(access) as project, project.upload_object(storj_bucket, "new") as upload:
        opening = project.download_object(storj_bucket, "key")
        for entered in (project, upload, opening):
            with pytest.raises(TypeError, match=r"uplink\.aio is entered with `async with`; .* use uplink"), entered:
                pass
        async with opening as download:
            with pytest.raises(TypeError, match="async with"), download:
                pass


async def test_a_task_can_be_made_of_what_is_not_open_yet(access):
    project = await asyncio.create_task(uplink.aio.open_project(access))
    await project.close()
    opening = uplink.aio.open_project(access)
    opening.close()


def test_without_asyncio_the_error_says_what_works(access):
    project = uplink.aio.Project(access)
    with pytest.raises(RuntimeError, match="needs a running event loop of asyncio; elsewhere, as under trio") as caught:
        project.get("photos", "key").send(None)
    assert caught.value.__suppress_context__
    asyncio.run(project.close())


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


def test_one_project_in_several_loops_of_several_threads(access):
    with uplink.open_project(access) as keeper:
        name = f"test-{secrets.token_hex(8)}"
        keeper.ensure_bucket(name)
        project = uplink.aio.Project(access)
        failures = []

        def work(number):
            async def main():
                for turn in range(5):
                    await project.put(name, f"{number}/{turn}", b"data")
                    assert await project.get(name, f"{number}/{turn}") == b"data"

            try:
                asyncio.run(main())
            except BaseException as error:  # noqa: BLE001 - told below
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not failures
        assert len(list(keeper.list_objects(name, recursive=True))) == 30
        asyncio.run(project.close())
        keeper.delete_bucket(name, with_objects=True)


def test_a_loop_that_is_dropped_leaves_nothing(access):
    async def use():
        async with uplink.aio.open_project(access) as project:
            return [bucket.name async for bucket in project.list_buckets()]

    loop = asyncio.new_event_loop()
    loop.run_until_complete(use())
    assert not _ffi.current().lib.uplink_internal_UniverseIsEmpty()
    loop.close()  # without shutdown_asyncgens
    reference = weakref.ref(loop)
    del loop
    gc.collect()
    assert reference() is None
    assert _ffi.current().lib.uplink_internal_UniverseIsEmpty()


def test_a_loop_without_readers(access, monkeypatch):
    """Windows' default loop has no add_reader; sockets can be awaited there."""

    async def use():
        def no_reader(*_):
            raise NotImplementedError

        monkeypatch.setattr(asyncio.get_running_loop(), "add_reader", no_reader)
        async with uplink.aio.open_project(access) as project:
            name = f"test-{secrets.token_hex(8)}"
            await project.ensure_bucket(name)
            await asyncio.gather(*(project.put(name, str(number), b"data") for number in range(20)))
            assert len([item async for item in project.list_objects(name)]) == 20
            await project.delete_bucket(name, with_objects=True)

    asyncio.run(use())


@pytest.mark.parametrize("reader", [True, False])
def test_last_calls_of_cancelled_tasks_and_generators(access, monkeypatch, reader):
    """What `asyncio.run` ends may still make calls, also where the loop waits for their ends in a task."""
    closed = []
    kept = []

    async def closing(project, name):
        try:
            yield
        finally:
            await project.stat_bucket(name)
            closed.append("generator")

    async def main():
        if not reader:

            def no_reader(*_):
                raise NotImplementedError

            monkeypatch.setattr(asyncio.get_running_loop(), "add_reader", no_reader)
        project = await uplink.aio.open_project(access)
        name = f"test-{secrets.token_hex(8)}"
        await project.ensure_bucket(name)
        kept.append(closing(project, name))
        await anext(kept[0])

        async def work():
            try:
                await asyncio.sleep(60)
            finally:
                await project.stat_bucket(name)
                closed.append("task")

        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        return project, name, task

    project, name, task = asyncio.run(asyncio.wait_for(main(), 30))
    assert task.cancelled()
    assert closed == ["task", "generator"]
    asyncio.run(project.delete_bucket(name))
    asyncio.run(project.close())


PROGRAM = """
import asyncio, os, uplink

async def main():
    project = await uplink.aio.open_project(uplink.Access.parse(os.environ["GRANT"]))
    await project.ensure_bucket("at-exit")
    tasks = [asyncio.create_task(project.put("at-exit", str(n), bytes(1000000))) for n in range(5)]
    upload = await project.upload_object("at-exit", "new")
    await upload.write(bytes(1000000))
    await asyncio.sleep(0.01)
    print("ready", flush=True)

asyncio.run(main())
"""


def test_the_interpreter_exits_with_calls_in_flight(network):
    result = subprocess.run(
        [sys.executable, "-X", "dev", "-c", PROGRAM],
        env={**os.environ, "GRANT": network.access_grant},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "ready\n"), result.stderr
    assert "Traceback" not in result.stderr
    assert "destroyed" not in result.stderr


async def test_a_small_write_waits_for_nobodys_turn(frozen):
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


# ---- Sources that are awaited ----


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
    with pytest.raises(errors.DeadlineExceededError, match=r"what is to be uploaded within 0\.1 s") as caught:
        await project.put(bucket, "key", source(), timeout=0.1)
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
    # What is scheduled at the same time runs in the same turn of the loop.
    asyncio.get_running_loop().call_later(0.05, lambda: (time.sleep(0.1), task.cancel()))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()
