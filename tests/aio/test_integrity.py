"""Checksums that are stored with objects, and verified."""

from __future__ import annotations

import hashlib
import io
import pickle
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uplink import errors
from uplink._calls import transfers

MIB = 1024 * 1024
# The smallest parts that satellites accept.
PART = 5 * MIB
DATA = random.Random(5).randbytes(2 * PART + 7)
# A read of an object of this size uses several streams.
LARGE = random.Random(6).randbytes(33 * MIB + 3)
# An object that the satellite keeps, one operation, a stream, and parts.
SIZES = [0, 5000, len(DATA)]
WRONG = "0" * 64


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(transfers, "PART_SIZE", PART)


@pytest.fixture
def file(tmp_path):
    """A function that writes a file, and returns its path."""

    def write(data):
        path = tmp_path / "file"
        path.write_bytes(data)
        return path

    return write


async def read_by_get(project, bucket, tmp_path):
    return await project.get(bucket, "key", verify=True)


async def read_into(project, bucket, tmp_path):
    buffer = bytearray(len(LARGE))
    return bytes(buffer[: await project.get(bucket, "key", into=buffer, verify=True)])


async def read_stream(project, bucket, tmp_path):
    async with project.download_object(bucket, "key", verify=True) as download:
        return await download.read(2) + b"".join([chunk async for chunk in download.iter_bytes(100_000)])


async def read_file(project, bucket, tmp_path):
    async with project.open(bucket, "key", "rb", verify=True) as opened:
        return await opened.read(3) + await opened.read()


async def read_to_disk(project, bucket, tmp_path):
    path = tmp_path / "downloaded"
    await project.download_file(bucket, "key", path, verify=True)
    return path.read_bytes()


READERS = [read_by_get, read_into, read_stream, read_file, read_to_disk]


@pytest.mark.parametrize("size", SIZES)
async def test_every_way_of_upload_stores_the_same_checksum(project, bucket, file, size):
    data = DATA[:size]
    for algorithm in ("sha256", "blake3"):
        stored = {"metadata": {"a": "b"}, "checksum": algorithm}
        items = [
            await project.upload_file(bucket, f"file {algorithm}", file(data), **stored),
            await project.put(bucket, f"put {algorithm}", data, **stored),
            await project.put(bucket, f"pieces {algorithm}", io.BytesIO(data), **stored),
        ]
        async with project.upload_object(bucket, f"stream {algorithm}", **stored) as upload:
            await upload.write(data[:100])
            await upload.write(data[100:])
        items.append(upload.info())
        async with project.open(bucket, f"opened {algorithm}", "wb", **stored) as opened:
            await opened.write(data)
        items.append(await project.stat_object(bucket, f"opened {algorithm}"))
        value = items[0].metadata[algorithm]
        assert all(item.metadata == {"a": "b", algorithm: value} for item in items)
        assert (value == sha256(data)) == (algorithm == "sha256")
        assert (await project.stat_object(bucket, f"file {algorithm}")).metadata == items[0].metadata
        assert await project.get(bucket, f"file {algorithm}", verify=True) == data


async def test_known_checksums(project, bucket):
    for data, expected in [
        (b"", "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
        (b"abc", "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"),
    ]:
        item = await project.put(bucket, f"key of {len(data)}", data, checksum="blake3")
        assert item.metadata == {"blake3": expected}


@pytest.mark.parametrize(
    ("read", "data"),
    [
        *((read, data) for read in READERS for data in (b"", b"four", DATA[: 2 * MIB + 7])),
        (read_by_get, LARGE),
        (read_to_disk, LARGE),
    ],
)
async def test_every_way_of_reading_verifies(project, bucket, tmp_path, read, data):
    await project.put(bucket, "key", data, checksum="sha256")
    assert await read(project, bucket, tmp_path) == data
    await project.update_object_metadata(bucket, "key", {"sha256": WRONG})
    with pytest.raises(errors.ChecksumMismatchError, match=sha256(data)) as caught:
        await read(project, bucket, tmp_path)
    error = caught.value
    assert (error.algorithm, error.stored, error.actual) == ("sha256", WRONG, sha256(data))
    assert (error.bucket, error.key, error.retryable) == (bucket, "key", False)
    assert isinstance(error, OSError)
    again = pickle.loads(pickle.dumps(error))
    assert (again.algorithm, again.stored, again.actual) == ("sha256", WRONG, sha256(data))
    await project.update_object_metadata(bucket, "key", {})
    with pytest.raises(errors.ChecksumMissingError) as caught:
        await read(project, bucket, tmp_path)
    assert (caught.value.bucket, caught.value.key) == (bucket, "key")


async def test_without_verify_the_checksum_is_only_metadata(project, bucket, tmp_path):
    await project.put(bucket, "key", b"data", metadata={"sha256": WRONG})
    assert await project.get(bucket, "key") == b"data"
    await project.download_file(bucket, "key", tmp_path / "file")


async def test_a_checksum_that_is_no_checksum_is_noticed(project, bucket):
    for stored in ("", "no digits", sha256(b"data")[1:], "é"):
        key = f"key with {stored}"
        await project.put(bucket, key, b"data", metadata={"sha256": stored})
        with pytest.raises(errors.ChecksumMismatchError) as caught:
            await project.get(bucket, key, verify=True)
        assert caught.value.stored == stored


async def test_digits_may_be_capital(project, bucket):
    await project.put(bucket, "key", b"data", metadata={"sha256": sha256(b"data").upper()})
    assert await project.get(bucket, "key", verify=True) == b"data"


async def test_copies_and_moves_keep_the_checksum(project, bucket):
    await project.put(bucket, "key", b"data", checksum="blake3")
    await project.copy_object(bucket, "key", bucket, "copy")
    await project.move_object(bucket, "key", bucket, "moved")
    for key in ("copy", "moved"):
        assert await project.get(bucket, key, verify=True) == b"data"


async def test_a_wrong_download_leaves_no_file(project, bucket, tmp_path):
    await project.put(bucket, "key", DATA, metadata={"sha256": WRONG})
    path = tmp_path / "file"
    path.write_bytes(b"before")
    with pytest.raises(errors.ChecksumMismatchError):
        await project.download_file(bucket, "key", path, verify=True)
    assert path.read_bytes() == b"before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


async def test_a_resumed_download_verifies_what_was_kept(project, bucket, tmp_path):
    data = LARGE
    await project.put(bucket, "key", data, checksum="sha256")
    path = tmp_path / "file"

    def stop(received, total, committed):
        if received > 3 * MIB:
            raise StopIteration

    for _ in range(2):
        with pytest.raises((StopIteration, RuntimeError)):
            await project.download_file(bucket, "key", path, progress=stop, verify=True)
    await project.download_file(bucket, "key", path, verify=True)
    assert path.read_bytes() == data


async def test_a_resumed_upload_stores_the_checksum_of_the_whole_file(project, bucket, file):
    path = file(DATA)

    def stop(sent, total, committed):
        if sent > PART:
            raise StopIteration

    with pytest.raises((StopIteration, RuntimeError)):
        await project.upload_file(bucket, "key", path, progress=stop)
    item = await project.upload_file(bucket, "key", path, checksum="sha256")
    assert item.metadata == {"sha256": sha256(DATA)}


async def test_a_stream_returns_bytes_before_the_last_read_verifies(project, bucket):
    await project.put(bucket, "key", DATA, metadata={"sha256": WRONG})
    async with project.download_object(bucket, "key", verify=True) as download:
        assert await download.read(PART) == DATA[:PART]
        with pytest.raises(errors.ChecksumMismatchError):
            await download.read()
        with pytest.raises(errors.StreamFailedError):
            await download.read()


async def test_a_verified_file_has_no_random_access(project, bucket):
    await project.put(bucket, "key", DATA, checksum="sha256")
    async with project.open(bucket, "key", verify=True) as opened:
        assert not opened.seekable()
        with pytest.raises(io.UnsupportedOperation):
            await opened.seek(0)
        assert await opened.tell() == 0
        assert await opened.read() == DATA
    await project.put(bucket, "text", b"one\ntwo\n", checksum="sha256")
    async with project.open(bucket, "text", "r", verify=True) as opened:
        assert not opened.seekable()
        with pytest.raises(io.UnsupportedOperation):
            await opened.seek(0)
        assert [line async for line in opened] == ["one\n", "two\n"]


async def test_a_verified_file_that_failed_stays_failed(project, bucket):
    await project.put(bucket, "key", DATA, metadata={"sha256": WRONG})
    async with project.open(bucket, "key", verify=True) as opened:
        assert await opened.read(10) == DATA[:10]
        with pytest.raises(errors.ChecksumMismatchError):
            await opened.read()
        with pytest.raises(errors.StreamFailedError):
            await opened.read()


async def test_wrong_arguments(project, bucket, file):
    for call in (
        lambda given: project.put(bucket, "key", b"", **given),
        lambda given: project.put(bucket, "key", io.BytesIO(), **given),
        lambda given: project.upload_file(bucket, "key", file(b""), **given),
        lambda given: project.upload_object(bucket, "key", **given),
        lambda given: project.open(bucket, "key", "wb", **given),
    ):
        with pytest.raises(errors.InvalidArgumentError, match="md5"):
            await call({"checksum": "md5"})
        with pytest.raises(TypeError):
            await call({"checksum": 1})
    for call in (project.put, project.upload_file):
        with pytest.raises(errors.InvalidArgumentError, match="sha256"):
            source = b"" if call == project.put else file(b"")
            await call(bucket, "key", source, metadata={"sha256": "mine"}, checksum="sha256")
    async with project.upload_object(bucket, "key", checksum="sha256") as upload:
        with pytest.raises(errors.InvalidArgumentError, match="sha256"):
            upload.set_custom_metadata({"sha256": "mine"})
        upload.set_custom_metadata({"a": "b"})
    assert upload.info().metadata == {"a": "b", "sha256": sha256(b"")}
    for span in ({"offset": 1}, {"length": 3}, {"offset": -1}):
        for call in (project.get, project.download_object):
            with pytest.raises(errors.InvalidArgumentError, match="range"):
                await call(bucket, "key", verify=True, **span)
    with pytest.raises(TypeError):
        await project.get(bucket, "key", verify="yes")
    with pytest.raises(errors.InvalidArgumentError, match="verified"):
        await project.open(bucket, "key", "wb", verify=True)
    with pytest.raises(errors.InvalidArgumentError, match="stores nothing"):
        await project.open(bucket, "key", "rb", checksum="sha256")


async def test_trees_store_and_compare_checksums(project, bucket, tmp_path):
    (tmp_path / "small").write_bytes(b"small")
    (tmp_path / "large").write_bytes(DATA)
    await project.upload_tree(bucket, "tree/", tmp_path)
    for name, data in (("small", b"small"), ("large", DATA)):
        item = await project.stat_object(bucket, f"tree/{name}")
        assert item.metadata["sha256"] == sha256(data)
        assert await project.get(bucket, item.key, verify=True) == data
    await project.put(bucket, "tree/small", b"small", checksum="blake3")
    result = await project.sync_tree(bucket, "tree/", tmp_path, direction="up", compare="checksum")
    assert (result.copied, result.unchanged) == (0, 2)


async def test_trees_verify(project, bucket, tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / "small").write_bytes(b"small")
    (source / "large").write_bytes(DATA)
    await project.upload_tree(bucket, "tree/", source)
    assert (await project.download_tree(bucket, "tree/", target, verify=True)).copied == 2
    await project.update_object_metadata(bucket, "tree/small", {"sha256": WRONG})
    await project.update_object_metadata(bucket, "tree/large", {"blake3": WRONG})
    await project.put(bucket, "tree/none", b"data")
    await project.put(bucket, "tree/right", b"right", checksum="blake3")
    with pytest.raises(errors.TreeError) as caught:
        await project.download_tree(bucket, "tree/", tmp_path / "second", verify=True)
    failed = {entry.path: type(entry.error) for entry in caught.value.result.failures}
    mismatch = errors.ChecksumMismatchError
    assert failed == {"small": mismatch, "large": mismatch, "none": errors.ChecksumMissingError}
    assert [path.name for path in (tmp_path / "second").iterdir()] == ["right"]
    with pytest.raises(errors.TreeError):
        await project.sync_tree(bucket, "tree/", target, direction="down", verify=True)
    assert (target / "small").read_bytes() == b"small"
    with pytest.raises(errors.InvalidArgumentError, match="verified"):
        await project.sync_tree(bucket, "tree/", target, direction="up", verify=True)
    with pytest.raises(TypeError):
        await project.download_tree(bucket, "tree/", target, verify=1)


@settings(max_examples=6)
@given(
    pieces=st.lists(st.binary(max_size=3000).map(lambda data: data * 100), max_size=6),
    reads=st.lists(st.integers(1, 300_000), min_size=1, max_size=4),
    algorithm=st.sampled_from(["sha256", "blake3"]),
)
async def test_any_content_in_any_pieces(project, bucket, pieces, reads, algorithm):
    key = f"key {random.random()}"
    async with project.upload_object(bucket, key, checksum=algorithm) as upload:
        for piece in pieces:
            await upload.write(piece)
    data = b"".join(pieces)
    if algorithm == "sha256":
        assert upload.info().metadata == {"sha256": sha256(data)}
    async with project.download_object(bucket, key, verify=True) as download:
        back, turn = b"", 0
        while piece := await download.read(reads[turn % len(reads)]):
            back, turn = back + piece, turn + 1
    assert back == data
