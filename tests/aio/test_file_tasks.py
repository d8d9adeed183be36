"""Files of `uplink.aio`: text, tasks and cancellation."""

from __future__ import annotations

import asyncio
import contextlib
import io
import random
import secrets
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uplink
from uplink import errors

SIZE = 700_000


@pytest.fixture
async def data(project, bucket) -> bytes:
    content = secrets.token_bytes(SIZE)
    await project.put(bucket, "key", content)
    return content


async def test_the_classes(project, bucket, data):
    files = uplink.aio.files
    for mode, buffering, kind in (
        ("rb", -1, files.BufferedReader),
        ("rb", 0, files.RawReader),
        ("r", -1, files.TextReader),
        ("wb", -1, files.BufferedWriter),
        ("wb", 0, files.RawWriter),
        ("w", -1, files.TextWriter),
    ):
        file = await project.open(bucket, "key", mode, buffering=buffering)
        async with file:
            assert type(file) is kind
            assert type(file).__module__ == "uplink.aio.files"
            assert (file.name, file.bucket, file.key, file.mode) == ("key", bucket, "key", mode)
            assert file.readable() is (mode[0] == "r")
            assert file.writable() is not file.readable()
            assert file.seekable() is file.readable()
            assert f"{bucket}/key" in repr(file)
            with pytest.raises(io.UnsupportedOperation):
                file.fileno()
            if file.writable():
                await file.abort()
    with pytest.raises(TypeError, match="take `async with`"), file:
        pass


async def test_a_file_that_is_in_use_is_not_closed(project, bucket, storj_faults):
    file = await project.open(bucket, "new", "wb")
    fault = storj_faults.satellite(frozen=True)
    writing = asyncio.create_task(file.write(bytes(3_000_000)))
    await asyncio.sleep(0.2)
    with pytest.raises(errors.BusyError):
        await file.close()
    assert not file.closed
    fault.undo()
    await writing
    await file.close()
    assert (await project.stat_object(bucket, "new")).size == 3_000_000


async def test_aclosing_and_readall(project, bucket, data):
    async with contextlib.aclosing(await project.open(bucket, "key", buffering=0)) as file:
        assert await file.readall() == data
    assert file.closed
    async with contextlib.aclosing(await project.open(bucket, "new", "w")) as text:
        await text.write("data")
    assert await project.get(bucket, "new") == b"data"


async def test_one_task_at_a_time(project, bucket, data):
    async with project.open(bucket, "key") as file:
        first = asyncio.create_task(file.read(600_000))
        await asyncio.sleep(0)
        for call in (file.read(1), file.seek(0), file.tell(), file.readline()):
            with pytest.raises(errors.BusyError):
                await call
        assert await first == data[:600_000]
        assert await file.read() == data[600_000:]


async def test_cancelling_a_read_changes_nothing(project, bucket, data, storj_faults):
    async with project.open(bucket, "key") as file, project.open(bucket, "key", "r", encoding="latin-1") as text:
        assert await file.read(10) == data[:10]
        await text.seek(SIZE - 20)
        await file.seek(SIZE - 20)
        with storj_faults.satellite(frozen=True):
            for read in (file.read, file.readline, text.read, text.readline):
                task = asyncio.create_task(read())
                await asyncio.sleep(0.05)
                task.cancel()
                start = time.monotonic()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert time.monotonic() - start < 1  # 0.1 s is promised, on a machine that is not loaded
                with pytest.raises(errors.DeadlineExceededError):
                    await read(timeout=0.05)
        assert await file.tell() == await text.tell() == SIZE - 20
        assert await file.read() == data[-20:]
        assert await text.read() == io.TextIOWrapper(io.BytesIO(data[-20:]), "latin-1").read()


async def test_a_cancelled_write_ends_the_file(project, bucket, storj_faults):
    file = await project.open(bucket, "new", "w")
    with storj_faults.satellite(frozen=True), pytest.raises((asyncio.TimeoutError, TimeoutError)):
        await asyncio.wait_for(file.write("x" * 3_000_000), 0.1)
    with pytest.raises(errors.StreamFailedError):
        await file.close()
    assert file.closed
    assert not await project.exists(bucket, "new")


async def test_cancellations_at_any_moment(project, bucket, data):
    """They leave nothing behind, and no wrong bytes."""
    moments = random.Random(1)

    async def read(file):
        await file.seek(moments.randrange(SIZE))
        for _ in range(5):
            await file.read(moments.choice([10, 5_000, 300_000]))

    async def write(number):
        # A satellite accepts about one write a second to each key.
        async with project.open(bucket, f"new {number}", "wb") as file:
            for _ in range(4):
                await file.write(data[:100_000])

    async with project.open(bucket, "key") as file:
        for number in range(60):
            for work in (read(file), write(number)):
                task = asyncio.create_task(work)
                await asyncio.sleep(moments.random() * 0.01)
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            place = moments.randrange(SIZE - 100)
            await file.seek(place)
            assert await file.read(100) == data[place : place + 100]
    written = [item.size async for item in project.list_objects(bucket) if item.key != "key"]
    assert written == [400_000] * len(written)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-7", "latin-1", "shift_jis"]
TEXTS = st.lists(st.sampled_from(["a", "b", "é", "\n", "\r", "\r\n", "bcdefgh", "ö" * 30])).map("".join)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(-1, 20)),
        st.tuples(st.just("readline"), st.integers(-1, 20)),
        st.tuples(st.just("mark")),
        st.tuples(st.just("return")),
    ),
    max_size=12,
)


async def compare(project, bucket, content, steps, options):
    """Apply the steps to a file and to a text file of `io`, and compare what they return."""
    model = io.TextIOWrapper(io.BytesIO(content), **options)
    await project.put(bucket, f"text {hash(content)}", content)
    async with project.open(bucket, f"text {hash(content)}", "r", **options) as file:
        marks = (0, 0)
        for name, *arguments in steps:
            if name == "mark":
                marks = await file.tell(), model.tell()
            elif name == "return":
                assert await file.seek(marks[0]) == marks[0]
                model.seek(marks[1])
            else:
                assert await getattr(file, name)(*arguments) == getattr(model, name)(*arguments)
        hint = len(content) // 2
        assert await file.readlines(hint) == model.readlines(hint)
        assert await file.read() == model.read()
        end = await file.seek(0, io.SEEK_END)
        assert end == len(content)
        assert await file.readline() == ""
        with pytest.raises(io.UnsupportedOperation):
            await file.seek(1, io.SEEK_CUR)
        with pytest.raises(errors.InvalidArgumentError):
            await file.seek(-1)
        assert await file.seek(0, io.SEEK_CUR) == await file.tell()


@pytest.mark.parametrize("newline", [None, "", "\n", "\r", "\r\n"])
@given(text=TEXTS, steps=STEPS, encoding=st.sampled_from(ENCODINGS))
def test_text_is_read_as_io_reads_it(access, storj_bucket, monkeypatch, newline, text, steps, encoding):
    monkeypatch.setattr("uplink.aio.files._CHUNK", 7)
    options = {"encoding": encoding, "newline": newline, "errors": "replace"}

    async def run():
        async with uplink.aio.open_project(access) as project:
            await compare(project, storj_bucket, text.encode(encoding, "replace"), steps, options)

    asyncio.run(run())


@pytest.mark.parametrize("newline", [None, "", "\n", "\r", "\r\n"])
async def test_text_is_written_as_io_writes_it(project, bucket, newline):
    pieces = ["é\n", "\r\n", "", "one", "\ntwo"]
    for encoding in ("utf-8", "utf-16", "utf-8-sig"):
        memory = io.BytesIO()
        with io.TextIOWrapper(memory, encoding, newline=newline) as model:
            model.writelines(pieces)
            model.flush()
            expected = memory.getvalue()
        async with project.open(bucket, encoding, "w", encoding=encoding, newline=newline, buffering=1) as file:
            assert [await file.write(piece) for piece in pieces] == [len(piece) for piece in pieces]
        assert await project.get(bucket, encoding) == expected
    async with project.open(bucket, "bad", "w", encoding="ascii") as file:
        with pytest.raises(UnicodeEncodeError):
            await file.write("é")
        await file.writelines(["e"])
    assert await project.get(bucket, "bad") == b"e"
    async with project.open(bucket, "utf-16", "r", encoding="ascii") as file:
        with pytest.raises(UnicodeDecodeError):
            await file.read()
