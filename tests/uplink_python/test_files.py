"""Uploads from files and downloads to files of all kinds."""

from __future__ import annotations

import io
import os
import secrets
import threading
from pathlib import Path

import pytest

from uplink_python.errors import InvalidArgumentError, InvalidHandleError

DATA = secrets.token_bytes(3_000_000)


@pytest.mark.parametrize("buffer_size", [0, 1000, 300_000, 10**9])
@pytest.mark.parametrize("buffering", [0, -1], ids=["raw", "buffered"])
def test_files_on_disk(project, bucket, tmp_path, buffer_size, buffering):
    (tmp_path / "source").write_bytes(DATA)
    upload = project.upload_object(bucket, "key")
    with open(tmp_path / "source", "r+b", buffering=buffering) as file:
        upload.write_file(file, buffer_size)
    upload.commit()
    assert upload.file_size() == len(DATA)
    download = project.download_object(bucket, "key")
    with open(tmp_path / "copy", "w+b", buffering=buffering) as file:
        download.read_file(file, buffer_size)
        # The file has all bytes before it is closed.
        assert (tmp_path / "copy").read_bytes() == DATA
    download.close()


def test_files_in_memory_go_on_where_they_are(project, bucket, get):
    file = io.BytesIO(b"skipped" + DATA)
    file.seek(7)
    upload = project.upload_object(bucket, "key")
    upload.write(b"first", 5)
    upload.write_file(file)
    upload.commit()
    assert get("key") == b"first" + DATA
    download = project.download_object(bucket, "key")
    assert download.read(5) == (b"first", 5)
    file = io.BytesIO(b"kept")
    file.seek(4)
    download.read_file(file)
    download.close()
    assert file.getvalue() == b"kept" + DATA


def test_pipes(project, bucket, get):
    reader, writer = os.pipe()

    def write():
        # The writing thread closes the file: in another thread, closing would wait until the bytes are read.
        with open(writer, "wb") as sink:
            sink.write(DATA)

    with open(reader, "rb", buffering=0) as source:
        thread = threading.Thread(target=write, daemon=True)
        thread.start()
        upload = project.upload_object(bucket, "key")
        upload.write_file(source)
        upload.commit()
        thread.join()
    assert get("key") == DATA
    reader, writer = os.pipe()
    read = []

    def read_all():
        with open(reader, "rb") as source:
            read.append(source.read())

    with open(writer, "wb", buffering=0) as sink:
        thread = threading.Thread(target=read_all, daemon=True)
        thread.start()
        download = project.download_object(bucket, "key")
        download.read_file(sink)
        download.close()
    thread.join()
    assert read == [DATA]


class Chunks:
    """A file that has only `read` and `write`, and keeps the chunks that are written."""

    def __init__(self, data=b""):
        self.left = io.BytesIO(data)
        self.chunks = []

    def read(self, size):
        return self.left.read(size)

    def write(self, data):
        self.chunks.append(data)


def test_any_object_with_read_and_write(project, bucket):
    upload = project.upload_object(bucket, "key")
    upload.write_file(Chunks(DATA))
    upload.commit()
    download = project.download_object(bucket, "key")
    sink = Chunks()
    download.read_file(sink)
    download.close()
    assert b"".join(sink.chunks) == DATA
    assert {type(chunk) for chunk in sink.chunks} == {bytes}


class Slow(io.RawIOBase):
    """A file that writes at most 1000 bytes at a time, as an unbuffered file may."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.data += data[:1000]
        return min(len(data), 1000)


def test_short_writes(project, bucket, put):
    put("key", DATA)
    download = project.download_object(bucket, "key")
    file = Slow()
    download.read_file(file)
    download.close()
    assert file.data == DATA


class Progress(io.BufferedReader):
    """A file that counts the bytes that are read, as programs with a progress bar do."""

    total = 0

    def read(self, size=-1):
        data = super().read(size)
        self.total += len(data)
        return data


def test_a_file_with_a_read_of_its_own(project, bucket):
    file = Progress(io.BytesIO(DATA))
    upload = project.upload_object(bucket, "key")
    upload.write_file(file)
    upload.commit()
    assert file.total == len(DATA)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("buffering", [0, -1], ids=["raw", "buffered"])
def test_a_full_disk(project, bucket, put, buffering):
    put("key", b"meow")
    download = project.download_object(bucket, "key")
    file = open("/dev/full", "wb", buffering=buffering)  # noqa: SIM115, closing it fails too
    with pytest.raises(OSError, match="No space left"):
        download.read_file(file)
    if buffering:
        with pytest.raises(OSError, match="No space left"):
            file.close()
    else:
        file.close()
    download.close()


def test_files_that_do_not_wait(project, bucket, put):
    put("key", DATA)
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    upload = project.upload_object(bucket, "other")
    with open(reader, "rb", buffering=0) as source, pytest.raises(BlockingIOError):
        upload.write_file(source)
        pytest.fail("the upload took an empty pipe for an empty file")
    upload.abort()
    reader, other = os.pipe()
    download = project.download_object(bucket, "key")
    os.set_blocking(other, False)
    with open(other, "wb", buffering=0) as sink, pytest.raises(BlockingIOError):
        download.read_file(sink)
    download.close()
    os.close(reader)
    os.close(writer)


def test_text_files_are_refused(project, bucket, put, tmp_path):
    (tmp_path / "text").write_text("text")
    put("key", b"meow")
    upload = project.upload_object(bucket, "other")
    with open(tmp_path / "text") as file, pytest.raises(TypeError):
        upload.write_file(file)
    upload.abort()
    download = project.download_object(bucket, "key")
    with open(tmp_path / "text", "w") as file, pytest.raises(TypeError):
        download.read_file(file)
    download.close()


def test_negative_buffers_are_refused(project, bucket, put):
    put("key")
    upload = project.upload_object(bucket, "other")
    with pytest.raises(InvalidArgumentError, match="buffer_size is -1"):
        upload.write_file(io.BytesIO(), -1)
    upload.abort()
    download = project.download_object(bucket, "key")
    with pytest.raises(InvalidArgumentError, match="buffer_size is -1"):
        download.read_file(io.BytesIO(), -1)
    download.close()
    with pytest.raises(InvalidHandleError):
        download.read_file(io.BytesIO())
