"""What uploads store besides the data, and their condition."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink import errors

SIZES = [10, 20_000, 300_000]
ETAG = b"\0checksum\xff"


async def upload(project, bucket, data, **options):
    async with project.upload_object(bucket, "key", **options) as stream:
        await stream.write(data)
    return stream.info()


async def put(project, bucket, data, **options):
    return await project.put(bucket, "key", data, **options)


async def put_file(project, bucket, data, **options):
    return await project.put(bucket, "key", io.BytesIO(data), **options)


async def multipart(project, bucket, data, **options):
    pending = await project.begin_upload(bucket, "key")
    await pending.upload_part(1, data)
    return await pending.commit(**options)


WAYS = [upload, put, put_file, multipart]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", SIZES)
async def test_an_object_is_created_but_not_replaced(project, bucket, way, size):
    item = await way(project, bucket, bytes(size), if_none_match="*")
    assert (item.key, item.size) == ("key", size)
    with pytest.raises(errors.PreconditionFailedError) as caught:
        await way(project, bucket, b"other", if_none_match="*")
    error = caught.value
    assert isinstance(error, FileExistsError)
    assert not error.outcome_unknown
    assert (error.bucket, error.key) == (bucket, "key")
    assert (await project.stat_object(bucket, "key")).size == size
    await project.delete_object(bucket, "key")
    assert (await way(project, bucket, b"other", if_none_match="*")).size == 5
    assert (await way(project, bucket, b"replaced")).size == 8
    for upload in [upload async for upload in project.list_uploads(bucket)]:
        await project.abort_upload(bucket, upload.key, upload.upload_id)


@pytest.mark.parametrize("way", WAYS)
async def test_of_several_uploads_one_creates_the_object(project, bucket, way):
    async def attempt(number):
        try:
            return type(await way(project, bucket, b"%d" % number * 10, if_none_match="*"))
        except errors.PreconditionFailedError as error:
            return type(error)

    results = await asyncio.gather(*(attempt(number) for number in range(4)))
    assert results.count(uplink.Object) == 1
    assert results.count(errors.PreconditionFailedError) == 3


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", SIZES)
async def test_the_media_type_and_the_etag(project, bucket, way, size):
    item = await way(project, bucket, bytes(size), metadata={"a": "b"}, content_type="image/jpeg", etag=ETAG)
    assert item.metadata == {"a": "b", "content-type": "image/jpeg"}
    assert item.etag == ETAG
    assert await project.stat_object(bucket, "key") == item
    item = await way(project, bucket, bytes(size), etag=ETAG)
    assert (item.metadata, item.etag) == ({}, ETAG)
    with pytest.raises(errors.InvalidArgumentError, match="content_type is empty"):
        await way(project, bucket, bytes(size), content_type="")
    item = await way(project, bucket, bytes(size), metadata={"content-type": ""})
    assert (item.metadata, item.etag) == ({"content-type": ""}, None)
    assert await project.stat_object(bucket, "key") == item


async def test_begin_upload_takes_a_media_type(project, bucket):
    pending = await project.begin_upload(bucket, "key", metadata={"a": "b"}, content_type="image/jpeg")
    assert (await pending.commit()).metadata == {"a": "b", "content-type": "image/jpeg"}
    pending = await project.begin_upload(bucket, "key", metadata={"a": "b"})
    assert (await pending.commit(etag=ETAG)).metadata == {}


@pytest.mark.parametrize("way", WAYS)
async def test_arguments_are_checked_first(project, bucket, way):
    if way is multipart:

        async def commit(project, bucket, _data, **options):
            await project.resume_upload(bucket, "key", "no such ID").commit(**options)

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
            await way(project, bucket, b"data", **options)
    assert [item async for item in project.list_objects(bucket)] == []


async def pending_uploads(project, bucket):
    return [upload.key async for upload in project.list_uploads(bucket)]


@pytest.mark.parametrize("way", [upload, put, put_file])
@pytest.mark.parametrize("size", [0, *SIZES])
@pytest.mark.parametrize("refused", ["condition", "metadata"])
async def test_a_refused_commit_leaves_nothing_pending(project, bucket, way, size, refused):
    await project.put(bucket, "key", b"first")
    if refused == "condition":
        with pytest.raises(errors.PreconditionFailedError):
            await way(project, bucket, bytes(size), if_none_match="*")
    else:
        with pytest.raises(errors.MetadataInvalidError):
            await way(project, bucket, bytes(size), metadata={"a": "b" * 3000})
    assert await pending_uploads(project, bucket) == []
    assert await project.get(bucket, "key") == b"first"
    await project.delete_object(bucket, "key")
    await project.delete_bucket(bucket)
    await project.create_bucket(bucket)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", SIZES)
async def test_a_lost_response_is_no_refusal(storj_faults, project, bucket, way, size):
    # A second attempt would be refused because of the object that the first one created.
    with (
        storj_faults.call("CommitObject", after=True, cut_after=0) as fault,
        pytest.raises(errors.ConnectionFailedError) as lost,
    ):
        await way(project, bucket, bytes(size), if_none_match="*")
    assert lost.value.outcome_unknown
    assert fault.hits() == 1
    assert (await project.stat_object(bucket, "key")).size == size
    assert await pending_uploads(project, bucket) == []


async def test_a_lost_response_to_a_copy_is_no_refusal(storj_faults, project, bucket):
    await project.put(bucket, "key", b"data")
    with (
        storj_faults.call("FinishCopyObject", after=True, cut_after=0) as fault,
        pytest.raises(errors.ConnectionFailedError) as lost,
    ):
        await project.copy_object(bucket, "key", bucket, "copy", if_none_match="*")
    assert lost.value.outcome_unknown
    assert fault.hits() == 1
    assert await project.get(bucket, "copy") == b"data"


@pytest.mark.parametrize("way", [upload, put, put_file])
async def test_too_many_requests_are_repeated(storj_faults, project, bucket, way):
    for name in ("BeginObject", "MakeInlineSegment", "CommitObject"):
        with storj_faults.call(name, code="ResourceExhausted", text="Too Many Requests", times=2):
            assert (await way(project, bucket, b"data", if_none_match="*")).size == 4
        assert await pending_uploads(project, bucket) == []
        await project.delete_object(bucket, "key")


async def test_an_expiry_that_is_over(project, bucket):
    over = datetime.now(timezone.utc) - timedelta(seconds=1)
    with pytest.raises(errors.InvalidArgumentError, match=r"^expires is .*, which is over$"):
        await project.put(bucket, "key", b"", expires=over)
    with pytest.raises(errors.InvalidArgumentError, match=r"^expires is .*, which is over$"):
        await project.begin_upload(bucket, "key", expires=over)
    assert not await project.exists(bucket, "key")
