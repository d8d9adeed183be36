# Generated from tests/aio/test_refusals.py by tools/generate_sync.py; change that instead.
"""What a satellite refuses has its class, and what cannot be sent is refused before."""

from __future__ import annotations

import pytest

import uplink
from uplink import errors


@pytest.mark.parametrize("key", ["k" * 5000, "k" * 10_000_000, "/" * 100_000, "a/" * 500_000])
def test_a_key_that_is_too_long(project, bucket, key):
    for call in (
        lambda: project.put(bucket, key, b"data"),
        lambda: project.put(bucket, key, bytes(300_000)),
    ):
        with pytest.raises(errors.ObjectKeyInvalidError) as caught:
            call()
        if "too big, got" in caught.value.native_message:
            assert "not an object key: too long once it is encrypted: key length" in str(caught.value)


@pytest.mark.parametrize("size", [5000, 5_000_000])
def test_metadata_that_is_too_large(project, bucket, size):
    for data in (b"data", bytes(300_000)):
        with pytest.raises(errors.MetadataInvalidError) as caught:
            project.put(bucket, "key", data, metadata={"key": "v" * size})
        if "Encrypted" in caught.value.native_message:
            assert "it has too many bytes; shorten or remove entries: Encrypted metadata is too" in str(caught.value)
    with pytest.raises(errors.ObjectNotFoundError):
        project.stat_object(bucket, "key")


def test_an_upload_id_that_is_too_long(project, bucket):
    # Decoding it would take minutes, which no timeout ends.
    with pytest.raises(errors.UploadNotFoundError) as caught:
        project.abort_upload(bucket, "key", "x" * 5_000_000, timeout=10)
    assert "5000000 characters" in caught.value.native_message


def test_an_access_that_was_revoked_before(access, project, bucket):
    shared = access.share(uplink.Permission.read_only(), uplink.SharePrefix(bucket))
    project.revoke_access(shared)
    with pytest.raises(errors.InvalidArgumentError, match=r"probably revoked before, .*: Failed to revoke API key$"):
        project.revoke_access(shared)


def test_a_limit_of_buckets(own_network):
    own_network.limit(buckets=1)
    with uplink.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        project.create_bucket("first")
        with pytest.raises(errors.BucketLimitExceededError) as caught:
            project.create_bucket("second")
        assert isinstance(caught.value, errors.LimitExceededError)
        assert not caught.value.retryable


def test_metadata_that_the_access_may_not_change(access, project, bucket):
    project.put(bucket, "key", b"")
    for allowed in (uplink.Permission.read_only(), uplink.Permission(allow_download=True, allow_delete=True)):
        with uplink.open_project(access.share(allowed, uplink.SharePrefix(bucket))) as limited:
            with pytest.raises(errors.PermissionDeniedError, match="does not allow to upload") as caught:
                limited.update_object_metadata(bucket, "key", {"a": "b"})
            assert "replacing" not in str(caught.value)


@pytest.mark.parametrize("code", ["FailedPrecondition", "ResourceExhausted"])
def test_a_large_upload_whose_segment_is_refused_leaves_nothing(storj_faults, project, bucket, code):
    with storj_faults.call("BeginSegment", code=code, times=None):
        with pytest.raises(errors.UplinkError):
            project.put(bucket, "key", bytes(300_000))
        with pytest.raises(errors.UplinkError):
            project.put(bucket, "key", (bytes(100_000) for _ in range(20)))
        assert [upload.key for upload in project.list_uploads(bucket)] == []


def test_a_new_reason_is_no_condition(storj_faults, project, bucket):
    project.put(bucket, "source", b"data")
    calls = {
        "CommitObject": lambda: project.put(bucket, "key", bytes(10_000)),
        "FinishCopyObject": lambda: project.copy_object(bucket, "source", bucket, "copy"),
    }
    for name, call in calls.items():
        with storj_faults.call(name, code="FailedPrecondition"), pytest.raises(errors.UplinkError) as caught:
            call()
        assert not isinstance(caught.value, errors.PreconditionFailedError)
        assert "failed on demand" in str(caught.value)
    with (
        storj_faults.call("CommitObject", code="FailedPrecondition"),
        pytest.raises(errors.PreconditionFailedError),
    ):
        project.put(bucket, "key", bytes(10_000), if_none_match="*")
