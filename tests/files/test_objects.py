"""Files of `project.open` as files of `io`: the standard library, wrappers, collection."""

from __future__ import annotations

import array
import asyncio
import contextlib
import csv
import gc
import gzip
import io
import json
import lzma
import mmap
import os
import pickle
import sqlite3
import sys
import tarfile
import typing
import zipfile

import pytest

import uplink
from uplink import errors, files

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


def test_the_classes_are_of_io(project, bucket, data):
    for mode, buffering, kind, base in (
        ("rb", -1, files.BufferedReader, io.BufferedIOBase),
        ("rb", 0, files.RawReader, io.RawIOBase),
        ("r", -1, files.TextReader, io.TextIOWrapper),
        ("wb", -1, files.BufferedWriter, io.BufferedIOBase),
        ("xb", 0, files.RawWriter, io.RawIOBase),
        ("w", 1, files.TextWriter, io.TextIOWrapper),
    ):
        with project.open(bucket, "new" if mode == "xb" else "key", mode, buffering=buffering) as file:
            assert type(file) is kind
            assert isinstance(file, base)
            assert (file.name, file.bucket, file.mode) == (file.key, bucket, mode)
            assert iter(file) is file or not file.readable()
            with pytest.raises(io.UnsupportedOperation):
                file.fileno()
            with pytest.raises(io.UnsupportedOperation), mmap.mmap(file.fileno(), 0):
                pass
            if file.writable():
                getattr(file, "buffer", file).abort()


def test_raw_files(project, bucket, data):
    with project.open(bucket, "key", buffering=0) as file:
        assert file.readall() == data
        assert file.readall() == b""
        file.seek(5)
        assert io.BufferedReader(file, 100).read(250_000) == data[5:250_005]
    with project.open(bucket, "new", "wb", buffering=0) as file:
        with io.BufferedWriter(file, 100) as buffered:
            for start in range(0, len(data), 1000):
                buffered.write(data[start : start + 1000])
        assert file.closed
    assert project.get(bucket, "new") == data


def test_a_buffered_file_under_a_buffer_of_io(project, bucket, data):
    with project.open(bucket, "key") as file, io.BufferedReader(file) as buffered:
        assert buffered.peek(1)[:1] == data[:1]
        buffered.seek(100_000)
        assert buffered.read(10) == data[100_000:100_010]
        buffered.seek(-20, io.SEEK_CUR)
        assert buffered.read(300_000) == data[99_990:399_990]
    assert file.closed


def test_archives(project, bucket, data):
    with project.open(bucket, "a.zip", "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data", data)
        archive.writestr("more", b"more" * 1000)
    with project.open(bucket, "a.zip") as file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert archive.read("more") == b"more" * 1000
        with archive.open("data") as member:
            member.seek(1000)
            assert member.read(10) == data[1000:1010]
    for write, read in (("w", "r"), ("w|gz", "r|gz"), ("w:xz", "r:xz"), ("w|", "r:*")):
        with project.open(bucket, "a.tar", "wb") as file, tarfile.open(fileobj=file, mode=write) as archive:
            for name in ("one", "two"):
                member = tarfile.TarInfo(name)
                member.size = 3000
                archive.addfile(member, io.BytesIO(data[:3000]))
        with project.open(bucket, "a.tar") as file, tarfile.open(fileobj=file, mode=read) as archive:
            assert [(member.name, archive.extractfile(member).read()) for member in archive] == [
                ("one", data[:3000]),
                ("two", data[:3000]),
            ]
        project.delete_object(bucket, "a.tar")


def test_compressed_files(project, bucket, data):
    for opener in (gzip.open, lzma.open):
        key = opener.__module__
        with project.open(bucket, key, "wb") as file, opener(file, "wb") as packed:
            packed.write(data)
        with project.open(bucket, key) as file, opener(file) as packed:
            assert packed.read() == data
            packed.seek(500)
            assert packed.read(5) == data[500:505]


def test_text_pickle_json_and_databases(project, bucket):
    rows = [["name", "size"], ["Zoë\n", "4"]]
    with project.open(bucket, "table.csv", "w", newline="") as file:
        csv.writer(file).writerows(rows)
    with project.open(bucket, "table.csv", "r", newline="") as file:
        assert list(csv.reader(file)) == rows
    value = {"a": [1, 2, 3], "b": "x" * 100_000}
    with project.open(bucket, "value", "wb") as file:
        for _ in range(2):
            pickle.dump(value, file)
    with project.open(bucket, "value") as file:
        assert [pickle.load(file) for _ in range(2)] == [value] * 2
    with project.open(bucket, "value.json", "w") as file:
        json.dump(value, file)
    with project.open(bucket, "value.json", "r") as file:
        assert json.load(file) == value
    if hasattr(sqlite3.Connection, "serialize"):
        with contextlib.closing(sqlite3.connect(":memory:")) as database:
            database.execute("create table cats (name)")
            with project.open(bucket, "cats.db", "wb") as file:
                file.write(database.serialize())
        with contextlib.closing(sqlite3.connect(":memory:")) as database:
            with project.open(bucket, "cats.db") as file:
                database.deserialize(file.read())
            assert database.execute("select * from cats").fetchall() == []


def test_positions_of_text(project, bucket):
    project.put(bucket, "text", "häl\r\nlo€\r\n".encode() * 5000)
    with project.open(bucket, "text", "r", buffering=1) as file:
        lines = [file.readline() for _ in range(7000)]
        place = file.tell()
        rest = file.read()
        file.seek(place)
        assert file.read() == rest
        assert "".join(lines) + rest == "häl\nlo€\n" * 5000
        assert (file.encoding, file.errors, file.newlines) == ("utf-8", "strict", "\r\n")


def test_lines_are_sent_as_they_are_written(project, bucket):
    with project.open(bucket, "text", "w", buffering=1, encoding="latin-1", newline="\r\n") as file:
        assert file.line_buffering
        file.write("é\n")
        assert file.buffer._upload._gathered == []
    assert project.get(bucket, "text") == b"\xe9\r\n"


def test_buffers_of_any_kind(project, bucket):
    values = array.array("d", range(50_000))
    with project.open(bucket, "a", "wb") as file:
        file.write(values)
    found = array.array("d", bytes(values.itemsize * len(values)))
    with project.open(bucket, "a") as file:
        assert file.readinto(found) == len(values) * values.itemsize
    assert found == values


# ---- Wrappers of others ----


def test_a_wrapper_inside_the_block_of_a_file(project, bucket):
    for wrap in (lambda file: io.TextIOWrapper(file, "utf-8"), lambda file: io.TextIOWrapper(io.BufferedWriter(file))):
        with pytest.raises(RuntimeError), project.open(bucket, "key", "wb") as file, wrap(file) as text:
            text.write("half")
            raise RuntimeError
        assert file.closed
        assert not project.exists(bucket, "key")
        with project.open(bucket, "key", "wb") as file, wrap(file) as text:
            text.write("whole")
        assert project.get(bucket, "key") == b"whole"
        project.delete_object(bucket, "key")


def test_a_wrapper_without_a_block_of_the_file_commits_when_it_is_closed(project, bucket):
    with io.TextIOWrapper(project.open(bucket, "key", "wb"), "utf-8") as text:
        text.write("data")
    assert project.get(bucket, "key") == b"data"


@pytest.mark.parametrize("in_cycle", [False, True])
@pytest.mark.parametrize("buffering", [0, -1])
def test_a_wrapper_that_is_collected_commits_nothing(project, bucket, in_cycle, buffering):
    file = project.open(bucket, "key", "wb", buffering=buffering)
    wrapper = io.TextIOWrapper(file if buffering else io.BufferedWriter(file))
    wrapper.write("data")
    held = [wrapper]
    collect = held.clear
    if in_cycle:
        held.append(held)
        collect = gc.collect
    del file, wrapper, held
    with pytest.warns(ResourceWarning, match="unfinished (file|upload)"):
        collect()
    assert not project.exists(bucket, "key")


def test_a_wrapper_that_is_collected_in_the_block_of_the_file(project, bucket):
    with project.open(bucket, "key", "wb") as file:
        json.dump({"a": 1}, io.TextIOWrapper(file))
        assert file.closed
    assert project.get(bucket, "key") == b'{"a": 1}'


def test_closing_a_file_that_a_collected_wrapper_has_closed_is_no_success(project, bucket):
    file = project.open(bucket, "key", "wb")
    with pytest.warns(ResourceWarning, match="unfinished file"):
        json.dump({"a": 1}, io.TextIOWrapper(file))
    with pytest.raises(errors.StreamFailedError, match="a wrapper that was collected"):
        file.close()
    assert not project.exists(bucket, "key")


def test_a_wrapper_of_a_reader_that_is_collected_warns(project, bucket, data):
    wrapper = io.TextIOWrapper(project.open(bucket, "key"), "latin-1")
    wrapper.read(1)
    with pytest.warns(ResourceWarning, match="unclosed file"):
        del wrapper


def test_a_text_file_whose_last_write_fails_is_not_committed(project, bucket):
    file = project.open(f"{bucket}-missing", "key", "w")
    file.write("data")
    with pytest.raises(errors.UplinkError):
        file.close()
    assert file.closed
    file = project.open(bucket, "key", "w")
    file.write("data")

    def interrupt(_data):
        raise KeyboardInterrupt

    file.buffer._upload.write = interrupt
    with pytest.raises(KeyboardInterrupt):
        file.flush()
    with pytest.raises(errors.StreamFailedError):
        file.close()
    assert not project.exists(bucket, "key")


def test_blocks_in_blocks(project, bucket):
    with project.open(bucket, "key", "wb") as file:
        with file:
            file.write(b"data")
        assert file.closed
        assert not project.exists(bucket, "key")
    assert project.get(bucket, "key") == b"data"


def test_the_classes_are_not_called():
    for kind in (files.RawReader, files.BufferedReader, files.RawWriter, files.BufferedWriter):
        with pytest.raises(TypeError, match="is not to be called"):
            kind()


@pytest.mark.parametrize("encoding", ["utf-16", "U32", "utf-16-le", "utf-8-sig", "utf-8"])
def test_text_has_the_mark_of_its_byte_order(project, access, bucket, tmp_path, encoding):
    (tmp_path / "file").write_text("äb", encoding)
    expected = (tmp_path / "file").read_bytes()
    with project.open(bucket, "text", "w", encoding=encoding) as file:
        assert (file.encoding, file.write("ä"), file.write("b")) == (encoding, 1, 1)
    assert project.get(bucket, "text") == expected
    with project.open(bucket, "text", encoding=encoding, mode="r") as file:
        assert file.read() == "äb"
    with project.open(bucket, "text", "w", encoding=encoding) as file:
        with pytest.raises(TypeError):
            file.write(b"bytes")
        file.writelines(["ä", "b"])
    assert project.get(bucket, "text") == expected
    with project.open(bucket, "text", "w", encoding=encoding):
        pass
    assert project.get(bucket, "text") == b""

    async def write():
        async with uplink.aio.open_project(access) as other, other.open(bucket, "text", "w", encoding=encoding) as file:
            await file.write("ä")
            await file.write("b")

    asyncio.run(write())
    assert project.get(bucket, "text") == expected


def test_the_encoding_of_the_locale(project, bucket):
    with project.open(bucket, "text", "w", encoding="locale") as file:
        file.write("data")
    assert project.get(bucket, "text") == b"data"


def test_a_type_checker_knows_the_files(project):
    for name in files.__all__:
        typing.get_type_hints(getattr(files, name))
    hints = typing.get_type_hints(type(project).open)
    assert hints["bucket"] is str
    if sys.version_info >= (3, 11):
        kinds = {typing.get_type_hints(overload)["return"] for overload in typing.get_overloads(type(project).open)}
        assert {files.RawReader, files.BufferedReader, files.TextReader} <= kinds
        assert {files.RawWriter, files.BufferedWriter, files.TextWriter} <= kinds


def test_with_of_the_wrong_kind(project, bucket, data):
    async def enter(file):
        async with file:
            pass

    for mode in ("rb", "r"):
        with project.open(bucket, "key", mode) as file, pytest.raises(TypeError, match="take `with`"):
            enter(file).send(None)
