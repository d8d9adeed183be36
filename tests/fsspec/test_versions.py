"""A filesystem that knows versions."""

from __future__ import annotations

import pytest

from uplink.errors import (
    InvalidArgumentError,
    VersionInvalidError,
)
from uplink.fsspec import UplinkFileSystem


@pytest.fixture
def versions(access, bucket):
    """A filesystem with versions, and a path that has three."""
    fs = UplinkFileSystem(access, version_aware=True)
    fs._twins.plain.set_bucket_versioning(bucket, True)
    path = f"{bucket}/key"
    for data in (b"one", b"two", b"three"):
        fs.pipe(path, data)
    return fs, path


def test_versions_are_listed_and_read(versions):
    fs, path = versions
    latest, *_, oldest = fs.object_version_info(path)
    assert latest["is_latest"]
    assert fs.cat(latest["name"]) == b"three"
    assert fs.cat(oldest["name"]) == b"one"
    assert fs.cat_file(path, version_id=oldest["version_id"]) == b"one"
    assert fs.info(path, version_id=oldest["version_id"])["size"] == 3
    assert fs.exists(oldest["name"])
    assert len(fs.ls(path.partition("/")[0], versions=True)) == len(fs.ls(path, versions=True)) == 3
    with fs.open(path, version_id=oldest["version_id"]) as file:
        assert file.read() == b"one"
    with fs.open(oldest["name"]) as file:
        assert file.read() == b"one"


def test_an_open_file_stays_at_its_version(versions):
    fs, path = versions
    with fs.open(path, block_size=1) as file:
        assert file.read(1) == b"t"
        fs.pipe(path, b"four!")
        assert file.read() == b"hree"
        file.seek(0)
        assert file.read() == b"three"


def test_an_old_version_is_copied_and_deleted(versions, bucket):
    fs, path = versions
    oldest = fs.object_version_info(path)[-1]
    fs.cp_file(oldest["name"], f"{bucket}/copy")
    assert fs.cat(f"{bucket}/copy") == b"one"
    fs.rm(oldest["name"])
    assert len(fs.object_version_info(path)) == 2
    with pytest.raises(FileNotFoundError):
        fs.cat(oldest["name"])


def test_rm_of_a_directory_leaves_no_delete_marker_of_its_own(versions, bucket):
    fs, _ = versions
    fs.pipe(f"{bucket}/tree/file", b"data")
    fs.rm(f"{bucket}/tree", recursive=True)
    assert not fs.exists(f"{bucket}/tree")
    assert fs.object_version_info(f"{bucket}/tree") == []


def test_versions_take_a_filesystem_that_knows_them(fs, versions):
    with pytest.raises(InvalidArgumentError, match="version_aware"):
        fs.ls(versions[1], versions=True)
    with pytest.raises(VersionInvalidError):
        fs.info(versions[1], version_id="no version")
