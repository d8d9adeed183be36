# Generated from tests/aio/test_project.py by tools/generate_sync.py; change that instead.
"""Projects: arguments, timeouts, closing, pickling."""

from __future__ import annotations

import pickle
import secrets
from decimal import Decimal
from fractions import Fraction

import pytest

import uplink
from uplink import errors


def test_arguments_that_fit_nothing(project, bucket):
    project.put(bucket, "key", b"data")
    with pytest.raises(errors.ObjectKeyInvalidError, match="surrogate"):
        project.get(bucket, "\ud800")
    with pytest.raises(errors.BucketNameInvalidError, match="surrogate"):
        project.get("\ud800", "key")
    with pytest.raises(errors.RangeInvalidError):
        project.get(bucket, "key", offset=2**70)
    assert project.get(bucket, "key", length=2**70) == b"data"
    with pytest.raises(TypeError, match="offset takes a whole number, not str"):
        project.get(bucket, "key", offset="1")
    with pytest.raises(TypeError, match="length takes a whole number, not float"):
        project.download_object(bucket, "key", length=1.5)
    with pytest.raises(TypeError, match="revoke_access takes an Access, not str"):
        project.revoke_access("a grant")
    with pytest.raises(TypeError, match="mapping"):
        project.put(bucket, "key", b"data", metadata=[("a", "b")])
    for config in ("a user agent", {}):
        with pytest.raises(TypeError, match="config takes a Config"):
            uplink.open_project(project.access, config=config)
    for argument in ("prefix", "cursor"):
        with pytest.raises(TypeError, match=f"{argument} takes a str, not int"):
            project.list_objects(bucket, **{argument: 1})
    with pytest.raises(TypeError, match="cursor takes a str, not int"):
        project.list_buckets(cursor=1)
    for metadata in ([], "", 0):
        with pytest.raises(TypeError, match="mapping"):
            project.put(bucket, "key", b"data", metadata=metadata)
        with pytest.raises(TypeError, match="mapping"):
            project.upload_object(bucket, "key", metadata=metadata)


def test_flags_are_true_or_false(project, bucket):
    project.put(bucket, "key", b"data")
    with pytest.raises(TypeError, match="with_objects takes True or False, not str"):
        project.delete_bucket(bucket, with_objects="no")
    for argument in ("recursive", "system", "custom"):
        with pytest.raises(TypeError, match=f"{argument} takes True or False, not int"):
            project.list_objects(bucket, **{argument: 1})
    assert project.get(bucket, "key") == b"data"


@pytest.mark.parametrize(
    ("bucket_name", "key", "expected"),
    [
        ("", "key", errors.BucketNameInvalidError),
        ("nul\0bucket", "key", errors.BucketNameInvalidError),
        ("some-bucket", "", errors.ObjectKeyInvalidError),
        ("some-bucket", "\ud800", errors.ObjectKeyInvalidError),
        ("some-bucket", "x" * 2_000_000, errors.ObjectKeyInvalidError),
        (b"bytes", "key", TypeError),
        ("some-bucket", b"bytes", TypeError),
        ("some-bucket", None, TypeError),
    ],
)
def test_names_are_refused_before_the_network_is_used(unreachable, bucket_name, key, expected):
    # Asking this network would give another error.
    with uplink.open_project(unreachable) as project:
        with pytest.raises(expected):
            project.stat_object(bucket_name, key)
        with pytest.raises(expected):
            project.put(bucket_name, key, b"data")
        with pytest.raises(expected):
            project.get(bucket_name, key)
        with pytest.raises(expected):
            project.delete_object(bucket_name, key)
        for call in (project.copy_object, project.move_object):
            with pytest.raises(expected):
                call(bucket_name, key, "some-bucket", "new")
            with pytest.raises(expected):
                call("some-bucket", "key", bucket_name, key)


def test_use_after_close(access):
    project = uplink.open_project(access)
    project.close()
    project.close()
    with pytest.raises(errors.ClosedError) as caught:
        project.stat_bucket("photos")
    with pytest.raises(errors.ClosedError):
        project.__enter__()
    assert isinstance(caught.value, ValueError)
    assert "closed" in repr(project)


def test_closing_ends_streams(access, project, bucket):
    project.put(bucket, "key", secrets.token_bytes(1_000_000))
    other = uplink.open_project(access)
    upload = other.upload_object(bucket, "upload")
    download = other.download_object(bucket, "key")
    other.close()
    with pytest.raises(errors.UplinkError):
        download.read()
    upload.write(b"data")
    with pytest.raises(errors.UplinkError):
        upload.commit()
    with pytest.raises(errors.ObjectNotFoundError):
        project.stat_object(bucket, "upload")


def test_a_project_pickles_as_its_access_and_configuration(access, bucket):
    config = uplink.Config(user_agent="a-test/1.0", dial_timeout=5)
    with uplink.open_project(access, config=config) as project:
        copy = pickle.loads(pickle.dumps(project))
        assert (copy.access, copy.config) == (access, config)
        with copy:
            copy.put(bucket, "key", b"data")
        assert project.get(bucket, "key") == b"data"


def test_open_project_takes_an_access_only():
    with pytest.raises(TypeError, match="Access"):
        uplink.open_project("a grant")


@pytest.mark.parametrize("timeout", [-1, float("nan")])
def test_a_timeout_that_is_none(project, timeout):
    with pytest.raises(errors.InvalidArgumentError, match="timeout"):
        project.stat_bucket("photos", timeout=timeout)


def test_a_timeout_that_is_no_number(project):
    with pytest.raises(TypeError, match="timeout takes seconds"):
        project.stat_bucket("photos", timeout="1")


@pytest.mark.parametrize("timeout", [0.01, Decimal("0.01"), Fraction(1, 100)])
def test_the_message_has_the_timeout_that_was_given(project, bucket, timeout):
    with pytest.raises(errors.DeadlineExceededError, match=r"within 0\.01 s"):
        project.put(bucket, "key", (bytes(1_000_000) for _ in range(1000)), timeout=timeout)


def test_a_timeout_of_zero(project, bucket):
    with pytest.raises(errors.DeadlineExceededError) as caught:
        project.stat_bucket(bucket, timeout=0)
    assert isinstance(caught.value, TimeoutError)
    assert not caught.value.outcome_unknown
    # Nothing is started, so nothing has happened.
    with pytest.raises(errors.DeadlineExceededError) as change:
        project.delete_bucket(bucket, timeout=0)
    assert not change.value.outcome_unknown
    assert (project.stat_bucket(bucket)).name == bucket


def test_an_unclosed_project_warns(access):
    project = uplink.open_project(access)
    project.ensure_bucket("warns")
    project.delete_bucket("warns")
    with pytest.warns(ResourceWarning, match="unclosed project .*, open>"):
        del project
