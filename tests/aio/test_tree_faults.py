"""Trees on a network that fails."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import threading
import time

import pytest

import uplink
from uplink import errors


def fill(folder, files):
    """Make a folder have these files and no others, and return it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def content(folder):
    """Return the files of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def stored(project, bucket, prefix=""):
    """Return the objects below a prefix, whose keys are relative to it."""
    keys = [item.key async for item in project.list_objects(bucket, prefix=prefix, recursive=True)]
    return {key[len(prefix) :]: await project.get(bucket, key) for key in keys}


def numbers(result):
    return result.copied, result.unchanged, result.deleted, result.skipped, result.failed


async def test_errors_that_end_the_call(project, bucket, tmp_path, access):
    folder = fill(tmp_path / "folder", {f"{number}": b"" for number in range(20)})
    for call in (
        lambda: project.upload_tree("no-such-bucket", "", folder),
        lambda: project.download_tree("no-such-bucket", "", folder),
        lambda: project.sync_tree("no-such-bucket", "", folder, direction="up"),
    ):
        with pytest.raises(errors.BucketNotFoundError) as caught:
            await call()
        assert caught.value.bucket == "no-such-bucket"
    reader = uplink.aio.Access.parse(access.share(uplink.Permission.read_only()).serialize())
    async with uplink.aio.open_project(reader) as limited:
        with pytest.raises(errors.PermissionDeniedError, match="upload") as caught:
            await limited.upload_tree(bucket, "", folder)
        assert caught.value.results
        assert {entry.action for entry in caught.value.results} == {"failed"}


async def test_a_timeout_and_what_goes_on_after_it(own_network, tmp_path):
    folder = fill(tmp_path / "folder", {f"{number}": secrets.token_bytes(10_000) for number in range(30)})
    async with uplink.aio.open_project(uplink.aio.Access.parse(own_network.access_grant)) as project:
        await project.create_bucket("bucket")
        await project.upload_tree("bucket", "", folder, include=["1*"])
        own_network.pause()
        for call in (
            lambda: project.upload_tree("bucket", "", folder, timeout=0.2),
            lambda: project.download_tree("bucket", "", tmp_path / "to", timeout=0.2),
        ):
            start = time.monotonic()
            with pytest.raises(errors.DeadlineExceededError):
                await call()
            assert time.monotonic() - start < 2
        own_network.resume()
        result = await project.sync_tree("bucket", "", folder, direction="up")
        assert result.copied + result.unchanged == 30
        assert result.unchanged >= 11
        await project.download_tree("bucket", "", tmp_path / "to")
        assert content(tmp_path / "to") == content(folder)


async def test_one_file_fails(project, bucket, tmp_path, storj_faults):
    files = {f"{number}": b"data" for number in range(20)}
    folder = fill(tmp_path / "folder", files)
    with storj_faults.call("CommitObject", nth=5, code="Internal"), pytest.raises(errors.TreeError) as caught:
        await project.upload_tree(bucket, "", folder)
    assert numbers(caught.value.result) == (19, 0, 0, 0, 1)
    (failure,) = caught.value.result.failures
    assert isinstance(failure.error, errors.InternalError)
    assert failure.path in str(caught.value)
    assert await stored(project, bucket) == {path: data for path, data in files.items() if path != failure.path}
    result = await project.sync_tree(bucket, "", folder, direction="up")
    assert [entry.path for entry in result.entries] == [failure.path]
    assert numbers(result) == (1, 19, 0, 0, 0)


async def test_lost_connections(project, bucket, tmp_path, storj_faults):
    files = {f"{number}": secrets.token_bytes(10_000 * (number % 2)) for number in range(20)}
    folder = fill(tmp_path / "folder", files)
    with storj_faults.call("CommitObject", nth=3, times=2, cut_after=0):
        await project.upload_tree(bucket, "", folder)
    assert await stored(project, bucket) == files
    with (
        storj_faults.call("ListObjects", cut_after=0),
        storj_faults.call("DownloadObject", nth=3, times=2, cut_after=0),
        storj_faults.nodes(0, 1, corrupting=True),
    ):
        await project.download_tree(bucket, "", tmp_path / "to")
    assert content(tmp_path / "to") == files


async def test_the_satellite_is_gone(own_network, tmp_path):
    folder = fill(tmp_path / "folder", {f"{number:03}": b"data" for number in range(200)})
    async with uplink.aio.open_project(uplink.aio.Access.parse(own_network.access_grant)) as project:
        await project.create_bucket("bucket")

        def kill(transferred, total, committed):
            if committed:
                own_network.kill()

        with (
            own_network.faults.call("CommitObject", nth=10, times=None, delay=60),
            pytest.raises(errors.ConnectionFailedError) as caught,
        ):
            await project.upload_tree("bucket", "", folder, progress=kill)
        done = {entry.path for entry in caught.value.results if entry.action == "copied"}
        assert 0 < len(done) < 10
        assert len(caught.value.results) < 200
        with pytest.raises(errors.ConnectionFailedError):
            await project.download_tree("bucket", "", tmp_path / "to")
        assert content(tmp_path / "to") == {}


async def test_an_error_of_the_progress_function_ends_the_call(project, bucket, tmp_path):
    folder = fill(tmp_path / "folder", {f"{number}": b"data" for number in range(20)})

    def fail(*counts):
        raise LookupError

    with pytest.raises(LookupError):
        await project.upload_tree(bucket, "", folder, progress=fail)


async def test_locked_objects_are_not_deleted(project, bucket, tmp_path, storj_faults):
    folder = fill(tmp_path / "folder", {"a": b"", "b": b""})
    await project.upload_tree(bucket, "", folder)
    fill(folder, {})
    with storj_faults.call("DeleteObjects", code="PermissionDenied"), pytest.raises(errors.PermissionDeniedError):
        await project.sync_tree(bucket, "", folder, direction="up", delete=True)
    assert set(await stored(project, bucket)) == {"a", "b"}


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_a_call_that_is_cancelled(own_network, tmp_path, direction):
    folder = fill(tmp_path / "folder", {f"{number}": b"x" * 10_000 for number in range(20)})
    async with uplink.aio.open_project(uplink.aio.Access.parse(own_network.access_grant)) as project:
        await project.create_bucket("bucket")
        await project.upload_tree("bucket", "", folder)
        target = folder if direction == "up" else tmp_path / "to"
        own_network.pause()
        if True:  # ASYNC
            task = asyncio.create_task(
                project.sync_tree("bucket", "", target, direction=direction, compare="checksum", delete=True)
            )
            await asyncio.sleep(0.1)
            task.cancel()
            start = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - start < 2  # on a loaded machine
        else:  # SYNC
            threading.Timer(0.1, project._free).start()
            with pytest.raises(errors.CancelledError):
                project.sync_tree("bucket", "", target, direction=direction, compare="checksum", delete=True)
        own_network.resume()
    assert len(list(folder.iterdir())) == 20
    if direction == "down":
        assert list(target.iterdir()) == []
