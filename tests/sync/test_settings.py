# Generated from tests/aio/test_settings.py by tools/generate_sync.py; change that instead.
"""Settings of buckets: location, tags and notifications."""

from __future__ import annotations

import pytest

import uplink
from uplink import errors

CONFIGURATION = uplink.BucketNotificationConfiguration(
    topic_name="projects/p/topics/t", events=["s3:ObjectCreated:*"], id="id", prefix="a/", suffix=".jpg"
)


def test_location(project, bucket):
    assert isinstance(project.get_bucket_location(bucket), str)


def test_tags(project, bucket):
    for _ in range(2):
        with pytest.raises(errors.TagsNotFoundError) as caught:
            project.get_bucket_tagging(bucket)
        assert isinstance(caught.value, FileNotFoundError)
        assert caught.value.bucket == bucket
        for tags in ({"b": "1", "a": ""}, {"ü": "x y+-=._:/@"}, {f"key{number}": "" for number in range(50)}):
            project.set_bucket_tagging(bucket, tags)
            # The order is kept.
            assert list((project.get_bucket_tagging(bucket)).items()) == list(tags.items())
        project.set_bucket_tagging(bucket, {})


@pytest.mark.parametrize(
    "tags",
    [
        {"": ""},
        {"k" * 129: ""},
        {"key": "v" * 257},
        {"!": ""},
        {"key": "?"},
        {f"key{number}": "" for number in range(51)},
        {"key": "\ud800"},
        {"key": "\0"},
        {"\0": ""},
    ],
)
def test_tags_that_are_not_valid(project, bucket, tags):
    with pytest.raises(errors.TagsInvalidError) as caught:
        project.set_bucket_tagging(bucket, tags)
    assert isinstance(caught.value, ValueError)
    assert caught.value.bucket == bucket
    assert not caught.value.retryable


def test_notifications(project, bucket):
    assert project.get_bucket_notification_configuration(bucket) is None
    # The satellite cannot read the keys of the tests' projects.
    for configuration in (CONFIGURATION, uplink.BucketNotificationConfiguration(topic_name=""), None):
        with pytest.raises(errors.NotificationsUnsupportedError) as caught:
            project.set_bucket_notification_configuration(bucket, configuration)
        assert caught.value.bucket == bucket


@pytest.mark.parametrize(
    "arguments",
    [
        ("get_bucket_location",),
        ("get_bucket_tagging",),
        ("set_bucket_tagging", {"a": "b"}),
        ("get_bucket_notification_configuration",),
        ("set_bucket_notification_configuration", CONFIGURATION),
    ],
    ids=lambda arguments: arguments[0],
)
def test_errors_of_every_call(project, access, arguments):
    name, *rest = arguments
    call = getattr(project, name)
    with pytest.raises(errors.BucketNotFoundError) as caught:
        call("no-such-bucket-here", *rest)
    assert caught.value.bucket == "no-such-bucket-here"
    with pytest.raises(errors.BucketNameInvalidError):
        call("", *rest)
    with pytest.raises(TypeError):
        call(b"bytes", *rest)
    if rest:
        with uplink.open_project(access.share(uplink.Permission.read_only())) as reader:
            with pytest.raises(errors.PermissionDeniedError, match="upload"):
                getattr(reader, name)("no-such-bucket-here", *rest)
    project = uplink.open_project(access)
    project.close()
    with pytest.raises(errors.ClosedError):
        getattr(project, name)("bucket", *rest)


def test_settings_of_another_type(project):
    for tags in (["a"], {"a": 1}, {1: "a"}, None):
        with pytest.raises(TypeError):
            project.set_bucket_tagging("bucket", tags)
    with pytest.raises(TypeError):
        project.set_bucket_notification_configuration("bucket", {"topic_name": "topic"})
    for wrong in ({"events": "s3:*"}, {"events": [1]}, {"prefix": None}, {"topic_name": b"topic"}):
        with pytest.raises(TypeError):
            uplink.BucketNotificationConfiguration(**{"topic_name": "topic", **wrong})


def test_tags_whose_outcome_is_unknown(storj_faults, project, bucket):
    fault = storj_faults.call("SetBucketTagging", after=True, cut_after=0)
    with fault, pytest.raises(errors.ConnectionFailedError) as lost:
        project.set_bucket_tagging(bucket, {"a": "b"})
    assert lost.value.outcome_unknown
    assert project.get_bucket_tagging(bucket) == {"a": "b"}
