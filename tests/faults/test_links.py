"""Links with latency, with little bandwidth, and links that break: correct bytes or a typed error, in bounded time."""

from __future__ import annotations

import secrets
import time

import pytest

from uplink import errors

TIMEOUT = 15


def fastest(call, enough):
    """Return the least time of up to 30 calls, or the first below `enough`. A loaded machine makes calls slower."""
    best = float("inf")
    for _ in range(30):
        best = min(best, call())
        if best < enough:
            break
    return best


def test_a_small_call_takes_one_round_trip(storj_faults, stat, stored):
    def timed():
        start = time.monotonic()
        stat()
        return time.monotonic() - start

    stat()
    near = fastest(timed, 0)
    with storj_faults.links(rtt=0.1):
        far = fastest(timed, near + 0.115)
    assert 0.085 < far - near < 0.115


def test_far_away_the_bytes_are_right(storj_faults, bounded, stored, get, put):
    with storj_faults.wide_area(), bounded():
        assert get() == stored
        put()


def test_one_connection_has_the_bandwidth_that_is_set(storj_faults, storj_access, storj_bucket, stored):
    # Each piece is a quarter of the object and has its own connection.
    mbit = 4
    expected = len(stored) / 4 * 8 / 1e6 / mbit

    def timed():
        with storj_access.open_project() as project:
            start = time.monotonic()
            assert project.get(storj_bucket, "key", timeout=TIMEOUT) == stored
            return time.monotonic() - start

    with storj_faults.links(mbit=mbit):
        took = fastest(timed, expected * 1.4)  # with handshakes
    assert expected * 0.85 < took < expected * 1.4


def test_every_connection_breaks(storj_faults, bounded, stored, get, put, stat):
    with storj_faults.links(*range(10), cut_after=5_000), bounded():
        for call in (get, put):
            with pytest.raises((errors.NodesUnavailableError, errors.ConnectionFailedError)):
                call()
        assert stat().size == len(stored)
    assert get() == stored


@pytest.mark.parametrize("after", [False, True])
def test_the_connection_to_the_satellite_breaks_in_the_middle_of_an_upload(
    storj_faults, bounded, storj_project, storj_bucket, after
):
    data = secrets.token_bytes(1000) * 70_000  # two segments
    with storj_faults.call("BeginSegment", nth=2, cut_after=0, after=after) as fault, bounded(30):
        storj_project.put(storj_bucket, "key", data)
        assert fault.hits()
    assert storj_project.get(storj_bucket, "key") == data


def test_connections_to_the_satellite_break_at_once(storj_faults, bounded, stored, get, stat):
    with storj_faults.links("satellite", cut_after=0), bounded(), pytest.raises(errors.ConnectionFailedError):
        stat()
    assert get() == stored
