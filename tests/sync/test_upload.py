# Generated from tests/aio/test_upload.py by tools/generate_sync.py; change that instead.
from __future__ import annotations

import copy
import ctypes
import pickle
import secrets
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uplink import errors
from uplink._calls import streams

LARGE = 1_000_000


def test_the_end_of_the_context_commits(project, bucket):
    with project.upload_object(bucket, "key") as upload:
        assert upload.write(b"first, ") == 7
        assert upload.write(bytearray(b"second")) == 6
        upload.set_custom_metadata({"camera": "x100"})
        with pytest.raises(errors.ObjectNotFoundError):
            project.stat_object(bucket, "key")
    assert project.get(bucket, "key") == b"first, second"
    assert upload.info() == project.stat_object(bucket, "key")
    assert upload.info().metadata == {"camera": "x100"}
    assert "committed" in repr(upload)


def test_metadata_from_the_start(project, bucket):
    with project.upload_object(bucket, "key", metadata={"a": "b"}) as upload:
        upload.write(b"data")
    assert (project.stat_object(bucket, "key")).metadata == {"a": "b"}
    with pytest.raises(errors.MetadataInvalidError):
        project.upload_object(bucket, "key", metadata={"": "b"})


def test_one_large_write_keeps_to_its_timeout(project, bucket):
    # Copied as a whole before anything is waited for, this would take long, and block an event loop.
    data = bytes(300_000_000)
    took = []
    for _ in range(3):
        upload = project.upload_object(bucket, "key")
        start = time.monotonic()
        with pytest.raises(errors.DeadlineExceededError):
            upload.write(data, timeout=0.02)
        took.append(time.monotonic() - start)
    # A loaded machine may be late once.
    assert min(took) < 0.2


def test_an_exception_in_the_context_aborts(project, bucket):
    for size in (10, LARGE):
        with pytest.raises(RuntimeError, match="never mind"):
            with project.upload_object(bucket, "key") as upload:
                upload.write(secrets.token_bytes(size))
                raise RuntimeError("never mind")
        assert "aborted" in repr(upload)
    assert [item for item in project.list_objects(bucket)] == []


@pytest.mark.parametrize("size", [0, 10, LARGE])
def test_commit_twice(project, bucket, size):
    upload = project.upload_object(bucket, "key")
    upload.write(b"x" * size)
    item = upload.commit()
    assert item.size == size
    with pytest.raises(errors.ClosedError, match="committed"):
        upload.commit()
    with pytest.raises(ValueError, match="committed"):
        upload.write(b"more")
    with pytest.raises(errors.ClosedError, match="committed"):
        upload.write(b"")
    with pytest.raises(errors.ClosedError, match="committed"):
        upload.abort()
    with pytest.raises(errors.ClosedError, match="committed"):
        upload.set_custom_metadata({"a": "b"})
    assert (project.stat_object(bucket, "key")).size == size


@pytest.mark.parametrize("size", [0, 10, LARGE])
def test_write_after_abort(project, bucket, size):
    upload = project.upload_object(bucket, "key")
    upload.write(b"x" * size)
    upload.abort()
    upload.abort()
    for data in (b"more", b"", b"x" * LARGE):
        with pytest.raises(errors.ClosedError, match="aborted"):
            upload.write(data)
    with pytest.raises(errors.ClosedError, match="aborted"):
        upload.commit()
    with pytest.raises(errors.ClosedError, match="aborted"):
        upload.__enter__()
    with pytest.raises(errors.ObjectNotFoundError):
        project.stat_object(bucket, "key")


def test_finished_inside_the_context(project, bucket):
    with project.upload_object(bucket, "committed") as upload:
        upload.write(b"data")
        upload.commit()
    with project.upload_object(bucket, "aborted") as upload:
        upload.write(b"data")
        upload.abort()
    with pytest.raises(RuntimeError):
        with project.upload_object(bucket, "also committed") as upload:
            upload.commit()
            raise RuntimeError
    assert {item.key for item in project.list_objects(bucket)} == {"committed", "also committed"}


@pytest.mark.parametrize("data", ["text", None, 42, [1, 2], object()])
def test_write_takes_buffers_only(project, bucket, data):
    with project.upload_object(bucket, "key") as upload:
        with pytest.raises(TypeError):
            upload.write(data)
        upload.write(b"still usable")
    assert project.get(bucket, "key") == b"still usable"


def test_a_buffer_may_be_changed_after_the_write(project, bucket):
    for size in (100, LARGE):
        buffer = bytearray(b"a" * size)
        with project.upload_object(bucket, "key") as upload:
            upload.write(buffer)
            buffer[:] = b"b" * size
        assert project.get(bucket, "key") == b"a" * size
        buffer.append(0)  # no export of the buffer is left


def test_a_buffer_that_is_not_contiguous(project, bucket):
    with project.upload_object(bucket, "key") as upload:
        with pytest.raises(TypeError, match=r"takes a contiguous buffer; copy this one with bytes\(\) first"):
            upload.write(memoryview(b"abcdef")[::2])


def test_a_buffer_of_several_dimensions(project, bucket):
    with project.upload_object(bucket, "key") as upload:
        assert upload.write((ctypes.c_uint8 * 3 * 0)()) == 0
        assert upload.write((ctypes.c_uint8 * 3 * 2)((1, 2, 3), (4, 5, 6))) == 6
    assert project.get(bucket, "key") == bytes([1, 2, 3, 4, 5, 6])


def test_there_is_one_of_each_upload(project, bucket):
    with project.upload_object(bucket, "key") as upload:
        for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="an upload cannot be copied or pickled"):
                duplicate(upload)
        upload.write(b"data")
    assert project.get(bucket, "key") == b"data"


def test_an_error_of_the_satellite_ends_the_upload(project):
    upload = project.upload_object("no-such-bucket-here", "key")
    with pytest.raises(errors.BucketNotFoundError):
        for _ in range(20):
            upload.write(b"x" * LARGE)
        upload.commit()
    assert "failed" in repr(upload)
    with pytest.raises(errors.StreamFailedError) as caught:
        upload.write(b"more")
    assert isinstance(caught.value.__cause__, errors.BucketNotFoundError)
    with pytest.raises(errors.StreamFailedError):
        upload.commit()
    upload.abort()


def test_an_unfinished_upload_is_aborted_with_a_warning(project, bucket):
    upload = project.upload_object(bucket, "key")
    upload.write(b"data")
    with pytest.warns(ResourceWarning, match="unfinished upload"):
        del upload
    with pytest.raises(errors.ObjectNotFoundError):
        project.stat_object(bucket, "key")


def test_info_before_the_commit(project, bucket):
    with project.upload_object(bucket, "key") as upload:
        assert upload.info().key == "key"
        upload.set_custom_metadata({"a": "b"})
        assert upload.info().metadata == {"a": "b"}


@given(
    sizes=st.lists(st.integers(0, 600_000), max_size=8), kinds=st.lists(st.sampled_from([bytes, bytearray, memoryview]))
)
def test_any_sequence_of_writes_is_its_concatenation(project, bucket, sizes, kinds):
    pieces = [secrets.token_bytes(size) for size in sizes]
    with project.upload_object(bucket, "key") as upload:
        for index, piece in enumerate(pieces):
            kind = kinds[index % len(kinds)] if kinds else bytes
            assert upload.write(kind(piece)) == len(piece)
    assert project.get(bucket, "key") == b"".join(pieces)


def test_an_interrupted_write_cannot_be_committed(project, bucket, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    for step in ("upload_write", "upload_commit"):
        upload = project.upload_object(bucket, "key")
        upload.write(b"x" * 1000)
        with monkeypatch.context() as patch:
            patch.setattr(streams, step, interrupt)
            with pytest.raises(KeyboardInterrupt):
                upload.commit()
        with pytest.raises(errors.StreamFailedError, match="KeyboardInterrupt"):
            upload.write(b"more")
        with pytest.raises(errors.StreamFailedError) as caught:
            upload.commit()
        assert caught.value.outcome_unknown == (step == "upload_commit")
    with pytest.raises(errors.ObjectNotFoundError):
        project.stat_object(bucket, "key")


def test_what_does_not_end_in_time_is_left_to_the_background(project, bucket):
    upload = project.upload_object(bucket, "key")
    upload.write(b"x" * LARGE)
    upload.abort(timeout=0)
    assert "aborted" in repr(upload)


def test_what_code_for_files_asks(project, bucket):
    with project.upload_object(bucket, "key") as upload:
        assert (upload.readable(), upload.writable(), upload.seekable(), upload.closed) == (False, True, False, False)
        assert upload.mode == "wb"
        written = 0
        for size in (10, 200_000, 0, 3 * LARGE):
            written += upload.write(b"x" * size)
            assert upload.tell() == written
        upload.flush()
        upload.flush()
        assert upload.tell() == written
    assert upload.closed
    assert (project.stat_object(bucket, "key")).size == written
    with pytest.raises(errors.ClosedError):
        upload.tell()
    with pytest.raises(errors.ClosedError):
        upload.flush()


def test_a_flush_shows_what_is_wrong(project, bucket):
    upload = project.upload_object(f"{bucket}-missing", "key")
    upload.write(b"x" * 100_000)
    with pytest.raises((errors.BucketNotFoundError, errors.ObjectNotFoundError)):
        while True:
            upload.flush()
            upload.write(b"x" * 100_000)
    assert upload.closed
