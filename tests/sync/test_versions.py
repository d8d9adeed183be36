# Generated from tests/aio/test_versions.py by tools/generate_sync.py; change that instead.
"""Versions of objects, and copies that replace nothing."""

from __future__ import annotations

import pytest

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
