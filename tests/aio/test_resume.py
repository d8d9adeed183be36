"""A download whose nodes fail goes on at its position, or raises an error with the reason."""

from __future__ import annotations

import asyncio
import secrets
import time

import pytest

import uplink
from uplink import errors

DATA = secrets.token_bytes(3_000_000)


@pytest.fixture
async def stored(project, bucket):
    await project.put(bucket, "key", DATA)
    return bucket


@pytest.fixture
async def stubborn(storj_access):
    """A project with twenty attempts for each call, and short pauses."""
    retry = uplink.Retry(attempts=20, delay=0.02, longest_delay=0.1)
    async with uplink.aio.open_project(storj_access, config=uplink.Config(retry=retry)) as project:
        yield project


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [
        (0, None, DATA),
        (1_000_003, None, DATA[1_000_003:]),
        (1_000_003, 1_500_000, DATA[1_000_003:2_500_003]),
        (-2_000_001, None, DATA[-2_000_001:]),
    ],
)
async def test_every_download_breaks_off(storj_faults, stubborn, stored, offset, length, expected):
    with storj_faults.call("Download", cut_after=150_000, times=None):
        assert await stubborn.get(stored, "key", offset=offset, length=length) == expected
        async with stubborn.download_object(stored, "key", offset=offset, length=length) as download:
            buffer = bytearray(len(expected))
            assert await download.readinto(buffer) == len(expected)
            assert await download.read() == b""
            assert download.info().size == len(DATA)
        assert buffer == expected
        async with stubborn.download_object(stored, "key", offset=offset, length=length) as download:
            assert b"".join([chunk async for chunk in download.iter_bytes(100_000)]) == expected


async def test_nodes_refuse_a_small_range_at_first(storj_faults, stubborn, stored):
    with storj_faults.call("Download", times=30, code="Internal"):
        assert await stubborn.get(stored, "key", offset=7, length=100_000) == DATA[7:100_007]


async def test_all_nodes_are_down_for_a_moment(own_network):
    retry = uplink.Retry(attempts=50, delay=0.05, longest_delay=0.1)
    access = uplink.Access.parse(own_network.access_grant)
    async with uplink.aio.open_project(access, config=uplink.Config(retry=retry)) as project:
        await project.ensure_bucket("bucket")
        data = secrets.token_bytes(40_000_000)  # more than is under way
        await project.put("bucket", "key", data)
        async with project.download_object("bucket", "key") as download:
            start = await download.read(300_000)
            fault = own_network.faults.nodes(down=True)
            with pytest.raises(errors.DeadlineExceededError):
                await project.get("bucket", "key", timeout=0.3)
            fault.undo()
            assert start + await download.read() == data


async def test_the_retries_are_used_up(storj_faults, storj_access, stored):
    with storj_faults.nodes(refusing=True):
        for attempts in (1, 2):
            retry = uplink.Retry(attempts=attempts, delay=0.01)
            async with (
                uplink.aio.open_project(storj_access, config=uplink.Config(retry=retry)) as project,
                project.download_object(stored, "key") as download,
            ):
                with pytest.raises(errors.NodesUnavailableError) as caught:
                    await download.read()
                assert caught.value.retryable
                with pytest.raises(errors.StreamFailedError):
                    await download.read(1)


async def test_a_timeout_while_it_waits_for_another_attempt(storj_faults, storj_access, stored):
    config = uplink.Config(retry=uplink.Retry(attempts=100, delay=60, longest_delay=60))
    with storj_faults.nodes(refusing=True):
        async with uplink.aio.open_project(storj_access, config=config) as project:
            start = time.monotonic()
            download = await project.download_object(stored, "key")
            with pytest.raises(errors.DeadlineExceededError):
                await download.read(timeout=0.5)
            with pytest.raises(errors.DeadlineExceededError):
                await project.get(stored, "key", timeout=0.5)
            await download.close()
            assert time.monotonic() - start < 10


@pytest.mark.parametrize("replaced", [True, False])
async def test_an_object_that_changes_meanwhile(storj_faults, stubborn, stored, replaced):
    async with stubborn.download_object(stored, "key") as download:
        with storj_faults.call("Download", cut_after=200_000, times=None):
            assert await download.read(1000) == DATA[:1000]
            if replaced:
                await stubborn.put(stored, "key", DATA[::-1])
            else:
                await stubborn.delete_object(stored, "key")
            with pytest.raises(errors.ObjectChangedError, match="replaced or deleted") as caught:
                await download.read()
            assert caught.value.retryable


async def test_an_old_version_goes_on_while_new_ones_come(storj_faults, stubborn, bucket):
    await stubborn.set_bucket_versioning(bucket, True)
    data = DATA[:1_000_000]
    old = await stubborn.put(bucket, "key", data)
    await stubborn.put(bucket, "key", data[::-1])
    async with stubborn.download_object(bucket, "key", version=old.version) as download:
        with storj_faults.call("Download", cut_after=100_000, times=None):
            assert await download.read(1000) == data[:1000]
            await stubborn.delete_object(bucket, "key")
            assert await download.read() == data[1000:]
            assert download.info().version == old.version


async def test_three_of_ten_nodes_are_dead(own_network):
    access = uplink.Access.parse(own_network.access_grant)
    async with uplink.aio.open_project(access) as project:
        await project.ensure_bucket("bucket")
        data = secrets.token_bytes(1_000_000)
        keys = [f"key {number}" for number in range(40)]
        for key in keys:
            await project.put("bucket", key, data)

        async def read(key):
            start = time.monotonic()
            assert await project.get("bucket", key) == data
            return time.monotonic() - start

        own_network.faults.nodes(0, 1, 2, down=True)
        times = await asyncio.gather(*(read(key) for key in keys))
        assert max(times) < 10
