# Generated from tests/aio/test_pending.py by tools/generate_sync.py; change that instead.
"""Multipart uploads: parts in any order, at the same time, resumed by other processes."""

from __future__ import annotations

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


def pending_keys(project, bucket):
    return [upload.key for upload in project.list_uploads(bucket, recursive=True)]


def settle():
    """Wait for what goes on in the background."""
    gc.collect()
    deadline = time.monotonic() + 20
    while uplink.detached_calls():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_parts_become_one_object(project, bucket):
    expires = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=2)
    pending = project.begin_upload(bucket, "a/b", metadata={"a": "b"}, expires=expires)
    assert (pending.bucket, pending.key, pending.project) == (bucket, "a/b", project)
    assert weakref.ref(pending)() is pending
    assert pending.upload_part(7, b"tail", etag=b"\0any\xff") == uplink.Part(7, 4, None, b"\0any\xff")
    before = time.time()
    assert pending.upload_part(0, LARGE) == uplink.Part(0, len(LARGE))
    with pytest.raises(errors.ObjectNotFoundError):
        project.stat_object(bucket, "a/b")
    found = [part for part in pending.parts()]
    assert [(part.number, part.size, part.etag) for part in found] == [(0, len(LARGE), None), (7, 4, b"\0any\xff")]
    assert all(before - 60 < part.modified.timestamp() < time.time() + 60 for part in found)
    assert [part.number for part in pending.parts(after=0)] == [7]
    assert [part for part in pending.parts(after=7)] == []
    item = pending.commit()
    assert (item.key, item.size, item.metadata, item.expires) == ("a/b", len(LARGE) + 4, {"a": "b"}, expires)
    assert item == project.stat_object(bucket, "a/b")
    assert project.get(bucket, "a/b") == LARGE + b"tail"
    assert pending_keys(project, bucket) == []


def test_the_metadata_of_the_commit_counts(project, bucket):
    pending = project.begin_upload(bucket, "key", metadata={"a": "b"})
    item = pending.commit(metadata={"c": "d"})
    assert (item.size, item.metadata) == (0, {"c": "d"})


numbers = st.one_of(st.integers(0, 3), st.sampled_from([10_000, 2**31 - 2]))
sizes = st.sampled_from([0, 1, 4096, 4097, 70_000, LEAST - 1, LEAST, LEAST + 5])


@settings(max_examples=15)
@given(uploads=st.lists(st.tuples(numbers, sizes, st.none() | st.binary(max_size=20)), max_size=4))
def test_parts_of_any_size_in_any_order(project, bucket, uploads):
    pending = project.begin_upload(bucket, secrets.token_hex(8))
    model = {}
    for number, size, etag in uploads:
        data = memoryview(LARGE)[len(LARGE) - size :]
        pending.upload_part(number, data, etag=etag)
        model[number] = (bytes(data), etag or None)
    parts = [(part.number, part.size, part.etag) for part in pending.parts()]
    assert parts == [(number, len(data), etag) for number, (data, etag) in sorted(model.items())]
    if any(len(model[number][0]) < LEAST for number in sorted(model)[:-1]):
        small = r"^a part .* is too small; upload it again with more bytes: size of part number \d"
        with pytest.raises(errors.PartTooSmallError, match=small):
            pending.commit()
        assert pending_keys(project, bucket) == [pending.key]
        pending.abort()
    else:
        pending.commit()
        assert project.get(bucket, pending.key) == b"".join(model[number][0] for number in sorted(model))
    assert pending_keys(project, bucket) == []


def test_parts_at_the_same_time(project, bucket):
    pending = project.begin_upload(bucket, "key")
    datas = [secrets.token_bytes(LEAST + number) for number in range(6)]
    [pending.upload_part(number, data) for number, data in enumerate(datas)]
    assert (pending.commit()).size == sum(map(len, datas))
    assert project.get(bucket, "key") == b"".join(datas)


def test_many_parts_take_several_pages(project, bucket):
    pending = project.begin_upload(bucket, "key")
    count = 1003
    for first in range(0, count, 100):
        numbers = range(first, min(first + 100, count))
        [pending.upload_part(number, b"x" * (number % 3)) for number in numbers]
    assert [(part.number, part.size) for part in pending.parts()] == [(number, number % 3) for number in range(count)]
    assert [part.number for part in pending.parts(after=998)] == list(range(999, count))
    assert [part.number for part in pending.parts(after=500, limit=3)] == [501, 502, 503]
    pending.abort()


def test_every_source(project, bucket, tmp_path):
    data = secrets.token_bytes(300_000)
    path = tmp_path / "data"
    path.write_bytes(data)
    pending = project.begin_upload(bucket, "key")
    for source in (data, bytearray(data), memoryview(data), path, io.BytesIO(data), [data[:10], data[10:]]):
        assert (pending.upload_part(1, b"another")).size == 7
        assert (pending.upload_part(1, source)).size == len(data)
    with pytest.raises(TypeError):
        pending.upload_part(1, "text")
    pending.commit()
    assert project.get(bucket, "key") == data


def test_a_part_as_a_stream(project, bucket):
    pending = project.begin_upload(bucket, "key")
    with pending.open_part(1) as part:
        assert (part.bucket, part.key, part.number, part.mode) == (bucket, "key", 1, "wb")
        part.write(b"lights, ")
        part.write(LARGE)
        part.set_etag(b"\0checksum")
        assert part.tell() == 8 + len(LARGE)
        assert part.info() == uplink.Part(1, 0, None, b"\0checksum")
        assert repr(part).endswith("key, open>")
    assert part.info() == uplink.Part(1, 8 + len(LARGE), None, b"\0checksum")
    with pytest.raises(errors.ClosedError):
        part.write(b"more")
    with pytest.raises(errors.ClosedError):
        part.set_etag(b"late")
    with pytest.raises(errors.ClosedError):
        part.abort()
    with pytest.raises(RuntimeError, match="never mind"):
        with pending.open_part(2, etag=b"never") as part:
            part.write(b"never mind")
            raise RuntimeError("never mind")
    part = pending.open_part(3)
    part.abort()
    part.abort()
    with pytest.raises(TypeError):
        pickle.dumps(part)
    dropped = [pending.open_part(4)]
    with pytest.warns(ResourceWarning, match="upload of a part"):
        dropped.clear()
    settle()
    assert [(part.number, part.etag) for part in pending.parts()] == [(1, b"\0checksum")]
    pending.commit()
    assert project.get(bucket, "key") == b"lights, " + LARGE


def test_another_process_goes_on(project, bucket, grant, python):
    pending = project.begin_upload(bucket, "key")
    pending.upload_part(1, LARGE)
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
    with again.project:
        assert (again.commit()).size == len(LARGE) + 12
    assert project.get(bucket, "key") == LARGE + b"and the tail"


def test_the_repr_distinguishes_uploads_of_one_key(project, bucket):
    uploads = [project.begin_upload(bucket, "key") for _ in range(2)]
    assert repr(uploads[0]) != repr(uploads[1])
    for upload in uploads:
        upload.abort()


def test_an_exception_leaves_the_upload_pending(project, bucket):
    pending = project.begin_upload(bucket, "key")
    upload_id = pending.upload_id
    assert not hasattr(pending, "__exit__")
    assert not hasattr(pending, "__aexit__")
    del pending
    settle()
    assert pending_keys(project, bucket) == ["key"]
    project.resume_upload(bucket, "key", upload_id).abort()


def test_an_upload_that_is_not_pending(project, bucket):
    committed = project.begin_upload(bucket, "committed")
    committed.upload_part(1, b"data")
    committed.commit()
    aborted = project.begin_upload(bucket, "aborted")
    aborted.abort()
    other_key = project.resume_upload(bucket, "other", committed.upload_id)
    bad = [project.resume_upload(bucket, "key", text) for text in ("", "no such ID", "1" * 70_000)]
    for pending in (committed, *bad):
        with pytest.raises(errors.UploadNotFoundError):
            pending.commit()
    for pending in (committed, aborted, *bad):
        pending.abort()  # harmless
    for pending in (committed, other_key, *bad):
        for data in (b"inline", LARGE[:100_000]):
            with pytest.raises(errors.UploadNotFoundError) as caught:
                pending.upload_part(1, data)
            assert (caught.value.bucket, caught.value.key) == (bucket, pending.key)
    for pending in bad:
        with pytest.raises(errors.UploadNotFoundError):
            [part for part in pending.parts()]
    assert project.get(bucket, "committed") == b"data"


def test_the_id_of_another_upload(project, bucket, access):
    good = project.put(bucket, "other", b"a good object")
    pending = project.begin_upload(bucket, "folder/key")
    pending.upload_part(1, b"data")
    other_key = uplink.EncryptionKey.derive("another passphrase", salt=b"salt")
    with (
        uplink.open_project(access.override_encryption_key(bucket, "folder/", other_key)) as another_passphrase,
        uplink.open_project(access.share(uplink.Permission(allow_upload=True))) as writer,
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
                    call()
                assert type(caught.value) in (errors.UploadNotFoundError, errors.BucketNotFoundError)
                assert (caught.value.bucket, caught.value.key) == (other.bucket, other.key)
        with pytest.raises(errors.UploadNotFoundError, match="another bucket, key or passphrase"):
            [part for part in wrong[0].parts()]
        same = writer.resume_upload(bucket, "folder/key", pending.upload_id)
        same.upload_part(2, b"it is the right one")
    listed = [upload for upload in project.list_uploads(bucket, "folder/")]
    assert [upload.upload_id for upload in listed] == [pending.upload_id]
    pending.abort()
    assert project.stat_object(bucket, "other") == good
    assert [item.key for item in project.list_objects(bucket, recursive=True)] == ["other"]


def test_nothing_is_done_on_an_aborted_upload(storj_faults, project, bucket, access):
    pending = project.begin_upload(bucket, "key")
    with uplink.open_project(access.share(uplink.Permission(allow_upload=True))) as writer:
        refused = writer.resume_upload(bucket, "key", pending.upload_id)
        with pytest.raises(errors.PermissionDeniedError):
            refused.abort()
        refused.upload_part(1, b"still pending")
    for code in ("Unavailable", None):
        if code:
            with (
                storj_faults.call("BeginDeleteObject", code=code, times=None),
                pytest.raises(errors.ConnectionFailedError) as unknown,
            ):
                pending.abort()
            assert unknown.value.outcome_unknown
        else:
            pending.abort()
            pending.abort()  # harmless
        for call in (
            lambda: pending.upload_part(2, b"data"),
            lambda: pending.open_part(2),
            pending.parts,
            pending.commit,
        ):
            with pytest.raises(errors.UploadNotFoundError, match="this upload was aborted") as caught:
                call()
            assert (caught.value.bucket, caught.value.key) == (bucket, "key")
    assert pending_keys(project, bucket) == []


def test_arguments(project, bucket):
    with pytest.raises(errors.ObjectKeyInvalidError):
        project.begin_upload(bucket, "")
    with pytest.raises(errors.BucketNameInvalidError):
        project.resume_upload("", "key", "id")
    with pytest.raises(errors.InvalidArgumentError):
        project.resume_upload(bucket, "key", "a\0b")
    with pytest.raises(TypeError):
        project.resume_upload(bucket, "key", b"id")
    with pytest.raises(errors.MetadataInvalidError):
        project.begin_upload(bucket, "key", metadata={"": "x"})
    with pytest.raises(errors.BucketNotFoundError):
        project.begin_upload("no-such-bucket-at-all", "key")
    pending = project.resume_upload(bucket, "key", "id")
    for number in (-1, 2**31 - 1):
        with pytest.raises(errors.InvalidArgumentError):
            pending.upload_part(number, b"")
        with pytest.raises(errors.InvalidArgumentError):
            pending.open_part(number)
        with pytest.raises(errors.InvalidArgumentError):
            pending.parts(after=number)
    with pytest.raises(TypeError):
        pending.upload_part(1.5, b"")
    with pytest.raises(TypeError):
        pending.upload_part(1, b"", etag="text")
    with pytest.raises(errors.MetadataInvalidError):
        pending.commit(metadata={"a": "b\0"})
    with pytest.raises(TypeError, match="the methods of a project return one"):
        type(pending)()


def test_a_part_is_repeated(storj_faults, project, bucket, tmp_path):
    path = tmp_path / "data"
    path.write_bytes(LARGE)
    pending = project.begin_upload(bucket, "key")
    for source in (LARGE, path, b"inline"):
        with storj_faults.call("CompressedBatch", code="Unavailable", times=1):
            pending.upload_part(1, source)
    stream = iter([LARGE])
    with (
        storj_faults.call("CompressedBatch", code="Unavailable", times=1),
        pytest.raises(errors.ConnectionFailedError) as caught,
    ):
        pending.upload_part(1, (piece for piece in stream))
    assert not caught.value.outcome_unknown
    pending.abort()


def test_a_begin_that_times_out_leaves_nothing(storj_faults, project, bucket):
    with storj_faults.call("BeginObject", delay=0.5):
        with pytest.raises(errors.DeadlineExceededError):
            project.begin_upload(bucket, "key", timeout=0.1)
        settle()
    assert pending_keys(project, bucket) == []


def test_a_part_that_times_out(storj_faults, project, bucket):
    pending = project.begin_upload(bucket, "key")
    with storj_faults.call("CompressedBatch", delay=5), pytest.raises(errors.DeadlineExceededError) as caught:
        pending.upload_part(1, LARGE, timeout=0.1)
    assert not caught.value.outcome_unknown
    with storj_faults.call("CommitObject", delay=5), pytest.raises(errors.DeadlineExceededError) as caught:
        pending.commit(timeout=0.1)
    assert caught.value.outcome_unknown
    settle()


def test_permissions(project, bucket, access):
    pending = project.begin_upload(bucket, "key")
    with uplink.open_project(access.share(uplink.Permission.read_only())) as reader:
        with pytest.raises(errors.PermissionDeniedError, match="to upload"):
            reader.begin_upload(bucket, "key")
        same = reader.resume_upload(bucket, "key", pending.upload_id)
        assert [part for part in same.parts()] == []
        with pytest.raises(errors.PermissionDeniedError, match="to upload"):
            same.upload_part(1, b"data")
        with pytest.raises(errors.PermissionDeniedError, match="to upload"):
            same.commit()
        with pytest.raises(errors.PermissionDeniedError, match="to delete"):
            same.abort()
    with uplink.open_project(access.share(uplink.Permission(allow_upload=True))) as writer:
        same = writer.resume_upload(bucket, "key", pending.upload_id)
        same.upload_part(1, b"data")
        with pytest.raises(errors.PermissionDeniedError, match="to download"):
            [part for part in same.parts()]
        assert (same.commit()).size == 4


FOLDER = Path("/proc/self/fd")


@pytest.mark.skipif(not FOLDER.exists(), reason="needs Linux")
def test_parts_leave_no_descriptors(project, bucket):
    pending = project.begin_upload(bucket, "key")
    pending.upload_part(0, LARGE[:100_000])
    before = len(list(FOLDER.iterdir()))
    for number in range(1, 60):
        pending.upload_part(number, b"inline" if number % 2 else LARGE[:10_000])
    assert len(list(FOLDER.iterdir())) < before + 30
    pending.abort()
