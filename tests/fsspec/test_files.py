"""Open files."""

from __future__ import annotations

import gc
import gzip
import io
import pickle
import time
import zipfile

import fsspec
import pytest

from uplink._fsspec.files import WriteFile
from uplink.errors import ObjectChangedError, ObjectNotFoundError, PreconditionFailedError
from uplink.fsspec import UplinkFileSystem

DATA = bytes(range(256)) * 40_000  # 10 MB, more than a block


@pytest.fixture
def path(fs, bucket):
    fs.pipe(f"{bucket}/key", DATA)
    return f"{bucket}/key"


def test_a_file_is_read_and_seeks(fs, path):
    with fs.open(path) as file:
        assert (file.size, file.readable(), file.seekable(), file.writable()) == (len(DATA), True, True, False)
        assert file.read(10) == DATA[:10]
        assert file.seek(-5, io.SEEK_END) == len(DATA) - 5
        assert file.read() == DATA[-5:]
        file.seek(6_000_000)
        buffer = bytearray(100)
        assert file.readinto(buffer) == 100
        assert buffer == DATA[6_000_000:6_000_100]
        assert file.tell() == 6_000_100
    assert file.closed


@pytest.mark.parametrize("cache", ["none", "readahead", "bytes", "blockcache", "first", "all", "background"])
def test_a_file_is_read_with_a_cache_of_fsspec(fs, path, cache):
    with fs.open(path, cache_type=cache, block_size=100_000) as file:
        assert file.read(10) == DATA[:10]
        file.seek(-5, io.SEEK_END)
        assert file.read() == DATA[-5:]
        file.seek(6_000_000)
        assert file.read(100) == DATA[6_000_000:6_000_100]
        assert file.details["size"] == len(DATA)
        with pickle.loads(pickle.dumps(file)) as twin:
            assert twin.read(10) == DATA[6_000_100:6_000_110]
    with fs.open(path, cache_type="parts", cache_options={"data": {(0, 10): b"0123456789"}}) as file:
        assert file.read(5) == b"01234"


def test_an_object_that_is_replaced_is_not_read_on(fs, path):
    with fs.open(path) as file:
        assert file.read(10) == DATA[:10]
        assert file.details == fs.info(path)
        assert (file.path, file.full_name) == (path, f"sj://{path}")
        fs.pipe(path, bytes(len(DATA)))
        with pytest.raises(ObjectChangedError):
            file.read()


def test_a_file_is_read_without_being_closed(fs, path):
    assert fs.open(path).read(10) == DATA[:10]
    assert fs.open(path, "r", encoding="latin-1").read(10) == DATA[:10].decode("latin-1")


def test_a_file_that_is_missing_is_not_opened(fs, bucket):
    with pytest.raises(ObjectNotFoundError):
        fs.open(f"{bucket}/nothing")


def test_a_file_is_written_and_visible_when_it_is_closed(fs, bucket):
    path = f"{bucket}/key"
    with fs.open(path, "wb") as file:
        for start in range(0, len(DATA), 3_000_000):
            file.write(DATA[start : start + 3_000_000])
        assert not fs.exists(path)
    assert fs.cat(path) == DATA


def test_an_empty_file_is_written(fs, bucket):
    fs.open(f"{bucket}/key", "wb").close()
    assert fs.cat(f"{bucket}/key") == b""


@pytest.mark.parametrize("size", [10, len(DATA)])
def test_an_exception_aborts_what_was_written(fs, bucket, size):
    with pytest.raises(ZeroDivisionError), fs.open(f"{bucket}/key", "wb") as file:
        file.write(DATA[:size])
        raise ZeroDivisionError
    assert file.closed
    assert not fs.exists(f"{bucket}/key")


@pytest.mark.parametrize("mode", ["w", "wb"])
def test_an_exception_leaves_a_frozen_network(fs, bucket, storj_faults, mode):
    data = bytes(1_000_000)
    with pytest.raises(ZeroDivisionError), fs.open(f"{bucket}/key", mode) as file:
        file.write(data if mode == "wb" else data.decode())
        fault = storj_faults.satellite(frozen=True)
        start = time.monotonic()
        raise ZeroDivisionError
    assert time.monotonic() - start < 5
    fault.undo()
    assert not fs.exists(f"{bucket}/key")


@pytest.mark.parametrize("use", ["write", "close"])
def test_an_object_that_lacks_text_is_not_committed(fs, bucket, monkeypatch, use):
    def interrupted(*_):
        raise KeyboardInterrupt

    file = fs.open(f"{bucket}/key", "w")
    file.write("text")
    with monkeypatch.context() as patch:
        patch.setattr(WriteFile, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            getattr(file, use)(*(["x" * 100_000] if use == "write" else []))
    file.close()
    assert not fs.exists(f"{bucket}/key")


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_file_that_is_dropped_is_not_visible(fs, bucket):
    file = fs.open(f"{bucket}/key", "wb")
    file.write(DATA)
    del file
    gc.collect()
    assert not fs.exists(f"{bucket}/key")


def test_options_of_the_upload(fs, bucket):
    with fs.open(f"{bucket}/key", "wb", metadata={"camera": "x100"}) as file:
        file.write(b"data")
    assert fs.info(f"{bucket}/key")["metadata"] == {"camera": "x100"}


def test_text_and_compression(fs, bucket):
    with fs.open(f"{bucket}/text.gz", "wt", compression="infer", encoding="utf-8") as file:
        file.write("grüße\n")
    assert gzip.decompress(fs.cat(f"{bucket}/text.gz")) == "grüße\n".encode()
    with fs.open(f"{bucket}/text.gz", "rt", compression="infer", encoding="utf-8") as file:
        assert file.readlines() == ["grüße\n"]
    fs.write_text(f"{bucket}/text", "text")
    assert fs.read_text(f"{bucket}/text") == "text"
    assert (fs.head(f"{bucket}/text", 2), fs.tail(f"{bucket}/text", 2)) == (b"te", b"xt")


def test_a_file_for_a_new_object_does_not_replace_one(fs, bucket):
    with fs.open(f"{bucket}/key", "xb") as file:
        file.write(b"first")
        fs.pipe(f"{bucket}/other", b"data")
    with pytest.raises(PreconditionFailedError):
        fs.open(f"{bucket}/other", "xb")
    file = fs.open(f"{bucket}/late", "xb")
    file.write(b"late")
    fs.pipe(f"{bucket}/late", b"in time")
    with pytest.raises(FileExistsError):
        file.close()
    assert fs.cat(f"{bucket}/late") == b"in time"


@pytest.mark.parametrize("mode", ["ab", "r+b", "w+b", "a"])
def test_modes_that_objects_cannot_have(fs, path, mode):
    with pytest.raises(io.UnsupportedOperation, match="mode"):
        fs.open(path, mode)


def test_a_transaction_makes_files_visible_at_its_end(fs, bucket):
    with fs.transaction:
        for name in ("a", "b"):
            with fs.open(f"{bucket}/{name}", "wb") as file:
                file.write(DATA)
        assert fs.find(bucket) == []
    assert fs.find(bucket) == [f"{bucket}/a", f"{bucket}/b"]
    assert fs.cat(f"{bucket}/b") == DATA


def test_a_transaction_that_fails_makes_nothing_visible(fs, bucket):
    with pytest.raises(ZeroDivisionError), fs.transaction:
        with fs.open(f"{bucket}/a", "wb") as file:
            file.write(DATA)
        raise ZeroDivisionError
    assert fs.find(bucket) == []
    with fs.open(f"{bucket}/later", "wb") as file:
        file.write(b"data")
    assert fs.find(bucket) == [f"{bucket}/later"]


def test_a_file_for_reading_can_be_pickled(fs, path):
    with fs.open(path) as file:
        file.seek(100)
        with pickle.loads(pickle.dumps(file)) as twin:
            assert twin.read(10) == DATA[100:110]


async def test_a_file_of_an_asynchronous_filesystem_is_used_synchronously(access, path):
    fs = fsspec.filesystem("sj", access=access, asynchronous=True)
    with fs.open(path) as file:
        assert file.read(10) == DATA[:10]


async def test_a_file_whose_methods_are_awaited(access, bucket):
    fs = UplinkFileSystem(access, asynchronous=True)
    path = f"{bucket}/key"
    async with await fs.open_async(path, "wb", metadata={"camera": "x100"}, block_size=5) as file:
        assert (file.readable(), file.writable(), file.seekable(), file.mode) == (False, True, False, "wb")
        assert (await file.write(DATA[:100]), file.tell()) == (100, 100)
        await file.flush()
        assert not await fs._exists(path)
    assert file.closed
    assert (await fs._info(path))["metadata"] == {"camera": "x100"}
    async with await fs.open_async(f"sj://{path}") as file:
        assert (file.size, file.path, file.fs, file.info()["size"]) == (100, path, fs, 100)
        assert (file.readable(), file.writable(), file.seekable()) == (True, False, True)
        assert await file.read(10) == DATA[:10]
        assert (file.seek(-5, io.SEEK_END), file.seek(2, io.SEEK_CUR), file.tell()) == (95, 97, 97)
        assert await file.read() == DATA[97:100]
        assert await file.read() == b""
        file.seek(0)
        assert await file.read(None) == DATA[:100]
    assert file.closed
    file = await fs.open_async(path, block_size=0)
    assert await file.read(3) == DATA[:3]
    await file.close()


async def test_an_awaited_file_that_fails_is_not_committed(access, bucket):
    fs = UplinkFileSystem(access, asynchronous=True)
    with pytest.raises(ZeroDivisionError):
        async with await fs.open_async(f"{bucket}/key", "wb") as file:
            await file.write(DATA)
            raise ZeroDivisionError
    assert not await fs._exists(f"{bucket}/key")
    await fs._pipe_file(f"{bucket}/key", b"data")
    with pytest.raises(PreconditionFailedError):
        await fs.open_async(f"{bucket}/key", "xb")
    with pytest.raises(ObjectNotFoundError):
        await fs.open_async(f"{bucket}/nothing")
    for mode, options in (("ab", {}), ("r", {}), ("rb", {"compression": "gzip"})):
        with pytest.raises(io.UnsupportedOperation):
            await fs.open_async(f"{bucket}/key", mode, **options)
    for mode in ("rb", "wb"):
        with pytest.raises(TypeError):
            await fs.open_async(f"{bucket}/key", mode, no_such=1)


def test_other_filesystems_are_chained_to_it(fs, path, grant, tmp_path):
    options = {"sj": {"access": grant}, "simplecache": {"cache_storage": str(tmp_path)}}
    with fsspec.open(f"simplecache::sj://{path}", **options) as file:
        assert file.read(10) == DATA[:10]
    with fsspec.open(
        f"filecache::sj://{path}", sj={"access": grant}, filecache={"cache_storage": str(tmp_path), "check_files": True}
    ) as file:
        assert file.read() == DATA
    with fsspec.open(f"simplecache::sj://{path}.up", "wb", **options) as file:
        file.write(b"data")
    assert fs.cat(f"{path}.up") == b"data"
    below = fsspec.filesystem("dir", path=path.rpartition("/")[0], fs=fs)
    below.pipe("dir/a", b"1")
    assert (below.find("dir"), below.cat_ranges(["key"] * 2, [0, 5], [2, 9])) == (["dir/a"], [DATA[:2], DATA[5:9]])


def test_archives_are_chained_to_it(fs, bucket, grant):
    with fs.open(f"{bucket}/all.zip", "wb") as file, zipfile.ZipFile(file, "w") as archive:
        archive.writestr("cats/cat.txt", "meow")
    with fsspec.open(f"zip://cats/cat.txt::sj://{bucket}/all.zip", sj={"access": grant}) as file:
        assert file.read() == b"meow"
    with fsspec.open(f"zip://cats/cat.txt::filecache::sj://{bucket}/all.zip", sj={"access": grant}) as file:
        assert file.read() == b"meow"


def test_references_to_ranges(fs, bucket, grant):
    """As kerchunk writes them."""
    fs.pipe(f"{bucket}/key", b"0123456789")
    references = {
        "version": 1,
        "refs": {"a": [f"sj://{bucket}/key", 2, 3], "b": [f"sj://{bucket}/key"], "c": "inline"},
    }
    options = {"remote_protocol": "sj", "remote_options": {"access": grant}, "skip_instance_cache": True}
    found = fsspec.filesystem("reference", fo=references, **options).cat(["a", "b", "c"])
    assert found == {"a": b"234", "b": b"0123456789", "c": b"inline"}


def test_a_mapper(fs, bucket):
    mapper = fs.get_mapper(f"{bucket}/map")
    mapper["a/b"] = b"data"
    assert (mapper["a/b"], list(mapper), "c" in mapper) == (b"data", ["a/b"], False)
    with pytest.raises(KeyError):
        mapper["c"]
    del mapper["a/b"]
    assert len(mapper) == 0


@pytest.mark.parametrize("compression", [None, "gzip"])
def test_text_has_the_mark_of_its_byte_order(fs, bucket, compression):
    path = f"{bucket}/text"
    with fs.open(path, "w", encoding="utf-16", compression=compression) as file:
        file.write("ä")
        file.write("b")
    with fs.open(path, compression=compression) as file:
        assert file.read() == "äb".encode("utf-16")
    with fs.open(path, "r", encoding="utf-16", compression=compression) as file:
        assert file.read() == "äb"
