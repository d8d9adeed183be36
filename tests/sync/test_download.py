# Generated from tests/aio/test_download.py by tools/generate_sync.py; change that instead.
from __future__ import annotations

import array
import copy
import io
import mmap
import pickle
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uplink import errors
from uplink._lock import Lock

SIZE = 1_500_000


@pytest.fixture
def data(project, bucket) -> bytes:
    content = secrets.token_bytes(SIZE)
    project.put(bucket, "key", content, metadata={"a": "b"})
    return content


def test_no_short_reads(project, bucket, data):
    with project.download_object(bucket, "key") as download:
        assert download.read(0) == b""
        assert download.read(10) == data[:10]
        assert download.read(1_000_000) == data[10:1_000_010]
        assert download.read(None) == data[1_000_010:]
        assert download.read() == b""
        assert download.read(5) == b""


def test_readinto_takes(project, bucket, data):
    for buffer in (
        bytearray(1000),
        memoryview(bytearray(1000))[100:900],
        array.array("I", bytes(1000)),
        mmap.mmap(-1, 1000),
    ):
        with project.download_object(bucket, "key", offset=7) as download:
            count = download.readinto(buffer)
            assert bytes(memoryview(buffer).cast("B")) == data[7 : 7 + count]
    large = bytearray(2 * SIZE)
    with project.download_object(bucket, "key") as download:
        assert download.readinto(large) == SIZE
        assert large[:SIZE] == data
        assert download.readinto(large) == 0


@pytest.mark.parametrize("size", [2.0, "2", 1e6])
def test_a_size_that_is_none(project, bucket, data, size):
    with project.download_object(bucket, "key") as download:
        assert download.read(3) == data[:3]
        with pytest.raises(TypeError):
            download.read(size)
        with pytest.raises(TypeError, match="chunk_size takes a whole number"):
            [chunk for chunk in download.iter_bytes(size)]
        assert download.read() == data[3:]


def test_there_is_one_of_each_download(project, bucket, data):
    with project.download_object(bucket, "key") as download:
        for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="a download cannot be copied or pickled"):
                duplicate(download)
        assert download.read() == data


@pytest.mark.parametrize("buffer", [b"bytes", "text", None, memoryview(b"readonly"), memoryview(bytearray(9))[::2]])
def test_readinto_refuses(project, bucket, data, buffer):
    with project.download_object(bucket, "key") as download:
        with pytest.raises(TypeError):
            download.readinto(buffer)
        assert download.read(3) == data[:3]


def test_a_buffer_that_was_refused_is_free(project, bucket, data):
    with mmap.mmap(-1, 100, access=mmap.ACCESS_READ) as memory:
        with project.download_object(bucket, "key") as download:
            with pytest.raises(TypeError, match="readinto takes a writable buffer") as caught:
                download.readinto(memory)
            memory.close()
            assert caught.value is not None


def test_iter_bytes(project, bucket, data):
    with project.download_object(bucket, "key") as download:
        chunks = [chunk for chunk in download.iter_bytes(400_000)]
    assert [len(chunk) for chunk in chunks] == [400_000, 400_000, 400_000, 300_000]
    assert b"".join(chunks) == data
    with project.download_object(bucket, "key") as download:
        with pytest.raises(errors.InvalidArgumentError):
            [chunk for chunk in download.iter_bytes(0)]


def test_info(project, bucket, data):
    with project.download_object(bucket, "key", offset=5, length=1) as download:
        assert download.info() == project.stat_object(bucket, "key")
        assert download.info().size == SIZE
    assert download.info().size == SIZE


def test_an_empty_object(project, bucket):
    project.put(bucket, "empty", b"")
    with project.download_object(bucket, "empty") as download:
        assert download.info().size == 0
        assert download.read(10) == b""
        assert download.readinto(bytearray(10)) == 0
        assert [chunk for chunk in download.iter_bytes()] == []


def test_use_after_close(project, bucket, data):
    download = project.download_object(bucket, "key")
    download.read(10)
    download.close()
    download.close()
    assert "closed" in repr(download)
    with pytest.raises(errors.ClosedError):
        download.__enter__()
    for size in (0, 10, -1):
        with pytest.raises(errors.ClosedError) as caught:
            download.read(size)
        assert isinstance(caught.value, ValueError)
    with pytest.raises(errors.ClosedError):
        download.readinto(bytearray(1))


def test_an_unclosed_download_warns(project, bucket, data):
    download = project.download_object(bucket, "key")
    download.read(10)
    with pytest.warns(ResourceWarning, match="unclosed download"):
        del download


def test_an_exception_in_the_context_closes(project, bucket, data):
    with pytest.raises(RuntimeError):
        with project.download_object(bucket, "key") as download:
            raise RuntimeError
    assert "closed" in repr(download)


def test_what_does_not_exist(project, bucket):
    with pytest.raises(errors.ObjectNotFoundError):
        project.download_object(bucket, "nothing")
    with pytest.raises(errors.NotFoundError):
        project.download_object("no-such-bucket-here", "nothing")
    with pytest.raises(errors.RangeInvalidError):
        project.download_object(bucket, "nothing", length=-1)


@given(offset=st.integers(-300, 300), length=st.none() | st.integers(0, 300), size=st.integers(0, 200))
def test_any_range_is_a_slice(project, bucket, offset, length, size):
    content = secrets.token_bytes(size)
    project.put(bucket, "range", content)
    start = max(size + offset, 0) if offset < 0 else offset
    if start > size:
        with pytest.raises(errors.RangeInvalidError):
            project.get(bucket, "range", offset=offset, length=length)
    else:
        end = size if length is None else start + length
        assert project.get(bucket, "range", offset=offset, length=length) == content[start:end]


@given(sizes=st.lists(st.integers(-1, 700_000), max_size=12), into=st.booleans())
def test_any_sequence_of_reads_gives_the_object(project, bucket, data, sizes, into):
    position = 0
    with project.download_object(bucket, "key") as download:
        for size in sizes:
            expected = data[position:] if size < 0 else data[position : position + size]
            if into and size >= 0:
                buffer = bytearray(size)
                assert download.readinto(buffer) == len(expected)
                assert buffer[: len(expected)] == expected
            else:
                assert download.read(size) == expected
            position += len(expected)


def test_a_read_that_fails_ends_the_download(project, bucket, data, monkeypatch):
    def no_memory(*_):
        raise MemoryError

    for read in (
        lambda d: d.read(),
        lambda d: d.read(300_000),
        lambda d: d.read(100),
        lambda d: d.readinto(bytearray(20)),
    ):
        download = project.download_object(bucket, "key")
        assert download.read(10) == data[:10]
        download._chunk = b""
        download._position = download._end = 0
        with monkeypatch.context() as patch:
            patch.setattr(f"{type(download).__module__}.bytes", no_memory, raising=False)
            with pytest.raises(MemoryError):
                read(download)
        with pytest.raises(errors.StreamFailedError, match="MemoryError"):
            download.read(1)


def test_a_timeout_that_is_none_harms_nothing(project, bucket, data):
    with project.download_object(bucket, "key") as download:
        with pytest.raises(errors.InvalidArgumentError):
            download.read(300_000, timeout=-1)
        with pytest.raises(errors.InvalidArgumentError):
            download.readinto(bytearray(300_000), timeout=-1)
        assert download.read() == data


def test_closing_that_does_not_end_in_time_is_left_to_the_background(project, bucket, data):
    download = project.download_object(bucket, "key")
    download.read(10)
    download.close(timeout=0)
    assert "closed" in repr(download)


def test_what_code_for_files_asks(project, bucket, data):
    with project.download_object(bucket, "key", offset=-1_000_000) as download:
        reported = (download.readable(), download.writable(), download.seekable(), download.closed)
        assert reported == (True, False, False, False)
        assert download.mode == "rb"
        count = 0
        for size in (0, 10, 300_000, 1, 2 * SIZE, 5):
            count += len(download.read(size))
            assert download.tell() == count
        assert count == 1_000_000
    assert download.closed
    with pytest.raises(errors.ClosedError):
        download.tell()
    with pytest.raises(errors.ClosedError):
        download.readline()


@given(
    lines=st.lists(st.sampled_from([b"", b"a", b"bc\r", b"x" * 300_000]), max_size=5),
    sizes=st.lists(st.integers(-1, 5) | st.just(400_000), max_size=5),
)
def test_lines_are_those_of_a_file(project, bucket, lines, sizes):
    content = b"\n".join(lines)
    project.put(bucket, "key", content)
    file = io.BytesIO(content)
    with project.download_object(bucket, "key") as download:
        for size in sizes:
            assert download.readline(size) == file.readline(size)
            assert download.read(3) == file.read(3)
        assert [line for line in download] == list(file)


def test_no_other_call_comes_between_the_pieces_of_a_line(project, bucket, monkeypatch):
    """It would end the line with a `BusyError`, and what was read of it would be lost."""
    line = b"x" * 600_000 + b"\n"
    project.put(bucket, "key", line)
    release = Lock.release

    def release_to_another(lock, token):
        release(lock, token)
        lock.acquire(object(), lambda: None)

    with project.download_object(bucket, "key") as download:
        download.read(1)
        monkeypatch.setattr(Lock, "release", release_to_another)
        assert download.readline() == line[1:]
