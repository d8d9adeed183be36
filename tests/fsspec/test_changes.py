"""How a filesystem changes what is stored."""

from __future__ import annotations

import urllib.request

import pytest
from fsspec.generic import GenericFileSystem, rsync

import uplink
from uplink.errors import (
    BucketNotEmptyError,
    ObjectLockedError,
    ObjectNotFoundError,
    PermissionDeniedError,
)
from uplink.fsspec import UplinkFileSystem


def test_a_copy_is_made_on_the_satellite(fs, tree, bucket):
    fs.copy(f"{tree}/a.txt", f"{bucket}/copy")
    assert fs.cat(f"{bucket}/copy") == b"1"
    fs.copy(tree, f"{bucket}/copies", recursive=True)
    assert fs.du(f"{bucket}/copies") == 6
    with pytest.raises(FileNotFoundError):
        fs.copy(f"{bucket}/nothing", f"{bucket}/copy")


def test_a_move_keeps_metadata_and_time(fs, bucket):
    fs.pipe_file(f"{bucket}/key", b"data", metadata={"camera": "x100"})
    before = fs.info(f"{bucket}/key")
    fs.mv(f"{bucket}/key", f"{bucket}/moved")
    assert not fs.exists(f"{bucket}/key")
    assert fs.info(f"{bucket}/moved") == {**before, "name": f"{bucket}/moved"}
    fs.mv(f"{bucket}/moved", f"{bucket}/moved")
    assert fs.exists(f"{bucket}/moved")


def test_a_directory_is_moved_with_its_markers(fs, tree, bucket):
    fs.mv(tree, f"{bucket}/moved", recursive=True)
    assert fs.find(bucket) == [f"{bucket}/moved/{name}" for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt")]
    assert not fs.exists(tree)


def test_folders_are_synchronised(fs, bucket, tmp_path):
    (tmp_path / "source/sub").mkdir(parents=True)
    (tmp_path / "source/a.txt").write_text("1")
    (tmp_path / "source/sub/b.txt").write_text("22")
    options = {"fs": GenericFileSystem(default_method="current")}
    rsync((tmp_path / "source").as_uri(), f"sj://{bucket}/copy", **options)
    assert fs.find(f"{bucket}/copy") == [f"{bucket}/copy/a.txt", f"{bucket}/copy/sub/b.txt"]
    (tmp_path / "source/a.txt").unlink()
    (tmp_path / "source/sub/b.txt").write_text("333")
    rsync((tmp_path / "source").as_uri(), f"sj://{bucket}/copy", delete_missing=True, **options)
    assert fs.cat(f"{bucket}/copy", recursive=True) == {f"{bucket}/copy/sub/b.txt": b"333"}
    rsync(f"sj://{bucket}/copy", f"sj://{bucket}/again", **options)
    rsync(f"sj://{bucket}/again", (tmp_path / "down").as_uri(), **options)
    assert (tmp_path / "down/sub/b.txt").read_text() == "333"


def test_patterns_and_lists_are_copied_and_moved(fs, tree, bucket):
    fs.cp(f"{tree}/*.txt", f"{bucket}/one/")
    fs.cp([f"{tree}/a.txt", f"{tree}/sub/b.txt"], [f"{bucket}/two/1", f"{bucket}/two/2"])
    fs.mv(f"{bucket}/two/*", f"{bucket}/three/")
    assert fs.find(bucket, prefix="one") == [f"{bucket}/one/a.txt"]
    assert fs.find(bucket, prefix="t") == [f"{bucket}/three/1", f"{bucket}/three/2", *fs.find(tree)]


def test_rm_deletes_what_it_names(fs, tree, bucket):
    fs.rm(f"{tree}/a.txt")
    assert not fs.exists(f"{tree}/a.txt")
    with pytest.raises(ObjectNotFoundError):
        fs.rm(f"{tree}/a.txt")
    with pytest.raises(IsADirectoryError):
        fs.rm(f"{tree}/sub")
    with pytest.raises(IsADirectoryError):
        fs.rm(bucket)
    with pytest.raises(FileNotFoundError):
        fs.rm(f"{tree}/nothing", recursive=True)
    with pytest.raises(FileNotFoundError):
        fs.rm(f"{tree}/*.jpg")
    with pytest.raises(FileNotFoundError):
        fs.rm_file(f"{tree}/nothing")
    assert fs.du(tree) == 5


def test_rm_deletes_patterns_lists_and_directories(fs, tree, bucket):
    fs.rm(f"{tree}/sub/*.txt")
    assert fs.find(tree) == [f"{tree}/a.txt", f"{tree}/sub/deep/c.txt"]
    fs.rm([f"{tree}/a.txt", f"{tree}/sub/deep/c.txt"])
    assert fs.isdir(f"{tree}/empty")
    fs.rm(tree, recursive=True)
    assert fs.ls(bucket) == []


def test_rm_to_a_depth(fs, tree):
    fs.rm(tree, recursive=True, maxdepth=2)
    assert fs.find(tree) == [f"{tree}/sub/deep/c.txt"]


def test_rm_of_a_bucket_deletes_it_with_its_objects(fs, tree, bucket):
    fs.rm(bucket, recursive=True)
    assert not fs.exists(bucket)
    fs.mkdir(bucket)


def test_buckets_are_made_and_deleted(fs, bucket):
    name = f"{bucket}-new"
    with pytest.raises(FileNotFoundError):
        fs.mkdir(f"{name}/below", create_parents=False)
    fs.mkdir(f"{name}/below")
    assert fs.isdir(name)
    with pytest.raises(FileExistsError):
        fs.mkdir(name)
    with pytest.raises(FileExistsError):
        fs.makedirs(name)
    fs.makedirs(name, exist_ok=True)
    fs.makedirs(f"{name}/below/deep")
    fs.pipe(f"{name}/key", b"data")
    with pytest.raises(BucketNotEmptyError):
        fs.rmdir(name)
    fs.rm(f"{name}/key")
    fs.rmdir(name)
    assert not fs.exists(name)
    with pytest.raises(ValueError, match="missing"):
        fs.mkdir("")


def test_touch(fs, bucket):
    fs.pipe(f"{bucket}/key", b"data")
    fs.touch(f"{bucket}/new", truncate=False)
    assert fs.cat(f"{bucket}/new") == b""
    with pytest.raises(NotImplementedError):
        fs.touch(f"{bucket}/key", truncate=False)
    fs.touch(f"{bucket}/key")
    assert fs.size(f"{bucket}/key") == 0


def test_a_signed_path_is_a_link_for_everyone(fs, bucket, network):
    fs.pipe(f"{bucket}/my cat.jpg", b"meow")
    local = network.local
    link = fs.sign(
        f"{bucket}/my cat.jpg",
        expiration=600,
        auth_service=local.auth_service,
        base_url=local.link_sharing,
        certificate_pem=local.auth_certificate,
    )
    with urllib.request.urlopen(link, timeout=60) as response:
        assert response.read() == b"meow"


def test_an_access_for_downloads_alone_learns_what_is_missing(access, fs, bucket):
    fs.pipe(f"{bucket}/key", b"data")
    reader = UplinkFileSystem(access.share(uplink.Permission(allow_download=True), uplink.SharePrefix(bucket)))
    assert reader.cat(f"{bucket}/key") == b"data"
    assert not reader.exists(f"{bucket}/nothing")
    with pytest.raises(PermissionDeniedError):
        reader.rm(f"{bucket}/key")
    with pytest.raises(PermissionDeniedError):
        reader.pipe(f"{bucket}/key", b"other")


def test_a_locked_object_is_not_deleted(fs, bucket):
    name = f"{bucket}-locked"
    fs.mkdir(name, object_lock_enabled=True)
    try:
        fs.pipe_file(f"{name}/key", b"data", legal_hold=True)
        version = fs.info(f"{name}/key")["version_id"]
        with pytest.raises(ObjectLockedError):
            UplinkFileSystem(fs._access, version_aware=True).rm(f"{name}/key?versionId={version}")
        fs._twins.plain.set_object_legal_hold(name, "key", False, version=bytes.fromhex(version))
    finally:
        fs._twins.plain.delete_bucket(name, with_objects=True, bypass_governance_retention=True)
