# Generated from tests/aio/test_bulk.py by tools/generate_sync.py; change that instead.
"""Deleting many objects at once, and whether one exists."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uplink
from uplink import errors


def fill(project, bucket, keys):
    [project.put(bucket, key, b"") for key in keys]


def keys_of(project, bucket):
    return {item.key for item in project.list_objects(bucket, recursive=True)}


def test_each_key_has_its_result(project, bucket):
    fill(project, bucket, ["a", "b/c", "kept"])
    deleted = project.delete_objects(bucket, ["b/c", "missing", "a", "b/c"])
    assert [(item.key, item.version, item.status) for item in deleted] == [
        ("b/c", None, "deleted"),
        ("missing", None, "missing"),
        ("a", None, "deleted"),
        ("b/c", None, "deleted"),
    ]
    assert deleted[0] == deleted[3]
    assert deleted[0] == uplink.Deletion("b/c", None, "deleted", deleted[0].removed_version)
    assert isinstance(deleted[0].removed_version, bytes)
    assert keys_of(project, bucket) == {"kept"}
    [again] = project.delete_objects(bucket, ["a"])
    assert again == uplink.Deletion("a", None, "missing")


keys = st.text(st.sampled_from("ab/\0ä"), min_size=1, max_size=3)


@settings(max_examples=25)
@given(stored=st.sets(keys, max_size=8), given_keys=st.lists(keys, max_size=12), size=st.integers(1, 5))
def test_against_a_set(project, stored, given_keys, size):
    bucket = f"test-{secrets.token_hex(8)}"
    project.create_bucket(bucket)
    try:
        fill(project, bucket, stored)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("uplink._calls.bulk.MOST_DELETED", size)
            deleted = project.delete_objects(bucket, iter(given_keys))
        assert [item.key for item in deleted] == given_keys
        for place, item in enumerate(deleted):
            # A key that comes again in a later request is gone by then.
            again = item.key in given_keys[: place - place % size]
            assert item.status == ("deleted" if item.key in stored and not again else "missing")
        assert keys_of(project, bucket) == stored - set(given_keys)
    finally:
        project.delete_bucket(bucket, with_objects=True)


def test_a_listing_of_keys(project, bucket):
    fill(project, bucket, ["a/1", "a/2", "b"])
    deleted = project.delete_objects(bucket, project.list_objects(bucket, "a/"))
    assert sorted((item.key, item.status) for item in deleted) == [("a/1", "deleted"), ("a/2", "deleted")]
    assert keys_of(project, bucket) == {"b"}
    with pytest.raises(errors.InvalidArgumentError, match="recursive=True") as caught:
        project.delete_objects(bucket, ["b", uplink.Object("a/", is_prefix=True)])
    assert (caught.value.bucket, caught.value.key) == (bucket, "a/")
    assert keys_of(project, bucket) == {"b"}


def test_one_request_for_a_thousand_keys(own_network):
    access = uplink.Access.parse(own_network.access_grant)
    with uplink.open_project(access) as project:
        project.create_bucket("bucket")
        fill(project, "bucket", ["first", "last"])
        named = ["first", *(f"{number}" for number in range(1999)), "last"]
        before = own_network.calls("satellite")
        deleted = project.delete_objects("bucket", (key for key in named))
        made = own_network.calls("satellite") - before
        assert (made["DeleteObjects"], made["DeleteObject"]) == (3, 0)
        assert [item.key for item in deleted] == named
        assert [item.status for item in deleted] == ["deleted", *["missing"] * 1999, "deleted"]
        before = own_network.calls("satellite")
        assert project.delete_objects("no-such-bucket", []) == []
        assert own_network.calls("satellite") == before


@pytest.mark.parametrize("key", ["", "\ud800"])
def test_a_key_that_cannot_be_is_refused_first(project, bucket, key):
    fill(project, bucket, ["a"])
    with pytest.raises(errors.ObjectKeyInvalidError) as caught:
        project.delete_objects(bucket, ["a", key])
    assert caught.value.key == key
    assert keys_of(project, bucket) == {"a"}


def test_what_is_no_key(project, bucket):
    for refused in ("text", b"bytes", uplink.Object("key")):
        with pytest.raises(TypeError, match="keys takes an iterable of keys"):
            project.delete_objects(bucket, refused)
    with pytest.raises(TypeError, match="each of the keys takes a str or an Object, not bytes"):
        project.delete_objects(bucket, [b"key"])
    with pytest.raises(TypeError, match="bypass_governance_retention takes True or False"):
        project.delete_objects(bucket, [], bypass_governance_retention="no")
    with pytest.raises(errors.VersionInvalidError):
        project.delete_objects(bucket, [uplink.Object("key", version=b"")])
    with pytest.raises(TypeError, match="version takes bytes, not str"):
        project.delete_objects(bucket, [uplink.Object("key", version="v")])
    with pytest.raises(errors.BucketNameInvalidError):
        project.delete_objects("", ["key"])


def test_an_error_says_what_was_done(project, bucket, monkeypatch):
    monkeypatch.setattr("uplink._calls.bulk.MOST_DELETED", 2)
    fill(project, bucket, ["a", "b", "c", "d"])
    with pytest.raises(errors.ObjectKeyInvalidError) as caught:
        project.delete_objects(bucket, ["a", "b", "c", "x" * 100_000, "d"])
    assert [(item.key, item.status) for item in caught.value.results] == [("a", "deleted"), ("b", "deleted")]
    assert keys_of(project, bucket) == {"c", "d"}
    with pytest.raises(errors.BucketNotFoundError) as missing:
        project.delete_objects("no-such-bucket", ["a"])
    assert missing.value.results == ()
    with pytest.raises(errors.DeadlineExceededError, match="could not delete objects 1 to 2 of 3 within 0 s"):
        project.delete_objects(bucket, ["c", "d", "e"], timeout=0)
    assert keys_of(project, bucket) == {"c", "d"}


def test_what_the_access_does_not_allow(access, project, bucket):
    fill(project, bucket, ["a/1", "b/1"])
    reader = access.share(uplink.Permission.read_only(), uplink.SharePrefix(bucket))
    with uplink.open_project(reader) as limited:
        deleted = limited.delete_objects(bucket, ["a/1", "missing"])
    assert [item.status for item in deleted] == ["denied", "denied"]
    narrow = access.share(uplink.Permission.full(), uplink.SharePrefix(bucket, "a/"))
    with uplink.open_project(narrow) as limited:
        deleted = limited.delete_objects(bucket, ["b/1", "a/1", "a/2"])
    assert [item.status for item in deleted] == ["denied", "deleted", "missing"]
    assert keys_of(project, bucket) == {"b/1"}


def test_exists(access, project, bucket):
    project.put(bucket, "a/1", b"")
    assert project.exists(bucket, "a/1") is True
    assert project.exists(bucket, "a/2") is False
    stored = project.stat_object(bucket, "a/1")
    assert project.exists(bucket, "a/1", version=stored.version) is True
    with pytest.raises(errors.VersionInvalidError):
        project.exists(bucket, "a/1", version=bytes(3))
    # A prefix is no object.
    assert project.exists(bucket, "a/") is False
    assert project.exists("no-such-bucket", "a/1") is False
    writer = access.share(uplink.Permission(allow_upload=True), uplink.SharePrefix(bucket))
    with uplink.open_project(writer) as limited:
        with pytest.raises(errors.PermissionDeniedError):
            limited.exists(bucket, "a/1")
    with pytest.raises(errors.ObjectKeyInvalidError):
        project.exists(bucket, "")
