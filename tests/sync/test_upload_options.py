# Generated from tests/aio/test_upload_options.py by tools/generate_sync.py; change that instead.
"""What uploads store besides the data, and their condition."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink import errors

SIZES = [10, 20_000, 300_000]
ETAG = b"\0checksum\xff"


def upload(project, bucket, data, **options):
    with project.upload_object(bucket, "key", **options) as stream:
        stream.write(data)
    return stream.info()


def put(project, bucket, data, **options):
    return project.put(bucket, "key", data, **options)


def put_file(project, bucket, data, **options):
    return project.put(bucket, "key", io.BytesIO(data), **options)


def multipart(project, bucket, data, **options):
    pending = project.begin_upload(bucket, "key")
    pending.upload_part(1, data)
    return pending.commit(**options)


WAYS = [upload, put, put_file, multipart]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", SIZES)
def test_an_object_is_created_but_not_replaced(project, bucket, way, size):
    item = way(project, bucket, bytes(size), if_none_match="*")
    assert (item.key, item.size) == ("key", size)
    with pytest.raises(errors.PreconditionFailedError) as caught:
        way(project, bucket, b"other", if_none_match="*")
    error = caught.value
    assert isinstance(error, FileExistsError)
    assert not error.outcome_unknown
    assert (error.bucket, error.key) == (bucket, "key")
    assert (project.stat_object(bucket, "key")).size == size
    project.delete_object(bucket, "key")
    assert (way(project, bucket, b"other", if_none_match="*")).size == 5
    assert (way(project, bucket, b"replaced")).size == 8
    for upload in [upload for upload in project.list_uploads(bucket)]:
        project.abort_upload(bucket, upload.key, upload.upload_id)


@pytest.mark.parametrize("way", WAYS)
def test_of_several_uploads_one_creates_the_object(project, bucket, way):
    def attempt(number):
        try:
            return type(way(project, bucket, b"%d" % number * 10, if_none_match="*"))
        except errors.PreconditionFailedError as error:
            return type(error)

    results = [attempt(number) for number in range(4)]
    assert results.count(uplink.Object) == 1
    assert results.count(errors.PreconditionFailedError) == 3


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", SIZES)
def test_the_media_type_and_the_etag(project, bucket, way, size):
    item = way(project, bucket, bytes(size), metadata={"a": "b"}, content_type="image/jpeg", etag=ETAG)
    assert item.metadata == {"a": "b", "content-type": "image/jpeg"}
    assert item.etag == ETAG
    assert project.stat_object(bucket, "key") == item
    item = way(project, bucket, bytes(size), etag=ETAG)
    assert (item.metadata, item.etag) == ({}, ETAG)
    with pytest.raises(errors.InvalidArgumentError, match="content_type is empty"):
        way(project, bucket, bytes(size), content_type="")
    item = way(project, bucket, bytes(size), metadata={"content-type": ""})
    assert (item.metadata, item.etag) == ({"content-type": ""}, None)
    assert project.stat_object(bucket, "key") == item


def test_begin_upload_takes_a_media_type(project, bucket):
    pending = project.begin_upload(bucket, "key", metadata={"a": "b"}, content_type="image/jpeg")
    assert (pending.commit()).metadata == {"a": "b", "content-type": "image/jpeg"}
    pending = project.begin_upload(bucket, "key", metadata={"a": "b"})
    assert (pending.commit(etag=ETAG)).metadata == {}


@pytest.mark.parametrize("way", WAYS)
def test_arguments_are_checked_first(project, bucket, way):
    if way is multipart:

        def commit(project, bucket, _data, **options):
            project.resume_upload(bucket, "key", "no such ID").commit(**options)

        way = commit
    for options, kind in (
        ({"if_none_match": ""}, errors.InvalidArgumentError),
        ({"if_none_match": "etag"}, errors.InvalidArgumentError),
        ({"if_none_match": b"*"}, TypeError),
        ({"etag": "text"}, TypeError),
        ({"content_type": b"image/jpeg"}, TypeError),
        ({"retention": "governance"}, TypeError),
        ({"legal_hold": 1}, TypeError),
        ({"content_type": "a\0b"}, errors.MetadataInvalidError),
        ({"content_type": "image/jpeg", "metadata": {"Content-Type": "image/png"}}, errors.InvalidArgumentError),
    ):
        with pytest.raises(kind):
            way(project, bucket, b"data", **options)
    assert [item for item in project.list_objects(bucket)] == []


def pending_uploads(project, bucket):
    return [upload.key for upload in project.list_uploads(bucket)]


@pytest.mark.parametrize("way", [upload, put, put_file])
@pytest.mark.parametrize("size", [0, *SIZES])
@pytest.mark.parametrize("refused", ["condition", "metadata"])
def test_a_refused_commit_leaves_nothing_pending(project, bucket, way, size, refused):
    project.put(bucket, "key", b"first")
    if refused == "condition":
        with pytest.raises(errors.PreconditionFailedError):
            way(project, bucket, bytes(size), if_none_match="*")
    else:
        with pytest.raises(errors.MetadataInvalidError):
            way(project, bucket, bytes(size), metadata={"a": "b" * 3000})
    assert pending_uploads(project, bucket) == []
    assert project.get(bucket, "key") == b"first"
    project.delete_object(bucket, "key")
    project.delete_bucket(bucket)
    project.create_bucket(bucket)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", SIZES)
def test_a_lost_response_is_no_refusal(storj_faults, project, bucket, way, size):
    # A second attempt would be refused because of the object that the first one created.
    with (
        storj_faults.call("CommitObject", after=True, cut_after=0) as fault,
        pytest.raises(errors.ConnectionFailedError) as lost,
    ):
        way(project, bucket, bytes(size), if_none_match="*")
    assert lost.value.outcome_unknown
    assert fault.hits() == 1
    assert (project.stat_object(bucket, "key")).size == size
    assert pending_uploads(project, bucket) == []


def test_a_lost_response_to_a_copy_is_no_refusal(storj_faults, project, bucket):
    project.put(bucket, "key", b"data")
    with (
        storj_faults.call("FinishCopyObject", after=True, cut_after=0) as fault,
        pytest.raises(errors.ConnectionFailedError) as lost,
    ):
        project.copy_object(bucket, "key", bucket, "copy", if_none_match="*")
    assert lost.value.outcome_unknown
    assert fault.hits() == 1
    assert project.get(bucket, "copy") == b"data"


@pytest.mark.parametrize("way", [upload, put, put_file])
def test_too_many_requests_are_repeated(storj_faults, project, bucket, way):
    for name in ("BeginObject", "MakeInlineSegment", "CommitObject"):
        with storj_faults.call(name, code="ResourceExhausted", text="Too Many Requests", times=2):
            assert (way(project, bucket, b"data", if_none_match="*")).size == 4
        assert pending_uploads(project, bucket) == []
        project.delete_object(bucket, "key")


def test_an_expiry_that_is_over(project, bucket):
    over = datetime.now(timezone.utc) - timedelta(seconds=1)
    with pytest.raises(errors.InvalidArgumentError, match=r"^expires is .*, which is over$"):
        project.put(bucket, "key", b"", expires=over)
    with pytest.raises(errors.InvalidArgumentError, match=r"^expires is .*, which is over$"):
        project.begin_upload(bucket, "key", expires=over)
    assert not project.exists(bucket, "key")
