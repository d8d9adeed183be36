"""Objects at rest."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink import errors


async def test_overwriting(project, bucket):
    await project.put(bucket, "key", b"old", metadata={"old": "yes"})
    await project.put(bucket, "key", b"new")
    assert await project.get(bucket, "key") == b"new"
    assert (await project.stat_object(bucket, "key")).metadata == {}


async def test_deleting(project, bucket):
    item = await project.put(bucket, "key", b"data")
    assert await project.delete_object(bucket, "key") == item
    assert await project.delete_object(bucket, "key") is None
    with pytest.raises(errors.ObjectNotFoundError) as caught:
        await project.stat_object(bucket, "key")
    error = caught.value
    assert isinstance(error, FileNotFoundError)
    assert (error.bucket, error.key, error.code) == (bucket, "key", 0x21)
    assert error.filename == f"{bucket}/key"


async def test_updating_metadata(project, bucket):
    await project.put(bucket, "key", b"data", metadata={"a": "1", "b": "2"})
    await project.update_object_metadata(bucket, "key", {"c": "3"})
    assert (await project.stat_object(bucket, "key")).metadata == {"c": "3"}
    with pytest.raises(errors.ObjectNotFoundError):
        await project.update_object_metadata(bucket, "other", {"c": "3"})


@pytest.mark.parametrize("metadata", [{"": "x"}, {"a\0": "x"}, {"a": "x\0"}, {"a": "\ud800"}, {"a": "x" * 2**21}])
async def test_metadata_that_is_not_valid(project, bucket, metadata):
    with pytest.raises(errors.MetadataInvalidError):
        await project.put(bucket, "key", b"data", metadata=metadata)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "key")


async def test_metadata_that_is_not_valid_waits_for_no_room(access, bucket):
    async with (
        uplink.aio.open_project(access, config=uplink.Config(max_connections=1)) as project,
        project.upload_object(bucket, "key") as upload,
    ):
        await upload.write(bytes(300_000))
        with pytest.raises(errors.MetadataInvalidError):
            await project.put(bucket, "other", bytes(300_000), metadata={"": "x"}, timeout=0.2)


async def test_expired_objects_are_gone(project, bucket):
    await project.put(bucket, "key", b"data", expires=datetime.now(timezone.utc) + timedelta(seconds=2))
    assert await project.get(bucket, "key") == b"data"
    await asyncio.sleep(3.1)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.get(bucket, "key")
    assert [item.key async for item in project.list_objects(bucket)] == []


async def test_expiry_beyond_what_can_be_sent(project, bucket):
    beyond = datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))
    with pytest.raises(errors.InvalidArgumentError, match="expires is 9999"):
        await project.put(bucket, "key", b"data", expires=beyond)
    with pytest.raises(errors.InvalidArgumentError, match="expires is 9999"):
        await project.upload_object(bucket, "key", expires=beyond)
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
    assert (await project.put(bucket, "key", b"data", expires=last)).expires == last
    assert (await project.stat_object(bucket, "key")).expires == last


async def test_expiry_needs_a_time_zone(project, bucket):
    with pytest.raises(errors.InvalidArgumentError, match="time zone"):
        await project.put(bucket, "key", b"data", expires=datetime(2999, 1, 1))  # noqa: DTZ001
    with pytest.raises(TypeError):
        await project.put(bucket, "key", b"data", expires=3)
