# Generated from tests/aio/test_versions.py by tools/generate_sync.py; change that instead.
"""Versions of objects, and copies that replace nothing."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uplink import errors


@pytest.mark.parametrize("version", [b"", b"short", bytes(16), bytes(17)])
def test_a_version_that_is_not_valid(project, bucket, version):
    project.put(bucket, "key", b"data")
    for call in (
        lambda: project.stat_object(bucket, "key", version=version),
        lambda: project.get(bucket, "key", version=version),
        lambda: project.download_object(bucket, "key", version=version),
        lambda: project.copy_object(bucket, "key", bucket, "copy", version=version),
        lambda: project.delete_object(bucket, "key", version=version),
    ):
        with pytest.raises(errors.VersionInvalidError) as caught:
            call()
        assert isinstance(caught.value, ValueError)
    assert project.get(bucket, "key") == b"data"


def test_a_version_of_another_type(project, bucket):
    with pytest.raises(TypeError, match="version takes bytes, not str"):
        project.stat_object(bucket, "key", version="latest")


def test_a_copy_onto_a_free_key_only(project, bucket):
    project.put(bucket, "key", b"new")
    copy = project.copy_object(bucket, "key", bucket, "copy", if_none_match="*")
    assert copy.key == "copy"
    project.put(bucket, "other", b"old")
    with pytest.raises(errors.PreconditionFailedError) as caught:
        project.copy_object(bucket, "key", bucket, "other", if_none_match="*")
    error = caught.value
    assert isinstance(error, FileExistsError)
    assert (error.bucket, error.key) == (bucket, "other")
    assert project.get(bucket, "other") == b"old"
    with pytest.raises(errors.InvalidArgumentError, match="if_none_match"):
        project.copy_object(bucket, "key", bucket, "other", if_none_match="etag")


def test_updating_the_etag(project, bucket):
    project.put(bucket, "key", b"data")
    project.update_object_metadata(bucket, "key", {"a": "1"}, etag=b"\0first")
    item = project.stat_object(bucket, "key")
    assert (item.etag, item.metadata) == (b"\0first", {"a": "1"})
    project.update_object_metadata(bucket, "key", {"b": "2"})
    item = project.stat_object(bucket, "key")
    assert (item.etag, item.metadata) == (b"\0first", {"b": "2"})
    project.update_object_metadata(bucket, "key", {}, etag=b"")
    assert (project.stat_object(bucket, "key")).etag is None


@pytest.fixture
def versioned(project, bucket):
    project.set_bucket_versioning(bucket, True)
    return bucket


def versions(project, bucket, **options):
    return [item for item in project.list_object_versions(bucket, recursive=True, **options)]


def test_an_old_version(project, versioned):
    old = project.put(versioned, "key", b"old", metadata={"a": "1"})
    new = project.put(versioned, "key", b"newer")
    assert old.is_versioned
    assert new.is_versioned
    assert old.version != new.version
    assert project.get(versioned, "key") == b"newer"
    assert project.get(versioned, "key", version=old.version) == b"old"
    with project.download_object(versioned, "key", version=old.version) as download:
        assert (download.read(), download.info().version) == (b"old", old.version)
    item = project.stat_object(versioned, "key", version=old.version)
    assert (item.size, item.metadata, item.version) == (3, {"a": "1"}, old.version)
    copy = project.copy_object(versioned, "key", versioned, "copy", version=old.version)
    assert (copy.key, copy.size) == ("copy", 3)
    assert project.get(versioned, "copy") == b"old"


def test_a_delete_marker(project, versioned):
    old = project.put(versioned, "key", b"data")
    marker = project.delete_object(versioned, "key")
    assert marker.is_delete_marker
    assert not project.exists(versioned, "key")
    with pytest.raises(errors.ObjectNotFoundError):
        project.get(versioned, "key")
    for call in (project.stat_object, project.get):
        with pytest.raises(errors.DeleteMarkerError) as caught:
            call(versioned, "key", version=marker.version)
        assert isinstance(caught.value, FileNotFoundError)
    assert project.get(versioned, "key", version=old.version) == b"data"
    # Without its delete marker, the version before it is the latest one again.
    project.delete_object(versioned, "key", version=marker.version)
    assert project.get(versioned, "key") == b"data"
    project.delete_object(versioned, "key", version=old.version)
    assert versions(project, versioned) == []


def test_listing_versions(project, versioned):
    first = project.put(versioned, "a/key", b"1", metadata={"a": "1"}, etag=b"tag")
    second = project.put(versioned, "a/key", b"22")
    marker = project.delete_object(versioned, "a/key")
    items = versions(project, versioned, custom=True, etag=True)
    assert [item.version for item in items] == [marker.version, second.version, first.version]
    assert [item.is_latest for item in items] == [True, False, False]
    assert [item.is_delete_marker for item in items] == [True, False, False]
    assert (items[2].key, items[2].size, items[2].metadata, items[2].etag) == ("a/key", 1, {"a": "1"}, b"tag")
    assert all(item.created is not None for item in items)
    assert [item.size for item in versions(project, versioned, system=False)] == [None] * 3
    assert versions(project, versioned, prefix="a/", custom=True, etag=True) == items
    assert versions(project, versioned, prefix="a/k", custom=True, etag=True) == items
    assert versions(project, versioned, prefix="b/") == []
    [folder] = [item for item in project.list_object_versions(versioned)]
    assert (folder.key, folder.is_prefix, folder.version) == ("a/", True, None)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_listing_versions_page_by_page(project, versioned, limit):
    for number in range(3):
        project.put(versioned, "key", bytes(number))
    project.put(versioned, "p/", b"")
    project.put(versioned, "p/", b"1")
    whole = versions(project, versioned)
    assert len(whole) == 5
    found, cursor = [], {}
    while items := versions(project, versioned, limit=limit, **cursor):
        found += items
        cursor = {"cursor": items[-1].key, "version_cursor": items[-1].version}
    assert found == whole


def test_listing_versions_of_the_key_that_is_the_prefix(project, versioned):
    for size in (1, 2):
        project.put(versioned, "p/", bytes(size))
        project.put(versioned, "p/key", bytes(10 * size))
    below = versions(project, versioned, prefix="p/")
    # The order of the keys is that of their encrypted forms.
    sizes = {key: [item.size for item in below if item.key == key] for key in ("p/", "p/key")}
    assert sizes == {"p/": [2, 1], "p/key": [20, 10]}
    for version in (None, below[0].version):
        with pytest.raises(errors.InvalidArgumentError, match="cannot start after the key 'p/'"):
            project.list_object_versions(versioned, "p/", cursor="p/", version_cursor=version)


def test_pages_that_end_at_the_key_that_is_the_prefix(project, versioned, monkeypatch):
    # The order of the keys is that of their encrypted forms, so the key comes anywhere.
    for prefix in ("a/", "b/", "c/", "d/"):
        for name in ("", *map(str, range(6))):
            project.put(versioned, prefix + name, b"")
        whole = versions(project, versioned, prefix=prefix)
        assert len(whole) == 7
        for size in range(2, 8):
            with monkeypatch.context() as patched:
                patched.setattr("uplink._listing.PAGE_SIZE", size)
                assert versions(project, versioned, prefix=prefix) == whole
                assert versions(project, versioned, prefix=prefix, limit=size) == whole[:size]


def test_more_versions_of_the_key_that_is_the_prefix_than_a_page_has(project, versioned, monkeypatch):
    for size in range(3):
        project.put(versioned, "p/", bytes(size))
    monkeypatch.setattr("uplink._listing.PAGE_SIZE", 2)
    assert [item.size for item in versions(project, versioned, prefix="p/", limit=2)] == [2, 1]
    listing = project.list_object_versions(versioned, "p/")
    assert [(next(listing)).size, (next(listing)).size] == [2, 1]
    with pytest.raises(errors.InvalidArgumentError, match="list a shorter prefix"):
        next(listing)
    assert [item.size for item in versions(project, versioned)] == [2, 1, 0]


def test_listing_versions_of_a_bucket_without_versions(project, bucket):
    project.put(bucket, "key", b"data")
    [item] = versions(project, bucket)
    assert (item.key, item.is_versioned, item.is_latest, len(item.version)) == ("key", False, True, 16)
    assert project.get(bucket, "key", version=item.version) == b"data"


def test_listing_versions_that_cannot_be_right(project, bucket):
    with pytest.raises(errors.InvalidArgumentError, match="takes a cursor, too"):
        project.list_object_versions(bucket, version_cursor=bytes(16))
    with pytest.raises(errors.VersionInvalidError, match="version_cursor is empty"):
        project.list_object_versions(bucket, cursor="key", version_cursor=b"")
    with pytest.raises(TypeError, match="version_cursor takes bytes"):
        project.list_object_versions(bucket, cursor="key", version_cursor="latest")
    with pytest.raises(TypeError, match="etag takes True or False"):
        project.list_object_versions(bucket, etag="yes")
    with pytest.raises(errors.VersionInvalidError):
        versions(project, bucket, cursor="key", version_cursor=b"short")
    with pytest.raises(errors.BucketNotFoundError):
        versions(project, bucket + "-missing")


def test_deleting_a_bucket_with_versions(project, versioned):
    project.put(versioned, "key", b"1")
    project.put(versioned, "key", b"2")
    project.delete_object(versioned, "key")
    with pytest.raises(errors.BucketNotEmptyError):
        project.delete_bucket(versioned)
    project.delete_bucket(versioned, with_objects=True)
    assert versioned not in [found.name for found in project.list_buckets()]


STEPS = st.lists(st.sampled_from(["put", "delete", "delete first", "delete last"]), min_size=1, max_size=8)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_versions_of_a_key_follow_a_model(project, versioned, steps):
    """The model is the list of the versions and what they contain, the latest first; `None` is a delete marker."""
    key, model = secrets.token_hex(8), []
    for step, name in enumerate(steps):
        if name == "put":
            item = project.put(versioned, key, str(step).encode())
            model.insert(0, (item.version, str(step).encode()))
        elif name == "delete":
            marker = project.delete_object(versioned, key)
            model.insert(0, (marker.version, None))
        elif model:
            version, _ = model.pop(-1 if name == "delete first" else 0)
            project.delete_object(versioned, key, version=version)
        found = [item for item in versions(project, versioned) if item.key == key]
        assert [(item.version, item.is_delete_marker) for item in found] == [(v, data is None) for v, data in model]
        assert [item.is_latest for item in found] == [True, *[False] * len(model)][: len(model)]
        for version, data in model:
            if data is not None:
                assert project.get(versioned, key, version=version) == data
        latest = model[0][1] if model else None
        assert project.exists(versioned, key) == (latest is not None)
