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
async def test_expiry_in_microseconds(project, bucket, expires):
    key = secrets.token_hex(4)
    stored = await project.put(bucket, key, b"data", expires=expires)
    assert stored.expires == expires
    assert await project.stat_object(bucket, key) == stored
    assert [item.expires async for item in project.list_objects(bucket, cursor="")] == [expires]


async def test_expiry_of_uploads(project, bucket):
    async with project.upload_object(bucket, "stream", expires=EXPIRES) as upload:
        await upload.write(b"data")
    assert (await project.stat_object(bucket, "stream")).expires == EXPIRES
    pending = await project.begin_upload(bucket, "pending", expires=EXPIRES)
    assert [item.expires async for item in project.list_uploads(bucket)] == [EXPIRES]
    await pending.abort()


async def test_times_of_creation(project, bucket):
    stored = [await project.put(bucket, str(number), b"data") for number in range(4)]
    listed = {item.key: item.created async for item in project.list_objects(bucket)}
    assert listed == {item.key: item.created for item in stored}
    for item in stored:
        assert (await project.stat_object(bucket, item.key)).created == item.created
    # Four times in a row have whole seconds only if they were cut.
    assert any(created.microsecond for created in listed.values())


async def test_times_of_parts(project, bucket):
    pending = await project.begin_upload(bucket, "key")
    for number in range(4):
        await pending.upload_part(number, b"data")
    modified = [part.modified async for part in pending.parts()]
    assert sorted(modified) == modified
    assert any(time.microsecond for time in modified)
    await pending.abort()


async def test_attribution(access):
    name = f"test-{secrets.token_hex(8)}"
    async with uplink.aio.open_project(access, config=uplink.Config(user_agent="photo-app/1.0")) as project:
        created = await project.create_bucket(name)
        assert created.attribution is None
        [listed] = [bucket async for bucket in project.list_buckets() if bucket.name == name]
        assert listed == created
        assert listed.attribution is not None
        assert "photo-app" in listed.attribution
        assert await project.delete_bucket(name) == created


async def test_no_attribution(project, bucket):
    [listed] = [found async for found in project.list_buckets() if found.name == bucket]
    assert listed.attribution is None
    assert listed == await project.stat_bucket(bucket)


@pytest.mark.parametrize("start", [EXPIRES, EXPIRES.astimezone(ODD), EXPIRES.replace(microsecond=0)])
async def test_times_of_grants(access, start):
    end = start + timedelta(microseconds=1)
    info = access.share(uplink.Permission.read_only(not_before=start, not_after=end)).inspect()
    assert (info.not_before, info.not_after) == (start, end)
    with pytest.raises(uplink.errors.InvalidArgumentError, match="before not_before"):
        uplink.Permission.read_only(not_before=end, not_after=start)
