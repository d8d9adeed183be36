"""Buckets and listings."""

from __future__ import annotations

import secrets
import time

from uplink_python.module_classes import (
    ListBucketsOptions,
    ListObjectsOptions,
)

# ---- Buckets ----


def test_buckets(project):
    name = f"test-{secrets.token_hex(8)}"
    for record in (
        project.create_bucket(name),
        project.ensure_bucket(name),
        project.stat_bucket(name),
        next(item for item in project.list_buckets() if item.name == name),
        project.delete_bucket(name),
    ):
        assert record.name == name
        assert isinstance(record.created, int)
        assert abs(record.created - time.time()) < 100
        assert record.get_dict() == {"name": name, "created": record.created}


def test_listing_buckets_after_another(project, bucket):
    names = [item.name for item in project.list_buckets(ListBucketsOptions())]
    assert isinstance(project.list_buckets(), list)
    assert bucket in names
    assert [item.name for item in project.list_buckets(ListBucketsOptions(cursor=bucket))] == [
        name for name in names if name > bucket
    ]


# ---- Listings ----


def listed(project, bucket, **options):
    return [item.key for item in project.list_objects(bucket, ListObjectsOptions(**options))]


def test_listing_objects(project, bucket, keys):
    items = project.list_objects(bucket)
    assert isinstance(items, list)
    assert sorted((item.key, item.is_prefix) for item in items) == [("folder/", True), ("top", False)]
    assert sorted(listed(project, bucket, recursive=True)) == sorted(keys)
    below = ["folder/deep/", "folder/one", "folder/three", "folder/two"]
    assert sorted(listed(project, bucket, prefix="folder/")) == below
    assert sorted(listed(project, bucket, prefix="folder/", recursive=True)) == sorted(keys[1:])
    assert sorted(listed(project, bucket, prefix="folder/t")) == ["folder/three", "folder/two"]
    assert listed(project, bucket, prefix="nothing/") == []


def test_cursors_do_not_have_the_prefix(project, bucket, keys):
    everything = listed(project, bucket, recursive=True)
    for position, key in enumerate(everything):
        assert listed(project, bucket, recursive=True, cursor=key) == everything[position + 1 :]
    below = listed(project, bucket, prefix="folder/", recursive=True)
    for position, key in enumerate(below):
        cursor = key.removeprefix("folder/")
        assert listed(project, bucket, prefix="folder/", recursive=True, cursor=cursor) == below[position + 1 :]


def test_what_listings_return(project, bucket, keys):
    for item in project.list_objects(bucket, ListObjectsOptions(recursive=True)):
        assert item.system.get_dict() == {"created": 0, "expires": 0, "content_length": 0}
        assert (item.custom.count, item.custom.entries) == (0, [])
    for item in project.list_objects(bucket, ListObjectsOptions(recursive=True, system=True)):
        assert item.system.content_length == len(item.key)
        assert item.system.created > 0
        assert item.custom.count == 0
    for item in project.list_objects(bucket, ListObjectsOptions(recursive=True, custom=True)):
        assert item.system.content_length == 0
        assert [entry.get_dict() for entry in item.custom.entries] == [
            {"key": "app:a", "key_length": 5, "value": "b", "value_length": 1}
        ]


def test_deleting_what_is_not_there(project, bucket):
    record = project.delete_object(bucket, "nothing")
    assert record.key == "nothing"
    assert record.get_dict()["system"] == {"created": 0, "expires": 0, "content_length": 0}
