"""Uploads: sizes, buffers and metadata."""

from __future__ import annotations

import array
import ctypes
import gc
import secrets
import time

import pytest

from uplink_python.errors import InvalidArgumentError, ObjectNotFoundError, StorjException
from uplink_python.module_classes import CustomMetadata, CustomMetadataEntry, UploadOptions

DATA = secrets.token_bytes(3_000_000)


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


def test_addresses_are_refused(project, bucket):
    upload = project.upload_object(bucket, "key")
    with pytest.raises(TypeError, match="addresses of Python objects"):
        upload.write((ctypes.py_object * 1)("meow"), 8)
    upload.abort()


def test_a_buffer_may_change_after_the_write(project, bucket, get):
    upload = project.upload_object(bucket, "key")
    buffer = bytearray(b"meow")
    upload.write(buffer, 4)
    buffer[:] = b"woof"
    upload.write(buffer, 4)
    upload.commit()
    assert get("key") == b"meowwoof"


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


def test_what_is_never_committed_is_not_there(project, bucket):
    upload = project.upload_object(bucket, "key")
    upload.write(DATA, len(DATA))
    del upload
    gc.collect()
    with pytest.raises(ObjectNotFoundError):
        project.stat_object(bucket, "key")


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
