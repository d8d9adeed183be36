"""Buckets."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta, timezone

import pytest

from uplink import errors


async def test_buckets(project):
    name = f"test-{secrets.token_hex(8)}"
    created = await project.create_bucket(name)
    assert created.name == name
    assert abs(datetime.now(timezone.utc) - created.created) < timedelta(minutes=5)
    assert await project.stat_bucket(name) == created
    assert await project.ensure_bucket(name) == created
    with pytest.raises(errors.BucketAlreadyExistsError) as caught:
        await project.create_bucket(name)
    assert isinstance(caught.value, FileExistsError)
    await project.put(name, "key", b"data")
    with pytest.raises(errors.BucketNotEmptyError) as not_empty:
        await project.delete_bucket(name)
    assert isinstance(not_empty.value, OSError)
    assert await project.delete_bucket(name, with_objects=True) == created
    with pytest.raises(errors.BucketNotFoundError):
        await project.stat_bucket(name)
    with pytest.raises(errors.BucketNotFoundError):
        await project.delete_bucket(name)


async def test_ensure_creates(project):
    name = f"test-{secrets.token_hex(8)}"
    assert (await project.ensure_bucket(name)).name == name
    await project.delete_bucket(name)


@pytest.mark.parametrize("name", ["ab", "Capital", "under_score", "-start", "x" * 64, "sp ace"])
async def test_bucket_names_that_are_not_valid(project, name):
    with pytest.raises(errors.BucketNameInvalidError):
        await project.create_bucket(name)


async def test_a_missing_bucket(project):
    with pytest.raises(errors.BucketNotFoundError) as caught:
        await project.put("no-such-bucket-here", "key", b"data")
    assert caught.value.bucket == "no-such-bucket-here"
    with pytest.raises(errors.NotFoundError):
        await project.get("no-such-bucket-here", "key")
    with pytest.raises(errors.BucketNotFoundError):
        [item async for item in project.list_objects("no-such-bucket-here")]


async def test_a_placement_that_the_satellite_does_not_know(project, bucket):
    """A real satellite accepts the name, too, and stores the objects where the project does."""
    name = f"{bucket}-placed"
    assert (await project.create_bucket(name, placement="no such place")).name == name
    await project.put(name, "key", b"data")
    assert await project.get(name, "key") == b"data"
    assert isinstance(await project.get_bucket_location(name), str)
    await project.delete_bucket(name, with_objects=True)
    for wrong, error in ((7, TypeError), ("a\0b", errors.InvalidArgumentError)):
        with pytest.raises(error):
            await project.create_bucket(name, placement=wrong)
