# Generated from tests/aio/test_listing.py by tools/generate_sync.py; change that instead.
from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uplink
from uplink import errors
from uplink._calls import listing

KEYS = ["a", "a/", "a/b", "a/b/c", "a/b/d", "a/e", "b", "ä/ö", "b/c/d/e", "/", "//", "/x", "a b", "a\nb"]


def fill(project, bucket, keys):
    [project.put(bucket, key, key.encode(), metadata={"key": key}) for key in keys]


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
def filled(project, bucket) -> str:
    fill(project, bucket, KEYS)
    return bucket


@pytest.mark.parametrize("prefix", ["", "a/", "a", "a/b", "a/b/", "b/c/", "b/c", "x", "/", "ä", "ä/"])
def test_prefixes(project, filled, prefix):
    recursive = [item for item in project.list_objects(filled, prefix=prefix, recursive=True)]
    assert sorted(item.key for item in recursive) == sorted(key for key in KEYS if key.startswith(prefix))
    assert not any(item.is_prefix for item in recursive)
    shown = [item for item in project.list_objects(filled, prefix=prefix)]
    assert sorted(item.key for item in shown) == level(KEYS, prefix)


def test_what_is_not_requested_is_none(project, bucket):
    item = project.put(bucket, "folder/key", b"data", metadata={"a": "b"})
    [prefix] = [item for item in project.list_objects(bucket)]
    assert prefix == uplink.Object("folder/", is_prefix=True)

    def only(**options):
        [found] = [item for item in project.list_objects(bucket, recursive=True, **options)]
        return found

    assert only(custom=True) == item
    found = only()
    assert (found.size, found.created, found.metadata) == (4, item.created, None)
    found = only(system=False, custom=True)
    assert (found.size, found.created, found.expires, found.metadata) == (None, None, None, {"a": "b"})
    assert only(system=False) == uplink.Object("folder/key")


@pytest.mark.parametrize("recursive", [True, False])
@pytest.mark.parametrize("prefix", ["", "a/", "a"])
def test_a_cursor_continues_the_same_listing(project, filled, recursive, prefix):
    whole = [item for item in project.list_objects(filled, prefix=prefix, recursive=recursive)]
    assert len(whole) > 2
    for index, item in enumerate(whole):
        rest = [i for i in project.list_objects(filled, prefix=prefix, recursive=recursive, cursor=item.key)]
        assert rest == whole[index + 1 :]


def test_a_cursor_outside_the_prefix(project, bucket):
    with pytest.raises(errors.InvalidArgumentError, match="full key"):
        project.list_objects(bucket, prefix="a/", cursor="b")


def test_pages(project, filled, monkeypatch):
    whole = [item for item in project.list_objects(filled, recursive=True)]
    for size in (2, 3, len(whole), 1000):
        monkeypatch.setattr(listing, "PAGE_SIZE", size)
        monkeypatch.setattr("uplink._listing.PAGE_SIZE", size)
        assert [item for item in project.list_objects(filled, recursive=True)] == whole


def test_more_than_one_page_of_the_satellite(project, bucket):
    keys = [f"{number:05}" for number in range(1200)]
    for start in range(0, len(keys), 100):
        fill(project, bucket, keys[start : start + 100])
    assert sorted([item.key for item in project.list_objects(bucket)]) == keys


def test_stopping_early_leaves_nothing(project, filled):
    for _ in project.list_objects(filled, recursive=True):
        break
    listing = project.list_objects(filled)
    assert (next(listing)).key


def test_an_ended_listing_stays_ended(project, bucket):
    listing = project.list_objects(bucket)
    for _ in range(2):
        with pytest.raises(StopIteration):
            listing.__next__()


def test_keys_that_are_not_utf8(project, bucket):
    key = b"\xff\xfe/x".decode("utf-8", "surrogateescape")
    project.put(bucket, key, b"data")
    assert [item.key for item in project.list_objects(bucket, recursive=True)] == [key]
    assert project.get(bucket, key) == b"data"


def test_listing_buckets(project):
    names = sorted(f"test-{secrets.token_hex(8)}" for _ in range(5))
    for name in names:
        project.create_bucket(name)
    listed = [bucket.name for bucket in project.list_buckets()]
    assert [name for name in listed if name in names] == names
    assert listed == sorted(listed)
    after = [bucket.name for bucket in project.list_buckets(cursor=names[2])]
    assert [name for name in after if name in names] == names[3:]
    for name in names:
        project.delete_bucket(name)


def test_errors_come_when_iterating(access, project, bucket):
    closed = uplink.open_project(access)
    listing = closed.list_objects(bucket)
    buckets = closed.list_buckets()
    closed.close()
    with pytest.raises(errors.ClosedError):
        next(listing)
    with pytest.raises(errors.ClosedError):
        next(buckets)
    with pytest.raises(errors.DeadlineExceededError):
        next(project.list_objects(bucket, timeout=0))


def test_an_error_has_no_other_one_as_its_context(project):
    with pytest.raises(errors.BucketNotFoundError) as caught:
        next(project.list_objects("no-such-bucket"))
    assert caught.value.__context__ is None
    with pytest.raises(StopIteration) as ended:
        project.list_buckets(cursor="zzz").__next__()
    assert ended.value.__context__ is None


names = st.text(st.sampled_from("ab/"), min_size=1, max_size=6)


@given(keys=st.sets(names, max_size=10), prefix=st.text(st.sampled_from("ab/"), max_size=4))
def test_listings_against_a_naive_model(project, keys, prefix):
    bucket = f"test-{secrets.token_hex(8)}"
    project.create_bucket(bucket)
    try:
        fill(project, bucket, keys)
        shown = [item.key for item in project.list_objects(bucket, prefix=prefix)]
        assert sorted(shown) == level(keys, prefix)
        everything = [item.key for item in project.list_objects(bucket, prefix=prefix, recursive=True)]
        assert sorted(everything) == sorted(key for key in keys if key.startswith(prefix))
    finally:
        project.delete_bucket(bucket, with_objects=True)


def test_the_second_argument_is_the_prefix(project, bucket):
    for key in ("2025/a", "2026/b"):
        project.put(bucket, key, b"")
    assert [item.key for item in project.list_objects(bucket, "2026/")] == ["2026/b"]


def test_a_listing_shows_its_position(project, bucket):
    fill(project, bucket, ["a", "b"])
    listed = project.list_objects(bucket)
    assert repr(listed).endswith("Listing at its start>")
    first = next(listed)
    rest = {"a", "b"} - {first.key}
    assert repr(listed).endswith(f"Listing before {rest.pop()!r}>")
    next(listed)
    assert repr(listed).endswith("Listing ended>")
    started = project.list_objects(bucket, cursor=first.key)
    assert repr(started).endswith(f"Listing after {first.key!r}>")
