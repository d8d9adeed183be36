"""Listings have objects whose metadata was stored under another passphrase, marked as unreadable."""

from __future__ import annotations

import pytest

import uplink
from uplink import errors

THEIRS = [f"theirs/{number}" for number in range(4)]
MINE = {"alone": {}, "mine/1": {"a": "b"}, "theirs/mine": {"c": "d"}, "unset": {}}
ETAGS = {"mine/1": b"etag"}


@pytest.fixture
async def projects(network, bucket):
    """Two projects with different passphrases, whose keys are not encrypted."""
    config = uplink.Config(disable_object_key_encryption=True)
    mine, theirs = [
        await uplink.aio.Access.request(
            satellite_address=network.satellite_address, api_key=network.api_key, passphrase=passphrase, config=config
        )
        for passphrase in ("mine", "theirs")
    ]
    async with uplink.aio.open_project(mine) as project, uplink.aio.open_project(theirs) as other:
        for key, metadata in MINE.items():
            await project.put(bucket, key, b"data", metadata=metadata, etag=ETAGS.get(key))
        for key in THEIRS:
            await other.put(bucket, key, b"hidden", metadata={"secret": key}, etag=b"secret")
        yield project, other


async def test_nothing_is_left_out(projects, bucket):
    project, other = projects
    keys = sorted([*MINE, *THEIRS])
    listed = [item async for item in project.list_objects(bucket, recursive=True, custom=True, etag=True)]
    assert [item.key for item in listed] == keys
    for item in listed:
        unreadable = item.key in THEIRS
        assert item.is_unreadable == unreadable
        assert item.metadata == (None if unreadable else MINE[item.key])
        assert item.etag == (None if unreadable else ETAGS.get(item.key))
        assert item.size == (6 if unreadable else 4)
        assert item.created is not None
    # The contents have the other passphrase, too.
    with pytest.raises(errors.DecryptionError):
        await project.get(bucket, THEIRS[0])
    with pytest.raises(errors.DecryptionError):
        await project.stat_object(bucket, THEIRS[0])
    # An object without metadata has encrypted records of its segments.
    listed = [item async for item in other.list_objects(bucket, recursive=True, custom=True)]
    assert [item.key for item in listed if item.is_unreadable] == sorted(MINE)


@pytest.mark.parametrize("requested", [{"custom": True}, {"etag": True}, {"custom": True, "system": False}])
async def test_pages_of_any_size(projects, bucket, requested):
    project, _ = projects
    keys = sorted([*MINE, *THEIRS])
    for limit in range(1, len(keys) + 2):
        found, cursor = [], ""
        while True:
            page = [
                item
                async for item in project.list_objects(bucket, recursive=True, cursor=cursor, limit=limit, **requested)
            ]
            if not page:
                break
            assert len(page) <= limit
            found += page
            cursor = page[-1].key
        assert [(item.key, item.is_unreadable) for item in found] == [(key, key in THEIRS) for key in keys]
    # Without metadata, nothing needs to be decrypted.
    assert [item.key async for item in project.list_objects(bucket, recursive=True) if item.is_unreadable] == []


async def test_prefixes(projects, bucket):
    project, _ = projects
    listed = [(item.key, item.is_unreadable) async for item in project.list_objects(bucket, "theirs/", custom=True)]
    assert listed == [*((key, True) for key in THEIRS), ("theirs/mine", False)]
    listed = [
        (item.key, item.is_prefix, item.is_unreadable) async for item in project.list_objects(bucket, custom=True)
    ]
    assert listed == [
        ("alone", False, False),
        ("mine/", True, False),
        ("theirs/", True, False),
        ("unset", False, False),
    ]


async def test_versions(projects, bucket):
    project, other = projects
    await project.set_bucket_versioning(bucket, True)
    new = await project.put(bucket, "theirs/0", b"mine now", metadata={"e": "f"})
    again = await other.put(bucket, "mine/1", b"hidden", metadata={"g": "h"}, etag=b"secret")
    await project.delete_object(bucket, "unset")
    for requested in ({"custom": True}, {"etag": True}):
        listed = [item async for item in project.list_object_versions(bucket, recursive=True, **requested)]
        expected = [
            ("alone", False),
            ("mine/1", True),
            ("mine/1", False),
            ("theirs/0", False),
            *((key, True) for key in THEIRS),
            ("theirs/mine", False),
            ("unset", False),
            ("unset", False),
        ]
        assert [(item.key, item.is_unreadable) for item in listed] == expected
        versions = {item.version: item for item in listed}
        assert versions[again.version].metadata is None
        assert versions[new.version].metadata == ({"e": "f"} if "custom" in requested else None)
        assert [item.is_delete_marker for item in listed[-2:]] == [True, False]


async def test_keys_that_cannot_be_decrypted_stay_hidden(access, project, bucket):
    stranger = await uplink.aio.EncryptionKey.derive("another", b"salt")
    foreign = access.override_encryption_key(bucket, "folder/", stranger)
    async with uplink.aio.open_project(foreign) as other:
        await other.put(bucket, "folder/theirs", b"data", metadata={"a": "b"})
    assert [item async for item in project.list_objects(bucket, "folder/", custom=True)] == []
    await project.put(bucket, "folder/mine", b"data", metadata={"a": "b"})
    listed = [item async for item in project.list_objects(bucket, "folder/", custom=True, etag=True)]
    assert [(item.key, item.metadata, item.is_unreadable) for item in listed] == [("folder/mine", {"a": "b"}, False)]
