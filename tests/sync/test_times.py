# Generated from tests/aio/test_times.py by tools/generate_sync.py; change that instead.
"""Times in microseconds, which satellites keep."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta, timezone

import pytest

import uplink

# A time with this offset has other microseconds than in UTC.
ODD = timezone(timedelta(hours=5, minutes=30, microseconds=3))
EXPIRES = datetime(2999, 1, 1, 12, 30, 15, 123_456, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "expires",
    [
        EXPIRES,
        EXPIRES.replace(microsecond=1),
        EXPIRES.replace(microsecond=999_999),
        EXPIRES.replace(microsecond=0),
        EXPIRES.astimezone(ODD),
        datetime.max.replace(tzinfo=timezone.utc),
    ],
)
def test_expiry_in_microseconds(project, bucket, expires):
    key = secrets.token_hex(4)
    stored = project.put(bucket, key, b"data", expires=expires)
    assert stored.expires == expires
    assert project.stat_object(bucket, key) == stored
    assert [item.expires for item in project.list_objects(bucket, cursor="")] == [expires]


def test_expiry_of_uploads(project, bucket):
    with project.upload_object(bucket, "stream", expires=EXPIRES) as upload:
        upload.write(b"data")
    assert (project.stat_object(bucket, "stream")).expires == EXPIRES
    pending = project.begin_upload(bucket, "pending", expires=EXPIRES)
    assert [item.expires for item in project.list_uploads(bucket)] == [EXPIRES]
    pending.abort()


def test_times_of_creation(project, bucket):
    stored = [project.put(bucket, str(number), b"data") for number in range(4)]
    listed = {item.key: item.created for item in project.list_objects(bucket)}
    assert listed == {item.key: item.created for item in stored}
    for item in stored:
        assert (project.stat_object(bucket, item.key)).created == item.created
    # Four times in a row have whole seconds only if they were cut.
    assert any(created.microsecond for created in listed.values())


def test_times_of_parts(project, bucket):
    pending = project.begin_upload(bucket, "key")
    for number in range(4):
        pending.upload_part(number, b"data")
    modified = [part.modified for part in pending.parts()]
    assert sorted(modified) == modified
    assert any(time.microsecond for time in modified)
    pending.abort()


def test_attribution(access):
    name = f"test-{secrets.token_hex(8)}"
    with uplink.open_project(access, config=uplink.Config(user_agent="photo-app/1.0")) as project:
        created = project.create_bucket(name)
        assert created.attribution is None
        [listed] = [bucket for bucket in project.list_buckets() if bucket.name == name]
        assert listed == created
        assert listed.attribution is not None
        assert "photo-app" in listed.attribution
        assert project.delete_bucket(name) == created


def test_no_attribution(project, bucket):
    [listed] = [found for found in project.list_buckets() if found.name == bucket]
    assert listed.attribution is None
    assert listed == project.stat_bucket(bucket)


@pytest.mark.parametrize("start", [EXPIRES, EXPIRES.astimezone(ODD), EXPIRES.replace(microsecond=0)])
def test_times_of_grants(access, start):
    end = start + timedelta(microseconds=1)
    info = access.share(uplink.Permission.read_only(not_before=start, not_after=end)).inspect()
    assert (info.not_before, info.not_after) == (start, end)
    with pytest.raises(uplink.errors.InvalidArgumentError, match="before not_before"):
        uplink.Permission.read_only(not_before=end, not_after=start)
