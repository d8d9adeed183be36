# Generated from tests/aio/test_stats.py by tools/generate_sync.py; change that instead.
"""What a project counts."""

from __future__ import annotations

import pickle

import pytest

import uplink
from uplink import ProjectStats, errors

LARGE = bytes(100_000)


def test_nothing_has_happened_yet(access):
    with uplink.open_project(access) as project:
        assert project.stats() == ProjectStats()
    assert project.stats() == ProjectStats()


def test_calls_and_bytes(project, bucket):
    project.stat_bucket(bucket)
    before = project.stats()
    project.put(bucket, "key", b"hello")
    project.put(bucket, "large", LARGE)
    assert project.get(bucket, "key", offset=1, length=3) == b"ell"
    with pytest.raises(errors.ObjectNotFoundError):
        project.stat_object(bucket, "missing")
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


def test_bytes_of_streams(project, bucket):
    upload = project.upload_object(bucket, "key")
    upload.write(LARGE)
    upload.commit()
    download = project.download_object(bucket, "key")
    assert len(download.read()) == len(LARGE)
    download.close()
    stats = project.stats()
    assert (stats.bytes_sent, stats.bytes_received) == (len(LARGE), len(LARGE))


def test_bytes_of_parts(project, bucket):
    pending = project.begin_upload(bucket, "key")
    pending.upload_part(1, b"hello")
    pending.commit()
    assert project.stats().bytes_sent == 5


def test_requests_are_those_that_the_satellite_counts(own_network):
    with uplink.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        project.ensure_bucket("bucket")
        requests, calls = project.stats().requests, own_network.calls("satellite")
        for number in range(5):
            project.put("bucket", str(number), b"data")
            project.stat_object("bucket", str(number))
        made = own_network.calls("satellite") - calls
        # Within a batch, each request counts, and the batch too.
        assert project.stats().requests == requests + 10
        assert made["CompressedBatch"] == 10


def test_retries_and_slow_downs(own_network):
    with uplink.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        project.ensure_bucket("bucket")
        refusal = own_network.faults.call("GetObject", code="ResourceExhausted", text="Too Many Requests", times=2)
        with refusal, pytest.raises(errors.ObjectNotFoundError):
            project.stat_object("bucket", "missing")
        stats = project.stats()
        assert stats.retries == 2
        assert stats.slow_downs >= 1
        assert stats.waited > 0


def test_the_counts_of_a_closed_project_stay(access, bucket):
    project = uplink.open_project(access)
    project.put(bucket, "key", b"hello")
    project.close()
    stats = project.stats()
    assert stats.bytes_sent == 5
    assert stats.calls_started == stats.calls_succeeded == 1
    assert stats.satellite_connections == stats.node_connections == 0
    assert pickle.loads(pickle.dumps(stats)) == stats


def test_an_exception_that_ends_a_context_keeps_the_counts(access, bucket):
    with pytest.raises(ZeroDivisionError):
        with uplink.open_project(access) as project:
            project.put(bucket, "key", b"hello")
            raise ZeroDivisionError
    assert project.stats().bytes_sent == 5
