"""Downloads to a disk that is full, or has no room for a file: an error that names it, and a way to go on."""

from __future__ import annotations

import errno
import os
import secrets
import subprocess
import sys

import pytest

from uplink import errors

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts a file system of Linux")
MIB = 1024 * 1024


class Disk:
    """A small file system in memory."""

    def __init__(self, path):
        self.path = path

    def mount(self, *options):
        """Mount it, or mount it again with other options."""
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(self.path)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def change(self, *options):
        assert self.mount("remount", *options).returncode == 0


@pytest.fixture
def disk(tmp_path):
    disk = Disk(tmp_path / "disk")
    disk.path.mkdir()
    mounted = disk.mount("size=3m")
    if mounted.returncode:
        pytest.skip(f"a file system cannot be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk.path)], check=True)


def raises_full(path, size):
    reason = f"{os.strerror(errno.ENOSPC)}, the file needs {size} bytes"
    return pytest.raises(OSError, match=rf"^\[Errno {errno.ENOSPC}\] {reason}: '{path}'$")


def names(disk):
    return {path.name for path in disk.path.iterdir()}


@pytest.mark.parametrize("resume", [True, False])
def test_download_file(disk, storj_project, storj_bucket, resume):
    data = secrets.token_bytes(5 * MIB + 1)
    storj_project.put(storj_bucket, "key", data)
    path = disk.path / "key"
    path.write_bytes(b"old")
    with raises_full(path, len(data)) as caught:
        storj_project.download_file(storj_bucket, "key", path, resume=resume)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(path))
    assert path.read_bytes() == b"old"
    assert names(disk) == {"key", *((".key.uplink-0", ".key.uplink-0.state") if resume else ())}
    disk.change("size=12m")
    reports = []
    storj_project.download_file(storj_bucket, "key", path, progress=lambda *counts: reports.append(counts))
    assert path.read_bytes() == data
    assert names(disk) == {"key"}
    # What there was room for is not downloaded again.
    first = next(transferred for transferred, total, _ in reports if total)
    assert first >= (2 * MIB if resume else 0)


def test_a_small_object(disk, storj_project, storj_bucket):
    storj_project.put(storj_bucket, "key", bytes(300_000))
    (disk.path / "other").write_bytes(bytes(3 * MIB - 100_000))
    with raises_full(disk.path / "key", 300_000):
        storj_project.download_file(storj_bucket, "key", disk.path / "key")
    assert names(disk) == {"other"}


@pytest.mark.parametrize("inodes", [2, 3])
def test_no_room_for_another_name(disk, storj_project, storj_bucket, inodes):
    """Neither for that of the temporary file, nor, with one more, for that of the list of its blocks."""
    storj_project.put(storj_bucket, "key", bytes(2 * MIB))
    (disk.path / "other").write_bytes(b"")
    disk.change(f"nr_inodes={inodes}")
    path = disk.path / "key"
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as caught:
        storj_project.download_file(storj_bucket, "key", path)
    assert caught.value.filename == str(path)
    assert names(disk) == {"other"}
    disk.change("nr_inodes=10")
    storj_project.download_file(storj_bucket, "key", path)
    assert path.read_bytes() == bytes(2 * MIB)


@pytest.mark.parametrize("call", ["download_tree", "sync_tree"])
def test_trees(disk, storj_project, storj_bucket, call):
    files = {f"small/{number}": secrets.token_bytes(200_000) for number in range(20)}
    files["large"] = secrets.token_bytes(2 * MIB)
    for key, data in files.items():
        storj_project.put(storj_bucket, key, data)
    folder = disk.path / "folder"
    folder.mkdir()
    (folder / "extra").write_bytes(b"extra")
    options = {"direction": "down", "delete": True} if call == "sync_tree" else {}
    with pytest.raises(errors.TreeError, match=r"No space left on device, the file needs \d+ bytes") as caught:
        getattr(storj_project, call)(storj_bucket, "", folder, **options)
    reason = caught.value.__cause__
    assert reason.errno == errno.ENOSPC
    assert reason.filename in {str(folder / name) for name in files}
    # Nothing is there in part, nothing was deleted, and no temporary file of a small file is left.
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in {"extra", ".large.uplink-0", ".large.uplink-0.state"}:
            assert path.read_bytes() == files[name]
    disk.change("size=20m")
    getattr(storj_project, call)(storj_bucket, "", folder, **options)
    kept = {"extra": b"extra"} if call == "download_tree" else {}
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in found.items()} == {**files, **kept}


def test_a_file_system_that_is_read_only(disk, storj_project, storj_bucket):
    storj_project.put(storj_bucket, "key", b"data")
    (disk.path / "key").write_bytes(b"old")
    disk.change("ro")
    path = disk.path / "key"
    with pytest.raises(OSError, match=rf"^\[Errno {errno.EROFS}\] {os.strerror(errno.EROFS)}: '{path}'$"):
        storj_project.download_file(storj_bucket, "key", path)
    with pytest.raises(errors.TreeError) as caught:
        storj_project.download_tree(storj_bucket, "", disk.path)
    assert (caught.value.__cause__.errno, caught.value.__cause__.filename) == (errno.EROFS, str(path))
    assert (disk.path / "key").read_bytes() == b"old"


def test_devices_are_no_files(storj_project, storj_bucket):
    storj_project.put(storj_bucket, "key", b"data")
    with pytest.raises(errors.InvalidArgumentError):
        storj_project.download_file(storj_bucket, "key", "/dev/full")
    with pytest.raises(errors.InvalidArgumentError):
        storj_project.upload_file(storj_bucket, "new", "/dev/full")
    assert not storj_project.exists(storj_bucket, "new")
