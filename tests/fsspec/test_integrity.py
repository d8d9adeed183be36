"""Checksums that uploads of a filesystem store, and its reads compare."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import pickle

import pytest
from fsspec import AbstractFileSystem

from uplink.errors import ChecksumMismatchError, ChecksumMissingError, InvalidArgumentError
from uplink.fsspec import UplinkFileSystem

DATA = bytes(range(256)) * 800  # some 200 KB, more than a read gets ahead
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def hashing(access):
    return UplinkFileSystem(access, checksum="sha256")


@pytest.fixture
def wrong(fs, bucket):
    """The path of an object whose bytes have another checksum."""
    fs.pipe_file(f"{bucket}/wrong", DATA, metadata={"sha256": 64 * "0"})
    return f"{bucket}/wrong"


async def write_awaited(fs, path, **options):
    async with await fs.open_async(path, "wb", **options) as file:
        await file.write(DATA)


def write(fs, path, way, folder, **options):
    """Store the data in one of the ways of a filesystem."""
    if way == "pipe":
        fs.pipe(path, DATA, **options)
    elif way == "pipe_file":
        fs.pipe_file(path, DATA, **options)
    elif way == "put":
        (folder / "file").write_bytes(DATA)
        fs.put(str(folder / "file"), path, **options)
    elif way == "open":
        with fs.open(path, "wb", **options) as file:
            file.write(DATA)
    elif way == "transaction":
        with fs.transaction, fs.open(path, "wb", **options) as file:
            file.write(DATA)
    else:
        asyncio.run(write_awaited(fs, path, **options))


@pytest.mark.parametrize("way", ["pipe", "pipe_file", "put", "open", "transaction", "open_async"])
def test_each_upload_stores_the_checksum_of_the_filesystem(access, hashing, fs, bucket, tmp_path, way):
    path = f"{bucket}/key"
    options = {"asynchronous": True} if way == "open_async" else {}
    same = UplinkFileSystem(access, checksum="sha256", **options)
    write(same, path, way, tmp_path)
    assert hashing.info(path)["metadata"]["sha256"] == SHA256
    write(same, path, way, tmp_path, checksum="blake3")
    assert [*fs.info(path)["metadata"]] == ["blake3"]
    write(same, path, way, tmp_path, checksum=None)
    assert not fs.info(path)["metadata"]


def test_touch_stores_the_checksum_of_no_bytes(hashing, bucket):
    hashing.touch(f"{bucket}/empty")
    assert hashing.info(f"{bucket}/empty")["metadata"] == {"sha256": hashlib.sha256().hexdigest()}
    assert hashing.cat_file(f"{bucket}/empty", verify=True) == b""


def test_the_checksum_is_an_option_as_the_others(access, hashing, fs):
    assert UplinkFileSystem(access, checksum="sha256") is hashing
    assert fs is not hashing
    assert json.loads(hashing.to_json())["checksum"] == "sha256"
    assert AbstractFileSystem.from_json(hashing.to_json()) is hashing
    assert pickle.loads(pickle.dumps(hashing))._algorithm == "sha256"
    with pytest.raises(InvalidArgumentError, match="checksum is 'md5'"):
        UplinkFileSystem(access, checksum="md5")
    with pytest.raises(TypeError, match="checksum"):
        UplinkFileSystem(access, checksum=1)


def test_reads_are_verified(hashing, bucket, tmp_path):
    path = f"{bucket}/key"
    hashing.pipe_file(path, DATA)
    assert hashing.cat_file(path, verify=True) == hashing.cat(path, verify=True) == DATA
    hashing.get_file(path, tmp_path / "file", verify=True)
    assert (tmp_path / "file").read_bytes() == DATA
    target = io.BytesIO()
    hashing.get_file(path, target, verify=True)
    assert target.getvalue() == DATA
    with hashing.open(path, verify=True) as file:
        assert not file.seekable()
        assert file.read(10) + file.read() == DATA
        with pytest.raises(TypeError, match="verified"):
            pickle.dumps(file)
    hashing.pipe_file(f"{bucket}/text", "grüße\n".encode())
    with hashing.open(f"{bucket}/text", "r", encoding="utf-8", verify=True) as file:
        assert file.read() == "grüße\n"


def test_a_wrong_checksum_is_found(fs, wrong, tmp_path):
    with pytest.raises(ChecksumMismatchError):
        fs.cat_file(wrong, verify=True)
    for target in (tmp_path / "file", io.BytesIO()):
        with pytest.raises(ChecksumMismatchError):
            fs.get_file(wrong, target, verify=True)
    assert not (tmp_path / "file").exists()
    with fs.open(wrong, verify=True) as file, pytest.raises(ChecksumMismatchError):
        file.read()


def test_an_object_without_a_checksum_is_not_verified(fs, bucket, tmp_path):
    path = f"{bucket}/key"
    fs.pipe_file(path, DATA)
    for read in (
        lambda: fs.cat_file(path, verify=True),
        lambda: fs.get_file(path, tmp_path / "file", verify=True),
        lambda: fs.get_file(path, io.BytesIO(), verify=True),
        lambda: fs.open(path, verify=True),
    ):
        with pytest.raises(ChecksumMissingError):
            read()


def test_what_cannot_be_verified_is_refused(hashing, bucket):
    path = f"{bucket}/key"
    hashing.pipe_file(path, DATA)
    for refused in (
        lambda: hashing.cat_file(path, 1, 5, verify=True),
        lambda: hashing.cat_ranges([path, path], [0, 2], [1, 3], verify=True),
        lambda: hashing.open(path, verify=True, cache_type="readahead"),
        lambda: hashing.open(path, "wb", verify=True),
    ):
        with pytest.raises(InvalidArgumentError, match="verified"):
            refused()


async def test_awaited_reads_are_verified(access, bucket):
    fs = UplinkFileSystem(access, asynchronous=True, checksum="blake3")
    path = f"{bucket}/key"
    await fs._pipe_file(path, DATA)
    async with await fs.open_async(path, verify=True) as file:
        assert not file.seekable()
        with pytest.raises(io.UnsupportedOperation):
            file.seek(0)
        assert await file.read(10) + await file.read() == DATA
    with pytest.raises(InvalidArgumentError, match="verified"):
        await fs.open_async(path, "wb", verify=True)
    await fs._pipe_file(path, DATA, metadata={"blake3": 64 * "0"}, checksum=None)
    async with await fs.open_async(path, verify=True) as file:
        with pytest.raises(ChecksumMismatchError):
            await file.read()
