"""Multipart uploads: parts in any order, at the same time, resumed by other processes."""

from __future__ import annotations

import asyncio
import gc
import io
import pickle
import secrets
import time
import weakref
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uplink
from uplink import errors

# What satellites require of each part but the last.
LEAST = 5 * 1024 * 1024
LARGE = secrets.token_bytes(LEAST + 5)


async def pending_keys(project, bucket):
    return [upload.key async for upload in project.list_uploads(bucket, recursive=True)]


async def settle():
    """Wait for what goes on in the background."""
    gc.collect()
    deadline = time.monotonic() + 20
    while uplink.detached_calls():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_parts_become_one_object(project, bucket):
    expires = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=2)
    pending = await project.begin_upload(bucket, "a/b", metadata={"a": "b"}, expires=expires)
    assert (pending.bucket, pending.key, pending.project) == (bucket, "a/b", project)
    assert weakref.ref(pending)() is pending
    assert await pending.upload_part(7, b"tail", etag=b"\0any\xff") == uplink.Part(7, 4, None, b"\0any\xff")
    before = time.time()
    assert await pending.upload_part(0, LARGE) == uplink.Part(0, len(LARGE))
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "a/b")
    found = [part async for part in pending.parts()]
    assert [(part.number, part.size, part.etag) for part in found] == [(0, len(LARGE), None), (7, 4, b"\0any\xff")]
    assert all(before - 60 < part.modified.timestamp() < time.time() + 60 for part in found)
    assert [part.number async for part in pending.parts(after=0)] == [7]
    assert [part async for part in pending.parts(after=7)] == []
    item = await pending.commit()
    assert (item.key, item.size, item.metadata, item.expires) == ("a/b", len(LARGE) + 4, {"a": "b"}, expires)
    assert item == await project.stat_object(bucket, "a/b")
    assert await project.get(bucket, "a/b") == LARGE + b"tail"
    assert await pending_keys(project, bucket) == []


async def test_the_metadata_of_the_commit_counts(project, bucket):
    pending = await project.begin_upload(bucket, "key", metadata={"a": "b"})
    item = await pending.commit(metadata={"c": "d"})
    assert (item.size, item.metadata) == (0, {"c": "d"})


numbers = st.one_of(st.integers(0, 3), st.sampled_from([10_000, 2**31 - 2]))
sizes = st.sampled_from([0, 1, 4096, 4097, 70_000, LEAST - 1, LEAST, LEAST + 5])


@settings(max_examples=15)
@given(uploads=st.lists(st.tuples(numbers, sizes, st.none() | st.binary(max_size=20)), max_size=4))
async def test_parts_of_any_size_in_any_order(project, bucket, uploads):
    pending = await project.begin_upload(bucket, secrets.token_hex(8))
    model = {}
    for number, size, etag in uploads:
        data = memoryview(LARGE)[len(LARGE) - size :]
        await pending.upload_part(number, data, etag=etag)
        model[number] = (bytes(data), etag or None)
    parts = [(part.number, part.size, part.etag) async for part in pending.parts()]
    assert parts == [(number, len(data), etag) for number, (data, etag) in sorted(model.items())]
    if any(len(model[number][0]) < LEAST for number in sorted(model)[:-1]):
        small = r"^a part .* is too small; upload it again with more bytes: size of part number \d"
        with pytest.raises(errors.PartTooSmallError, match=small):
            await pending.commit()
        assert await pending_keys(project, bucket) == [pending.key]
        await pending.abort()
    else:
        await pending.commit()
        assert await project.get(bucket, pending.key) == b"".join(model[number][0] for number in sorted(model))
    assert await pending_keys(project, bucket) == []


async def test_parts_at_the_same_time(project, bucket):
    pending = await project.begin_upload(bucket, "key")
    datas = [secrets.token_bytes(LEAST + number) for number in range(6)]
    await asyncio.gather(*(pending.upload_part(number, data) for number, data in enumerate(datas)))
    assert (await pending.commit()).size == sum(map(len, datas))
    assert await project.get(bucket, "key") == b"".join(datas)


async def test_many_parts_take_several_pages(project, bucket):
    pending = await project.begin_upload(bucket, "key")
    count = 1003
    for first in range(0, count, 100):
        numbers = range(first, min(first + 100, count))
        await asyncio.gather(*(pending.upload_part(number, b"x" * (number % 3)) for number in numbers))
    assert [(part.number, part.size) async for part in pending.parts()] == [
        (number, number % 3) for number in range(count)
    ]
    assert [part.number async for part in pending.parts(after=998)] == list(range(999, count))
    assert [part.number async for part in pending.parts(after=500, limit=3)] == [501, 502, 503]
    await pending.abort()


async def test_every_source(project, bucket, tmp_path):
    data = secrets.token_bytes(300_000)
    path = tmp_path / "data"
    path.write_bytes(data)
    pending = await project.begin_upload(bucket, "key")
    for source in (data, bytearray(data), memoryview(data), path, io.BytesIO(data), [data[:10], data[10:]]):
        assert (await pending.upload_part(1, b"another")).size == 7
        assert (await pending.upload_part(1, source)).size == len(data)
    with pytest.raises(TypeError):
        await pending.upload_part(1, "text")
    await pending.commit()
    assert await project.get(bucket, "key") == data


async def test_a_part_as_a_stream(project, bucket):
    pending = await project.begin_upload(bucket, "key")
    async with pending.open_part(1) as part:
        assert (part.bucket, part.key, part.number, part.mode) == (bucket, "key", 1, "wb")
        await part.write(b"lights, ")
        await part.write(LARGE)
        part.set_etag(b"\0checksum")
        assert part.tell() == 8 + len(LARGE)
        assert part.info() == uplink.Part(1, 0, None, b"\0checksum")
        assert repr(part).endswith("key, open>")
    assert part.info() == uplink.Part(1, 8 + len(LARGE), None, b"\0checksum")
    with pytest.raises(errors.ClosedError):
        await part.write(b"more")
    with pytest.raises(errors.ClosedError):
        part.set_etag(b"late")
    with pytest.raises(errors.ClosedError):
        await part.abort()
    with pytest.raises(RuntimeError, match="never mind"):
        async with pending.open_part(2, etag=b"never") as part:
            await part.write(b"never mind")
            raise RuntimeError("never mind")
    part = await pending.open_part(3)
    await part.abort()
    await part.abort()
    with pytest.raises(TypeError):
        pickle.dumps(part)
    dropped = [await pending.open_part(4)]
    with pytest.warns(ResourceWarning, match="upload of a part"):
        dropped.clear()
    await settle()
    assert [(part.number, part.etag) async for part in pending.parts()] == [(1, b"\0checksum")]
    await pending.commit()
    assert await project.get(bucket, "key") == b"lights, " + LARGE


async def test_another_process_goes_on(project, bucket, grant, python):
    pending = await project.begin_upload(bucket, "key")
    await pending.upload_part(1, LARGE)
    program = """
import os, sys, uplink
with uplink.Access.parse(os.environ["GRANT"]).open_project() as project:
    found = next(iter(project.list_uploads(sys.argv[1])))
    pending = project.resume_upload(sys.argv[1], found.key, found.upload_id)
    print([part.number for part in pending.parts()])
    pending.upload_part(2, b"and the tail")
"""
    assert python(program, bucket, GRANT=grant) == "[1]\n"
    again = pickle.loads(pickle.dumps(pending))
    assert type(again) is type(pending)
    assert again.project is not project
    assert (again.bucket, again.key, again.upload_id) == (bucket, "key", pending.upload_id)
    assert repr(again) == repr(pending)
    async with again.project:
        assert (await again.commit()).size == len(LARGE) + 12
    assert await project.get(bucket, "key") == LARGE + b"and the tail"


async def test_the_repr_distinguishes_uploads_of_one_key(project, bucket):
    uploads = [await project.begin_upload(bucket, "key") for _ in range(2)]
    assert repr(uploads[0]) != repr(uploads[1])
    for upload in uploads:
        await upload.abort()


async def test_an_exception_leaves_the_upload_pending(project, bucket):
    pending = await project.begin_upload(bucket, "key")
    upload_id = pending.upload_id
    assert not hasattr(pending, "__exit__")
    assert not hasattr(pending, "__aexit__")
    del pending
    await settle()
    assert await pending_keys(project, bucket) == ["key"]
    await project.resume_upload(bucket, "key", upload_id).abort()


async def test_an_upload_that_is_not_pending(project, bucket):
    committed = await project.begin_upload(bucket, "committed")
    await committed.upload_part(1, b"data")
    await committed.commit()
    aborted = await project.begin_upload(bucket, "aborted")
    await aborted.abort()
    other_key = project.resume_upload(bucket, "other", committed.upload_id)
    bad = [project.resume_upload(bucket, "key", text) for text in ("", "no such ID", "1" * 70_000)]
    for pending in (committed, *bad):
        with pytest.raises(errors.UploadNotFoundError):
            await pending.commit()
    for pending in (committed, aborted, *bad):
        await pending.abort()  # harmless
    for pending in (committed, other_key, *bad):
        for data in (b"inline", LARGE[:100_000]):
            with pytest.raises(errors.UploadNotFoundError) as caught:
                await pending.upload_part(1, data)
            assert (caught.value.bucket, caught.value.key) == (bucket, pending.key)
    for pending in bad:
        with pytest.raises(errors.UploadNotFoundError):
            [part async for part in pending.parts()]
    assert await project.get(bucket, "committed") == b"data"


async def test_the_id_of_another_upload(project, bucket, access):
    good = await project.put(bucket, "other", b"a good object")
    pending = await project.begin_upload(bucket, "folder/key")
    await pending.upload_part(1, b"data")
    other_key = uplink.EncryptionKey.derive("another passphrase", salt=b"salt")
    async with (
        uplink.aio.open_project(access.override_encryption_key(bucket, "folder/", other_key)) as another_passphrase,
        uplink.aio.open_project(access.share(uplink.Permission(allow_upload=True))) as writer,
    ):
        wrong = [
            project.resume_upload(bucket, "other", pending.upload_id),
            project.resume_upload(bucket, "key", pending.upload_id),
            project.resume_upload(bucket + "-of-others", "folder/key", pending.upload_id),
            another_passphrase.resume_upload(bucket, "folder/key", pending.upload_id),
            writer.resume_upload(bucket, "other", pending.upload_id),
        ]
        for other in wrong:
            for call in (
                lambda other=other: other.upload_part(1, b"inline"),
                lambda other=other: other.upload_part(1, LARGE[:100_000]),
                lambda other=other: other.open_part(1),
                lambda other=other: other.commit(),
            ):
                with pytest.raises(errors.NotFoundError) as caught:
                    await call()
                assert type(caught.value) in (errors.UploadNotFoundError, errors.BucketNotFoundError)
                assert (caught.value.bucket, caught.value.key) == (other.bucket, other.key)
        with pytest.raises(errors.UploadNotFoundError, match="another bucket, key or passphrase"):
            [part async for part in wrong[0].parts()]
        same = writer.resume_upload(bucket, "folder/key", pending.upload_id)
        await same.upload_part(2, b"it is the right one")
    listed = [upload async for upload in project.list_uploads(bucket, "folder/")]
    assert [upload.upload_id for upload in listed] == [pending.upload_id]
    await pending.abort()
    assert await project.stat_object(bucket, "other") == good
    assert [item.key async for item in project.list_objects(bucket, recursive=True)] == ["other"]


async def test_nothing_is_done_on_an_aborted_upload(storj_faults, project, bucket, access):
    pending = await project.begin_upload(bucket, "key")
    async with uplink.aio.open_project(access.share(uplink.Permission(allow_upload=True))) as writer:
        refused = writer.resume_upload(bucket, "key", pending.upload_id)
        with pytest.raises(errors.PermissionDeniedError):
            await refused.abort()
        await refused.upload_part(1, b"still pending")
    for code in ("Unavailable", None):
        if code:
            with (
                storj_faults.call("BeginDeleteObject", code=code, times=None),
                pytest.raises(errors.ConnectionFailedError) as unknown,
            ):
                await pending.abort()
            assert unknown.value.outcome_unknown
        else:
            await pending.abort()
            await pending.abort()  # harmless
        for call in (
            lambda: pending.upload_part(2, b"data"),
            lambda: pending.open_part(2),
            pending.parts,
            pending.commit,
        ):
            with pytest.raises(errors.UploadNotFoundError, match="this upload was aborted") as caught:
                await call()
            assert (caught.value.bucket, caught.value.key) == (bucket, "key")
    assert await pending_keys(project, bucket) == []


async def test_arguments(project, bucket):
    with pytest.raises(errors.ObjectKeyInvalidError):
        await project.begin_upload(bucket, "")
    with pytest.raises(errors.BucketNameInvalidError):
        project.resume_upload("", "key", "id")
    with pytest.raises(errors.InvalidArgumentError):
        project.resume_upload(bucket, "key", "a\0b")
    with pytest.raises(TypeError):
        project.resume_upload(bucket, "key", b"id")
    with pytest.raises(errors.MetadataInvalidError):
        await project.begin_upload(bucket, "key", metadata={"": "x"})
    with pytest.raises(errors.BucketNotFoundError):
        await project.begin_upload("no-such-bucket-at-all", "key")
    pending = project.resume_upload(bucket, "key", "id")
    for number in (-1, 2**31 - 1):
        with pytest.raises(errors.InvalidArgumentError):
            await pending.upload_part(number, b"")
        with pytest.raises(errors.InvalidArgumentError):
            pending.open_part(number)
        with pytest.raises(errors.InvalidArgumentError):
            pending.parts(after=number)
    with pytest.raises(TypeError):
        await pending.upload_part(1.5, b"")
    with pytest.raises(TypeError):
        await pending.upload_part(1, b"", etag="text")
    with pytest.raises(errors.MetadataInvalidError):
        await pending.commit(metadata={"a": "b\0"})
    with pytest.raises(TypeError, match="the methods of a project return one"):
        type(pending)()


async def test_a_part_is_repeated(storj_faults, project, bucket, tmp_path):
    path = tmp_path / "data"
    path.write_bytes(LARGE)
    pending = await project.begin_upload(bucket, "key")
    for source in (LARGE, path, b"inline"):
        with storj_faults.call("CompressedBatch", code="Unavailable", times=1):
            await pending.upload_part(1, source)
    stream = iter([LARGE])
    with (
        storj_faults.call("CompressedBatch", code="Unavailable", times=1),
        pytest.raises(errors.ConnectionFailedError) as caught,
    ):
        await pending.upload_part(1, (piece for piece in stream))
    assert not caught.value.outcome_unknown
    await pending.abort()


async def test_a_begin_that_times_out_leaves_nothing(storj_faults, project, bucket):
    with storj_faults.call("BeginObject", delay=0.5):
        with pytest.raises(errors.DeadlineExceededError):
            await project.begin_upload(bucket, "key", timeout=0.1)
        await settle()
    assert await pending_keys(project, bucket) == []


async def test_a_part_that_times_out(storj_faults, project, bucket):
    pending = await project.begin_upload(bucket, "key")
    with storj_faults.call("CompressedBatch", delay=5), pytest.raises(errors.DeadlineExceededError) as caught:
        await pending.upload_part(1, LARGE, timeout=0.1)
    assert not caught.value.outcome_unknown
    with storj_faults.call("CommitObject", delay=5), pytest.raises(errors.DeadlineExceededError) as caught:
        await pending.commit(timeout=0.1)
    assert caught.value.outcome_unknown
    await settle()


async def test_permissions(project, bucket, access):
    pending = await project.begin_upload(bucket, "key")
    async with uplink.aio.open_project(access.share(uplink.Permission.read_only())) as reader:
        with pytest.raises(errors.PermissionDeniedError, match="to upload"):
            await reader.begin_upload(bucket, "key")
        same = reader.resume_upload(bucket, "key", pending.upload_id)
        assert [part async for part in same.parts()] == []
        with pytest.raises(errors.PermissionDeniedError, match="to upload"):
            await same.upload_part(1, b"data")
        with pytest.raises(errors.PermissionDeniedError, match="to upload"):
            await same.commit()
        with pytest.raises(errors.PermissionDeniedError, match="to delete"):
            await same.abort()
    async with uplink.aio.open_project(access.share(uplink.Permission(allow_upload=True))) as writer:
        same = writer.resume_upload(bucket, "key", pending.upload_id)
        await same.upload_part(1, b"data")
        with pytest.raises(errors.PermissionDeniedError, match="to download"):
            [part async for part in same.parts()]
        assert (await same.commit()).size == 4


FOLDER = Path("/proc/self/fd")


@pytest.mark.skipif(not FOLDER.exists(), reason="needs Linux")
async def test_parts_leave_no_descriptors(project, bucket):
    pending = await project.begin_upload(bucket, "key")
    await pending.upload_part(0, LARGE[:100_000])
    before = len(list(FOLDER.iterdir()))
    for number in range(1, 60):
        await pending.upload_part(number, b"inline" if number % 2 else LARGE[:10_000])
    assert len(list(FOLDER.iterdir())) < before + 30
    await pending.abort()
