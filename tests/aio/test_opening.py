"""What an awaitable context does before it is awaited or entered."""

from __future__ import annotations

import asyncio
import gc

import pytest

import uplink
from uplink import errors


async def test_what_is_not_open_yet_says_so(access):
    opening = uplink.aio.open_project(access)
    with pytest.raises(AttributeError, match="async with"):
        opening.get("bucket", "key")
    assert "async with" in repr(opening)
    await (await opening).close()


async def test_what_is_entered_twice_says_so(access):
    opening = uplink.aio.open_project(access)
    async with opening:
        pass
    for _ in range(2):
        with pytest.raises(errors.BusyError, match="awaited or entered before"):
            async with opening:
                pass
        with pytest.raises(errors.BusyError, match="awaited or entered before"):
            await opening


async def test_the_other_statement_is_named(access, storj_bucket):
    with access.open_project() as project:
        project.put(storj_bucket, "key", b"data")
        with (
            project.upload_object(storj_bucket, "new") as upload,
            project.download_object(storj_bucket, "key") as download,
        ):
            for entered in (project, upload, download):
                with pytest.raises(TypeError, match=r"objects of uplink take `with`; .* use uplink\.aio"):
                    async with entered:
                        pass
    async with uplink.aio.open_project(access) as project, project.upload_object(storj_bucket, "new") as upload:
        opening = project.download_object(storj_bucket, "key")
        for entered in (project, upload, opening):
            with pytest.raises(TypeError, match=r"objects of uplink\.aio take `async with`; .* use uplink"), entered:
                pass
        async with opening as download:
            with pytest.raises(TypeError, match="async with"), download:
                pass


async def test_a_task_can_be_made_of_what_is_not_open_yet(access):
    project = await asyncio.create_task(uplink.aio.open_project(access))
    await project.close()
    opening = uplink.aio.open_project(access)
    opening.close()


async def test_a_task_uses_it_once(access, bucket):
    async with uplink.aio.open_project(access) as project:
        await project.put(bucket, "key", b"data")

        async def read(opening):
            async with opening as file:
                return await file.read()

        # Made here, and used in another task.
        assert await asyncio.create_task(read(project.open(bucket, "key"))) == b"data"
        async with await asyncio.create_task(project.open(bucket, "key")) as file:
            assert await file.read() == b"data"
        async with await project.open(bucket, "key") as file:
            assert await file.read() == b"data"
        opening = project.download_object(bucket, "key")
        tasks = [asyncio.create_task(opening) for _ in range(2)]
        opened, refused = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(refused, errors.BusyError)
        await opened.close()
        for use in (lambda: asyncio.create_task(opening), lambda: opening, lambda: read(opening)):
            with pytest.raises(errors.BusyError, match="awaited or entered before"):
                await use()
        opening = project.download_object(bucket, "key")
        task = asyncio.create_task(opening)
        await asyncio.sleep(0)
        with pytest.raises(errors.BusyError):
            await opening
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(errors.BusyError):
            await asyncio.create_task(opening)


def test_a_blocking_context_warns_of_no_coroutine(access, recwarn):
    with pytest.raises(TypeError, match="async with"), uplink.aio.open_project(access):
        pass
    gc.collect()
    assert [str(warning.message) for warning in recwarn] == []
