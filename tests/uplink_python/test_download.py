"""Downloads: sizes, parts and empty objects."""

from __future__ import annotations

import io

import pytest

from uplink_python.errors import InvalidArgumentError
from uplink_python.module_classes import (
    DownloadOptions,
)


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
