"""`put` of much memory, which is uploaded in parts."""

from __future__ import annotations

import array
import asyncio
import hashlib
import mmap
import random

import pytest

import uplink
from uplink import errors
from uplink._calls import transfers

# The smallest parts that satellites accept.
PART = 5 * 1024 * 1024
DATA = random.Random(9).randbytes(3 * PART + 7)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(transfers, "PART_SIZE", PART)
    monkeypatch.setattr(transfers, "LARGE_FILE", PART)


@pytest.fixture
def gone(project, bucket):
    """A function that waits until the bucket has no pending uploads: they are aborted in the background."""

    async def wait():
        for _ in range(1000):
            if not [item async for item in project.list_uploads(bucket, recursive=True)]:
                return
            await asyncio.sleep(0.01)
        pytest.fail("a pending upload is left")

    return wait


def mapped(data):
    memory = mmap.mmap(-1, len(data))
    memory.write(data)
    return memory


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, lambda data: array.array("b", data), mapped])
async def test_memory_of_every_kind(project, bucket, gone, kind):
    item = await project.put(bucket, "key", kind(DATA), metadata={"a": "b"}, etag=b"e", checksum="sha256")
    assert item.size == len(DATA)
    assert item.metadata == {"a": "b", "sha256": hashlib.sha256(DATA).hexdigest()}
    assert (await project.stat_object(bucket, "key")).etag == b"e"
    assert await project.get(bucket, "key", verify=True) == DATA
    await gone()


async def test_memory_that_is_not_contiguous(project, bucket):
    with pytest.raises((TypeError, BufferError, ValueError)):
        await project.put(bucket, "key", memoryview(DATA)[::2])


async def test_memory_is_the_callers_again_after_the_call(project, bucket, gone):
    data = bytearray(DATA)
    await project.put(bucket, "key", data)
    data.append(0)  # a lent buffer cannot be resized
    with pytest.raises(errors.DeadlineExceededError):
        await project.put(bucket, "new", data, timeout=0.001)
    data.append(0)
    await gone()


async def test_a_condition_is_looked_at_before_bytes_are_sent(project, bucket):
    await project.put(bucket, "key", b"first")
    sent = project.stats().bytes_sent
    with pytest.raises(errors.PreconditionFailedError):
        await project.put(bucket, "key", DATA, if_none_match="*")
    assert project.stats().bytes_sent == sent
    assert await project.get(bucket, "key") == b"first"
    assert (await project.put(bucket, "other", DATA, if_none_match="*")).size == len(DATA)


async def test_the_commit_decides(access, project, bucket, tmp_path, gone, storj_faults):
    """An object that appears during the upload is not replaced."""
    path = tmp_path / "file"
    path.write_bytes(DATA)
    with access.open_project() as rival:
        puts = iter([lambda: rival.put(bucket, "key", b"rival")])

        def watch(sent, total, committed):
            for put in puts:
                put()

        # The upload takes long enough for progress to be reported before it ends.
        slow = storj_faults.call("CommitSegment", delay=1.5)
        with slow, pytest.raises(errors.PreconditionFailedError):
            await project.upload_file(bucket, "key", path, if_none_match="*", progress=watch, resume=False)
    assert await project.get(bucket, "key") == b"rival"
    await gone()


async def test_an_access_that_cannot_read_creates_objects(access, bucket):
    writer = access.share(uplink.Permission.write_only())
    async with uplink.aio.open_project(writer) as other:
        assert (await other.put(bucket, "key", DATA, if_none_match="*")).size == len(DATA)
