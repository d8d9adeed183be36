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
            project.put(bucket, "other", bytes(300_000), metadata={"": "x"}, timeout=10)


def test_expired_objects_are_gone(project, bucket):
    expires = datetime.now(timezone.utc) + timedelta(seconds=2)
    project.put(bucket, "key", b"data", expires=expires)
    try:
        assert project.get(bucket, "key") == b"data"
    except errors.ObjectNotFoundError:  # a slow machine
        assert datetime.now(timezone.utc) >= expires
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


def test_copying(project, bucket):
    expires = datetime(2999, 1, 1, tzinfo=timezone.utc)
    for size in (0, 10, 20_000):
        source = project.put(bucket, "key", bytes(size), metadata={"a": "b"}, expires=expires)
        copy = project.copy_object(bucket, "key", bucket, "a/copy")
        assert (copy.key, copy.size, copy.metadata, copy.expires) == ("a/copy", size, {"a": "b"}, expires)
        assert copy.created >= source.created
        assert project.stat_object(bucket, "a/copy") == copy
        project.delete_object(bucket, "key")
        assert project.get(bucket, "a/copy") == bytes(size)


def test_moving(project, bucket):
    expires = datetime(2999, 1, 1, tzinfo=timezone.utc)
    for size in (0, 10, 20_000):
        project.put(bucket, "key", bytes(size), metadata={"a": "b"}, expires=expires)
        assert project.move_object(bucket, "key", bucket, "a/moved") is None
        moved = project.stat_object(bucket, "a/moved")
        assert (moved.size, moved.metadata, moved.expires) == (size, {"a": "b"}, expires)
        assert project.get(bucket, "a/moved") == bytes(size)
        with pytest.raises(errors.ObjectNotFoundError):
            project.stat_object(bucket, "key")


def test_copying_and_moving_onto_an_object(project, bucket):
    project.put(bucket, "key", b"data", metadata={"a": "b"})
    project.put(bucket, "other", b"replaced")
    assert (project.copy_object(bucket, "key", bucket, "key")).metadata == {"a": "b"}
    project.move_object(bucket, "key", bucket, "key")
    project.copy_object(bucket, "key", bucket, "other")
    assert project.get(bucket, "other") == b"data"
    project.put(bucket, "other", b"newer")
    project.move_object(bucket, "other", bucket, "key")
    assert project.get(bucket, "key") == b"newer"
    assert [item.key for item in project.list_objects(bucket)] == ["key"]


def test_copying_and_moving_to_another_bucket(project, bucket):
    other = f"{bucket}-other"
    project.create_bucket(other)
    project.put(bucket, "key", b"data")
    project.copy_object(bucket, "key", other, "key")
    project.move_object(bucket, "key", other, "moved")
    assert [project.get(other, key) for key in ("key", "moved")] == [b"data", b"data"]
    project.delete_bucket(other, with_objects=True)
    project.delete_bucket(bucket)


@pytest.mark.parametrize("name", ["copy_object", "move_object"])
def test_what_a_copy_or_a_move_does_not_find(project, bucket, name):
    call = getattr(project, name)
    project.put(bucket, "key", b"data")
    with pytest.raises(errors.ObjectNotFoundError) as missing:
        call(bucket, "missing", bucket, "new")
    assert (missing.value.bucket, missing.value.key) == (bucket, "missing")
    for arguments, place in (
        (("no-such-bucket", "key", bucket, "new"), ("no-such-bucket", "key")),
        ((bucket, "key", "no-such-bucket", "new"), ("no-such-bucket", "new")),
        (("no-such-bucket", "key", "no-such-bucket", "new"), ("no-such-bucket", "key")),
    ):
        with pytest.raises(errors.BucketNotFoundError) as caught:
            call(*arguments)
        error = caught.value
        assert (error.bucket, error.key) == place
        assert error.filename == "/".join(place)
        assert not error.outcome_unknown
    for arguments, expected, place in (
        (("", "key", bucket, "new"), errors.BucketNameInvalidError, ("", None)),
        ((bucket, "key", "", "new"), errors.BucketNameInvalidError, ("", None)),
        ((bucket, "", bucket, "new"), errors.ObjectKeyInvalidError, (bucket, "")),
        ((bucket, "key", bucket, ""), errors.ObjectKeyInvalidError, (bucket, "")),
        ((bucket, "key", bucket, "x" * 2_000_000), errors.ObjectKeyInvalidError, (bucket, "x" * 2_000_000)),
    ):
        with pytest.raises(expected) as refused:
            call(*arguments)
        assert (refused.value.bucket, refused.value.key) == place
    with pytest.raises(TypeError):
        call(bucket, "key", bucket, b"new")
    assert [item.key for item in project.list_objects(bucket)] == ["key"]


@pytest.mark.parametrize("name", ["copy_object", "move_object"])
def test_a_copy_or_a_move_in_a_project_that_is_closed(access, bucket, name):
    project = uplink.open_project(access)
    project.close()
    with pytest.raises(errors.ClosedError):
        getattr(project, name)(bucket, "key", bucket, "new")


@pytest.mark.parametrize(
    ("name", "request_name"), [("copy_object", "FinishCopyObject"), ("move_object", "FinishMoveObject")]
)
def test_a_copy_or_a_move_whose_outcome_is_unknown(storj_faults, project, bucket, name, request_name):
    call = getattr(project, name)
    project.put(bucket, "key", b"data")
    with storj_faults.call(request_name, after=True, cut_after=0), pytest.raises(errors.ConnectionFailedError) as lost:
        call(bucket, "key", bucket, "new")
    assert lost.value.outcome_unknown
    assert project.get(bucket, "new") == b"data"

    with storj_faults.call(request_name, delay=1), pytest.raises(errors.DeadlineExceededError) as late:
        call(bucket, "new", bucket, "late", timeout=0.2)
    assert (late.value.bucket, late.value.key, late.value.outcome_unknown) == (bucket, "new", True)
