"""`upload_file`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import uplink
from uplink import errors
from uplink._calls import transfers

# The smallest parts that satellites accept.
PART = 5 * 1024 * 1024


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(transfers, "PART_SIZE", PART)


@pytest.fixture
def file(tmp_path):
    """A function that writes a file of a size, and returns its path and its bytes."""

    def write(size):
        data = secrets.token_bytes(size)
        path = tmp_path / "file"
        path.write_bytes(data)
        return path, data

    return write


@pytest.fixture
async def pending(project, bucket):
    """A function that returns the pending uploads of a key, which are aborted at the end."""
    found = []

    async def find(key="key"):
        uploads = [item async for item in project.list_uploads(bucket) if item.key == key]
        found.extend(project.resume_upload(bucket, key, item.upload_id) for item in uploads)
        return uploads

    yield find
    for upload in found:
        with contextlib.suppress(errors.UploadNotFoundError):
            await upload.abort()


@pytest.fixture
def gone(pending):
    """A function that waits until a key has no pending uploads: they are aborted in the background."""

    async def wait(key="key"):
        for _ in range(1000):
            if not await pending(key):
                return
            await asyncio.sleep(0.01)
        pytest.fail("a pending upload is left")

    return wait


@pytest.mark.parametrize("size", [0, 1, 4096, 4097, 256 * 1024 + 1, PART, PART + 1, 3 * PART + 7])
async def test_files_of_all_sizes(project, bucket, file, pending, size):
    path, data = file(size)
    item = await project.upload_file(bucket, "key", path)
    assert item.key == "key"
    assert item.size == size
    assert await project.get(bucket, "key") == data
    assert await pending() == []


@pytest.mark.parametrize("size", [10, PART + 1])
async def test_options_are_stored_as_by_put(project, bucket, file, size):
    path, _ = file(size)
    expires = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
    await project.upload_file(
        bucket, "key", path, metadata={"a": "b"}, content_type="image/png", expires=expires, etag=b"e\0"
    )
    item = await project.stat_object(bucket, "key")
    assert item.metadata == {"a": "b", "content-type": "image/png"}
    assert item.expires == expires
    assert item.etag == b"e\0"


async def test_a_relative_path_means_the_same_file_when_the_current_folder_changes(
    project, bucket, file, tmp_path, monkeypatch
):
    path, data = file(PART + 1)
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.chdir(tmp_path)

    def leave(*_):
        os.chdir(other)

    await project.upload_file(bucket, "key", path.name, progress=leave)
    assert await project.get(bucket, "key") == data
    monkeypatch.chdir(tmp_path)
    await project.download_file(bucket, "key", "copy", progress=leave)
    assert (tmp_path / "copy").read_bytes() == data
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError) as caught:
        await project.upload_file(bucket, "key", "missing")
    assert caught.value.filename == str(tmp_path / "missing")


@pytest.mark.parametrize("size", [10, PART + 1])
async def test_an_object_is_not_replaced(project, bucket, file, gone, size):
    path, _ = file(size)
    await project.put(bucket, "key", b"first")
    with pytest.raises(errors.PreconditionFailedError):
        await project.upload_file(bucket, "key", path, if_none_match="*")
    assert await project.get(bucket, "key") == b"first"
    await gone()


async def test_paths_that_name_no_regular_file(project, bucket, tmp_path):
    missing = tmp_path / "missing"
    with pytest.raises(FileNotFoundError) as caught:
        await project.upload_file(bucket, "key", missing)
    assert caught.value.filename == str(missing)
    assert not isinstance(caught.value, errors.UplinkError)
    with pytest.raises(IsADirectoryError):
        await project.upload_file(bucket, "key", str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(errors.InvalidArgumentError, match=r"^\".+pipe\" is not a regular file; upload it as a stream"):
        await project.upload_file(bucket, "key", tmp_path / "pipe")
    with pytest.raises(ValueError, match="null byte"):
        await project.upload_file(bucket, "key", "a\0b")
    with pytest.raises(errors.InvalidArgumentError):
        await project.upload_file(bucket, "key", "")
    for path in (None, 3, object()):
        with pytest.raises(TypeError):
            await project.upload_file(bucket, "key", path)
    with pytest.raises(TypeError):
        await project.upload_file(bucket, "key", missing, resume="no")
    with pytest.raises(TypeError):
        await project.upload_file(bucket, "key", missing, progress=3)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
async def test_a_file_that_may_not_be_read(project, bucket, file):
    path, _ = file(1)
    path.chmod(0)
    with pytest.raises(PermissionError) as caught:
        await project.upload_file(bucket, "key", path)
    assert not isinstance(caught.value, errors.UplinkError)


async def test_odd_names_of_files(project, bucket, tmp_path):
    for name in (b"\xff\xfe", "ä ö".encode(), b"a\nb"):
        path = tmp_path / os.fsdecode(name)
        try:
            path.write_bytes(name)
        except OSError:
            continue  # not a name for this file system
        await project.upload_file(bucket, "key", path)
        assert await project.get(bucket, "key") == name


@pytest.mark.parametrize("size", [0, 10, PART, 2 * PART + 1])
async def test_progress(project, bucket, file, size):
    path, _ = file(size)
    reports = []
    await project.upload_file(bucket, "key", path, progress=lambda *counts: reports.append(counts))
    assert reports[-1] == (size, size, size)
    assert all(sent <= total == size for sent, total, _ in reports if total)
    assert all(committed in {0, size} for _, _, committed in reports)


async def test_an_error_of_the_progress_function_ends_the_upload(project, bucket, file):
    path, _ = file(10)

    def fail(*counts):
        raise LookupError

    with pytest.raises(LookupError):
        await project.upload_file(bucket, "key", path, progress=fail)


async def test_an_interrupted_upload_goes_on(project, bucket, file, pending, storj_network, storj_faults):
    path, data = file(4 * PART)
    stop = storj_faults.call("CommitSegment", nth=3, times=None, delay=60)  # after two parts
    with stop, pytest.raises(errors.DeadlineExceededError):
        await project.upload_file(bucket, "key", path, timeout=2)
    assert not await project.exists(bucket, "key")
    (upload,) = await pending()
    parts = [part async for part in project.resume_upload(bucket, "key", upload.upload_id).parts()]
    before = storj_network.local.calls("satellite")
    await project.upload_file(bucket, "key", path)
    made = storj_network.local.calls("satellite") - before
    assert made["BeginObject"] == 0
    assert made["CommitSegment"] == 4 - len(parts)
    assert await project.get(bucket, "key") == data
    assert await pending() == []


async def test_an_upload_that_is_not_to_be_resumed(project, bucket, file, gone, storj_faults):
    path, _ = file(4 * PART)
    stop = storj_faults.call("CommitSegment", nth=3, times=None, delay=60)
    with stop, pytest.raises(errors.DeadlineExceededError):
        await project.upload_file(bucket, "key", path, resume=False, timeout=2)
    await gone()


async def test_put_of_a_large_file(project, bucket, file, gone, monkeypatch, storj_network, storj_faults):
    """It is uploaded in parts, and leaves nothing pending."""
    monkeypatch.setattr(transfers, "LARGE_FILE", PART)
    path, data = file(2 * PART + 1)
    before = storj_network.local.calls("satellite")
    await project.put(bucket, "key", path, metadata={"a": "b"})
    made = storj_network.local.calls("satellite") - before
    assert made["CommitSegment"] + made["MakeInlineSegment"] == 3
    assert await project.get(bucket, "key") == data
    assert (await project.stat_object(bucket, "key")).metadata == {"a": "b"}
    stop = storj_faults.call("CommitSegment", nth=2, times=None, delay=60)
    with stop, pytest.raises(errors.DeadlineExceededError):
        await project.put(bucket, "key", path, timeout=1)
    await gone()
    with pytest.raises(FileNotFoundError):
        await project.put(bucket, "key", path.with_name("missing"))


async def test_an_access_that_may_only_upload(project, bucket, file, storj_faults):
    """It cannot look for a pending upload, so it begins anew."""
    path, data = file(2 * PART + 1)
    stop = storj_faults.call("CommitSegment", nth=2, times=None, delay=60)
    with stop, pytest.raises(errors.DeadlineExceededError):
        await project.upload_file(bucket, "key", path, timeout=1)
    access = project.access.share(uplink.Permission(allow_upload=True), uplink.SharePrefix(bucket))
    async with uplink.aio.open_project(access) as restricted:
        assert (await restricted.upload_file(bucket, "key", path)).size == len(data)
        with pytest.raises(errors.PermissionDeniedError):
            await restricted.get(bucket, "key")
    assert await project.get(bucket, "key") == data
    for item in [item async for item in project.list_uploads(bucket)]:
        await project.abort_upload(bucket, "key", item.upload_id)


@pytest.mark.parametrize("size", [10, PART + 1])
async def test_an_access_that_may_not_upload(project, bucket, file, size):
    path, _ = file(size)
    access = project.access.share(uplink.Permission.read_only(), uplink.SharePrefix(bucket))
    async with uplink.aio.open_project(access) as restricted:
        with pytest.raises(errors.PermissionDeniedError):
            await restricted.upload_file(bucket, "key", path)


@pytest.mark.parametrize("size", [10, PART + 1])
async def test_a_bucket_that_does_not_exist(project, file, size):
    path, _ = file(size)
    with pytest.raises(errors.BucketNotFoundError):
        await project.upload_file("no-such-bucket-anywhere", "key", path)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
async def test_a_file_whose_size_is_wrong(project, bucket):
    with pytest.raises(errors.InvalidArgumentError, match="has bytes although its size is 0"):
        await project.upload_file(bucket, "key", "/proc/self/status")
    assert not await project.exists(bucket, "key")
    assert (await project.put(bucket, "key", Path("/proc/self/status"))).size > 0
