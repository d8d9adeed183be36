# Generated from tests/aio/test_file_requests.py by tools/generate_sync.py; change that instead.
"""What a file that is read requests, and that it reads one version of the object."""

from __future__ import annotations

import secrets

import pytest

from uplink import errors

SIZE = 1_500_000


@pytest.fixture
def data(project, bucket) -> bytes:
    content = secrets.token_bytes(SIZE)
    project.put(bucket, "key", content)
    return content


def test_an_object_that_is_replaced_is_noticed(project, bucket, data):
    project.put(bucket, "mine", data)
    with project.open(bucket, "mine") as file:
        assert file.read(10) == data[:10]
        project.put(bucket, "mine", bytes(SIZE))
        for start, size in ((1_000_000, 10), (1_100_000, 350_000)):
            file.seek(start)
            with pytest.raises(errors.ObjectChangedError):
                file.read(size)
            with pytest.raises(errors.ObjectChangedError):
                file.readinto(bytearray(size))
            assert file.tell() == start
        file.seek(0)
        project.delete_object(bucket, "mine")
        file.seek(SIZE - 10)
        with pytest.raises(OSError, match="replaced or deleted") as caught:
            file.read()
        assert (caught.value.bucket, caught.value.key) == (bucket, "mine")


def test_a_version_stays_readable(project, bucket):
    project.set_bucket_versioning(bucket, True)
    first = project.put(bucket, "key", b"1" * 400_000)
    with project.open(bucket, "key") as latest:
        project.put(bucket, "key", b"2" * 100)
        with project.open(bucket, "key", version=first.version) as named:
            for file in (latest, named):
                file.seek(300_000)
                assert file.read() == b"1" * 100_000
        with project.open(bucket, "key", "r") as file:
            assert file.read() == "2" * 100


def requests_and_bytes(project, use):
    """Return how many requests and bytes of objects a use of the project takes."""
    before = project.stats()
    use()
    after = project.stats()
    repeats = after.retries - before.retries
    return after.requests - before.requests - repeats, after.bytes_received - before.bytes_received


def test_a_random_reader_gets_what_it_asks_for(project, bucket, data):
    places = [(position * 7919 * 131) % 1_400_000 for position in range(1, 21)]

    def use():
        with project.open(bucket, "key") as file:
            for place in places:
                file.seek(place)
                assert file.read(65_536) == data[place : place + 65_536]

    assert requests_and_bytes(project, use) == (21, 20 * 65_536)


def test_a_sequential_reader_gets_bytes_ahead(project, bucket, data):
    def use():
        with project.open(bucket, "key") as file:
            while file.read(1000):
                pass

    # One for the start, and one for the rest.
    assert requests_and_bytes(project, use) == (2, SIZE)

    def jump():
        with project.open(bucket, "key") as file:
            file.seek(500_000)
            for _ in range(100):
                file.read(1000)

    requests, count = requests_and_bytes(project, jump)
    assert (requests, count <= 300_000) == (3, True)


def test_a_small_file_takes_one_request(project, bucket):
    project.put(bucket, "small", b"data")

    def use():
        with project.open(bucket, "small", "r") as file:
            assert file.read() == "data"

    assert requests_and_bytes(project, use) == (1, 4)


def test_a_small_skip_stays_with_the_download(project, bucket, data):
    def use():
        with project.open(bucket, "key") as file:
            for start in range(0, 900_000, 100_000):
                file.seek(start)
                assert file.read(90_000) == data[start : start + 90_000]

    requests, _ = requests_and_bytes(project, use)
    assert requests == 1
