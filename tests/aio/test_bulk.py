"""Deleting many objects at once, and whether one exists."""

from __future__ import annotations

import asyncio
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uplink
from uplink import errors


async def fill(project, bucket, keys):
    await asyncio.gather(*(project.put(bucket, key, b"") for key in keys))


async def keys_of(project, bucket):
    return {item.key async for item in project.list_objects(bucket, recursive=True)}


async def test_each_key_has_its_result(project, bucket):
    await fill(project, bucket, ["a", "b/c", "kept"])
    deleted = await project.delete_objects(bucket, ["b/c", "missing", "a", "b/c"])
    assert [(item.key, item.version, item.status) for item in deleted] == [
        ("b/c", None, "deleted"),
        ("missing", None, "missing"),
        ("a", None, "deleted"),
        ("b/c", None, "deleted"),
    ]
    assert deleted[0] == deleted[3]
    assert deleted[0] == uplink.Deletion("b/c", None, "deleted", deleted[0].removed_version)
    assert isinstance(deleted[0].removed_version, bytes)
    assert await keys_of(project, bucket) == {"kept"}
    [again] = await project.delete_objects(bucket, ["a"])
    assert again == uplink.Deletion("a", None, "missing")


keys = st.text(st.sampled_from("ab/\0ä"), min_size=1, max_size=3)


@settings(max_examples=25)
@given(stored=st.sets(keys, max_size=8), given_keys=st.lists(keys, max_size=12), size=st.integers(1, 5))
async def test_against_a_set(project, stored, given_keys, size):
    bucket = f"test-{secrets.token_hex(8)}"
    await project.create_bucket(bucket)
    try:
        await fill(project, bucket, stored)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("uplink._calls.bulk.MOST_DELETED", size)
            deleted = await project.delete_objects(bucket, iter(given_keys))
        assert [item.key for item in deleted] == given_keys
        for place, item in enumerate(deleted):
            # A key that comes again in a later request is gone by then.
            again = item.key in given_keys[: place - place % size]
            assert item.status == ("deleted" if item.key in stored and not again else "missing")
        assert await keys_of(project, bucket) == stored - set(given_keys)
    finally:
        await project.delete_bucket(bucket, with_objects=True)


async def test_a_listing_of_keys(project, bucket):
    await fill(project, bucket, ["a/1", "a/2", "b"])
    deleted = await project.delete_objects(bucket, project.list_objects(bucket, "a/"))
    assert sorted((item.key, item.status) for item in deleted) == [("a/1", "deleted"), ("a/2", "deleted")]
    assert await keys_of(project, bucket) == {"b"}
    with pytest.raises(errors.InvalidArgumentError, match="recursive=True") as caught:
        await project.delete_objects(bucket, ["b", uplink.Object("a/", is_prefix=True)])
    assert (caught.value.bucket, caught.value.key) == (bucket, "a/")
    assert await keys_of(project, bucket) == {"b"}


async def test_one_request_for_a_thousand_keys(own_network):
    access = uplink.aio.Access.parse(own_network.access_grant)
    async with uplink.aio.open_project(access) as project:
        await project.create_bucket("bucket")
        await fill(project, "bucket", ["first", "last"])
        named = ["first", *(f"{number}" for number in range(1999)), "last"]
        before = own_network.calls("satellite")
        deleted = await project.delete_objects("bucket", (key for key in named))
        made = own_network.calls("satellite") - before
        assert (made["DeleteObjects"], made["DeleteObject"]) == (3, 0)
        assert [item.key for item in deleted] == named
        assert [item.status for item in deleted] == ["deleted", *["missing"] * 1999, "deleted"]
        before = own_network.calls("satellite")
        assert await project.delete_objects("no-such-bucket", []) == []
        assert own_network.calls("satellite") == before


@pytest.mark.parametrize("key", ["", "\ud800"])
async def test_a_key_that_cannot_be_is_refused_first(project, bucket, key):
    await fill(project, bucket, ["a"])
    with pytest.raises(errors.ObjectKeyInvalidError) as caught:
        await project.delete_objects(bucket, ["a", key])
    assert caught.value.key == key
    assert await keys_of(project, bucket) == {"a"}


async def test_what_is_no_key(project, bucket):
    for refused in ("text", b"bytes", uplink.Object("key")):
        with pytest.raises(TypeError, match="keys takes an iterable of keys"):
            await project.delete_objects(bucket, refused)
    with pytest.raises(TypeError, match="each of the keys takes a str or an Object, not bytes"):
        await project.delete_objects(bucket, [b"key"])
    with pytest.raises(TypeError, match="bypass_governance_retention takes True or False"):
        await project.delete_objects(bucket, [], bypass_governance_retention="no")
    with pytest.raises(errors.VersionInvalidError):
        await project.delete_objects(bucket, [uplink.Object("key", version=b"")])
    with pytest.raises(TypeError, match="version takes bytes, not str"):
        await project.delete_objects(bucket, [uplink.Object("key", version="v")])
    with pytest.raises(errors.BucketNameInvalidError):
        await project.delete_objects("", ["key"])


async def test_an_error_says_what_was_done(project, bucket, monkeypatch):
    monkeypatch.setattr("uplink._calls.bulk.MOST_DELETED", 2)
    await fill(project, bucket, ["a", "b", "c", "d"])
    with pytest.raises(errors.ObjectKeyInvalidError) as caught:
        await project.delete_objects(bucket, ["a", "b", "c", "x" * 100_000, "d"])
    assert [(item.key, item.status) for item in caught.value.results] == [("a", "deleted"), ("b", "deleted")]
    assert await keys_of(project, bucket) == {"c", "d"}
    with pytest.raises(errors.BucketNotFoundError) as missing:
        await project.delete_objects("no-such-bucket", ["a"])
    assert missing.value.results == ()
    with pytest.raises(errors.DeadlineExceededError, match="could not delete objects 1 to 2 of 3 within 0 s"):
        await project.delete_objects(bucket, ["c", "d", "e"], timeout=0)
    assert await keys_of(project, bucket) == {"c", "d"}


async def test_what_the_access_does_not_allow(access, project, bucket):
    await fill(project, bucket, ["a/1", "b/1"])
    reader = access.share(uplink.Permission.read_only(), uplink.SharePrefix(bucket))
    async with uplink.aio.open_project(reader) as limited:
        deleted = await limited.delete_objects(bucket, ["a/1", "missing"])
    assert [item.status for item in deleted] == ["denied", "denied"]
    narrow = access.share(uplink.Permission.full(), uplink.SharePrefix(bucket, "a/"))
    async with uplink.aio.open_project(narrow) as limited:
        deleted = await limited.delete_objects(bucket, ["b/1", "a/1", "a/2"])
    assert [item.status for item in deleted] == ["denied", "deleted", "missing"]
    assert await keys_of(project, bucket) == {"b/1"}


async def test_exists(access, project, bucket):
    await project.put(bucket, "a/1", b"")
    assert await project.exists(bucket, "a/1") is True
    assert await project.exists(bucket, "a/2") is False
    stored = await project.stat_object(bucket, "a/1")
    assert await project.exists(bucket, "a/1", version=stored.version) is True
    with pytest.raises(errors.VersionInvalidError):
        await project.exists(bucket, "a/1", version=bytes(3))
    # A prefix is no object.
    assert await project.exists(bucket, "a/") is False
    assert await project.exists("no-such-bucket", "a/1") is False
    writer = access.share(uplink.Permission(allow_upload=True), uplink.SharePrefix(bucket))
    async with uplink.aio.open_project(writer) as limited:
        with pytest.raises(errors.PermissionDeniedError):
            await limited.exists(bucket, "a/1")
    with pytest.raises(errors.ObjectKeyInvalidError):
        await project.exists(bucket, "")
