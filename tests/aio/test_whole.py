"""`put` and `get`."""

from __future__ import annotations

import array
import io
import mmap
import os
import pathlib
import secrets
from datetime import datetime, timedelta, timezone

import pytest

from uplink import errors

# Nothing, inline, the last inline size and the first remote one, a full block, several blocks, several megabytes.
SIZES = [0, 1, 4096, 4097, 29 * 256, 100_000, 5_000_000]


@pytest.mark.parametrize("size", SIZES)
async def test_put_and_get_of_every_size(project, bucket, size):
    data = secrets.token_bytes(size)
    item = await project.put(bucket, "a key", data)
    assert item.size == size
    assert await project.get(bucket, "a key") == data


async def test_several_segments(project, bucket):
    data = secrets.token_bytes(1024 * 1024) * 70
    await project.put(bucket, "large", data)
    assert await project.get(bucket, "large") == data
    border = 64 * 1024 * 1024
    assert await project.get(bucket, "large", offset=border - 5, length=10) == data[border - 5 : border + 5]


async def test_put_returns_the_record_that_stat_gives(project, bucket):
    expires = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
    before = datetime.now(timezone.utc) - timedelta(seconds=2)
    item = await project.put(bucket, "key", b"data", metadata={"ä": "ö", "empty": ""}, expires=expires)
    assert item == await project.stat_object(bucket, "key")
    assert item.key == "key"
    assert item.size == 4
    assert item.metadata == {"ä": "ö", "empty": ""}
    assert item.expires == expires
    assert item.created is not None
    assert before <= item.created <= datetime.now(timezone.utc) + timedelta(seconds=2)


def buffers():
    data = bytes(range(256)) * 1000
    mapped = mmap.mmap(-1, len(data))
    mapped[:] = data
    return {
        "bytes": (data, data),
        "bytearray": (bytearray(data), data),
        "memoryview": (memoryview(data)[100:200_000], data[100:200_000]),
        "array": (array.array("I", data), data),
        "mmap": (mapped, data),
        "file": (io.BytesIO(data), data),
        "iterable": ([data[:10], bytearray(data[10:300]), memoryview(data)[300:]], data),
        "generator": ((data[i : i + 1000] for i in range(0, len(data), 1000)), data),
        "nothing": (iter(()), b""),
    }


@pytest.mark.parametrize("kind", list(buffers()))
async def test_put_takes(project, bucket, kind):
    source, data = buffers()[kind]
    await project.put(bucket, kind, source)
    assert await project.get(bucket, kind) == data


async def test_put_takes_a_path(project, bucket, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(secrets.token_bytes(3_000_000))
    await project.put(bucket, "path", path)
    assert await project.get(bucket, "path") == path.read_bytes()


async def test_put_takes_an_asynchronous_generator(project, bucket):
    async def pieces():
        for piece in (b"one, ", b"two, ", b"three"):
            yield piece

    await project.put(bucket, "pieces", pieces())
    assert await project.get(bucket, "pieces") == b"one, two, three"


@pytest.mark.parametrize("source", ["text", 42, None, ["text"], [1, 2]])
async def test_put_refuses(project, bucket, source):
    with pytest.raises(TypeError):
        await project.put(bucket, "key", source)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "key")


async def test_a_source_that_fails_leaves_nothing(project, bucket, tmp_path):
    async def broken():
        yield secrets.token_bytes(1_000_000)
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        await project.put(bucket, "key", broken())
    with pytest.raises(errors.ObjectNotFoundError):
        await project.get(bucket, "key")
    with pytest.raises(FileNotFoundError):
        await project.put(bucket, "key", pathlib.Path(tmp_path / "not there"))


RANGES = [
    (0, None),
    (0, 0),
    (0, 1),
    (3, 4),
    (9999, 1),
    (9990, 100),
    (10_000, None),
    (-1, None),
    (-10, 4),
    (-10_000, None),
]


@pytest.mark.parametrize(("offset", "length"), RANGES)
async def test_get_of_a_range(project, bucket, offset, length):
    data = secrets.token_bytes(10_000)
    await project.put(bucket, "key", data)
    end = None if length is None else (len(data) + offset if offset < 0 else offset) + length
    assert await project.get(bucket, "key", offset=offset, length=length) == data[offset:end]


@pytest.mark.parametrize(("offset", "length"), [(11, None), (11, 5), (10_000, 1), (0, -1), (5, -5)])
async def test_a_range_that_is_none(project, bucket, offset, length):
    await project.put(bucket, "key", b"0123456789")
    with pytest.raises(errors.RangeInvalidError) as caught:
        await project.get(bucket, "key", offset=offset, length=length)
    assert isinstance(caught.value, ValueError)


async def test_a_mapping_is_a_buffer_and_no_file(project, bucket):
    mapped = mmap.mmap(-1, 10)
    mapped[:] = b"0123456789"
    mapped.read(3)
    await project.put(bucket, "key", mapped)
    assert await project.get(bucket, "key") == b"0123456789"


async def test_a_file_that_has_nothing_yet_is_not_at_its_end(project, bucket):
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.write(writer, b"part 1")
    with os.fdopen(reader, "rb", buffering=0) as file:
        with pytest.raises(BlockingIOError):
            await project.put(bucket, "key", file)
        os.close(writer)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.get(bucket, "key")


@pytest.mark.skipif(not pathlib.Path("/proc/self/fd").exists(), reason="needs /proc")
async def test_a_failed_put_closes_its_file(project, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bytes(3_000_000))
    with pytest.raises(errors.BucketNotFoundError):
        await project.put("no-such-bucket-here", "key", path)
    targets = {pathlib.Path(f"/proc/self/fd/{number}").resolve() for number in range(256)}
    assert path not in targets


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({b"one", b"two"}, "iterable of buffers, not set"),
        ({b"key": b"value"}, "iterable of buffers, not dict"),
        ({}, "iterable of buffers, not dict"),
        ([b"one", 2], "an object takes a buffer, such as bytes, not int"),
        (["text"], "an object takes bytes, not str"),
        ([memoryview(b"one two")[::2]], "contiguous buffer"),
    ],
)
async def test_put_refuses_what_has_no_bytes_or_no_order(project, bucket, data, message):
    with pytest.raises(TypeError, match=message):
        await project.put(bucket, "key", data)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "key")


async def test_put_takes_a_download(project, bucket):
    data = secrets.token_bytes(3_000_000)
    await project.put(bucket, "key", data)
    async with project.download_object(bucket, "key") as download:
        await project.put(bucket, "copy", download)
    assert await project.get(bucket, "copy") == data
