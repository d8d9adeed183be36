# Generated from tests/aio/test_objects.py by tools/generate_sync.py; change that instead.
"""Objects at rest."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink import errors


def test_overwriting(project, bucket):
    project.put(bucket, "key", b"old", metadata={"old": "yes"})
    project.put(bucket, "key", b"new")
    assert project.get(bucket, "key") == b"new"
    assert (project.stat_object(bucket, "key")).metadata == {}


def test_deleting(project, bucket):
    item = project.put(bucket, "key", b"data")
    assert project.delete_object(bucket, "key") == item
    assert project.delete_object(bucket, "key") is None
    with pytest.raises(errors.ObjectNotFoundError) as caught:
        project.stat_object(bucket, "key")
    error = caught.value
    assert isinstance(error, FileNotFoundError)
    assert (error.bucket, error.key, error.code) == (bucket, "key", 0x21)
    assert error.filename == f"{bucket}/key"


def test_updating_metadata(project, bucket):
    project.put(bucket, "key", b"data", metadata={"a": "1", "b": "2"})
    project.update_object_metadata(bucket, "key", {"c": "3"})
    assert (project.stat_object(bucket, "key")).metadata == {"c": "3"}
    with pytest.raises(errors.ObjectNotFoundError):
        project.update_object_metadata(bucket, "other", {"c": "3"})


@pytest.mark.parametrize("metadata", [{"": "x"}, {"a\0": "x"}, {"a": "x\0"}, {"a": "\ud800"}, {"a": "x" * 2**21}])
def test_metadata_that_is_not_valid(project, bucket, metadata):
    with pytest.raises(errors.MetadataInvalidError):
        project.put(bucket, "key", b"data", metadata=metadata)
    with pytest.raises(errors.ObjectNotFoundError):
        project.stat_object(bucket, "key")


def test_metadata_that_is_not_valid_waits_for_no_room(access, bucket):
    with (
        uplink.open_project(access, config=uplink.Config(max_connections=1)) as project,
        project.upload_object(bucket, "key") as upload,
    ):
        upload.write(bytes(300_000))
        with pytest.raises(errors.MetadataInvalidError):
            project.put(bucket, "other", bytes(300_000), metadata={"": "x"}, timeout=0.2)


def test_expired_objects_are_gone(project, bucket):
    project.put(bucket, "key", b"data", expires=datetime.now(timezone.utc) + timedelta(seconds=2))
    assert project.get(bucket, "key") == b"data"
    time.sleep(3.1)
    with pytest.raises(errors.ObjectNotFoundError):
        project.get(bucket, "key")
    assert [item.key for item in project.list_objects(bucket)] == []


def test_expiry_beyond_what_can_be_sent(project, bucket):
    beyond = datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))
    with pytest.raises(errors.InvalidArgumentError, match="expires is 9999"):
        project.put(bucket, "key", b"data", expires=beyond)
    with pytest.raises(errors.InvalidArgumentError, match="expires is 9999"):
        project.upload_object(bucket, "key", expires=beyond)
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
    assert (project.put(bucket, "key", b"data", expires=last)).expires == last
    assert (project.stat_object(bucket, "key")).expires == last


def test_expiry_needs_a_time_zone(project, bucket):
    with pytest.raises(errors.InvalidArgumentError, match="time zone"):
        project.put(bucket, "key", b"data", expires=datetime(2999, 1, 1))  # noqa: DTZ001
    with pytest.raises(TypeError):
        project.put(bucket, "key", b"data", expires=3)
