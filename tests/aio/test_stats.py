"""What a project counts."""

from __future__ import annotations

import pickle

import pytest

import uplink
from uplink import ProjectStats, errors

LARGE = bytes(100_000)


async def test_nothing_has_happened_yet(access):
    async with uplink.aio.open_project(access) as project:
        assert project.stats() == ProjectStats()
    assert project.stats() == ProjectStats()


async def test_calls_and_bytes(project, bucket):
    await project.stat_bucket(bucket)
    before = project.stats()
    await project.put(bucket, "key", b"hello")
    await project.put(bucket, "large", LARGE)
    assert await project.get(bucket, "key", offset=1, length=3) == b"ell"
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "missing")
    after = project.stats()
    assert after.calls_started == before.calls_started + 4
    assert after.calls_succeeded == before.calls_succeeded + 3
    assert after.calls_failed == before.calls_failed + 1
    assert after.calls_cancelled == before.calls_cancelled
    assert after.bytes_sent == before.bytes_sent + 5 + len(LARGE)
    assert after.bytes_received == before.bytes_received + 3
    assert after.requests >= before.requests + 4
    assert after.wire_bytes_sent > before.wire_bytes_sent + len(LARGE)
    assert after.wire_bytes_received > before.wire_bytes_received
    assert (after.calls_in_flight, after.calls_waiting, after.calls_detached) == (0, 0, 0)
    assert after.satellite_connections >= 1
    assert after.node_connections >= 1


async def test_bytes_of_streams(project, bucket):
    upload = await project.upload_object(bucket, "key")
    await upload.write(LARGE)
    await upload.commit()
    download = await project.download_object(bucket, "key")
    assert len(await download.read()) == len(LARGE)
    await download.close()
    stats = project.stats()
    assert (stats.bytes_sent, stats.bytes_received) == (len(LARGE), len(LARGE))


async def test_bytes_of_parts(project, bucket):
    pending = await project.begin_upload(bucket, "key")
    await pending.upload_part(1, b"hello")
    await pending.commit()
    assert project.stats().bytes_sent == 5


async def test_requests_are_those_that_the_satellite_counts(own_network):
    async with uplink.aio.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        await project.ensure_bucket("bucket")
        requests, calls = project.stats().requests, own_network.calls("satellite")
        for number in range(5):
            await project.put("bucket", str(number), b"data")
            await project.stat_object("bucket", str(number))
        made = own_network.calls("satellite") - calls
        # Within a batch, each request counts, and the batch too.
        assert project.stats().requests == requests + 10
        assert made["CompressedBatch"] == 10


async def test_retries_and_slow_downs(own_network):
    async with uplink.aio.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        await project.ensure_bucket("bucket")
        refusal = own_network.faults.call("GetObject", code="ResourceExhausted", text="Too Many Requests", times=2)
        with refusal, pytest.raises(errors.ObjectNotFoundError):
            await project.stat_object("bucket", "missing")
        stats = project.stats()
        assert stats.retries == 2
        assert stats.slow_downs >= 1
        assert stats.waited > 0


async def test_the_counts_of_a_closed_project_stay(access, bucket):
    project = await uplink.aio.open_project(access)
    await project.put(bucket, "key", b"hello")
    await project.close()
    stats = project.stats()
    assert stats.bytes_sent == 5
    assert stats.calls_started == stats.calls_succeeded == 1
    assert stats.satellite_connections == stats.node_connections == 0
    assert pickle.loads(pickle.dumps(stats)) == stats


async def test_an_exception_that_ends_a_context_keeps_the_counts(access, bucket):
    with pytest.raises(ZeroDivisionError):
        async with uplink.aio.open_project(access) as project:
            await project.put(bucket, "key", b"hello")
            raise ZeroDivisionError
    assert project.stats().bytes_sent == 5
