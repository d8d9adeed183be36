from __future__ import annotations

import asyncio
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uplink
from uplink import errors
from uplink._calls import listing

KEYS = ["a", "a/", "a/b", "a/b/c", "a/b/d", "a/e", "b", "ä/ö", "b/c/d/e", "/", "//", "/x", "a b", "a\nb"]


async def fill(project, bucket, keys):
    await asyncio.gather(*(project.put(bucket, key, key.encode(), metadata={"key": key}) for key in keys))


def level(keys, prefix):
    """Give what a listing that is not recursive shows: objects, and prefixes up to the next slash."""
    parent = prefix[: prefix.rfind("/") + 1]
    shown = set()
    for key in keys:
        if key.startswith(parent):
            head, slash, _ = key[len(parent) :].partition("/")
            shown.add(parent + head + slash)
    return sorted(name for name in shown if name.startswith(prefix))


@pytest.fixture
async def filled(project, bucket) -> str:
    await fill(project, bucket, KEYS)
    return bucket


@pytest.mark.parametrize("prefix", ["", "a/", "a", "a/b", "a/b/", "b/c/", "b/c", "x", "/", "ä", "ä/"])
async def test_prefixes(project, filled, prefix):
    recursive = [item async for item in project.list_objects(filled, prefix=prefix, recursive=True)]
    assert sorted(item.key for item in recursive) == sorted(key for key in KEYS if key.startswith(prefix))
    assert not any(item.is_prefix for item in recursive)
    shown = [item async for item in project.list_objects(filled, prefix=prefix)]
    assert sorted(item.key for item in shown) == level(KEYS, prefix)


async def test_what_is_not_requested_is_none(project, bucket):
    item = await project.put(bucket, "folder/key", b"data", metadata={"a": "b"})
    [prefix] = [item async for item in project.list_objects(bucket)]
    assert prefix == uplink.Object("folder/", is_prefix=True)

    async def only(**options):
        [found] = [item async for item in project.list_objects(bucket, recursive=True, **options)]
        return found

    assert await only(custom=True) == item
    found = await only()
    assert (found.size, found.created, found.metadata) == (4, item.created, None)
    found = await only(system=False, custom=True)
    assert (found.size, found.created, found.expires, found.metadata) == (None, None, None, {"a": "b"})
    assert await only(system=False) == uplink.Object("folder/key")


@pytest.mark.parametrize("recursive", [True, False])
@pytest.mark.parametrize("prefix", ["", "a/", "a"])
async def test_a_cursor_continues_the_same_listing(project, filled, recursive, prefix):
    whole = [item async for item in project.list_objects(filled, prefix=prefix, recursive=recursive)]
    assert len(whole) > 2
    for index, item in enumerate(whole):
        rest = [i async for i in project.list_objects(filled, prefix=prefix, recursive=recursive, cursor=item.key)]
        assert rest == whole[index + 1 :]


async def test_a_cursor_outside_the_prefix(project, bucket):
    with pytest.raises(errors.InvalidArgumentError, match="full key"):
        project.list_objects(bucket, prefix="a/", cursor="b")


async def test_pages(project, filled, monkeypatch):
    whole = [item async for item in project.list_objects(filled, recursive=True)]
    for size in (2, 3, len(whole), 1000):
        monkeypatch.setattr(listing, "PAGE_SIZE", size)
        monkeypatch.setattr("uplink._listing.PAGE_SIZE", size)
        assert [item async for item in project.list_objects(filled, recursive=True)] == whole


async def test_more_than_one_page_of_the_satellite(project, bucket):
    keys = [f"{number:05}" for number in range(1200)]
    for start in range(0, len(keys), 100):
        await fill(project, bucket, keys[start : start + 100])
    assert sorted([item.key async for item in project.list_objects(bucket)]) == keys


async def test_stopping_early_leaves_nothing(project, filled):
    async for _ in project.list_objects(filled, recursive=True):
        break
    listing = project.list_objects(filled)
    assert (await anext(listing)).key


async def test_an_ended_listing_stays_ended(project, bucket):
    listing = project.list_objects(bucket)
    for _ in range(2):
        with pytest.raises(StopAsyncIteration):
            await listing.__anext__()


async def test_keys_that_are_not_utf8(project, bucket):
    key = b"\xff\xfe/x".decode("utf-8", "surrogateescape")
    await project.put(bucket, key, b"data")
    assert [item.key async for item in project.list_objects(bucket, recursive=True)] == [key]
    assert await project.get(bucket, key) == b"data"


async def test_listing_buckets(project):
    names = sorted(f"test-{secrets.token_hex(8)}" for _ in range(5))
    for name in names:
        await project.create_bucket(name)
    listed = [bucket.name async for bucket in project.list_buckets()]
    assert [name for name in listed if name in names] == names
    assert listed == sorted(listed)
    after = [bucket.name async for bucket in project.list_buckets(cursor=names[2])]
    assert [name for name in after if name in names] == names[3:]
    for name in names:
        await project.delete_bucket(name)


async def test_errors_come_when_iterating(access, project, bucket):
    closed = await uplink.aio.open_project(access)
    listing = closed.list_objects(bucket)
    buckets = closed.list_buckets()
    await closed.close()
    with pytest.raises(errors.ClosedError):
        await anext(listing)
    with pytest.raises(errors.ClosedError):
        await anext(buckets)
    with pytest.raises(errors.DeadlineExceededError):
        await anext(project.list_objects(bucket, timeout=0))


async def test_an_error_has_no_other_one_as_its_context(project):
    with pytest.raises(errors.BucketNotFoundError) as caught:
        await anext(project.list_objects("no-such-bucket"))
    assert caught.value.__context__ is None
    with pytest.raises(StopAsyncIteration) as ended:
        await project.list_buckets(cursor="zzz").__anext__()
    assert ended.value.__context__ is None


names = st.text(st.sampled_from("ab/"), min_size=1, max_size=6)


@given(keys=st.sets(names, max_size=10), prefix=st.text(st.sampled_from("ab/"), max_size=4))
async def test_listings_against_a_naive_model(project, keys, prefix):
    bucket = f"test-{secrets.token_hex(8)}"
    await project.create_bucket(bucket)
    try:
        await fill(project, bucket, keys)
        shown = [item.key async for item in project.list_objects(bucket, prefix=prefix)]
        assert sorted(shown) == level(keys, prefix)
        everything = [item.key async for item in project.list_objects(bucket, prefix=prefix, recursive=True)]
        assert sorted(everything) == sorted(key for key in keys if key.startswith(prefix))
    finally:
        await project.delete_bucket(bucket, with_objects=True)


async def test_the_second_argument_is_the_prefix(project, bucket):
    for key in ("2025/a", "2026/b"):
        await project.put(bucket, key, b"")
    assert [item.key async for item in project.list_objects(bucket, "2026/")] == ["2026/b"]


async def test_a_listing_shows_its_position(project, bucket):
    await fill(project, bucket, ["a", "b"])
    listed = project.list_objects(bucket)
    assert repr(listed).endswith("Listing at its start>")
    first = await anext(listed)
    rest = {"a", "b"} - {first.key}
    assert repr(listed).endswith(f"Listing before {rest.pop()!r}>")
    await anext(listed)
    assert repr(listed).endswith("Listing ended>")
    started = project.list_objects(bucket, cursor=first.key)
    assert repr(started).endswith(f"Listing after {first.key!r}>")
