"""Texts of every byte: what Go and the network take comes through whole, and the rest is refused by name."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uplink
from uplink import errors
from uplink.aio.listing import Listing


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


BYTES = [bytes([number]) for number in range(256)]


async def keys_of(listing) -> list[str]:
    return sorted([item.key async for item in listing])


def show_pages_of(monkeypatch, size):
    monkeypatch.setattr("uplink._calls.listing.PAGE_SIZE", size)
    monkeypatch.setattr("uplink._listing.PAGE_SIZE", size)


async def test_a_key_with_a_nul_is_no_other_key(project, bucket):
    await project.put(bucket, "report", b"new")
    await project.put(bucket, "report\0old", b"old")
    assert await keys_of(project.list_objects(bucket)) == ["report", "report\0old"]
    assert (await project.stat_object(bucket, "report\0old")).key == "report\0old"
    deleted = await project.delete_object(bucket, "report\0old")
    assert deleted.key == "report\0old"
    assert await keys_of(project.list_objects(bucket)) == ["report"]
    assert await project.get(bucket, "report") == b"new"
    with pytest.raises(errors.ObjectNotFoundError) as caught:
        await project.get(bucket, "report\0old")
    assert caught.value.key == "report\0old"
    assert (await project.copy_object(bucket, "report", bucket, "report\0copy")).key == "report\0copy"
    await project.move_object(bucket, "report\0copy", bucket, "report\0moved")
    assert await keys_of(project.list_objects(bucket)) == ["report", "report\0moved"]
    assert await project.get(bucket, "report\0moved") == b"new"


async def test_keys_of_every_byte(project, bucket):
    keys = sorted(text_of(b"key" + byte + b"end") for byte in BYTES)
    records = await asyncio.gather(*(project.put(bucket, key, key.encode("utf-8", "surrogateescape")) for key in keys))
    assert [record.key for record in records] == keys
    assert await keys_of(project.list_objects(bucket, recursive=True)) == keys
    found = await asyncio.gather(*(project.stat_object(bucket, key) for key in keys))
    assert [record.key for record in found] == keys
    for key in ("key\0end", "key/end", text_of(b"key\xffend")):
        assert await project.get(bucket, key) == key.encode("utf-8", "surrogateescape")
        async with project.download_object(bucket, key) as download:
            assert download.info().key == key
        async with project.upload_object(bucket, key + "2") as upload:
            await upload.write(b"x")
            assert upload.info().key == key + "2"
        await project.update_object_metadata(bucket, key, {"a": "b"})
        assert (await project.stat_object(bucket, key)).metadata == {"a": "b"}
    deleted = await asyncio.gather(*(project.delete_object(bucket, key) for key in keys))
    assert [record.key for record in deleted] == keys


async def test_prefixes_and_cursors_of_every_byte(project, bucket, monkeypatch):
    folders = sorted(text_of(b"in" + byte + b"/") for byte in BYTES if byte != b"/")
    await asyncio.gather(*(project.put(bucket, folder + "key\0", b"") for folder in folders))
    assert await keys_of(project.list_objects(bucket)) == folders
    for folder in ("in\0/", text_of(b"in\xff/"), "in\n/"):
        assert await keys_of(project.list_objects(bucket, prefix=folder)) == [folder + "key\0"]
        assert await keys_of(project.list_objects(bucket, prefix=folder + "key\0", recursive=True)) == [
            folder + "key\0"
        ]
    whole = [item async for item in project.list_objects(bucket)]
    place = [item.key for item in whole].index("in\0/")
    assert [item async for item in project.list_objects(bucket, cursor="in\0/")] == whole[place + 1 :]
    show_pages_of(monkeypatch, 7)
    assert [item async for item in project.list_objects(bucket)] == whole


async def test_pages_of_keys_that_differ_behind_a_nul(project, bucket, monkeypatch):
    keys = sorted(f"x\0{number}" for number in range(30))
    await asyncio.gather(*(project.put(bucket, key, b"") for key in keys))
    show_pages_of(monkeypatch, 4)
    assert await keys_of(project.list_objects(bucket)) == keys


async def test_a_listing_that_does_not_move_on(monkeypatch):
    class Stuck:
        async def _run(self, call, timeout):
            return call

    show_pages_of(monkeypatch, 2)
    listing = Listing._of(Stuck(), lambda *_: (["a", "b"], True), name=str, cursor="", limit=None, timeout=None)
    assert [await anext(listing), await anext(listing)] == ["a", "b"]
    for _ in range(2):
        with pytest.raises(errors.InternalError, match="does not get past 'b'"):
            await anext(listing)


async def test_metadata_of_every_byte(project, bucket):
    texts = ["x" + text_of(byte) for byte in BYTES[1:128]] + ["ä", "\u20ac", "\U0001f600", "\ufffd"]
    metadata = {text: text[::-1] for text in texts}
    assert (await project.put(bucket, "key", b"", metadata=metadata)).metadata == metadata
    assert (await project.stat_object(bucket, "key")).metadata == metadata
    [item] = [item async for item in project.list_objects(bucket, custom=True)]
    assert item.metadata == metadata
    for text in ["\0", *map(text_of, BYTES[128:])]:
        for refused in ({"a" + text: "b"}, {"a": "b" + text}):
            with pytest.raises(errors.MetadataInvalidError):
                await project.update_object_metadata(bucket, "key", refused)
    assert (await project.stat_object(bucket, "key")).metadata == metadata


async def test_bucket_names_of_every_byte(project):
    allowed = set(b"abcdefghijklmnopqrstuvwxyz0123456789-.")
    for number in set(range(256)) - allowed:
        with pytest.raises(errors.BucketNameInvalidError):
            await project.create_bucket("buck" + text_of(bytes([number])) + "et")


async def test_texts_that_no_network_takes(access, project):
    long = "x" * (2**20 + 1)
    with pytest.raises(errors.BucketNameInvalidError):
        await project.stat_bucket(long)
    with pytest.raises(errors.ObjectKeyInvalidError):
        await project.stat_object("bucket", long)
    with pytest.raises(errors.InvalidArgumentError, match="cursor has 1048577 bytes"):
        [bucket async for bucket in project.list_buckets(cursor=long)]
    with pytest.raises(errors.InvalidArgumentError, match="cursor has 1048577 bytes"):
        [item async for item in project.list_objects("bucket", cursor=long)]
    with pytest.raises(errors.InvalidArgumentError, match="prefix has 1048577 bytes"):
        [item async for item in project.list_objects("bucket", prefix=long[1:] + "/")]
    with pytest.raises(errors.InvalidArgumentError, match="user_agent has 1048577 bytes"):
        await uplink.aio.Project(access, uplink.Config(user_agent=long)).stat_bucket("bucket")


texts = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=1), max_size=20)


@settings(max_examples=25)
@given(
    key=st.binary(min_size=1, max_size=50).map(text_of),
    metadata=st.dictionaries(texts.filter(bool), texts, max_size=3),
)
async def test_any_key_and_any_metadata_come_back(project, bucket, key, metadata):
    written = await project.put(bucket, key, b"data", metadata=metadata)
    assert (written.key, written.metadata) == (key, metadata)
    assert await project.stat_object(bucket, key) == written
    parent = key[: key.rfind("/") + 1]
    assert [item async for item in project.list_objects(bucket, recursive=True, custom=True)] == [written]
    assert await keys_of(project.list_objects(bucket, prefix=parent)) == [key]
    assert (await project.delete_object(bucket, key)).key == key
