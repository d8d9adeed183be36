# Generated from tests/aio/test_listing.py by tools/generate_sync.py; change that instead.
from __future__ import annotations

import gc
import secrets
import time
from datetime import datetime, timezone
from itertools import islice

import pytest
from hypothesis import given, settings
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


@settings(max_examples=25)
@given(
    keys=st.sets(names, max_size=10),
    prefix=st.text(st.sampled_from("ab/"), max_size=3),
    recursive=st.booleans(),
    limit=st.integers(0, 12),
    size=st.integers(2, 5),
)
def test_a_limit_takes_the_first_items(project, keys, prefix, recursive, limit, size):
    bucket = f"test-{secrets.token_hex(8)}"
    project.create_bucket(bucket)
    try:
        fill(project, bucket, keys)
        whole = [item for item in project.list_objects(bucket, prefix, recursive=recursive)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("uplink._listing.PAGE_SIZE", size)
            for start in range(min(len(whole), 3)):
                cursor = whole[start - 1].key if start else ""
                options = {"recursive": recursive, "cursor": cursor, "limit": limit}
                limited = [item for item in project.list_objects(bucket, prefix, **options)]
                assert limited == list(islice(whole, start, start + limit))
    finally:
        project.delete_bucket(bucket, with_objects=True)


def test_limits_of_buckets_and_uploads(project, bucket):
    uploads = [project.upload_object(bucket, key) for key in "abc"]
    whole = [upload for upload in project.list_uploads(bucket)]
    assert [upload for upload in project.list_uploads(bucket, limit=2)] == whole[:2]
    for upload in uploads:
        upload.abort()
    [first] = [found for found in project.list_buckets(limit=1)]
    [again] = [found for found in project.list_buckets(cursor=first.name[:-1], limit=1)]
    assert first == again
    assert [found for found in project.list_buckets(limit=0)] == []


def test_limits_that_are_none(project, bucket):
    with pytest.raises(errors.InvalidArgumentError, match="limit is -1"):
        project.list_objects(bucket, limit=-1)
    with pytest.raises(errors.InvalidArgumentError, match="limit is -1"):
        project.list_buckets(limit=-1)
    with pytest.raises(TypeError, match="limit takes a whole number, not str"):
        project.list_uploads(bucket, limit="3")
    # Nothing is asked for.
    assert [item for item in project.list_objects("no-such-bucket", limit=0)] == []


def its_end(started):
    for _ in range(3000):
        if started.has_ended():
            return
        time.sleep(0.01)
    pytest.fail("the page that was requested ahead does not come")


def requests_of(network, listing, count):
    """Return the names of so many items, and how many requests the satellite got for them."""
    before = network.calls("satellite")
    found = [(next(listing)).key for _ in range(count)]
    return found, (network.calls("satellite") - before)["ListObjects"]


def test_the_records_of_a_page_are_those_of_stat(project, bucket):
    expires = datetime(2100, 1, 1, tzinfo=timezone.utc)
    project.put(bucket, "below/object", b"1")
    for number, key in enumerate(["plain", "nul\0in it", "nul at the end\0", "umläut", "byte \udcff"]):
        project.put(bucket, key, bytes(number), metadata={"number": str(number)}, expires=expires)
    found = [item for item in project.list_objects(bucket, custom=True)]
    assert [item for item in found if item.is_prefix] == [uplink.Object("below/", is_prefix=True)]
    expected = [project.stat_object(bucket, item.key) for item in found if not item.is_prefix]
    assert len(expected) == 5
    names = ("key", "size", "created", "expires", "metadata")
    for item, of_stat in zip([item for item in found if not item.is_prefix], expected, strict=True):
        assert [getattr(item, name) for name in names] == [getattr(of_stat, name) for name in names]
    bare = [item for item in project.list_objects(bucket, system=False)]
    assert bare == [uplink.Object(item.key, item.is_prefix) for item in found]


def test_requests_of_a_listing(own_network, monkeypatch):
    access = uplink.Access.parse(own_network.access_grant)
    with uplink.open_project(access) as project:
        project.create_bucket("bucket")
        fill(project, "bucket", [f"a/{number}" for number in range(10)])
        monkeypatch.setattr("uplink._listing.PAGE_SIZE", 4)
        whole = [item.key for item in project.list_objects("bucket", "a/")]
        # A page that has all that is left needs no further request.
        for limit in 1, 3, 4:
            listing = project.list_objects("bucket", "a/", limit=limit)
            assert requests_of(own_network, listing, limit) == (whole[:limit], 1)
            with pytest.raises(StopIteration):
                next(listing)
        before = own_network.calls("satellite")
        assert [item.key for item in project.list_objects("bucket", "a/")] == whole
        assert (own_network.calls("satellite") - before)["ListObjects"] == 3
        assert len([item for item in project.list_objects("bucket", "a/", limit=9)]) == 9


def test_the_next_page_is_requested_ahead(own_network, monkeypatch):
    access = uplink.Access.parse(own_network.access_grant)
    with uplink.open_project(access) as project:
        project.create_bucket("bucket")
        fill(project, "bucket", [f"{number}" for number in range(9)])
        monkeypatch.setattr("uplink._listing.PAGE_SIZE", 3)
        listing = project.list_objects("bucket")
        first = (next(listing)).key
        its_end(listing._ahead[1])
        assert own_network.calls("satellite")["ListObjects"] == 2
        # The second page is there, so it needs no satellite.
        own_network.kill()
        keys = [first] + [(next(listing)).key for _ in range(5)]
        assert len(set(keys)) == 6
        with pytest.raises(errors.ConnectionFailedError):
            next(listing)
        with pytest.raises(errors.ConnectionFailedError):
            next(listing)


def test_a_page_ahead_that_failed_is_requested_again(own_network, monkeypatch):
    access = uplink.Access.parse(own_network.access_grant)
    with uplink.open_project(access) as project:
        project.create_bucket("bucket")
        fill(project, "bucket", "abcdefg")
        monkeypatch.setattr("uplink._listing.PAGE_SIZE", 2)
        listing = project.list_objects("bucket")
        found = [(next(listing)).key]
        listing._ahead[1].detach()
        found += [item.key for item in listing]
        assert sorted(found) == list("abcdefg")


def test_a_dropped_listing_cancels_its_request(own_network, monkeypatch):
    access = uplink.Access.parse(own_network.access_grant)
    with uplink.open_project(access) as project:
        project.create_bucket("bucket")
        fill(project, "bucket", "abcd")
        monkeypatch.setattr("uplink._listing.PAGE_SIZE", 2)
        listing = project.list_objects("bucket", timeout=60)
        next(listing)
        operation = listing._ahead[1].operation
        boundary = listing._ahead[1].call.boundary
        number = operation._handle
        assert number
        copy = boundary.ffi.new("UplinkOperation *")
        copy._handle = number
        del operation, listing
        gc.collect()
        # An operation that was detached has no result any more.
        failed = boundary.ffi.new("UplinkObjectPageResult *")
        boundary.lib.uplink_operation_take_object_page(copy, failed)
        assert failed.error.code == 0x04
        boundary.lib.uplink_free_object_page_result(failed[0])


def test_a_closed_project_ends_its_listings(access, bucket, project, monkeypatch):
    fill(project, bucket, "abcdef")
    monkeypatch.setattr("uplink._listing.PAGE_SIZE", 2)
    other = uplink.open_project(access)
    listing = other.list_objects(bucket)
    next(listing)
    other.close()
    next(listing)
    for _ in range(2):
        with pytest.raises(errors.ClosedError):
            next(listing)
