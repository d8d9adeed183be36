"""Versions of objects, and copies that replace nothing."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


@pytest.fixture
async def versioned(project, bucket):
    await project.set_bucket_versioning(bucket, True)
    return bucket


async def versions(project, bucket, **options):
    return [item async for item in project.list_object_versions(bucket, recursive=True, **options)]


async def test_an_old_version(project, versioned):
    old = await project.put(versioned, "key", b"old", metadata={"a": "1"})
    new = await project.put(versioned, "key", b"newer")
    assert old.is_versioned
    assert new.is_versioned
    assert old.version != new.version
    assert await project.get(versioned, "key") == b"newer"
    assert await project.get(versioned, "key", version=old.version) == b"old"
    async with project.download_object(versioned, "key", version=old.version) as download:
        assert (await download.read(), download.info().version) == (b"old", old.version)
    item = await project.stat_object(versioned, "key", version=old.version)
    assert (item.size, item.metadata, item.version) == (3, {"a": "1"}, old.version)
    copy = await project.copy_object(versioned, "key", versioned, "copy", version=old.version)
    assert (copy.key, copy.size) == ("copy", 3)
    assert await project.get(versioned, "copy") == b"old"


async def test_a_delete_marker(project, versioned):
    old = await project.put(versioned, "key", b"data")
    marker = await project.delete_object(versioned, "key")
    assert marker.is_delete_marker
    assert not await project.exists(versioned, "key")
    with pytest.raises(errors.ObjectNotFoundError):
        await project.get(versioned, "key")
    for call in (project.stat_object, project.get):
        with pytest.raises(errors.DeleteMarkerError) as caught:
            await call(versioned, "key", version=marker.version)
        assert isinstance(caught.value, FileNotFoundError)
    assert await project.get(versioned, "key", version=old.version) == b"data"
    # Without its delete marker, the version before it is the latest one again.
    await project.delete_object(versioned, "key", version=marker.version)
    assert await project.get(versioned, "key") == b"data"
    await project.delete_object(versioned, "key", version=old.version)
    assert await versions(project, versioned) == []


async def test_listing_versions(project, versioned):
    first = await project.put(versioned, "a/key", b"1", metadata={"a": "1"}, etag=b"tag")
    second = await project.put(versioned, "a/key", b"22")
    marker = await project.delete_object(versioned, "a/key")
    items = await versions(project, versioned, custom=True, etag=True)
    assert [item.version for item in items] == [marker.version, second.version, first.version]
    assert [item.is_latest for item in items] == [True, False, False]
    assert [item.is_delete_marker for item in items] == [True, False, False]
    assert (items[2].key, items[2].size, items[2].metadata, items[2].etag) == ("a/key", 1, {"a": "1"}, b"tag")
    assert all(item.created is not None for item in items)
    assert [item.size for item in await versions(project, versioned, system=False)] == [None] * 3
    assert await versions(project, versioned, prefix="a/", custom=True, etag=True) == items
    assert await versions(project, versioned, prefix="a/k", custom=True, etag=True) == items
    assert await versions(project, versioned, prefix="b/") == []
    [folder] = [item async for item in project.list_object_versions(versioned)]
    assert (folder.key, folder.is_prefix, folder.version) == ("a/", True, None)


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_listing_versions_page_by_page(project, versioned, limit):
    for number in range(3):
        await project.put(versioned, "key", bytes(number))
    await project.put(versioned, "p/", b"")
    await project.put(versioned, "p/", b"1")
    whole = await versions(project, versioned)
    assert len(whole) == 5
    found, cursor = [], {}
    while items := await versions(project, versioned, limit=limit, **cursor):
        found += items
        cursor = {"cursor": items[-1].key, "version_cursor": items[-1].version}
    assert found == whole


async def test_listing_versions_of_the_key_that_is_the_prefix(project, versioned):
    for size in (1, 2):
        await project.put(versioned, "p/", bytes(size))
        await project.put(versioned, "p/key", bytes(10 * size))
    below = await versions(project, versioned, prefix="p/")
    # The order of the keys is that of their encrypted forms.
    sizes = {key: [item.size for item in below if item.key == key] for key in ("p/", "p/key")}
    assert sizes == {"p/": [2, 1], "p/key": [20, 10]}
    for version in (None, below[0].version):
        with pytest.raises(errors.InvalidArgumentError, match="cannot start after the key 'p/'"):
            project.list_object_versions(versioned, "p/", cursor="p/", version_cursor=version)


async def test_pages_that_end_at_the_key_that_is_the_prefix(project, versioned, monkeypatch):
    # The order of the keys is that of their encrypted forms, so the key comes anywhere.
    for prefix in ("a/", "b/", "c/", "d/"):
        for name in ("", *map(str, range(6))):
            await project.put(versioned, prefix + name, b"")
        whole = await versions(project, versioned, prefix=prefix)
        assert len(whole) == 7
        for size in range(2, 8):
            with monkeypatch.context() as patched:
                patched.setattr("uplink._listing.PAGE_SIZE", size)
                assert await versions(project, versioned, prefix=prefix) == whole
                assert await versions(project, versioned, prefix=prefix, limit=size) == whole[:size]


async def test_more_versions_of_the_key_that_is_the_prefix_than_a_page_has(project, versioned, monkeypatch):
    for size in range(3):
        await project.put(versioned, "p/", bytes(size))
    monkeypatch.setattr("uplink._listing.PAGE_SIZE", 2)
    assert [item.size for item in await versions(project, versioned, prefix="p/", limit=2)] == [2, 1]
    listing = project.list_object_versions(versioned, "p/")
    assert [(await anext(listing)).size, (await anext(listing)).size] == [2, 1]
    with pytest.raises(errors.InvalidArgumentError, match="list a shorter prefix"):
        await anext(listing)
    assert [item.size for item in await versions(project, versioned)] == [2, 1, 0]


async def test_listing_versions_of_a_bucket_without_versions(project, bucket):
    await project.put(bucket, "key", b"data")
    [item] = await versions(project, bucket)
    assert (item.key, item.is_versioned, item.is_latest, len(item.version)) == ("key", False, True, 16)
    assert await project.get(bucket, "key", version=item.version) == b"data"


async def test_listing_versions_that_cannot_be_right(project, bucket):
    with pytest.raises(errors.InvalidArgumentError, match="takes a cursor, too"):
        project.list_object_versions(bucket, version_cursor=bytes(16))
    with pytest.raises(errors.VersionInvalidError, match="version_cursor is empty"):
        project.list_object_versions(bucket, cursor="key", version_cursor=b"")
    with pytest.raises(TypeError, match="version_cursor takes bytes"):
        project.list_object_versions(bucket, cursor="key", version_cursor="latest")
    with pytest.raises(TypeError, match="etag takes True or False"):
        project.list_object_versions(bucket, etag="yes")
    with pytest.raises(errors.VersionInvalidError):
        await versions(project, bucket, cursor="key", version_cursor=b"short")
    with pytest.raises(errors.BucketNotFoundError):
        await versions(project, bucket + "-missing")


async def test_deleting_a_bucket_with_versions(project, versioned):
    await project.put(versioned, "key", b"1")
    await project.put(versioned, "key", b"2")
    await project.delete_object(versioned, "key")
    with pytest.raises(errors.BucketNotEmptyError):
        await project.delete_bucket(versioned)
    await project.delete_bucket(versioned, with_objects=True)
    assert versioned not in [found.name async for found in project.list_buckets()]


STEPS = st.lists(st.sampled_from(["put", "delete", "delete first", "delete last"]), min_size=1, max_size=8)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_versions_of_a_key_follow_a_model(project, versioned, steps):
    """The model is the list of the versions and what they contain, the latest first; `None` is a delete marker."""
    key, model = secrets.token_hex(8), []
    for step, name in enumerate(steps):
        if name == "put":
            item = await project.put(versioned, key, str(step).encode())
            model.insert(0, (item.version, str(step).encode()))
        elif name == "delete":
            marker = await project.delete_object(versioned, key)
            model.insert(0, (marker.version, None))
        elif model:
            version, _ = model.pop(-1 if name == "delete first" else 0)
            await project.delete_object(versioned, key, version=version)
        found = [item for item in await versions(project, versioned) if item.key == key]
        assert [(item.version, item.is_delete_marker) for item in found] == [(v, data is None) for v, data in model]
        assert [item.is_latest for item in found] == [True, *[False] * len(model)][: len(model)]
        for version, data in model:
            if data is not None:
                assert await project.get(versioned, key, version=version) == data
        latest = model[0][1] if model else None
        assert await project.exists(versioned, key) == (latest is not None)
