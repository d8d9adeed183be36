"""Uploads and downloads: sizes, files of all kinds, and what happens to those that are never ended."""

from __future__ import annotations

import array
import gc
import io
import os
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from uplink_python.errors import InvalidArgumentError, InvalidHandleError, ObjectNotFoundError, StorjException
from uplink_python.module_classes import (
    CustomMetadata,
    CustomMetadataEntry,
    DownloadOptions,
    UploadOptions,
)

DATA = secrets.token_bytes(3_000_000)


# ---- Sizes ----


def test_a_smaller_size_is_obeyed(project, bucket, get):
    upload = project.upload_object(bucket, "key")
    assert upload.write(b"meow and more", 4) == 4
    assert upload.write(b"nothing of this", 0) == 0
    assert upload.write(DATA, 1_000_000) == 1_000_000
    assert upload.file_size() == 1_000_004
    upload.commit()
    assert upload.file_size() == 1_000_004
    assert get("key") == b"meow" + DATA[:1_000_000]


@pytest.mark.parametrize("size", [5, 2**63, -1, -(2**63)])
def test_other_sizes_are_refused(project, bucket, get, size):
    upload = project.upload_object(bucket, "key")
    upload.write(b"meow", 4)
    with pytest.raises(InvalidArgumentError, match="has 4 bytes") as caught:
        upload.write(b"woof", size)
    assert isinstance(caught.value, (StorjException, ValueError))
    assert caught.value.code == 0x02
    upload.commit()
    assert get("key") == b"meow"


@pytest.mark.parametrize(("data", "size"), [("meow", 4), ("meow", 2), (["m"], 1), (4, 4), (None, 0), (b"meow", "4")])
def test_what_is_no_bytes_is_refused(project, bucket, data, size):
    upload = project.upload_object(bucket, "key")
    with pytest.raises(TypeError):
        upload.write(data, size)
    upload.abort()


@pytest.mark.parametrize("kind", [bytearray, memoryview, lambda data: array.array("B", data)])
def test_other_buffers(project, bucket, get, kind):
    upload = project.upload_object(bucket, "key")
    assert upload.write(kind(b"meow"), 4) == 4
    assert upload.write(kind(b"woof"), 1) == 1
    upload.commit()
    assert get("key") == b"meoww"


def test_sizes_count_bytes_whatever_the_items(project, bucket, get):
    upload = project.upload_object(bucket, "key")
    numbers = array.array("i", [1, 2])
    assert upload.write(numbers, 2) == 2
    assert upload.write(numbers, 2 * numbers.itemsize) == 2 * numbers.itemsize
    upload.commit()
    assert get("key") == numbers.tobytes()[:2] + numbers.tobytes()


def test_a_buffer_may_change_after_the_write(project, bucket, get):
    upload = project.upload_object(bucket, "key")
    buffer = bytearray(b"meow")
    upload.write(buffer, 4)
    buffer[:] = b"woof"
    upload.write(buffer, 4)
    upload.commit()
    assert get("key") == b"meowwoof"


def test_reads(project, bucket, put):
    put("key", b"meow")
    download = project.download_object(bucket, "key")
    assert download.read(0) == (b"", 0)
    assert download.read(3) == (b"meo", 3)
    with pytest.raises(InvalidArgumentError, match="-1"):
        download.read(-1)
    with pytest.raises(TypeError):
        download.read("1")
    assert download.read(10**12) == (b"w", 1)
    assert download.read(3) == (b"", 0)
    assert download.file_size() == 4
    download.close()
    assert download.file_size() == 4


def test_an_empty_object(project, bucket, put):
    put("key")
    download = project.download_object(bucket, "key")
    assert download.file_size() == 0
    assert download.read(256) == (b"", 0)
    file = io.BytesIO()
    download.read_file(file)
    assert file.getvalue() == b""
    download.close()


def test_parts(project, bucket, put, get):
    put("key", b"0123456789")
    assert get("key", DownloadOptions(2, 3)) == b"234"
    assert get("key", DownloadOptions(7, -1)) == b"789"
    assert get("key", DownloadOptions(-2, -1)) == b"89"
    assert get("key", DownloadOptions(length=4)) == b"0123"
    assert get("key", DownloadOptions()) == b"0123456789"
    download = project.download_object(bucket, "key", DownloadOptions(2, 3))
    assert download.file_size() == 10
    file = io.BytesIO()
    download.read_file(file)
    download.close()
    assert file.getvalue() == b"234"


# ---- Files ----


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
        # All of it is there, also before the file is closed.
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
        # Closed by the thread that writes: for another one, closing would wait until somebody reads.
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
    """Has `read` and `write`, and keeps what it is given."""

    def __init__(self, data=b""):
        self.left = io.BytesIO(data)
        self.chunks = []

    def read(self, size):
        return self.left.read(size)

    def write(self, data):
        self.chunks.append(data)


def test_whatever_reads_and_writes(project, bucket):
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
    """Takes at most 1000 bytes at a time, as a file without a buffer may."""

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
    """Counts what is read, as programs do that show how far they are."""

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


def test_an_error_of_the_source_leaves_the_upload_as_it_is(project, bucket, get):
    class Broken:
        def read(self, size):
            raise OSError("broken")

    upload = project.upload_object(bucket, "key")
    upload.write(b"me", 2)
    with pytest.raises(OSError, match="broken"):
        upload.write_file(Broken())
    upload.write(b"ow", 2)
    upload.commit()
    assert get("key") == b"meow"


# ---- Records ----


def test_what_is_known_of_an_object(project, bucket):
    expires = int(time.time()) + 3600
    upload = project.upload_object(bucket, "key", UploadOptions(expires))
    upload.write(b"meow", 4)
    metadata = CustomMetadata([CustomMetadataEntry("app:title", 9, "Cät", 4), CustomMetadataEntry("b", 1, "", 0)], 2)
    upload.set_custom_metadata(metadata)
    assert upload.info().key == "key"
    upload.commit()
    download = project.download_object(bucket, "key")
    records = [upload.info(), download.info(), project.stat_object(bucket, "key")]
    download.close()
    records += [download.info(), project.delete_object(bucket, "key")]
    for record in records:
        assert (record.key, record.is_prefix) == ("key", False)
        assert record.system.content_length == 4
        assert record.system.expires == expires
        assert abs(record.system.created - time.time()) < 100
        assert isinstance(record.system.created, int)
        assert record.custom.count == 2
        assert sorted(
            (entry.key, entry.key_length, entry.value, entry.value_length) for entry in record.custom.entries
        ) == [
            ("app:title", 9, "Cät", 4),
            ("b", 1, "", 0),
        ]
    with pytest.raises(ObjectNotFoundError):
        project.stat_object(bucket, "key")


@pytest.mark.parametrize("options", [None, UploadOptions(0), UploadOptions(-1)])
def test_objects_that_do_not_expire(project, bucket, put, options):
    put("key", b"", options)
    record = project.stat_object(bucket, "key")
    assert record.system.expires == 0
    assert (record.custom.count, record.custom.entries) == (0, [])


def test_metadata_can_be_taken_back(project, bucket):
    upload = project.upload_object(bucket, "key")
    upload.set_custom_metadata(CustomMetadata([CustomMetadataEntry("a", 1, "b", 1)], 1))
    upload.set_custom_metadata()
    upload.commit()
    assert project.stat_object(bucket, "key").custom.count == 0


def test_wrong_metadata_is_refused(project, bucket):
    upload = project.upload_object(bucket, "key")
    for entry in (CustomMetadataEntry("", 0, "b", 1), CustomMetadataEntry("a", 2, "b", 1), CustomMetadataEntry("a\0")):
        with pytest.raises(InvalidArgumentError):
            upload.set_custom_metadata(CustomMetadata([entry], 1))
    upload.abort()


def test_handles(access, project, bucket, put):
    put("key")
    upload = project.upload_object(bucket, "other")
    download = project.download_object(bucket, "key")
    key = access.derive_encryption_key("secret", "salt")
    for handle in (access.access, project.project, upload.upload, download.download, download.project, key):
        assert handle
        assert handle.contents
        assert handle.contents._handle != 0
    assert (download.bucket_name, download.storj_path) == (bucket, "key")
    assert access.uplink is project.uplink is upload.uplink is download.uplink
    upload.abort()
    download.close()
    assert download.download.contents._handle != 0


# ---- What is never ended ----


def test_what_is_never_ended_is_freed_in_silence(access, bucket, put, recwarn):
    put("key", DATA)
    project = access.open_project()
    upload = project.upload_object(bucket, "other")
    upload.write(DATA, len(DATA))
    download = project.download_object(bucket, "key")
    download.read(1)
    failed = project.upload_object("no-such-bucket", "key")
    failed.write(b"x", 1)
    with pytest.raises(StorjException):
        failed.commit()
    del project, upload, download, failed
    gc.collect()
    # What is left of it, the check after each test would find.
    assert not recwarn.list


def test_cycles_are_freed_in_silence(access, bucket, put, recwarn):
    put("key", DATA)

    class Program:
        pass

    program = Program()
    program.itself = program
    program.project = access.open_project()
    program.upload = program.project.upload_object(bucket, "other")
    program.upload.write(DATA, len(DATA))
    program.download = program.project.download_object(bucket, "key")
    del program
    gc.collect()
    assert not recwarn.list


def test_what_is_never_committed_is_not_there(project, bucket):
    upload = project.upload_object(bucket, "key")
    upload.write(DATA, len(DATA))
    del upload
    gc.collect()
    with pytest.raises(ObjectNotFoundError):
        project.stat_object(bucket, "key")


def test_streams_keep_their_project(access, bucket):
    upload = access.open_project().upload_object(bucket, "key")
    gc.collect()
    upload.write(DATA, len(DATA))
    upload.commit()
    download = access.open_project().download_object(bucket, "key")
    gc.collect()
    assert download.read(len(DATA)) == (DATA, len(DATA))


LEFT_OPEN = """
import os, sys
from uplink_python.uplink import Uplink
project = Uplink().parse_access(sys.argv[1]).open_project()
bucket = sys.argv[2]
upload = project.upload_object(bucket, "key")
upload.write(b"x" * 1_000_000, 1_000_000)
download = project.download_object(bucket, "there")
download.read(1)
"""
FORK = """
child = os.fork()
if child:
    _, status = os.waitpid(child, 0)
    assert status == 0, status
    assert download.read(3) == (b"eow", 3)
    upload.write(b"y", 1)
    upload.commit()
"""


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


@pytest.mark.parametrize("ending", [pytest.param("", id="exit"), pytest.param(FORK, id="fork", marks=needs_fork)])
def test_a_program_may_end_with_all_of_it_open(project, bucket, put, grant, ending):
    put("there", b"meow")
    # In a forked child, the parent's objects may warn those who ask for warnings; Python itself may warn of forks.
    warnings = "ignore::DeprecationWarning" if ending else "error::ResourceWarning"
    command = [sys.executable, "-W", warnings, "-c", LEFT_OPEN + ending, grant, bucket]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    keys = [item.key for item in project.list_objects(bucket)]
    assert sorted(keys) == (["key", "there"] if ending else ["there"])
