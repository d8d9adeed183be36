# Generated from tests/aio/test_files.py by tools/generate_sync.py; change that instead.
from __future__ import annotations

import copy
import io
import pickle
import secrets

import pytest

from uplink import errors

SIZE = 1_500_000


@pytest.fixture
def data(project, bucket) -> bytes:
    content = secrets.token_bytes(SIZE)
    project.put(bucket, "key", content, metadata={"a": "b"})
    return content


def write(project, bucket, data=b"one\ntwo\nthree"):
    project.put(bucket, "lines", data)


def test_reading(project, bucket, data):
    with project.open(bucket, "key") as file:
        assert (file.name, file.mode, file.size, file.closed) == ("key", "rb", SIZE, False)
        assert (file.readable(), file.writable(), file.seekable(), file.isatty()) == (True, False, True, False)
        assert file.info() == project.stat_object(bucket, "key")
        assert file.read(10) == data[:10]
        assert file.tell() == 10
        assert file.read(0) == b""
        assert file.read(1_000_000) == data[10:1_000_010]
        assert file.seek(-5, io.SEEK_END) == SIZE - 5
        assert file.read() == data[-5:]
        assert file.read(3) == file.read() == b""
        assert file.seek(100) == 100
        assert file.seek(20, io.SEEK_CUR) == 120
        assert file.read(None) == data[120:]
        file.flush()
    assert file.closed


def test_any_order(project, bucket, data):
    with project.open(bucket, "key") as file:
        for start, size in [(1_400_000, 70), (1_400_070, 9), (0, 400_000), (400_000, 1), (400_050, 5), (7, 600_000)]:
            file.seek(start)
            assert file.read(size) == data[start : start + size]
            assert file.tell() == start + size


@pytest.mark.parametrize("buffering", [-1, 0, 5, 4096, 1_000_000])
def test_buffers_of_any_size(project, bucket, data, buffering):
    with project.open(bucket, "key", buffering=buffering) as file:
        for start in (900_000, 900_100, 0, 100, 1_499_950):
            file.seek(start)
            assert file.read(100) == data[start : start + 100]
        file.seek(0)
        pieces = [file.read(100_000) for _ in range(16)]
        assert b"".join(pieces) == data


def test_readinto(project, bucket, data):
    with project.open(bucket, "key") as file:
        for size in (10, 1000, 300_000, 1000, 900_000, 900_000):
            start = file.tell()
            buffer = bytearray(size)
            count = file.readinto(buffer)
            assert count == min(size, SIZE - start)
            assert buffer[:count] == data[start : start + count]
        assert file.readinto(bytearray(1)) == 0
        file.seek(600_000)
        large = bytearray(500_000)
        assert file.readinto(memoryview(large)[100:]) == 499_900
        assert large[100:] == data[600_000:1_099_900]
        assert file.readinto1(large) > 0
        for refused in (b"bytes", memoryview(bytearray(9))[::2], None):
            with pytest.raises(TypeError):
                file.readinto(refused)


def test_peek_and_read1(project, bucket, data):
    with project.open(bucket, "key") as file:
        file.seek(10)
        ahead = file.peek(20)
        assert ahead[:20] == data[10:30]
        assert file.tell() == 10
        assert file.read1(5) == data[10:15]
        assert (file.peek())[:1] == data[15:16]
        rest = file.read1()
        assert rest == data[15 : 15 + len(rest)] != b""
        file.seek(0, io.SEEK_END)
        assert file.peek(10) == file.read1(10) == file.read1() == b""


def test_lines(project, bucket):
    write(project, bucket)
    with project.open(bucket, "lines") as file:
        assert file.readline(2) == b"on"
        assert file.readline() == b"e\n"
        assert [line for line in file] == [b"two\n", b"three"]
        assert file.readline() == b""
        file.seek(0)
        assert file.readlines() == [b"one\n", b"two\n", b"three"]
        file.seek(0)
        assert file.readlines(5) == [b"one\n", b"two\n"]
        assert file.readline(0) == b""


def test_long_lines(project, bucket):
    lines = [bytes(size) + b"\n" for size in (200_000, 0, 70_000, 1)]
    write(project, bucket, b"".join(lines))
    with project.open(bucket, "lines") as file:
        assert [line for line in file] == lines


def test_an_empty_object(project, bucket):
    project.put(bucket, "empty", b"")
    with project.open(bucket, "empty") as file:
        assert file.read() == file.read(1) == file.readline() == file.peek(1) == b""
        assert file.seek(5) == 5
        assert file.read() == b""
    with project.open(bucket, "empty", "r") as file:
        assert file.read() == file.readline() == ""


def test_positions(project, bucket, data):
    with project.open(bucket, "key") as file:
        for offset, whence in [(-1, 0), (-1, 1), (-SIZE - 1, 2), (0, 3), (0, -1)]:
            with pytest.raises(errors.InvalidArgumentError):
                file.seek(offset, whence)
        for offset in (1.0, "1", None):
            with pytest.raises(TypeError):
                file.seek(offset)
        assert file.seek(SIZE + 10) == SIZE + 10
        assert file.read() == file.read(1) == b""
        assert file.tell() == SIZE + 10


def test_writing(project, bucket):
    with project.open(bucket, "new", "wb", metadata={"a": "b"}, content_type="text/plain") as file:
        assert (file.name, file.mode, file.closed) == ("new", "wb", False)
        assert (file.readable(), file.writable(), file.seekable()) == (False, True, False)
        assert file.write(b"one") == 3
        file.writelines([b"two", memoryview(b"three"), bytearray(300_000)])
        assert file.tell() == 300_011
        file.flush()
        assert not project.exists(bucket, "new")
    assert file.closed
    assert file.info().size == 300_011
    assert project.get(bucket, "new", length=11) == b"onetwothree"
    assert (project.stat_object(bucket, "new")).metadata == {"a": "b", "content-type": "text/plain"}


def test_an_exception_aborts(project, bucket):
    for mode, text in (("wb", b"data"), ("w", "data")):
        with pytest.raises(RuntimeError):
            with project.open(bucket, "new", mode) as file:
                file.write(text)
                raise RuntimeError
        assert file.closed
        assert not project.exists(bucket, "new")


def test_close_commits(project, bucket):
    file = project.open(bucket, "new", "wb")
    file.write(b"data")
    file.close()
    file.close()
    assert project.get(bucket, "new") == b"data"
    text = project.open(bucket, "text", "w")
    text.write("data")
    text.close()
    text.close()
    assert project.get(bucket, "text") == b"data"


def test_close_in_a_block_leaves_the_commit_to_its_end(project, bucket):
    with project.open(bucket, "new", "wb") as file:
        file.write(b"data")
        file.close()
        assert file.closed
        assert not project.exists(bucket, "new")
    assert project.get(bucket, "new") == b"data"
    with pytest.raises(RuntimeError):
        with project.open(bucket, "other", "w") as file:
            file.write("data")
            file.close()
            raise RuntimeError
    assert not project.exists(bucket, "other")


def test_abort(project, bucket):
    with project.open(bucket, "new", "w") as file:
        file.write("data")
        file.abort()
        file.abort()
        assert file.closed
    assert not project.exists(bucket, "new")
    file = project.open(bucket, "new", "wb")
    file.close()
    with pytest.raises(errors.ClosedError):
        file.abort()


def test_a_file_that_is_collected_is_not_committed(project, bucket):
    for mode, text in (("wb", b"data"), ("w", "data")):
        file = project.open(bucket, "new", mode)
        file.write(text)
        with pytest.warns(ResourceWarning, match="unfinished upload"):
            del file
    assert not project.exists(bucket, "new")


def test_an_unclosed_reader_warns(project, bucket, data):
    for mode in ("rb", "r"):
        file = project.open(bucket, "key", mode)
        with pytest.warns(ResourceWarning, match="unclosed file"):
            del file


def test_new_files(project, bucket):
    for mode, text in (("xb", b"data"), ("x", "data")):
        with project.open(bucket, f"new {mode}", mode) as file:
            file.write(text)
            assert file.mode == mode
        with pytest.raises(FileExistsError, match="there is an object already"):
            project.open(bucket, f"new {mode}", mode)
    # Another writer may be faster.
    file = project.open(bucket, "race", "xb")
    project.put(bucket, "race", b"first")
    with pytest.raises(FileExistsError) as caught:
        file.close()
    assert isinstance(caught.value, errors.PreconditionFailedError)
    assert file.closed
    assert project.get(bucket, "race") == b"first"


@pytest.mark.parametrize("buffering", [0, -1])
def test_a_failed_write_commits_nothing(project, bucket, buffering):
    missing = f"{bucket}-missing"
    file = project.open(missing, "key", "wb", buffering=buffering)
    with pytest.raises(errors.BucketNotFoundError):
        file.write(bytes(10))
        file.flush()
        file.close()
    with pytest.raises((errors.StreamFailedError, errors.ClosedError)):
        file.write(b"more")
    if not file.closed:
        with pytest.raises(errors.StreamFailedError):
            file.close()
    assert file.closed
    with pytest.raises(errors.BucketNotFoundError):
        with project.open(missing, "key", "w") as file:
            file.write("data")


@pytest.mark.parametrize("mode", ["rb", "r", "wb", "w"])
def test_use_after_close(project, bucket, data, mode):
    file = project.open(bucket, "key", mode)
    file.close()
    assert "closed" in repr(file) or "TextIOWrapper" in repr(file)
    for use in (file.read, file.readline, file.tell, file.flush):
        with pytest.raises(ValueError):  # noqa: PT011 - text files of `io` raise it
            use()
    with pytest.raises(ValueError):  # noqa: PT011
        file.seek(0)
    with pytest.raises(ValueError):  # noqa: PT011
        file.write(b"data" if "b" in mode else "data")
    with pytest.raises(ValueError):  # noqa: PT011
        file.__enter__()


def test_what_a_file_cannot_do(project, bucket, data):
    with project.open(bucket, "key") as file:
        with pytest.raises(io.UnsupportedOperation):
            file.write(b"data")
        with pytest.raises(io.UnsupportedOperation):
            file.fileno()
        with pytest.raises(io.UnsupportedOperation):
            file.truncate()
        for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="a file cannot be copied or pickled"):
                duplicate(file)
    with project.open(bucket, "new", "wb") as file:
        for use in (file.read, file.readline):
            with pytest.raises(io.UnsupportedOperation):
                use()
        with pytest.raises(io.UnsupportedOperation):
            file.seek(0)
        with pytest.raises(TypeError, match="encode the text first"):
            file.write("text")
        file.write(b"data")
    assert project.get(bucket, "new") == b"data"
    with project.open(bucket, "text", "w") as file:
        with pytest.raises(io.UnsupportedOperation):
            file.read()
        with pytest.raises(TypeError):
            file.write(b"bytes")
        with pytest.raises(TypeError, match="a file cannot be copied or pickled"):
            pickle.dumps(file)


@pytest.mark.parametrize(
    ("mode", "arguments"),
    [
        *[(mode, {}) for mode in ("", "b", "t", "rw", "rr", "rbt", "a", "ab", "r+", "rb+", "U", "rz")],
        ("rb", {"encoding": "utf-8"}),
        ("wb", {"errors": "strict"}),
        ("rb", {"newline": "\n"}),
        ("r", {"newline": "x"}),
        ("r", {"buffering": 0}),
        ("rb", {"buffering": -2}),
        ("rb", {"metadata": {}}),
        ("r", {"legal_hold": True}),
        ("wb", {"version": b"version"}),
        ("xb", {"if_none_match": "etag"}),
    ],
)
def test_arguments_that_do_not_fit(project, bucket, mode, arguments):
    with pytest.raises(errors.InvalidArgumentError):
        project.open(bucket, "key", mode, **arguments)


def test_arguments_of_wrong_types(project, bucket):
    for arguments in ({"mode": None}, {"buffering": "1"}, {"mode": "r", "encoding": b"utf-8"}, {"timeout": "1"}):
        with pytest.raises(TypeError):
            project.open(bucket, "key", **arguments)
    for arguments in ({"encoding": "no such"}, {"encoding": "base64"}, {"errors": "no such"}):
        with pytest.raises(LookupError):
            project.open(bucket, "key", "r", **arguments)


def test_what_does_not_exist(project, bucket):
    for mode in ("rb", "r"):
        with pytest.raises(FileNotFoundError):
            project.open(bucket, "nothing", mode)


def test_time_limits(project, bucket, data):
    with project.open(bucket, "key") as file:
        file.seek(700_000)
        with pytest.raises(errors.DeadlineExceededError):
            file.read(10, timeout=0)
        file.timeout = 0
        with pytest.raises(TimeoutError):
            file.read(10)
        assert file.tell() == 700_000
        file.timeout = None
        assert file.read(10, timeout=60) == data[700_000:700_010]
    with project.open(bucket, "key", "r", encoding="latin-1", newline="") as file:
        file.timeout = 0
        assert file.timeout == 0
        with pytest.raises(TimeoutError):
            file.read()
        file.timeout = 60
    file = project.open(bucket, "new", "wb")
    with pytest.raises(errors.DeadlineExceededError):
        file.write(bytes(1_000_000), timeout=0)
    with pytest.raises(errors.StreamFailedError):
        file.close()
    assert not project.exists(bucket, "new")
    with pytest.raises(errors.DeadlineExceededError):
        project.open(bucket, "key", timeout=0)
