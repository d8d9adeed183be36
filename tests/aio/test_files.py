from __future__ import annotations

import copy
import io
import pickle
import secrets

import pytest

from uplink import errors

SIZE = 1_500_000


@pytest.fixture
async def data(project, bucket) -> bytes:
    content = secrets.token_bytes(SIZE)
    await project.put(bucket, "key", content, metadata={"a": "b"})
    return content


async def write(project, bucket, data=b"one\ntwo\nthree"):
    await project.put(bucket, "lines", data)


async def test_reading(project, bucket, data):
    async with project.open(bucket, "key") as file:
        assert (file.name, file.mode, file.size, file.closed) == ("key", "rb", SIZE, False)
        assert (file.readable(), file.writable(), file.seekable(), file.isatty()) == (True, False, True, False)
        assert file.info() == await project.stat_object(bucket, "key")
        assert await file.read(10) == data[:10]
        assert await file.tell() == 10
        assert await file.read(0) == b""
        assert await file.read(1_000_000) == data[10:1_000_010]
        assert await file.seek(-5, io.SEEK_END) == SIZE - 5
        assert await file.read() == data[-5:]
        assert await file.read(3) == await file.read() == b""
        assert await file.seek(100) == 100
        assert await file.seek(20, io.SEEK_CUR) == 120
        assert await file.read(None) == data[120:]
        await file.flush()
    assert file.closed


async def test_any_order(project, bucket, data):
    async with project.open(bucket, "key") as file:
        for start, size in [(1_400_000, 70), (1_400_070, 9), (0, 400_000), (400_000, 1), (400_050, 5), (7, 600_000)]:
            await file.seek(start)
            assert await file.read(size) == data[start : start + size]
            assert await file.tell() == start + size


@pytest.mark.parametrize("buffering", [-1, 0, 5, 4096, 1_000_000])
async def test_buffers_of_any_size(project, bucket, data, buffering):
    async with project.open(bucket, "key", buffering=buffering) as file:
        for start in (900_000, 900_100, 0, 100, 1_499_950):
            await file.seek(start)
            assert await file.read(100) == data[start : start + 100]
        await file.seek(0)
        pieces = [await file.read(100_000) for _ in range(16)]
        assert b"".join(pieces) == data


async def test_readinto(project, bucket, data):
    async with project.open(bucket, "key") as file:
        for size in (10, 1000, 300_000, 1000, 900_000, 900_000):
            start = await file.tell()
            buffer = bytearray(size)
            count = await file.readinto(buffer)
            assert count == min(size, SIZE - start)
            assert buffer[:count] == data[start : start + count]
        assert await file.readinto(bytearray(1)) == 0
        await file.seek(600_000)
        large = bytearray(500_000)
        assert await file.readinto(memoryview(large)[100:]) == 499_900
        assert large[100:] == data[600_000:1_099_900]
        assert await file.readinto1(large) > 0
        for refused in (b"bytes", memoryview(bytearray(9))[::2], None):
            with pytest.raises(TypeError):
                await file.readinto(refused)


async def test_peek_and_read1(project, bucket, data):
    async with project.open(bucket, "key") as file:
        await file.seek(10)
        ahead = await file.peek(20)
        assert ahead[:20] == data[10:30]
        assert await file.tell() == 10
        assert await file.read1(5) == data[10:15]
        assert (await file.peek())[:1] == data[15:16]
        rest = await file.read1()
        assert rest == data[15 : 15 + len(rest)] != b""
        await file.seek(0, io.SEEK_END)
        assert await file.peek(10) == await file.read1(10) == await file.read1() == b""


async def test_lines(project, bucket):
    await write(project, bucket)
    async with project.open(bucket, "lines") as file:
        assert await file.readline(2) == b"on"
        assert await file.readline() == b"e\n"
        assert [line async for line in file] == [b"two\n", b"three"]
        assert await file.readline() == b""
        await file.seek(0)
        assert await file.readlines() == [b"one\n", b"two\n", b"three"]
        await file.seek(0)
        assert await file.readlines(5) == [b"one\n", b"two\n"]
        assert await file.readline(0) == b""


async def test_long_lines(project, bucket):
    lines = [bytes(size) + b"\n" for size in (200_000, 0, 70_000, 1)]
    await write(project, bucket, b"".join(lines))
    async with project.open(bucket, "lines") as file:
        assert [line async for line in file] == lines


async def test_an_empty_object(project, bucket):
    await project.put(bucket, "empty", b"")
    async with project.open(bucket, "empty") as file:
        assert await file.read() == await file.read(1) == await file.readline() == await file.peek(1) == b""
        assert await file.seek(5) == 5
        assert await file.read() == b""
    async with project.open(bucket, "empty", "r") as file:
        assert await file.read() == await file.readline() == ""


async def test_positions(project, bucket, data):
    async with project.open(bucket, "key") as file:
        for offset, whence in [(-1, 0), (-1, 1), (-SIZE - 1, 2), (0, 3), (0, -1)]:
            with pytest.raises(errors.InvalidArgumentError):
                await file.seek(offset, whence)
        for offset in (1.0, "1", None):
            with pytest.raises(TypeError):
                await file.seek(offset)
        assert await file.seek(SIZE + 10) == SIZE + 10
        assert await file.read() == await file.read(1) == b""
        assert await file.tell() == SIZE + 10


async def test_writing(project, bucket):
    async with project.open(bucket, "new", "wb", metadata={"a": "b"}, content_type="text/plain") as file:
        assert (file.name, file.mode, file.closed) == ("new", "wb", False)
        assert (file.readable(), file.writable(), file.seekable()) == (False, True, False)
        assert await file.write(b"one") == 3
        await file.writelines([b"two", memoryview(b"three"), bytearray(300_000)])
        assert await file.tell() == 300_011
        await file.flush()
        assert not await project.exists(bucket, "new")
    assert file.closed
    assert file.info().size == 300_011
    assert await project.get(bucket, "new", length=11) == b"onetwothree"
    assert (await project.stat_object(bucket, "new")).metadata == {"a": "b", "content-type": "text/plain"}


async def test_an_exception_aborts(project, bucket):
    for mode, text in (("wb", b"data"), ("w", "data")):
        with pytest.raises(RuntimeError):
            async with project.open(bucket, "new", mode) as file:
                await file.write(text)
                raise RuntimeError
        assert file.closed
        assert not await project.exists(bucket, "new")


async def test_close_commits(project, bucket):
    file = await project.open(bucket, "new", "wb")
    await file.write(b"data")
    await file.close()
    await file.close()
    assert await project.get(bucket, "new") == b"data"
    text = await project.open(bucket, "text", "w")
    await text.write("data")
    await text.close()
    await text.close()
    assert await project.get(bucket, "text") == b"data"


async def test_close_in_a_block_leaves_the_commit_to_its_end(project, bucket):
    async with project.open(bucket, "new", "wb") as file:
        await file.write(b"data")
        await file.close()
        assert file.closed
        assert not await project.exists(bucket, "new")
    assert await project.get(bucket, "new") == b"data"
    with pytest.raises(RuntimeError):
        async with project.open(bucket, "other", "w") as file:
            await file.write("data")
            await file.close()
            raise RuntimeError
    assert not await project.exists(bucket, "other")


async def test_abort(project, bucket):
    async with project.open(bucket, "new", "w") as file:
        await file.write("data")
        await file.abort()
        await file.abort()
        assert file.closed
    assert not await project.exists(bucket, "new")
    file = await project.open(bucket, "new", "wb")
    await file.close()
    with pytest.raises(errors.ClosedError):
        await file.abort()


async def test_a_file_that_is_collected_is_not_committed(project, bucket):
    for mode, text in (("wb", b"data"), ("w", "data")):
        file = await project.open(bucket, "new", mode)
        await file.write(text)
        with pytest.warns(ResourceWarning, match="unfinished upload"):
            del file
    assert not await project.exists(bucket, "new")


async def test_an_unclosed_reader_warns(project, bucket, data):
    for mode in ("rb", "r"):
        file = await project.open(bucket, "key", mode)
        with pytest.warns(ResourceWarning, match="unclosed file"):
            del file


async def test_new_files(project, bucket):
    for mode, text in (("xb", b"data"), ("x", "data")):
        async with project.open(bucket, f"new {mode}", mode) as file:
            await file.write(text)
            assert file.mode == mode
        with pytest.raises(FileExistsError, match="there is an object already"):
            await project.open(bucket, f"new {mode}", mode)
    # Another writer may be faster.
    file = await project.open(bucket, "race", "xb")
    await project.put(bucket, "race", b"first")
    with pytest.raises(FileExistsError) as caught:
        await file.close()
    assert isinstance(caught.value, errors.PreconditionFailedError)
    assert file.closed
    assert await project.get(bucket, "race") == b"first"


@pytest.mark.parametrize("buffering", [0, -1])
async def test_a_failed_write_commits_nothing(project, bucket, buffering):
    missing = f"{bucket}-missing"
    file = await project.open(missing, "key", "wb", buffering=buffering)
    with pytest.raises(errors.BucketNotFoundError):
        await file.write(bytes(10))
        await file.flush()
        await file.close()
    with pytest.raises((errors.StreamFailedError, errors.ClosedError)):
        await file.write(b"more")
    if not file.closed:
        with pytest.raises(errors.StreamFailedError):
            await file.close()
    assert file.closed
    with pytest.raises(errors.BucketNotFoundError):
        async with project.open(missing, "key", "w") as file:
            await file.write("data")


@pytest.mark.parametrize("mode", ["rb", "r", "wb", "w"])
async def test_use_after_close(project, bucket, data, mode):
    file = await project.open(bucket, "key", mode)
    await file.close()
    assert "closed" in repr(file) or "TextIOWrapper" in repr(file)
    for use in (file.read, file.readline, file.tell, file.flush):
        with pytest.raises(ValueError):  # noqa: PT011 - text files of `io` raise it
            await use()
    with pytest.raises(ValueError):  # noqa: PT011
        await file.seek(0)
    with pytest.raises(ValueError):  # noqa: PT011
        await file.write(b"data" if "b" in mode else "data")
    with pytest.raises(ValueError):  # noqa: PT011
        await file.__aenter__()


async def test_what_a_file_cannot_do(project, bucket, data):
    async with project.open(bucket, "key") as file:
        with pytest.raises(io.UnsupportedOperation):
            await file.write(b"data")
        with pytest.raises(io.UnsupportedOperation):
            file.fileno()
        with pytest.raises(io.UnsupportedOperation):
            file.truncate()
        for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="a file cannot be copied or pickled"):
                duplicate(file)
    async with project.open(bucket, "new", "wb") as file:
        for use in (file.read, file.readline):
            with pytest.raises(io.UnsupportedOperation):
                await use()
        with pytest.raises(io.UnsupportedOperation):
            await file.seek(0)
        with pytest.raises(TypeError, match="encode the text first"):
            await file.write("text")
        await file.write(b"data")
    assert await project.get(bucket, "new") == b"data"
    async with project.open(bucket, "text", "w") as file:
        with pytest.raises(io.UnsupportedOperation):
            await file.read()
        with pytest.raises(TypeError):
            await file.write(b"bytes")
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
async def test_arguments_that_do_not_fit(project, bucket, mode, arguments):
    with pytest.raises(errors.InvalidArgumentError):
        await project.open(bucket, "key", mode, **arguments)


async def test_arguments_of_wrong_types(project, bucket):
    for arguments in ({"mode": None}, {"buffering": "1"}, {"mode": "r", "encoding": b"utf-8"}, {"timeout": "1"}):
        with pytest.raises(TypeError):
            await project.open(bucket, "key", **arguments)
    for arguments in ({"encoding": "no such"}, {"encoding": "base64"}, {"errors": "no such"}):
        with pytest.raises(LookupError):
            await project.open(bucket, "key", "r", **arguments)


async def test_what_does_not_exist(project, bucket):
    for mode in ("rb", "r"):
        with pytest.raises(FileNotFoundError):
            await project.open(bucket, "nothing", mode)


async def test_time_limits(project, bucket, data):
    async with project.open(bucket, "key") as file:
        await file.seek(700_000)
        with pytest.raises(errors.DeadlineExceededError):
            await file.read(10, timeout=0)
        file.timeout = 0
        with pytest.raises(TimeoutError):
            await file.read(10)
        assert await file.tell() == 700_000
        file.timeout = None
        assert await file.read(10, timeout=60) == data[700_000:700_010]
    async with project.open(bucket, "key", "r", encoding="latin-1", newline="") as file:
        file.timeout = 0
        assert file.timeout == 0
        with pytest.raises(TimeoutError):
            await file.read()
        file.timeout = 60
    file = await project.open(bucket, "new", "wb")
    with pytest.raises(errors.DeadlineExceededError):
        await file.write(bytes(1_000_000), timeout=0)
    with pytest.raises(errors.StreamFailedError):
        await file.close()
    assert not await project.exists(bucket, "new")
    with pytest.raises(errors.DeadlineExceededError):
        await project.open(bucket, "key", timeout=0)
