# Generated from tests/aio/test_network.py by tools/generate_sync.py; change that instead.
"""Connections: the satellite that cannot be reached, nodes that are down, and connections that stand still."""

from __future__ import annotations

import secrets
import socket
import threading
import time

import pytest

import uplink
from uplink import errors
from uplink_localnet import LocalNetwork


def calls_of(project):
    """Make one call of each kind, which all fail, and return their errors."""
    failures = []
    for call in (
        lambda: project.stat_object("bucket", "key"),
        lambda: project.get("bucket", "key"),
        lambda: project.put("bucket", "key", b"small"),
        lambda: project.put("bucket", "key", bytes(1_000_000)),
        lambda: project.delete_object("bucket", "key"),
        lambda: project.copy_object("bucket", "key", "bucket", "new"),
        lambda: project.move_object("bucket", "key", "bucket", "new"),
        lambda: project.create_bucket("bucket"),
        lambda: next(project.list_objects("bucket")),
        lambda: project.download_object("bucket", "key"),
    ):
        start = time.monotonic()
        with pytest.raises(errors.ConnectionFailedError) as caught:
            call()
        assert "refused" in caught.value.native_message
        failures.append((caught.value, time.monotonic() - start))
    return failures


def test_a_refused_connection_is_certain_and_follows_the_policy(unreachable):
    once = uplink.Config(retry=uplink.Retry(attempts=1, delay=60, longest_delay=60))
    with uplink.open_project(unreachable, config=once) as project:
        for error, seconds in calls_of(project):
            assert not error.outcome_unknown
            assert seconds < 5
    # Two waits of at least half of 0.1 and 0.2 s.
    config = uplink.Config(retry=uplink.Retry(attempts=3, delay=0.1))
    with uplink.open_project(unreachable, config=config) as project:
        for error, seconds in calls_of(project):
            assert not error.outcome_unknown
            assert 0.15 <= seconds < 5


def test_a_request_for_an_access_follows_the_policy(unreachable, network):
    def request(**retry):
        start = time.monotonic()
        with pytest.raises(errors.ConnectionFailedError):
            uplink.Access.request(
                satellite_address=unreachable.satellite_address,
                api_key=network.api_key,
                passphrase="passphrase",
                config=uplink.Config(retry=uplink.Retry(**retry)),
            )
        return time.monotonic() - start

    assert request(attempts=1, delay=60, longest_delay=60) < 5
    assert request(attempts=2, delay=0.4) >= 0.2


def test_a_port_that_refuses_ipv6_has_the_same_message_every_time(network):
    node = network.satellite_address.partition("@")[0]
    config = uplink.Config(retry=uplink.Retry(attempts=1))
    messages = set()
    with socket.socket(socket.AF_INET6) as held:
        try:
            held.bind(("::1", 0))
        except OSError:
            pytest.skip("this system has no IPv6")
        # Bound, but nothing listens.
        address = f"{node}@[::1]:{held.getsockname()[1]}"
        for _ in range(100):
            with pytest.raises(errors.ConnectionFailedError) as caught:
                uplink.Access.request(
                    satellite_address=address, api_key=network.api_key, passphrase="passphrase", config=config
                )
            messages.add(str(caught.value))
    [message] = messages
    assert message.count("refused") == 1
    assert f"[::1]:{address.rpartition(':')[2]}" in message


def test_waiting_for_another_dial_ends_with_the_timeout(unreachable):
    config = uplink.Config(retry=uplink.Retry(delay=60, longest_delay=60))
    with uplink.open_project(unreachable, config=config) as project:
        start = time.monotonic()
        with pytest.raises(errors.DeadlineExceededError):
            project.put("bucket", "key", b"data", timeout=0.2)
        assert time.monotonic() - start < 2


def test_cancelling_while_another_dial_is_waited_for(unreachable):
    config = uplink.Config(retry=uplink.Retry(delay=60, longest_delay=60))
    with uplink.open_project(unreachable, config=config) as project:
        upload = project.upload_object("bucket", "key")
        threading.Timer(0.3, project._free).start()
        start = time.monotonic()
        with pytest.raises(errors.CancelledError):
            upload.write(bytes(1_000_000))
            upload.commit()
        assert time.monotonic() - start < 2
        upload.abort()


def test_the_satellite_comes_back_while_it_is_dialled(own_network):
    access = uplink.Access.parse(own_network.access_grant)
    config = uplink.Config(retry=uplink.Retry(attempts=100, delay=0.1, longest_delay=0.1))
    data = secrets.token_bytes(100_000)
    with uplink.open_project(access, config=config) as project:
        fault = own_network.faults.satellite(down=True)
        timer = threading.Timer(0.5, fault.undo)
        timer.start()
        try:
            # Calls that change something, and a stream.
            project.ensure_bucket("bucket")
            with project.upload_object("bucket", "key") as upload:
                upload.write(data)
        finally:
            timer.join()
        assert project.get("bucket", "key") == data


def test_a_policy_without_end(access):
    endless = uplink.Config(retry=uplink.Retry(attempts=2**40, delay=float("inf"), longest_delay=1e300))
    with uplink.open_project(access, config=endless) as project:
        assert [bucket for bucket in project.list_buckets(cursor="~")] == []


# ---- Nodes ----


def test_an_upload_leaves_frozen_nodes():
    # The network has more nodes than an upload needs, and four of ten are frozen.
    with LocalNetwork(redundancy="1/2/3/4") as network, network.faults.nodes(0, 1, 2, 3, frozen=True):
        access = uplink.Access.parse(network.access_grant)
        data = secrets.token_bytes(500_000)
        with uplink.open_project(access, config=uplink.Config(stall_timeout=1.5)) as project:
            project.ensure_bucket("bucket")
            for key in ("a", "b", "c"):
                project.put("bucket", key, data, timeout=30)
                assert project.get("bucket", key, timeout=30) == data


def test_uploads_while_two_of_ten_nodes_are_frozen(own_network):
    access = uplink.Access.parse(own_network.access_grant)
    data = secrets.token_bytes(5_000_000)
    with uplink.open_project(access) as project:
        project.ensure_bucket("bucket")
        start = time.monotonic()
        with own_network.faults.nodes(0, 1, frozen=True):
            project.put("bucket", "from the beginning", data)
        with project.upload_object("bucket", "in the middle") as upload:
            upload.write(data[:2_500_000])
            fault = own_network.faults.nodes(0, 1, frozen=True)
            upload.write(data[2_500_000:])
        fault.undo()
        assert time.monotonic() - start < 30
        for key in ("from the beginning", "in the middle"):
            assert project.get("bucket", key) == data


@pytest.mark.parametrize("size", [50_000, 5_000_000])
def test_an_upload_to_frozen_nodes_says_that_there_was_no_progress(own_network, size):
    access = uplink.Access.parse(own_network.access_grant)
    with uplink.open_project(access, config=uplink.Config(stall_timeout=0.5)) as project:
        project.ensure_bucket("bucket")
        with own_network.faults.nodes(frozen=True):
            start = time.monotonic()
            with pytest.raises(errors.DeadlineExceededError, match="no progress for 500ms") as caught:
                project.put("bucket", "key", bytes(size), timeout=30)
            assert not caught.value.outcome_unknown
            # Another try would take as long.
            assert time.monotonic() - start < 5
    # On a loaded machine, half a second without progress is no failure.
    with uplink.open_project(access) as patient:
        patient.put("bucket", "key", bytes(size))


def test_a_download_from_frozen_nodes_says_that_there_was_no_progress(own_network):
    access = uplink.Access.parse(own_network.access_grant)
    data = secrets.token_bytes(500_000)
    with uplink.open_project(access, config=uplink.Config(stall_timeout=0.5)) as project:
        project.ensure_bucket("bucket")
        # On a loaded machine, half a second without progress is no failure.
        with uplink.open_project(access) as patient:
            patient.put("bucket", "key", data)
        with own_network.faults.nodes(frozen=True):
            start = time.monotonic()
            with pytest.raises(errors.DeadlineExceededError, match="no progress for 500ms") as caught:
                project.get("bucket", "key", timeout=30)
            assert not caught.value.outcome_unknown
            assert time.monotonic() - start < 10
        with uplink.open_project(access) as patient:
            assert patient.get("bucket", "key", timeout=30) == data


def test_reads_while_two_of_ten_nodes_are_frozen(own_network):
    access = uplink.Access.parse(own_network.access_grant)
    data = secrets.token_bytes(500_000)
    with uplink.open_project(access) as project:
        project.ensure_bucket("bucket")
        for number in range(10):
            project.put("bucket", str(number), data)
        with own_network.faults.nodes(0, 1, frozen=True):
            for number in range(10):
                assert project.get("bucket", str(number), timeout=10) == data


def test_a_stream_that_takes_a_break_does_not_stall(own_network):
    access = uplink.Access.parse(own_network.access_grant)
    data = secrets.token_bytes(2_000_000)
    with uplink.open_project(access, config=uplink.Config(stall_timeout=1.5)) as project:
        project.ensure_bucket("bucket")
        with project.upload_object("bucket", "key") as upload:
            upload.write(data[:1_000_000])
            time.sleep(2)
            upload.write(data[1_000_000:])
        with project.download_object("bucket", "key") as download:
            assert download.read(1000) == data[:1000]
            time.sleep(2)
            assert download.read() == data[1000:]


# ---- Closing ----


def test_closing_a_project_never_fails(access, bucket):
    data = secrets.token_bytes(20_000)
    for _ in range(30):
        project = uplink.open_project(access)
        project.put(bucket, "key", data)
        assert project.get(bucket, "key") == data
        project.close()
