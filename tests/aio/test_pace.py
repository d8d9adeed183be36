"""A satellite that refuses requests because there are too many of them gets fewer, and everything succeeds."""

from __future__ import annotations

import asyncio
import io
import mmap
import os
import secrets
import tempfile
import threading
import time

import pytest

import uplink
from uplink import errors

LARGE = secrets.token_bytes(10_000)
SOON = uplink.Config(retry=uplink.Retry(delay=0.01))


@pytest.fixture
async def project(own_network):
    """A project with a bucket, on a network that the test may limit."""
    async with uplink.aio.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        await project.ensure_bucket("bucket")
        yield project


async def check_nothing_is_pending(network, project):
    """Delete what is in the bucket, and then the bucket itself, which takes no upload under way."""
    network.limit(requests=0, key_writes=0)
    async for item in project.list_objects("bucket"):
        await project.delete_object("bucket", item.key)
    await project.delete_bucket("bucket")


async def test_many_puts_at_once_succeed(own_network, project):
    own_network.limit(requests=100)
    start = time.monotonic()
    await asyncio.gather(*(project.put("bucket", f"{n:03}", b"data") for n in range(500)))
    assert 3 < time.monotonic() - start < 30


async def test_everything_waits_where_requests_are_refused(own_network, project):
    own_network.limit(requests=10)
    await asyncio.gather(*(project.put("bucket", f"large {n}", LARGE) for n in range(15)))
    upload = await project.upload_object("bucket", "stream")
    await upload.write(LARGE)
    await upload.commit()
    assert await project.get("bucket", "stream") == LARGE
    download = await project.download_object("bucket", "large 7")
    assert await download.read() == LARGE
    await download.close()
    await project.update_object_metadata("bucket", "stream", {"a": "b"})
    assert len([item async for item in project.list_objects("bucket")]) == 16
    await check_nothing_is_pending(own_network, project)


async def test_nothing_is_begun_twice(own_network, project):
    """Satellites count each request of a batch, and refuse batches in their middle."""
    own_network.limit(requests=10)
    await asyncio.gather(*(project.put("bucket", f"small {n}", b"") for n in range(12)))
    with own_network.faults.call("BeginSegment", code="ResourceExhausted", text="Too Many Requests", times=4):
        await project.put("bucket", "large", LARGE)
    assert await project.get("bucket", "large") == LARGE
    await check_nothing_is_pending(own_network, project)


@pytest.mark.parametrize("size", [1, 10_000])
async def test_writes_to_one_key_wait(own_network, project, tmp_path, size):
    data = secrets.token_bytes(size)
    path = tmp_path / "file"
    path.write_bytes(data)
    own_network.limit(key_writes=1)
    sources = [data, path, [data], (data for _ in range(1)), io.BytesIO(data)]
    start = time.monotonic()
    for source in sources:
        await project.put("bucket", "key", source)
        assert await project.get("bucket", "key") == data
    async with project.upload_object("bucket", "key") as upload:
        await upload.write(data)
    assert time.monotonic() - start > 2


async def test_a_timeout_ends_the_waiting(own_network, project):
    own_network.limit(key_writes=1)
    for source in (b"data", [LARGE]):
        # The satellite takes three writes at once, and then one each second.
        with pytest.raises(errors.DeadlineExceededError):
            for _ in range(10):
                start = time.monotonic()
                await project.put("bucket", "key", source, timeout=0.3)
        # A loaded machine may be late. Without the time limit, this would take a minute.
        assert time.monotonic() - start < 2
    await project.put("bucket", "another", b"data", timeout=5)
    await check_nothing_is_pending(own_network, project)


async def test_one_attempt_is_refused(own_network, project):
    own_network.limit(key_writes=1)
    once = uplink.Config(retry=uplink.Retry(attempts=1))
    async with uplink.aio.open_project(project.access, config=once) as impatient:
        before, puts = own_network.calls(), 0
        for source in (b"data", [LARGE]):
            with pytest.raises(errors.TooManyRequestsError):
                for _ in range(20):
                    puts += 1
                    await impatient.put("bucket", "key", source)
        assert (own_network.calls() - before)["BeginObject"] == puts


def readable_sources(data, folder):
    """Return sources that can be read again, files among them that are not at their beginning."""
    path = folder / "file"
    path.write_bytes(data)
    with_head = folder / "with head"
    with_head.write_bytes(b"head" + data)
    in_memory = io.BytesIO(b"head" + data)
    files = with_head.open("rb"), in_memory, tempfile.NamedTemporaryFile()  # noqa: SIM115 - the test closes them
    files[2].write(b"head" + data)
    for file in files:
        file.seek(4)
    mapped = mmap.mmap(-1, len(data))
    mapped.write(data)
    halves = data[: len(data) // 2], data[len(data) // 2 :]
    return [path, *files, mapped, memoryview(data), bytearray(data), halves, list(halves)]


@pytest.mark.parametrize("size", [10_000, 300_000])
async def test_what_can_be_read_again_is_put_again(own_network, project, tmp_path, size):
    data = secrets.token_bytes(size)
    async with uplink.aio.open_project(project.access, config=SOON) as soon:
        for source in [data, *readable_sources(data, tmp_path)]:
            with own_network.faults.call("BeginSegment", code="FailedPrecondition", text="not enough nodes"):
                await soon.put("bucket", "key", source)
            assert await soon.get("bucket", "key") == data, type(source)
            if hasattr(source, "close"):
                source.close()


if True:  # ASYNC

    class AsyncFile:
        """A file as anyio has them: its `seekable` is no coroutine, its other methods are."""

        def __init__(self, data):
            self._file = io.BytesIO(data)
            self.seekable = self._file.seekable

        async def read(self, size):
            return self._file.read(size)

        async def tell(self):
            return self._file.tell()

        async def seek(self, offset):
            return self._file.seek(offset)


async def test_what_cannot_be_read_again_is_put_once(own_network, project):
    async def generated():
        yield LARGE

    sources = [(piece for piece in [LARGE]), iter([LARGE]), generated()]
    if True:  # ASYNC
        sources.append(AsyncFile(LARGE))
    async with uplink.aio.open_project(project.access, config=SOON) as soon:
        for source in sources:
            with (
                own_network.faults.call("BeginSegment", code="FailedPrecondition", text="not enough nodes"),
                pytest.raises(errors.NodesUnavailableError),
            ):
                await soon.put("bucket", "key", source)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
async def test_a_named_pipe_is_read_once(own_network, project, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # A second try would take what the second writer writes.
    writers = [threading.Thread(target=pipe.write_bytes, args=(LARGE,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        async with uplink.aio.open_project(project.access, config=SOON) as soon:
            with (
                own_network.faults.call("BeginSegment", code="FailedPrecondition", text="not enough nodes"),
                pytest.raises(errors.NodesUnavailableError),
            ):
                await soon.put("bucket", "key", pipe)
    finally:
        # It lets a writer that still waits for a reader go on.
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        for writer in writers:
            writer.join()
        os.close(reader)


async def test_repeating_is_limited_by_attempts_and_not_by_time(own_network, project):
    """However long a try takes."""
    async with uplink.aio.open_project(project.access, config=SOON) as soon:
        # A second was the limit once.
        with own_network.faults.call("BeginSegment", delay=1.1, code="FailedPrecondition", text="not enough nodes"):
            await soon.put("bucket", "key", LARGE)
