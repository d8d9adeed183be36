"""`upload_file` and `put` of files that are open."""

from __future__ import annotations

import gzip
import io
import os
import random
import tempfile
from pathlib import Path

import pytest

from uplink import errors
from uplink._calls import transfers
from uplink._calls._stored import Stored
from uplink._opened import opened_file

# The smallest parts that satellites accept.
PART = 5 * 1024 * 1024
DATA = random.Random(3).randbytes(PART + 11)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(transfers, "PART_SIZE", PART)
    monkeypatch.setattr(transfers, "LARGE_FILE", PART)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(DATA)
    return path


@pytest.fixture(params=["put", "upload_file"])
def upload(project, bucket, request):
    """A function that uploads an open file to a key, by either method."""

    async def run(file, **options):
        return await getattr(project, request.param)(bucket, "key", file, **options)

    return run


@pytest.mark.parametrize(("start", "buffering"), [(0, 0), (3, -1), (PART, 0), (PART + 11, -1), (2 * PART, -1)])
async def test_what_a_file_has_left(project, bucket, upload, path, buffering, start):
    with path.open("rb", buffering=buffering) as file:
        file.seek(start)
        item = await upload(file, checksum="sha256")
        assert file.tell() == max(start, len(DATA))
        assert item.size == len(DATA[start:])
    assert await project.get(bucket, "key", verify=True) == DATA[start:]


async def test_a_position_in_the_middle_of_a_buffer(project, bucket, upload, path):
    with path.open("rb") as file:
        assert file.read(5) == DATA[:5]
        await upload(file)
        assert file.read() == b""
    assert await project.get(bucket, "key") == DATA[5:]


@pytest.mark.parametrize("kind", [tempfile.TemporaryFile, tempfile.NamedTemporaryFile])
async def test_temporary_files_with_unwritten_bytes(project, bucket, upload, kind):
    with kind() as file:
        file.write(DATA)
        file.seek(1)
        file.write(b"changed")  # is in the buffer of the file
        await upload(file)
        file.seek(0)
        await upload(file)
    assert await project.get(bucket, "key") == DATA[:1] + b"changed" + DATA[8:]


async def test_a_file_that_has_no_name_any_more(project, bucket, upload, path):
    with path.open("rb") as file:
        path.unlink()
        await upload(file)
    assert await project.get(bucket, "key") == DATA


async def test_the_position_after_an_error(project, bucket, upload, path):
    await project.put(bucket, "key", b"old")
    with path.open("rb") as file:
        file.seek(7)
        with pytest.raises(errors.PreconditionFailedError):
            await upload(file, if_none_match="*")
        assert file.tell() == 7
    assert await project.get(bucket, "key") == b"old"


async def test_the_position_after_a_file_has_grown(project, bucket, upload, path, monkeypatch):
    module = "uplink.aio._family"
    run = __import__(module, fromlist=["run"]).run
    failures = [errors.SourceChangedError("the file has changed")]

    async def grow(call, timeout):
        if failures:
            with path.open("ab") as end:
                end.write(b"more")
            raise failures.pop()
        return await run(call, timeout)

    monkeypatch.setattr(f"{module}.run", grow)
    with path.open("rb") as file:
        file.seek(7)
        item = await upload(file)
        assert (item.size, file.read()) == (len(DATA) - 3, b"")
    assert await project.get(bucket, "key") == DATA[7:] + b"more"


async def test_the_descriptor_of_a_file_that_was_closed_is_not_read(project, bucket, path):
    handle = project._handle()
    with path.open("rb") as file:
        opened = opened_file(file)
        call = transfers.upload_opened(handle, bucket, "key", opened, Stored(handle.boundary, None, None), resume=False)
    with path.with_suffix(".other").open("xb"), pytest.raises(ValueError, match="closed"):
        await project._run(call, None)


async def test_an_interrupted_upload_goes_on(project, bucket, path, storj_network, storj_faults):
    with path.open("rb") as file:
        refusing = storj_faults.call("CommitObject", code="PermissionDenied", text="no")
        with refusing, pytest.raises(errors.UplinkError):
            await project.upload_file(bucket, "key", file)
        before = storj_network.local.calls("satellite")["CommitSegment"]
        await project.upload_file(bucket, "key", file)
        assert storj_network.local.calls("satellite")["CommitSegment"] == before
    assert await project.get(bucket, "key") == DATA


@pytest.mark.skipif(os.name == "nt", reason="needs pipes that can be polled")
async def test_pipes(project, bucket):
    reader, writer = os.pipe()
    os.write(writer, b"from a pipe")
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        with pytest.raises(errors.InvalidArgumentError, match="not a regular file; put takes it, as a stream"):
            await project.upload_file(bucket, "key", file)
        await project.put(bucket, "key", file)
    assert await project.get(bucket, "key") == b"from a pipe"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
async def test_a_file_whose_size_is_0(project, bucket):
    with os.fdopen(os.open("/proc/self/status", os.O_RDONLY), "rb") as file:
        with pytest.raises(errors.InvalidArgumentError, match="open file has bytes"):
            await project.upload_file(bucket, "key", file)
        await project.put(bucket, "key", file)
    assert b"VmHWM" in await project.get(bucket, "key")


async def test_files_that_are_read_in_their_own_way(project, bucket, path):
    packed = path.with_suffix(".gz")
    packed.write_bytes(gzip.compress(DATA, 1))

    class Own(io.FileIO):
        pass

    with gzip.open(packed) as file:
        assert opened_file(file) is None
        wrapped = io.BufferedReader(file)
        assert opened_file(wrapped) is None
        wrapped.detach()
        with pytest.raises(TypeError):
            await project.upload_file(bucket, "key", file)
        await project.put(bucket, "key", file)
    with Own(path) as own:
        assert opened_file(own) is None
        wrapped = io.BufferedReader(own)
        assert opened_file(wrapped) is None
    assert await project.get(bucket, "key") == DATA


async def test_files_that_cannot_be_read(project, bucket, path):
    for mode in ("ab", "r"):
        with path.open(mode) as file, pytest.raises(TypeError, match="for reading bytes"):
            await project.upload_file(bucket, "key", file)
    file = path.open("rb")
    file.close()
    with pytest.raises(ValueError, match="closed"):
        await project.upload_file(bucket, "key", file)
    with tempfile.SpooledTemporaryFile() as spooled:
        for other in (io.BytesIO(DATA), spooled):
            with pytest.raises(TypeError, match=r"; put takes other objects with read$"):
                await project.upload_file(bucket, "key", other)
    for other in (3, object()):
        with pytest.raises(TypeError, match=f"not {type(other).__name__}$"):
            await project.upload_file(bucket, "key", other)
