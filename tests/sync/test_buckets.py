# Generated from tests/aio/test_buckets.py by tools/generate_sync.py; change that instead.
"""Buckets."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta, timezone

import pytest

from uplink import errors


def test_buckets(project):
    name = f"test-{secrets.token_hex(8)}"
    created = project.create_bucket(name)
    assert created.name == name
    assert abs(datetime.now(timezone.utc) - created.created) < timedelta(minutes=5)
    assert project.stat_bucket(name) == created
    assert project.ensure_bucket(name) == created
    with pytest.raises(errors.BucketAlreadyExistsError) as caught:
        project.create_bucket(name)
    assert isinstance(caught.value, FileExistsError)
    project.put(name, "key", b"data")
    with pytest.raises(errors.BucketNotEmptyError) as not_empty:
        project.delete_bucket(name)
    assert isinstance(not_empty.value, OSError)
    assert project.delete_bucket(name, with_objects=True) == created
    with pytest.raises(errors.BucketNotFoundError):
        project.stat_bucket(name)
    with pytest.raises(errors.BucketNotFoundError):
        project.delete_bucket(name)


def test_ensure_creates(project):
    name = f"test-{secrets.token_hex(8)}"
    assert (project.ensure_bucket(name)).name == name
    project.delete_bucket(name)


@pytest.mark.parametrize("name", ["ab", "Capital", "under_score", "-start", "x" * 64, "sp ace"])
def test_bucket_names_that_are_not_valid(project, name):
    with pytest.raises(errors.BucketNameInvalidError):
        project.create_bucket(name)


def test_a_missing_bucket(project):
    with pytest.raises(errors.BucketNotFoundError) as caught:
        project.put("no-such-bucket-here", "key", b"data")
    assert caught.value.bucket == "no-such-bucket-here"
    with pytest.raises(errors.NotFoundError):
        project.get("no-such-bucket-here", "key")
    with pytest.raises(errors.BucketNotFoundError):
        [item for item in project.list_objects("no-such-bucket-here")]


def test_a_placement_that_the_satellite_does_not_know(project, bucket):
    """A real satellite accepts the name, too, and stores the objects where the project does."""
    name = f"{bucket}-placed"
    assert (project.create_bucket(name, placement="no such place")).name == name
    project.put(name, "key", b"data")
    assert project.get(name, "key") == b"data"
    assert isinstance(project.get_bucket_location(name), str)
    project.delete_bucket(name, with_objects=True)
    for wrong, error in ((7, TypeError), ("a\0b", errors.InvalidArgumentError)):
        with pytest.raises(error):
            project.create_bucket(name, placement=wrong)
