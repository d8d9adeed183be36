# Generated from tests/aio/test_logging.py by tools/generate_sync.py; change that instead.
"""What is logged: each call at DEBUG; retries, slow-downs and stalls at INFO."""

from __future__ import annotations

import logging
import re

import pytest

import uplink
from uplink import errors
from uplink._calls import transfers

LARGE = bytes(100_000)


@pytest.fixture
def project(own_network):
    """A project with a bucket, on a network that the test may let fail."""
    with uplink.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        project.ensure_bucket("bucket")
        yield project


def lines(caplog, level):
    """Return the lines of a level, in order, with the numbers that vary replaced."""
    texts = [record.getMessage() for record in caplog.records if record.levelno == level and record.name == "uplink"]
    return [re.sub(r"\d+\.\d+ (m?s)", r"N \1", text) for text in texts]


def test_a_line_for_each_call(project, caplog):
    caplog.set_level(logging.DEBUG, "uplink")
    project.put("bucket", "key", b"hello")
    project.get("bucket", "key", offset=1, length=1)
    with pytest.raises(errors.ObjectNotFoundError):
        project.stat_object("bucket", "missing")
    assert [item.key for item in project.list_objects("bucket", prefix="k")] == ["key"]
    project.stat_bucket("bucket")
    put, get, stat, listing, bucket = lines(caplog, logging.DEBUG)
    assert put == "put the object bucket/key: N ms, 1 request, 5 bytes sent"
    assert get == "get the object bucket/key: N ms, 1 request, 1 byte received"
    assert stat.startswith("stat the object bucket/missing: N ms, 1 request, ObjectNotFoundError: no such object")
    assert re.fullmatch(r"list the objects bucket\S*: N ms, 1 request", listing)
    assert bucket == "stat the bucket bucket: N ms, 1 request"


def test_a_line_for_each_step_of_a_stream(project, caplog):
    caplog.set_level(logging.DEBUG, "uplink")
    with project.upload_object("bucket", "key") as upload:
        upload.write(LARGE)
    begin, write, commit = lines(caplog, logging.DEBUG)
    assert begin == "begin the upload bucket/key: N ms"
    assert write.startswith("write bucket/key: N ms,")
    assert write.endswith("100000 bytes sent")
    assert commit.startswith("commit the upload bucket/key: N ms, ")
    caplog.clear()
    with project.download_object("bucket", "key") as download:
        download.read()
    assert sum(
        int(number) for text in lines(caplog, logging.DEBUG) for number in re.findall(r"(\d+) bytes r", text)
    ) == (len(LARGE))


def test_retries_and_slow_downs(project, own_network, caplog):
    caplog.set_level(logging.INFO, "uplink")
    refusal = own_network.faults.call("GetObject", code="ResourceExhausted", text="Too Many Requests", times=2)
    with refusal, pytest.raises(errors.ObjectNotFoundError):
        project.stat_object("bucket", "missing")
    address = own_network.satellite_address.rpartition("@")[2]
    texts = lines(caplog, logging.INFO)
    assert any(re.match(rf"{address} refused \d requests?, since there are too many", text) for text in texts)
    assert any(re.match(rf"{address} gets at most \S+ requests a second for now", text) for text in texts)
    assert lines(caplog, logging.DEBUG) == []


def test_writes_to_one_key(project, own_network, caplog):
    own_network.limit(key_writes=1)
    caplog.set_level(logging.INFO, "uplink")
    for _ in range(5):
        project.put("bucket", "key", b"data")
    assert any(re.match("bucket/key is written too often; ", text) for text in lines(caplog, logging.INFO))


def test_a_satellite_that_cannot_be_reached(unreachable, caplog):
    caplog.set_level(logging.INFO, "uplink")
    config = uplink.Config(retry=uplink.Retry(attempts=2, delay=0.01))
    with uplink.open_project(unreachable, config=config) as project:
        with pytest.raises(errors.ConnectionFailedError):
            project.stat_bucket("bucket")
    address = unreachable.satellite_address.rpartition("@")[2]
    assert f"{address} cannot be reached; it is dialed again in N s" in lines(caplog, logging.INFO)


def test_a_call_that_is_repeated(project, own_network, caplog):
    caplog.set_level(logging.INFO, "uplink")
    fault = own_network.faults.call("GetObject", code="Unavailable", text="a moment, please")
    with fault, pytest.raises(errors.ObjectNotFoundError):
        project.stat_object("bucket", "missing")
    texts = lines(caplog, logging.INFO)
    assert any(text.startswith("a call failed (bucket/missing), and is repeated in N s: ") for text in texts)


def test_a_download_whose_nodes_are_down(project, own_network, caplog):
    project.put("bucket", "large", LARGE)
    caplog.set_level(logging.INFO, "uplink")
    with own_network.faults.nodes(0, 1, 2, down=True):
        # The satellite names nodes at random.
        for _ in range(50):
            assert project.get("bucket", "large") == LARGE
            if "is down or slow" in caplog.text:
                break
    assert re.search(r"the storage node 127.0.0.1:\d+ is down or slow: \d+ calls? failed", caplog.text)


def test_a_stall_is_logged_while_the_call_waits(own_network, caplog):
    caplog.set_level(logging.INFO, "uplink")
    config = uplink.Config(stall_timeout=0.5)
    with uplink.open_project(uplink.Access.parse(own_network.access_grant), config=config) as project:
        project.ensure_bucket("bucket")
        project.put("bucket", "large", LARGE)
        with own_network.faults.nodes(frozen=True), pytest.raises(errors.UplinkError):
            project.get("bucket", "large", timeout=20)
        assert project.stats().stalls > 0
    assert any(
        re.match(r"no byte moved for N s on \d connections? to 127.0.0.1:\d+: closed", text)
        for text in lines(caplog, logging.INFO)
    )


def test_a_part_of_a_transfer_that_is_sent_again(project, own_network, caplog, monkeypatch, tmp_path):
    size = 5 * 1024 * 1024
    monkeypatch.setattr(transfers, "PART_SIZE", size)
    path = tmp_path / "file"
    path.write_bytes(bytes(size + 1))
    caplog.set_level(logging.DEBUG, "uplink")
    reports = []
    with own_network.faults.call("CommitSegment", code="Unavailable", text="a moment, please"):
        project.upload_file("bucket", "key", path, progress=lambda *counts: reports.append(counts))
    assert reports[-1] == (size + 1, size + 1, size + 1)
    assert any(
        "a part of a transfer failed, and is tried again in N s (1 time): " in text for text in lines(caplog, 20)
    )
    [line] = [text for text in lines(caplog, logging.DEBUG) if text.startswith("upload the file bucket/key: ")]
    assert " 1 retry, " in line
    stats = project.stats()
    assert stats.retries == 1
    assert stats.bytes_sent > size


def test_a_timeout(project, own_network, caplog):
    caplog.set_level(logging.DEBUG, "uplink")
    own_network.pause()
    with pytest.raises(errors.DeadlineExceededError):
        project.stat_bucket("bucket", timeout=0.1)
    own_network.resume()
    [line] = lines(caplog, logging.DEBUG)
    assert line.startswith("stat the bucket bucket: N ms, ")
    assert "DeadlineExceededError: could not stat the bucket within " in line


def test_no_records_and_no_texts_unless_they_are_kept(project, caplog, monkeypatch):
    monkeypatch.setattr("uplink._observation.Observation", None)
    monkeypatch.setattr("uplink._driver.Observation", None)
    monkeypatch.setattr("uplink._driver.Observation", None)
    caplog.set_level(logging.WARNING, "uplink")
    project.put("bucket", "key", b"hello")
    assert [item.key for item in project.list_objects("bucket")] == ["key"]
    assert caplog.records == []


def test_a_key_that_is_a_grant_is_hidden(project, own_network, caplog):
    caplog.set_level(logging.DEBUG, "uplink")
    grant = own_network.access_grant
    project.put("bucket", f"before/{grant}/after", b"")
    assert lines(caplog, logging.DEBUG) == ["put the object bucket/before/<hidden>/after: N ms, 1 request"]
    assert all(grant not in repr(vars(record)) for record in caplog.records)


def test_percent_signs(project, caplog):
    caplog.set_level(logging.DEBUG, "uplink")
    project.put("bucket", "100%s", b"")
    assert lines(caplog, logging.DEBUG) == ["put the object bucket/100%s: N ms, 1 request"]
