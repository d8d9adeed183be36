"""Nodes that fail: correct bytes or a typed error, in bounded time."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from uplink import _ffi, errors

SIZE = 1_500_000
TIMEOUT = 15


@pytest.mark.parametrize(
    "fault",
    [{"down": True}, {"frozen": True}, {"refusing": True}, {"delay": 0.3}, {"losing": True}, {"full": True}],
    ids=lambda fault: next(iter(fault)),
)
def test_one_node_that_fails_is_not_noticed(storj_faults, bounded, storj_project, storj_bucket, stored, put, fault):
    with storj_faults.nodes(0, **fault), bounded():
        assert storj_project.get(storj_bucket, "key", timeout=TIMEOUT) == stored
        put()
    assert storj_project.stat_object(storj_bucket, "new").size == len(stored)


def test_two_nodes_that_corrupt_are_found_out(storj_faults, bounded, stored, get):
    # There are eight pieces and four are required, so two corrupt pieces can be found.
    for first in (0, 3, 6):
        with storj_faults.nodes(first, first + 1, corrupting=True), bounded():
            assert get() == stored


@pytest.mark.parametrize("fault", ["down", "refusing", "losing", "corrupting"])
def test_no_node_has_the_object(storj_faults, bounded, stored, get, stat, fault):
    with storj_faults.nodes(**{fault: True}), bounded():
        with pytest.raises(errors.NodesUnavailableError) as caught:
            get()
        assert caught.value.retryable
        # Nodes that corrupt have all answered.
        few, damaged = "too few storage nodes answered", "the data that storage nodes sent is damaged"
        reason, other = (damaged, few) if fault == "corrupting" else (few, damaged)
        assert (str(caught.value).count(reason), str(caught.value).count(other)) == (1, 0)
        assert stat().size == len(stored)
    assert get() == stored


@pytest.mark.parametrize("fault", ["down", "refusing", "full"])
def test_no_node_takes_the_object(storj_faults, bounded, storj_project, storj_bucket, put, fault):
    with storj_faults.nodes(**{fault: True}), bounded():
        with pytest.raises(errors.NodesUnavailableError) as caught:
            put()
        assert caught.value.retryable
        assert put("small", 1000).size == 1000  # the satellite stores it
    assert [item.key for item in storj_project.list_objects(storj_bucket)] == ["small"]


def test_all_nodes_are_frozen(storj_faults, bounded, storj_project, storj_bucket, stored, get):
    with storj_faults.nodes(frozen=True), bounded(5):
        with pytest.raises(errors.DeadlineExceededError):
            storj_project.get(storj_bucket, "key", timeout=0.3)
        with pytest.raises(errors.DeadlineExceededError) as caught:
            storj_project.put(storj_bucket, "new", stored, timeout=0.3)
        assert caught.value.outcome_unknown
    assert get() == stored


def test_nodes_that_are_slow_give_the_right_bytes(storj_faults, bounded, stored, get, put):
    with storj_faults.nodes(delay=0.02), bounded():
        assert get() == stored
        put()


CLOCK = "; the clock of the satellite or of the storage nodes is wrong"


@pytest.mark.parametrize("skew", [timedelta(days=2), timedelta(days=-2)])
def test_the_clocks_of_all_nodes_are_wrong(storj_faults, bounded, stored, get, put, skew):
    with storj_faults.nodes(skew=skew), bounded():
        with pytest.raises(errors.NodesUnavailableError, match=CLOCK):
            get()
        with pytest.raises(errors.NodesUnavailableError, match=CLOCK):
            put()
    assert get() == stored


def test_an_upload_without_nodes_says_what_they_said(storj_faults, bounded, put):
    refused = pytest.raises(errors.NodesUnavailableError, match=r"the last node that failed: .*out of space")
    with storj_faults.call("Upload", code="Unavailable", text="out of space", times=None), bounded(), refused:
        put()


def test_one_download_breaks(storj_faults, bounded, stored, get):
    with storj_faults.call("Download", cut_after=50_000), bounded():
        assert get() == stored


def test_a_large_download_goes_on_when_each_connection_breaks(storj_faults, bounded, storj_project, storj_bucket):
    # Its pieces are so large that nodes are asked for chunks of 64 KiB, which no connection carries here.
    data = secrets.token_bytes(5_000_000)
    storj_project.put(storj_bucket, "large", data)
    breaking = storj_faults.call("Download", cut_after=60_000, times=None)
    # Connections may break after the read, of which the close has no error.
    with breaking, bounded(60), storj_project.download_object(storj_bucket, "large") as download:
        assert download.read(1_000_000, timeout=55) == data[:1_000_000]


def test_every_download_breaks_at_once(storj_faults, bounded, stored, get):
    with storj_faults.call("Download", cut_after=0, times=None), bounded():
        with pytest.raises((errors.NodesUnavailableError, errors.ConnectionFailedError)) as caught:
            get()
        assert caught.value.retryable
    assert get() == stored


def test_reads_of_the_documented_interface_go_on_when_downloads_break(
    storj_faults, bounded, grant, storj_bucket, stored
):
    ffi, lib = _ffi.current().ffi, _ffi.current().lib
    access = lib.uplink_parse_access(grant.encode())
    project = lib.uplink_open_project(access.access)
    data, memory = b"", ffi.new("char[]", 100_000)
    with storj_faults.call("Download", cut_after=150_000, times=None), bounded():
        download = lib.uplink_download_object(project.project, storj_bucket.encode(), b"key", ffi.NULL)
        while True:
            read = lib.uplink_download_read(download.download, memory, len(memory))
            data += ffi.buffer(memory, read.bytes_read)[:]
            code = read.error.code if read.error else None
            lib.uplink_free_read_result(read)
            if code is not None:
                break
    assert code == -1  # EOF
    assert data == stored
    lib.uplink_free_download_result(download)
    lib.uplink_free_project_result(project)
    lib.uplink_free_access_result(access)


def test_the_answer_of_one_upload_is_lost(storj_faults, bounded, storj_project, storj_bucket, put):
    with storj_faults.call("Upload", after=True, cut_after=0), bounded():
        put()
    assert len(storj_project.get(storj_bucket, "new")) == SIZE


def test_streams_end_when_their_nodes_go(storj_faults, bounded, storj_project, storj_bucket, stored):
    with storj_project.download_object(storj_bucket, "key") as download:
        assert download.read(1000) == stored[:1000]
    upload = storj_project.upload_object(storj_bucket, "new")
    with storj_faults.nodes(down=True), bounded():
        with pytest.raises(errors.UplinkError) as caught:
            upload.write(stored, timeout=TIMEOUT)
            upload.commit(timeout=TIMEOUT)
        assert isinstance(caught.value, (errors.NodesUnavailableError, errors.ConnectionFailedError))
    upload.abort()
    with pytest.raises(errors.ObjectNotFoundError):
        storj_project.stat_object(storj_bucket, "new")
