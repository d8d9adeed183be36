# Generated from tests/aio/test_resume.py by tools/generate_sync.py; change that instead.
"""A download whose nodes fail goes on at its position, or raises an error with the reason."""

from __future__ import annotations

import secrets
import time

import pytest

import uplink
from uplink import errors

DATA = secrets.token_bytes(3_000_000)


@pytest.fixture
def stored(project, bucket):
    project.put(bucket, "key", DATA)
    return bucket


@pytest.fixture
def stubborn(storj_access):
    """A project with twenty attempts for each call, and short pauses."""
    retry = uplink.Retry(attempts=20, delay=0.02, longest_delay=0.1)
    with uplink.open_project(storj_access, config=uplink.Config(retry=retry)) as project:
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
def test_every_download_breaks_off(storj_faults, stubborn, stored, offset, length, expected):
    with storj_faults.call("Download", cut_after=150_000, times=None):
        assert stubborn.get(stored, "key", offset=offset, length=length) == expected
        with stubborn.download_object(stored, "key", offset=offset, length=length) as download:
            buffer = bytearray(len(expected))
            assert download.readinto(buffer) == len(expected)
            assert download.read() == b""
            assert download.info().size == len(DATA)
        assert buffer == expected
        with stubborn.download_object(stored, "key", offset=offset, length=length) as download:
            assert b"".join([chunk for chunk in download.iter_bytes(100_000)]) == expected


def test_nodes_refuse_a_small_range_at_first(storj_faults, stubborn, stored):
    with storj_faults.call("Download", times=30, code="Internal"):
        assert stubborn.get(stored, "key", offset=7, length=100_000) == DATA[7:100_007]


def test_all_nodes_are_down_for_a_moment(own_network):
    retry = uplink.Retry(attempts=50, delay=0.05, longest_delay=0.1)
    access = uplink.Access.parse(own_network.access_grant)
    with uplink.open_project(access, config=uplink.Config(retry=retry)) as project:
        project.ensure_bucket("bucket")
        data = secrets.token_bytes(40_000_000)  # more than is under way
        project.put("bucket", "key", data)
        with project.download_object("bucket", "key") as download:
            start = download.read(300_000)
            fault = own_network.faults.nodes(down=True)
            with pytest.raises(errors.DeadlineExceededError):
                project.get("bucket", "key", timeout=0.3)
            fault.undo()
            assert start + download.read() == data


def test_the_retries_are_used_up(storj_faults, storj_access, stored):
    with storj_faults.nodes(refusing=True):
        for attempts in (1, 2):
            retry = uplink.Retry(attempts=attempts, delay=0.01)
            with (
                uplink.open_project(storj_access, config=uplink.Config(retry=retry)) as project,
                project.download_object(stored, "key") as download,
            ):
                with pytest.raises(errors.NodesUnavailableError) as caught:
                    download.read()
                assert caught.value.retryable
                with pytest.raises(errors.StreamFailedError):
                    download.read(1)


def test_a_timeout_while_it_waits_for_another_attempt(storj_faults, storj_access, stored):
    config = uplink.Config(retry=uplink.Retry(attempts=100, delay=60, longest_delay=60))
    with storj_faults.nodes(refusing=True):
        with uplink.open_project(storj_access, config=config) as project:
            start = time.monotonic()
            download = project.download_object(stored, "key")
            with pytest.raises(errors.DeadlineExceededError):
                download.read(timeout=0.5)
            with pytest.raises(errors.DeadlineExceededError):
                project.get(stored, "key", timeout=0.5)
            download.close()
            assert time.monotonic() - start < 10


@pytest.mark.parametrize("replaced", [True, False])
def test_an_object_that_changes_meanwhile(storj_faults, stubborn, stored, replaced):
    with stubborn.download_object(stored, "key") as download:
        with storj_faults.call("Download", cut_after=200_000, times=None):
            assert download.read(1000) == DATA[:1000]
            if replaced:
                stubborn.put(stored, "key", DATA[::-1])
            else:
                stubborn.delete_object(stored, "key")
            with pytest.raises(errors.ObjectChangedError, match="replaced or deleted") as caught:
                download.read()
            assert caught.value.retryable


def test_an_old_version_goes_on_while_new_ones_come(storj_faults, stubborn, bucket):
    stubborn.set_bucket_versioning(bucket, True)
    data = DATA[:1_000_000]
    old = stubborn.put(bucket, "key", data)
    stubborn.put(bucket, "key", data[::-1])
    with stubborn.download_object(bucket, "key", version=old.version) as download:
        with storj_faults.call("Download", cut_after=100_000, times=None):
            assert download.read(1000) == data[:1000]
            stubborn.delete_object(bucket, "key")
            assert download.read() == data[1000:]
            assert download.info().version == old.version


def test_three_of_ten_nodes_are_dead(own_network):
    access = uplink.Access.parse(own_network.access_grant)
    with uplink.open_project(access) as project:
        project.ensure_bucket("bucket")
        data = secrets.token_bytes(1_000_000)
        keys = [f"key {number}" for number in range(40)]
        for key in keys:
            project.put("bucket", key, data)

        def read(key):
            start = time.monotonic()
            assert project.get("bucket", key) == data
            return time.monotonic() - start

        own_network.faults.nodes(0, 1, 2, down=True)
        times = [read(key) for key in keys]
        assert max(times) < 10
