"""The numbers of calls that the local network counts, and with them the retries of a program."""

from __future__ import annotations

import secrets

import pytest

from uplink import errors


def test_calls_are_counted_by_name(storj_network, storj_project, storj_bucket):
    network = storj_network.local
    before = network.calls()
    storj_project.put(storj_bucket, "key", secrets.token_bytes(100_000))
    made = network.calls() - before
    assert made["BeginObject"] == made["BeginSegment"] == made["CommitObject"] == 1
    assert made["Upload"] >= 8
    assert made["Download"] == made["GetObject"] == 0
    # Uploads of pieces that were not needed may still arrive.
    uploads = -1
    while uploads != network.calls()["Upload"]:
        uploads = network.calls()["Upload"]
        of_each = sum(network.calls(number)["Upload"] for number in range(10))
    assert of_each == uploads
    assert network.calls("satellite")["Upload"] == 0


def test_each_attempt_is_counted(storj_network, storj_faults, storj_project, storj_bucket):
    network = storj_network.local
    before, hit = network.calls(), network.calls(hit=True)
    with storj_faults.call("GetObject", times=2) as fault, pytest.raises(errors.ObjectNotFoundError):
        storj_project.stat_object(storj_bucket, "missing")
    assert fault.hits() == 2
    assert (network.calls() - before)["GetObject"] == 3
    assert (network.calls(hit=True) - hit)["GetObject"] == 2


def test_nodes_report_how_often_a_fault_struck(storj_network, storj_faults, storj_project, storj_bucket):
    network = storj_network.local
    before = network.calls(hit=True)
    with storj_faults.nodes(delay=0.001) as fault:
        storj_project.put(storj_bucket, "key", secrets.token_bytes(100_000))
    assert 8 <= fault.hits() == (network.calls(hit=True) - before)["Upload"]
