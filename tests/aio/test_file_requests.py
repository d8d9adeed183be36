"""What a file that is read requests, and that it reads one version of the object."""

from __future__ import annotations

import secrets

import pytest

from uplink import errors

SIZE = 1_500_000


@pytest.fixture
async def data(project, bucket) -> bytes:
    content = secrets.token_bytes(SIZE)
    await project.put(bucket, "key", content)
    return content


async def test_an_object_that_is_replaced_is_noticed(project, bucket, data):
    await project.put(bucket, "mine", data)
    async with project.open(bucket, "mine") as file:
        assert await file.read(10) == data[:10]
        await project.put(bucket, "mine", bytes(SIZE))
        for start, size in ((1_000_000, 10), (1_100_000, 350_000)):
            await file.seek(start)
            with pytest.raises(errors.ObjectChangedError):
                await file.read(size)
            with pytest.raises(errors.ObjectChangedError):
                await file.readinto(bytearray(size))
            assert await file.tell() == start
        await file.seek(0)
        await project.delete_object(bucket, "mine")
        await file.seek(SIZE - 10)
        with pytest.raises(OSError, match="replaced or deleted") as caught:
            await file.read()
        assert (caught.value.bucket, caught.value.key) == (bucket, "mine")


async def test_a_version_stays_readable(project, bucket):
    await project.set_bucket_versioning(bucket, True)
    first = await project.put(bucket, "key", b"1" * 400_000)
    async with project.open(bucket, "key") as latest:
        await project.put(bucket, "key", b"2" * 100)
        async with project.open(bucket, "key", version=first.version) as named:
            for file in (latest, named):
                await file.seek(300_000)
                assert await file.read() == b"1" * 100_000
        async with project.open(bucket, "key", "r") as file:
            assert await file.read() == "2" * 100


async def requests_and_bytes(project, use):
    """Return how many requests and bytes of objects a use of the project takes."""
    before = project.stats()
    await use()
    after = project.stats()
    repeats = after.retries - before.retries
    return after.requests - before.requests - repeats, after.bytes_received - before.bytes_received


async def test_a_random_reader_gets_what_it_asks_for(project, bucket, data):
    places = [(position * 7919 * 131) % 1_400_000 for position in range(1, 21)]

    async def use():
        async with project.open(bucket, "key") as file:
            for place in places:
                await file.seek(place)
                assert await file.read(65_536) == data[place : place + 65_536]

    assert await requests_and_bytes(project, use) == (21, 20 * 65_536)


async def test_a_sequential_reader_gets_bytes_ahead(project, bucket, data):
    async def use():
        async with project.open(bucket, "key") as file:
            while await file.read(1000):
                pass

    # One for the start, and one for the rest.
    assert await requests_and_bytes(project, use) == (2, SIZE)

    async def jump():
        async with project.open(bucket, "key") as file:
            await file.seek(500_000)
            for _ in range(100):
                await file.read(1000)

    requests, count = await requests_and_bytes(project, jump)
    assert (requests, count <= 300_000) == (3, True)


async def test_a_small_file_takes_one_request(project, bucket):
    await project.put(bucket, "small", b"data")

    async def use():
        async with project.open(bucket, "small", "r") as file:
            assert await file.read() == "data"

    assert await requests_and_bytes(project, use) == (1, 4)


async def test_a_small_skip_stays_with_the_download(project, bucket, data):
    async def use():
        async with project.open(bucket, "key") as file:
            for start in range(0, 900_000, 100_000):
                await file.seek(start)
                assert await file.read(90_000) == data[start : start + 90_000]

    requests, _ = await requests_and_bytes(project, use)
    assert requests == 1
