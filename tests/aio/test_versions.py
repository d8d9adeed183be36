"""Versions of objects, and copies that replace nothing."""

from __future__ import annotations

import pytest

from uplink import errors


@pytest.mark.parametrize("version", [b"", b"short", bytes(16), bytes(17)])
async def test_a_version_that_is_not_valid(project, bucket, version):
    await project.put(bucket, "key", b"data")
    for call in (
        lambda: project.stat_object(bucket, "key", version=version),
        lambda: project.get(bucket, "key", version=version),
        lambda: project.download_object(bucket, "key", version=version),
        lambda: project.copy_object(bucket, "key", bucket, "copy", version=version),
        lambda: project.delete_object(bucket, "key", version=version),
    ):
        with pytest.raises(errors.VersionInvalidError) as caught:
            await call()
        assert isinstance(caught.value, ValueError)
    assert await project.get(bucket, "key") == b"data"


async def test_a_version_of_another_type(project, bucket):
    with pytest.raises(TypeError, match="version takes bytes, not str"):
        await project.stat_object(bucket, "key", version="latest")


async def test_a_copy_onto_a_free_key_only(project, bucket):
    await project.put(bucket, "key", b"new")
    copy = await project.copy_object(bucket, "key", bucket, "copy", if_none_match="*")
    assert copy.key == "copy"
    await project.put(bucket, "other", b"old")
    with pytest.raises(errors.PreconditionFailedError) as caught:
        await project.copy_object(bucket, "key", bucket, "other", if_none_match="*")
    error = caught.value
    assert isinstance(error, FileExistsError)
    assert (error.bucket, error.key) == (bucket, "other")
    assert await project.get(bucket, "other") == b"old"
    with pytest.raises(errors.InvalidArgumentError, match="if_none_match"):
        await project.copy_object(bucket, "key", bucket, "other", if_none_match="etag")


async def test_updating_the_etag(project, bucket):
    await project.put(bucket, "key", b"data")
    await project.update_object_metadata(bucket, "key", {"a": "1"}, etag=b"\0first")
    item = await project.stat_object(bucket, "key")
    assert (item.etag, item.metadata) == (b"\0first", {"a": "1"})
    await project.update_object_metadata(bucket, "key", {"b": "2"})
    item = await project.stat_object(bucket, "key")
    assert (item.etag, item.metadata) == (b"\0first", {"b": "2"})
    await project.update_object_metadata(bucket, "key", {}, etag=b"")
    assert (await project.stat_object(bucket, "key")).etag is None
