"""What a project counts while calls of several threads wait."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import uplink
from uplink import errors


def await_stats(project, holds, seconds=20.0):
    """Wait until the counts of a project fulfil a condition, and return them."""
    deadline = time.monotonic() + seconds
    while not holds(stats := project.stats()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert holds(stats), stats
    return stats


def test_waiting_and_in_flight(own_network):
    config = uplink.Config(max_in_flight=1)
    access = uplink.Access.parse(own_network.access_grant)
    with uplink.open_project(access, config=config) as project, ThreadPoolExecutor(3) as threads:
        project.ensure_bucket("bucket")
        own_network.pause()
        calls = [threads.submit(project.stat_bucket, "bucket", timeout=2) for _ in range(3)]
        assert await_stats(project, lambda stats: stats.calls_waiting == 2).calls_in_flight == 3
        assert all(isinstance(call.exception(), errors.DeadlineExceededError) for call in calls)
        own_network.resume()
        stats = await_stats(project, lambda stats: not stats.calls_in_flight)
        assert (stats.calls_cancelled, stats.calls_waiting, stats.calls_detached) == (3, 0, 0)
        assert stats.waited > 0


def test_a_detached_call_counts_until_it_ends(own_network):
    access = uplink.Access.parse(own_network.access_grant)
    with uplink.open_project(access) as project:
        project.ensure_bucket("bucket")
        upload = project.upload_object("bucket", "key")
        upload.write(bytes(100_000))
        upload.flush()
        own_network.pause()
        try:
            upload.commit(timeout=0.1)
        except errors.DeadlineExceededError:
            stats = project.stats()
        assert stats.calls_detached == stats.calls_in_flight == 1
        own_network.resume()
        stats = await_stats(project, lambda stats: not stats.calls_in_flight)
        assert stats.calls_detached == 0
