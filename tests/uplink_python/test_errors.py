"""Each error of `uplink` becomes the error of the older binding, with its class, code and message."""

from __future__ import annotations

import copy
import pickle

import pytest

import uplink
import uplink.errors as new
import uplink_python.errors as old
from uplink_python import _bridge
from uplink_python.module_classes import DownloadOptions, Permission, SharePrefix
from uplink_python.uplink import Uplink

KINDS = {
    "BandwidthLimitExceededError": (old.BandwidthLimitExceededError, 0x06, "bandwidth limit exceeded"),
    "BucketAlreadyExistsError": (old.BucketAlreadyExistError, 0x11, "bucket already exists"),
    "BucketNameInvalidError": (old.BucketNameInvalidError, 0x10, "invalid bucket name"),
    "BucketNotEmptyError": (old.BucketNotEmptyError, 0x12, "bucket is not empty"),
    "BucketNotFoundError": (old.BucketNotFoundError, 0x13, "bucket not found"),
    "CancelledError": (old.CancelledError, 0x03, "operation canceled"),
    "ClosedError": (old.InvalidHandleError, 0x04, "invalid handle"),
    "ConnectionFailedError": (old.InternalError, 0x02, "internal error"),
    "DeadlineExceededError": (old.InternalError, 0x02, "internal error"),
    "DecryptionError": (old.InternalError, 0x02, "internal error"),
    "ForkError": (old.InvalidHandleError, 0x04, "invalid handle"),
    "InternalError": (old.InternalError, 0x02, "internal error"),
    "InvalidAccessError": (old.InvalidArgumentError, 0x02, "why"),
    "InvalidArgumentError": (old.InvalidArgumentError, 0x02, "why"),
    "LimitExceededError": (old.InternalError, 0x02, "internal error"),
    "LoadError": (old.LibUplinkSoError, 0x9999, "libuplinkc.so not found"),
    "MetadataInvalidError": (old.InvalidArgumentError, 0x02, "why"),
    "NodesUnavailableError": (old.InternalError, 0x02, "internal error"),
    "NotFoundError": (old.InternalError, 0x02, "internal error"),
    "ObjectKeyInvalidError": (old.ObjectKeyInvalidError, 0x20, "invalid object key"),
    "ObjectNotFoundError": (old.ObjectNotFoundError, 0x21, "object not found"),
    "PermissionDeniedError": (old.PermissionDeniedError, 0x02, "permission denied"),
    "RangeInvalidError": (old.InvalidArgumentError, 0x02, "why"),
    "SegmentsLimitExceededError": (old.SegmentsLimitExceededError, 0x06, "segments limit exceeded"),
    "StorageLimitExceededError": (old.StorageLimitExceededError, 0x06, "storage limit exceeded"),
    "StreamFailedError": (old.InternalError, 0x02, "internal error"),
    "TooManyRequestsError": (old.TooManyRequestsError, 0x05, "too many requests"),
    "UnauthenticatedError": (old.PermissionDeniedError, 0x02, "permission denied"),
    "UplinkError": (old.InternalError, 0x02, "internal error"),
}


def test_codes():
    assert {name: value for name, value in vars(old).items() if name.startswith("ERROR_")} == {
        "ERROR_INTERNAL": 0x02,
        "ERROR_CANCELED": 0x03,
        "ERROR_INVALID_HANDLE": 0x04,
        "ERROR_TOO_MANY_REQUESTS": 0x05,
        "ERROR_BANDWIDTH_LIMIT_EXCEEDED": 0x06,
        "ERROR_BUCKET_NAME_INVALID": 0x10,
        "ERROR_BUCKET_ALREADY_EXISTS": 0x11,
        "ERROR_BUCKET_NOT_EMPTY": 0x12,
        "ERROR_BUCKET_NOT_FOUND": 0x13,
        "ERROR_OBJECT_KEY_INVALID": 0x20,
        "ERROR_OBJECT_NOT_FOUND": 0x21,
        "ERROR_UPLOAD_DONE": 0x22,
        "ERROR_LIBUPLINK_SO_NOT_FOUND": 0x9999,
    }


@pytest.mark.parametrize("name", KINDS)
def test_each_error_has_its_old_class(name):
    kind, code, message = KINDS[name]
    cause = getattr(new, name)("said", native_message="why", bucket="photos", key="cat.jpg")
    with pytest.raises(old.StorjException) as caught, _bridge.translated():
        raise cause
    error = caught.value
    assert type(error) is kind
    assert (error.code, error.message, error.details) == (code, message, "why")
    assert error.__cause__ is cause
    assert str(error) == repr(message)


def test_errors_to_come_have_a_class_too():
    class ObjectLockedError(new.PermissionDeniedError):
        pass

    assert type(_bridge.translated_error(ObjectLockedError("no"))) is old.PermissionDeniedError


def test_the_message_stands_in_for_missing_details():
    error = _bridge.translated_error(new.BucketNotFoundError("no such bucket", bucket="photos"))
    assert error.details == "no such bucket ('photos')"


def test_a_failed_stream_reports_its_first_failure():
    first = new.BucketNotFoundError("no such bucket")
    second = new.StreamFailedError("has failed before")
    second.__cause__ = first
    assert type(_bridge.translated_error(second)) is old.BucketNotFoundError
    second.__cause__ = KeyboardInterrupt()
    assert type(_bridge.translated_error(second)) is old.InternalError


@pytest.mark.parametrize("name", [name for name in old.__all__ if name.endswith(("Error", "Exception"))])
def test_exceptions_copy_and_pickle(name):
    kind = getattr(old, name)
    error = kind("message", 7, "details") if kind is old.StorjException else kind("details")
    assert isinstance(error, old.StorjException)
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(again) is kind
        assert (again.message, again.code, again.details) == (error.message, error.code, "details")


def code_of(call, *arguments):
    with pytest.raises(old.StorjException) as caught:
        call(*arguments)
    assert isinstance(caught.value.__cause__, uplink.UplinkError)
    assert caught.value.details
    return type(caught.value), caught.value.code


def test_buckets(project, bucket, put):
    assert code_of(project.create_bucket, bucket) == (old.BucketAlreadyExistError, 0x11)
    assert code_of(project.create_bucket, "Not A Name") == (old.BucketNameInvalidError, 0x10)
    assert code_of(project.ensure_bucket, "") == (old.BucketNameInvalidError, 0x10)
    assert code_of(project.stat_bucket, "no-such-bucket") == (old.BucketNotFoundError, 0x13)
    assert code_of(project.delete_bucket, "no-such-bucket") == (old.BucketNotFoundError, 0x13)
    assert code_of(project.list_objects, "no-such-bucket") == (old.BucketNotFoundError, 0x13)
    put("key")
    assert code_of(project.delete_bucket, bucket) == (old.BucketNotEmptyError, 0x12)


def test_objects(project, bucket, put):
    put("key", b"data")
    assert code_of(project.stat_object, bucket, "no such key") == (old.ObjectNotFoundError, 0x21)
    assert code_of(project.download_object, bucket, "no such key") == (old.ObjectNotFoundError, 0x21)
    assert code_of(project.stat_object, bucket, "") == (old.ObjectKeyInvalidError, 0x20)
    assert code_of(project.upload_object, bucket, "") == (old.ObjectKeyInvalidError, 0x20)
    beyond = DownloadOptions(offset=5, length=-1)
    assert code_of(project.download_object, bucket, "key", beyond) == (old.InvalidArgumentError, 0x02)


def test_accesses(network):
    for grant in ("", "not a grant", network.access_grant[:-10], "a\0b"):
        assert code_of(Uplink().parse_access, grant) == (old.InvalidArgumentError, 0x02)
    address = network.satellite_address
    request = Uplink().request_access_with_passphrase
    assert code_of(request, address, "not a key", "secret") == (old.InvalidArgumentError, 0x02)


def test_permission_denied(access, project, bucket, put):
    put("key", b"data")
    shared = access.share(Permission(allow_list=True), [SharePrefix(bucket)]).open_project()
    assert code_of(shared.delete_object, bucket, "key") == (old.PermissionDeniedError, 0x02)
    assert code_of(shared.download_object, bucket, "key") == (old.PermissionDeniedError, 0x02)
    with pytest.raises(old.InternalError):
        shared.ensure_bucket("another-bucket")
    shared.close()
    project.delete_object(bucket, "key")


def test_after_the_end(access, bucket):
    project = access.open_project()
    upload = project.upload_object(bucket, "key")
    assert upload.write(b"data", 4) == 4
    upload.commit()
    for call, arguments in (
        (upload.write, (b"x", 1)),
        (upload.write, (b"xy", 1)),
        (upload.commit, ()),
        (upload.abort, ()),
        (upload.set_custom_metadata, ()),
    ):
        assert code_of(call, *arguments) == (old.UploadDoneError, 0x22)
    upload = project.upload_object(bucket, "aborted")
    upload.abort()
    for call, arguments in ((upload.write, (b"x", 1)), (upload.commit, ()), (upload.info, ())):
        assert code_of(call, *arguments) == (old.UploadDoneError, 0x22)
    with pytest.raises(old.UploadDoneError):
        upload.abort()
    download = project.download_object(bucket, "key")
    download.close()
    download.close()
    assert code_of(download.read, 1) == (old.InvalidHandleError, 0x04)
    project.close()
    project.close()
    assert code_of(project.stat_bucket, bucket) == (old.InvalidHandleError, 0x04)
    assert code_of(project.list_buckets) == (old.InvalidHandleError, 0x04)


def test_a_write_that_fails_raises(project):
    upload = project.upload_object("no-such-bucket", "key")
    data = bytes(1_000_000)
    with pytest.raises(old.BucketNotFoundError):
        for _ in range(100):
            upload.write(data, len(data))
    with pytest.raises(old.BucketNotFoundError):
        upload.commit()
    upload.abort()


def test_a_commit_that_fails_raises(project):
    upload = project.upload_object("no-such-bucket", "key")
    upload.write(b"data", 4)
    assert code_of(upload.commit) == (old.BucketNotFoundError, 0x13)
