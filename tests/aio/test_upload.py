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


async def test_the_end_of_the_context_commits(project, bucket):
    async with project.upload_object(bucket, "key") as upload:
        assert await upload.write(b"first, ") == 7
        assert await upload.write(bytearray(b"second")) == 6
        upload.set_custom_metadata({"camera": "x100"})
        with pytest.raises(errors.ObjectNotFoundError):
            await project.stat_object(bucket, "key")
    assert await project.get(bucket, "key") == b"first, second"
    assert upload.info() == await project.stat_object(bucket, "key")
    assert upload.info().metadata == {"camera": "x100"}
    assert "committed" in repr(upload)


async def test_metadata_from_the_start(project, bucket):
    async with project.upload_object(bucket, "key", metadata={"a": "b"}) as upload:
        await upload.write(b"data")
    assert (await project.stat_object(bucket, "key")).metadata == {"a": "b"}
    with pytest.raises(errors.MetadataInvalidError):
        await project.upload_object(bucket, "key", metadata={"": "b"})


async def test_one_large_write_keeps_to_its_timeout(project, bucket):
    # Copied as a whole before anything is waited for, this would take long, and block an event loop.
    data = bytes(300_000_000)
    took = []
    for _ in range(3):
        upload = await project.upload_object(bucket, "key")
        start = time.monotonic()
        with pytest.raises(errors.DeadlineExceededError):
            await upload.write(data, timeout=0.02)
        took.append(time.monotonic() - start)
    # A loaded machine may be late once.
    assert min(took) < 0.2


async def test_an_exception_in_the_context_aborts(project, bucket):
    for size in (10, LARGE):
        with pytest.raises(RuntimeError, match="never mind"):
            async with project.upload_object(bucket, "key") as upload:
                await upload.write(secrets.token_bytes(size))
                raise RuntimeError("never mind")
        assert "aborted" in repr(upload)
    assert [item async for item in project.list_objects(bucket)] == []


@pytest.mark.parametrize("size", [0, 10, LARGE])
async def test_commit_twice(project, bucket, size):
    upload = await project.upload_object(bucket, "key")
    await upload.write(b"x" * size)
    item = await upload.commit()
    assert item.size == size
    with pytest.raises(errors.ClosedError, match="committed"):
        await upload.commit()
    with pytest.raises(ValueError, match="committed"):
        await upload.write(b"more")
    with pytest.raises(errors.ClosedError, match="committed"):
        await upload.write(b"")
    with pytest.raises(errors.ClosedError, match="committed"):
        await upload.abort()
    with pytest.raises(errors.ClosedError, match="committed"):
        upload.set_custom_metadata({"a": "b"})
    assert (await project.stat_object(bucket, "key")).size == size


@pytest.mark.parametrize("size", [0, 10, LARGE])
async def test_write_after_abort(project, bucket, size):
    upload = await project.upload_object(bucket, "key")
    await upload.write(b"x" * size)
    await upload.abort()
    await upload.abort()
    for data in (b"more", b"", b"x" * LARGE):
        with pytest.raises(errors.ClosedError, match="aborted"):
            await upload.write(data)
    with pytest.raises(errors.ClosedError, match="aborted"):
        await upload.commit()
    with pytest.raises(errors.ClosedError, match="aborted"):
        await upload.__aenter__()
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "key")


async def test_finished_inside_the_context(project, bucket):
    async with project.upload_object(bucket, "committed") as upload:
        await upload.write(b"data")
        await upload.commit()
    async with project.upload_object(bucket, "aborted") as upload:
        await upload.write(b"data")
        await upload.abort()
    with pytest.raises(RuntimeError):
        async with project.upload_object(bucket, "also committed") as upload:
            await upload.commit()
            raise RuntimeError
    assert {item.key async for item in project.list_objects(bucket)} == {"committed", "also committed"}


@pytest.mark.parametrize("data", ["text", None, 42, [1, 2], object()])
async def test_write_takes_buffers_only(project, bucket, data):
    async with project.upload_object(bucket, "key") as upload:
        with pytest.raises(TypeError):
            await upload.write(data)
        await upload.write(b"still usable")
    assert await project.get(bucket, "key") == b"still usable"


async def test_a_buffer_may_be_changed_after_the_write(project, bucket):
    for size in (100, LARGE):
        buffer = bytearray(b"a" * size)
        async with project.upload_object(bucket, "key") as upload:
            await upload.write(buffer)
            buffer[:] = b"b" * size
        assert await project.get(bucket, "key") == b"a" * size
        buffer.append(0)  # no export of the buffer is left


async def test_a_buffer_that_is_not_contiguous(project, bucket):
    async with project.upload_object(bucket, "key") as upload:
        with pytest.raises(TypeError, match=r"takes a contiguous buffer; copy this one with bytes\(\) first"):
            await upload.write(memoryview(b"abcdef")[::2])


async def test_a_buffer_of_several_dimensions(project, bucket):
    async with project.upload_object(bucket, "key") as upload:
        assert await upload.write((ctypes.c_uint8 * 3 * 0)()) == 0
        assert await upload.write((ctypes.c_uint8 * 3 * 2)((1, 2, 3), (4, 5, 6))) == 6
    assert await project.get(bucket, "key") == bytes([1, 2, 3, 4, 5, 6])


async def test_there_is_one_of_each_upload(project, bucket):
    async with project.upload_object(bucket, "key") as upload:
        for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="an upload cannot be copied or pickled"):
                duplicate(upload)
        await upload.write(b"data")
    assert await project.get(bucket, "key") == b"data"


async def test_an_error_of_the_satellite_ends_the_upload(project):
    upload = await project.upload_object("no-such-bucket-here", "key")
    with pytest.raises(errors.BucketNotFoundError):
        for _ in range(20):
            await upload.write(b"x" * LARGE)
        await upload.commit()
    assert "failed" in repr(upload)
    with pytest.raises(errors.StreamFailedError) as caught:
        await upload.write(b"more")
    assert isinstance(caught.value.__cause__, errors.BucketNotFoundError)
    with pytest.raises(errors.StreamFailedError):
        await upload.commit()
    await upload.abort()


async def test_an_unfinished_upload_is_aborted_with_a_warning(project, bucket):
    upload = await project.upload_object(bucket, "key")
    await upload.write(b"data")
    with pytest.warns(ResourceWarning, match="unfinished upload"):
        del upload
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "key")


async def test_info_before_the_commit(project, bucket):
    async with project.upload_object(bucket, "key") as upload:
        assert upload.info().key == "key"
        upload.set_custom_metadata({"a": "b"})
        assert upload.info().metadata == {"a": "b"}


@given(
    sizes=st.lists(st.integers(0, 600_000), max_size=8), kinds=st.lists(st.sampled_from([bytes, bytearray, memoryview]))
)
async def test_any_sequence_of_writes_is_its_concatenation(project, bucket, sizes, kinds):
    pieces = [secrets.token_bytes(size) for size in sizes]
    async with project.upload_object(bucket, "key") as upload:
        for index, piece in enumerate(pieces):
            kind = kinds[index % len(kinds)] if kinds else bytes
            assert await upload.write(kind(piece)) == len(piece)
    assert await project.get(bucket, "key") == b"".join(pieces)


async def test_an_interrupted_write_cannot_be_committed(project, bucket, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    for step in ("upload_write", "upload_commit"):
        upload = await project.upload_object(bucket, "key")
        await upload.write(b"x" * 1000)
        with monkeypatch.context() as patch:
            patch.setattr(streams, step, interrupt)
            with pytest.raises(KeyboardInterrupt):
                await upload.commit()
        with pytest.raises(errors.StreamFailedError, match="KeyboardInterrupt"):
            await upload.write(b"more")
        with pytest.raises(errors.StreamFailedError) as caught:
            await upload.commit()
        assert caught.value.outcome_unknown == (step == "upload_commit")
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "key")


async def test_what_does_not_end_in_time_is_left_to_the_background(project, bucket):
    upload = await project.upload_object(bucket, "key")
    await upload.write(b"x" * LARGE)
    await upload.abort(timeout=0)
    assert "aborted" in repr(upload)


async def test_what_code_for_files_asks(project, bucket):
    async with project.upload_object(bucket, "key") as upload:
        assert (upload.readable(), upload.writable(), upload.seekable(), upload.closed) == (False, True, False, False)
        assert upload.mode == "wb"
        written = 0
        for size in (10, 200_000, 0, 3 * LARGE):
            written += await upload.write(b"x" * size)
            assert upload.tell() == written
        await upload.flush()
        await upload.flush()
        assert upload.tell() == written
    assert upload.closed
    assert (await project.stat_object(bucket, "key")).size == written
    with pytest.raises(errors.ClosedError):
        upload.tell()
    with pytest.raises(errors.ClosedError):
        await upload.flush()


async def test_a_flush_shows_what_is_wrong(project, bucket):
    upload = await project.upload_object(f"{bucket}-missing", "key")
    await upload.write(b"x" * 100_000)
    with pytest.raises((errors.BucketNotFoundError, errors.ObjectNotFoundError)):
        while True:
            await upload.flush()
            await upload.write(b"x" * 100_000)
    assert upload.closed
