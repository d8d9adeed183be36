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


def test_a_blocking_context_warns_of_no_coroutine(access, recwarn):
    with pytest.raises(TypeError, match="async with"), uplink.aio.open_project(access):
        pass
    gc.collect()
    assert [str(warning.message) for warning in recwarn] == []
