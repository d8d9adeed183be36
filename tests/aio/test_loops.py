"""Event loops: several at once, without readers, of uvloop, and those that end early or are none."""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import subprocess
import sys
import threading
import weakref

import pytest

import uplink
from uplink import _ffi


@pytest.mark.parametrize("start", ["get", "download_object"])
def test_without_asyncio_the_error_says_what_works(access, start):
    project = uplink.aio.Project(access)
    with pytest.raises(RuntimeError, match="needs a running event loop of asyncio; elsewhere, as under trio") as caught:
        getattr(project, start)("photos", "key").send(None)
    assert caught.value.__suppress_context__
    asyncio.run(project.close())


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
            except BaseException as error:  # noqa: BLE001 - the assertion below shows it
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


def test_a_listing_goes_on_in_another_loop(access, monkeypatch):
    monkeypatch.setattr("uplink._listing.PAGE_SIZE", 1)
    name = f"test-{secrets.token_hex(8)}"
    with uplink.open_project(access) as keeper:
        keeper.ensure_bucket(name)
        for key in "abcd":
            keeper.put(name, key, b"")
        project = uplink.aio.Project(access)
        listing = project.list_objects(name, timeout=30)

        async def step(listing):
            return (await anext(listing)).key

        async def rest(listing):
            return [item.key async for item in listing]

        # Each of these loops ends while the next page is requested.
        found = [asyncio.run(step(listing)), asyncio.run(step(listing))]
        assert listing._ahead is not None
        assert sorted(found + asyncio.run(rest(listing))) == list("abcd")
        asyncio.run(project.close())
        keeper.delete_bucket(name, with_objects=True)
    del listing, project
    gc.collect()
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


async def test_the_other_kind_of_loop(access, aio_storj_project, aio_storj_bucket):
    with pytest.raises(TypeError, match="takes `async for`"):
        list(aio_storj_project.list_objects(aio_storj_bucket))
    with access.open_project() as project, pytest.raises(TypeError, match="takes `for`"):
        async for _ in project.list_objects(aio_storj_bucket):
            pass


def test_under_uvloop(access, storj_bucket):
    uvloop = pytest.importorskip("uvloop")

    async def main():
        async with uplink.aio.open_project(access) as project:
            await project.put(storj_bucket, "small", b"data")
            assert await asyncio.gather(*(project.get(storj_bucket, "small") for _ in range(100))) == [b"data"] * 100
            async with project.upload_object(storj_bucket, "new") as upload:
                await upload.write(bytes(100_000))
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(project.list_objects(storj_bucket).__anext__(), 0)

    loop = uvloop.new_event_loop()
    try:
        loop.run_until_complete(main())
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
