# Generated from tests/aio/test_download_file.py by tools/generate_sync.py; change that instead.
"""`download_file`."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import stat
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import uplink
from uplink import errors

MIB = 1024 * 1024
# Several blocks, of which the last one is short, in one stream.
DATA = random.Random(2).randbytes(5 * MIB + 7)
# Several streams.
LARGE = random.Random(3).randbytes(40 * MIB + 1)

posix = pytest.mark.skipif(sys.platform == "win32", reason="of POSIX")


@pytest.fixture
def stored(project, bucket):
    project.put(bucket, "key", DATA)
    return bucket


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("size", [0, 1, 4096, 4097, MIB - 1, MIB, MIB + 1, 3 * MIB, len(DATA)])
def test_files_of_every_size(project, bucket, tmp_path, size):
    path = tmp_path / "file"
    item = project.put(bucket, "key", DATA[:size])
    assert project.download_file(bucket, "key", path) == item
    assert path.read_bytes() == DATA[:size]
    assert names(tmp_path) == ["file"]


def test_a_large_file(project, bucket, tmp_path):
    project.put(bucket, "large", LARGE)
    seen = []
    project.download_file(bucket, "large", tmp_path / "file", progress=lambda *counts: seen.append(counts))
    assert (tmp_path / "file").read_bytes() == LARGE
    assert seen[-1] == (len(LARGE),) * 3
    assert all(transferred <= total == len(LARGE) for transferred, total, _ in seen if total)
    assert [counts[0] for counts in seen] == sorted(counts[0] for counts in seen)
    assert all(committed == 0 for transferred, total, committed in seen if transferred < total)


@pytest.mark.parametrize("kind", [str, os.fspath, lambda path: path])
def test_paths_of_every_type(project, stored, tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    project.download_file(stored, "key", kind(tmp_path / "ä file"))
    project.download_file(stored, "key", "relative")
    assert (tmp_path / "ä file").read_bytes() == (tmp_path / "relative").read_bytes() == DATA


@posix
def test_a_name_that_is_not_utf_8(project, stored, tmp_path):
    name = os.fsdecode(b"\xff" + b"x" * 249)
    project.download_file(stored, "key", tmp_path / name)
    assert names(tmp_path) == [name]


def test_a_version(project, bucket, tmp_path):
    project.set_bucket_versioning(bucket, True)
    old = project.put(bucket, "key", b"old and longer")
    project.put(bucket, "key", b"new")
    path = tmp_path / "file"
    assert (project.download_file(bucket, "key", path, version=old.version)).version == old.version
    assert path.read_bytes() == b"old and longer"
    project.download_file(bucket, "key", path)
    assert path.read_bytes() == b"new"


def test_a_file_that_exists(project, stored, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"former")
    path.chmod(0o640)
    with pytest.raises(FileExistsError) as caught:
        project.download_file(stored, "key", path, overwrite=False)
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"former"
    project.download_file(stored, "key", path)
    assert path.read_bytes() == DATA
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    project.download_file(stored, "key", tmp_path / "new", overwrite=False)
    assert (tmp_path / "new").read_bytes() == DATA
    assert names(tmp_path) == ["file", "new"]


@posix
def test_permissions_of_a_new_file(project, stored, tmp_path):
    project.download_file(stored, "key", tmp_path / "file")
    (tmp_path / "other").write_bytes(b"")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "other").stat().st_mode


@posix
def test_links_are_followed(project, stored, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder/file")
    project.download_file(stored, "key", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "file").read_bytes() == DATA
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match=str(tmp_path / "loop")):
        project.download_file(stored, "key", tmp_path / "loop")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("missing/file", FileNotFoundError),
        ("", IsADirectoryError),
        ("new/", IsADirectoryError),
        ("plain/file", NotADirectoryError),
    ],
)
def test_paths_that_cannot_be(project, bucket, tmp_path, path, kind):
    (tmp_path / "plain").write_bytes(b"")
    # The network is not asked: there is no such object.
    with pytest.raises(kind) as caught:
        project.download_file(bucket, "no such key", f"{tmp_path}/{path}")
    assert caught.value.filename == f"{tmp_path}/{path}"
    assert names(tmp_path) == ["plain"]


@pytest.mark.parametrize(
    ("path", "kind"), [("nul\0", ValueError), ("", errors.InvalidArgumentError), (5, TypeError), (None, TypeError)]
)
def test_what_is_no_path(project, bucket, path, kind):
    with pytest.raises(kind):
        project.download_file(bucket, "key", path)


@posix
def test_what_is_no_file(project, stored, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/null"):
        with pytest.raises(errors.InvalidArgumentError, match="not a regular file"):
            project.download_file(stored, "key", path)


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only(project, stored, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError) as caught:
        project.download_file(stored, "key", tmp_path / "file")
    assert caught.value.filename == str(tmp_path / "file")


def test_what_is_not_there_leaves_nothing(project, stored, tmp_path):
    for key, kind in (("no such key", errors.ObjectNotFoundError), ("", errors.ObjectKeyInvalidError)):
        with pytest.raises(kind):
            project.download_file(stored, key, tmp_path / "file")
    with pytest.raises(TypeError):
        project.download_file(stored, "key", tmp_path / "file", overwrite="no")
    with pytest.raises(TypeError):
        project.download_file(stored, "key", tmp_path / "file", resume=None)
    with pytest.raises(errors.VersionInvalidError):
        project.download_file(stored, "key", tmp_path / "file", version=b"")
    assert names(tmp_path) == []


class StopError(Exception):
    """Stops a download."""


def interrupted(project, bucket, path, faults, **options):
    """Interrupt a download after some blocks, and return how many bytes had come."""
    seen = []

    def stop(transferred, total, _committed):
        seen.append(transferred)
        if transferred:
            assert transferred < total
            raise StopError

    # The whole download would take some seconds.
    with faults.links(mbit=4), pytest.raises(StopError):
        project.download_file(bucket, "key", path, progress=stop, **options)
    return seen[-1]


def test_an_interrupted_download_goes_on(storj_faults, project, stored, tmp_path):
    path = tmp_path / "file"
    came = interrupted(project, stored, path, storj_faults)
    assert 0 < came < len(DATA)
    assert names(tmp_path) == [".file.uplink-0", ".file.uplink-0.state"]
    seen = []
    project.download_file(stored, "key", path, progress=lambda *counts: seen.append(counts))
    assert path.read_bytes() == DATA
    assert names(tmp_path) == ["file"]
    # What had come is not downloaded again.
    assert next(transferred for transferred, total, _ in seen if total) >= came
    assert seen[-1] == (len(DATA),) * 3


def test_without_resuming_nothing_stays(storj_faults, project, stored, tmp_path):
    interrupted(project, stored, tmp_path / "file", storj_faults)
    interrupted(project, stored, tmp_path / "file", storj_faults, resume=False)
    assert names(tmp_path) == []


def test_damage_of_the_temporary_file_is_noticed(storj_faults, project, stored, tmp_path):
    path, temporary = tmp_path / "file", tmp_path / ".file.uplink-0"
    assert interrupted(project, stored, path, storj_faults)
    damaged = bytearray(temporary.read_bytes())
    damaged[100] ^= 1
    temporary.write_bytes(damaged)
    with (tmp_path / ".file.uplink-0.state").open("ab") as state:
        state.write(b"3 deadbeef\n\xff\xffnonsense\n4 12")
    project.download_file(stored, "key", path)
    assert path.read_bytes() == DATA


@pytest.mark.parametrize("kept", ["file", "state"])
def test_one_of_the_two_files_is_lost(storj_faults, project, stored, tmp_path, kept):
    path = tmp_path / "file"
    interrupted(project, stored, path, storj_faults)
    (tmp_path / (".file.uplink-0.state" if kept == "file" else ".file.uplink-0")).unlink()
    project.download_file(stored, "key", path)
    assert path.read_bytes() == DATA
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("size", [len(DATA), 3 * MIB, 10])
def test_another_object_begins_anew(storj_faults, project, stored, tmp_path, size):
    path = tmp_path / "file"
    assert interrupted(project, stored, path, storj_faults)
    other = DATA[::-1][:size]
    project.put(stored, "key", other)
    project.download_file(stored, "key", path)
    assert path.read_bytes() == other
    assert names(tmp_path) == ["file"]


def test_a_download_in_time(storj_faults, project, stored, tmp_path):
    with storj_faults.nodes(frozen=True):
        before = time.monotonic()
        with pytest.raises(errors.DeadlineExceededError):
            project.download_file(stored, "key", tmp_path / "file", timeout=0.3)
        assert time.monotonic() - before < 5
    project.download_file(stored, "key", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == DATA
    assert names(tmp_path) == ["file"]


def test_random_cancellations(project, stored, tmp_path):
    path = tmp_path / "file"
    for _ in range(15):
        with contextlib.suppress(errors.DeadlineExceededError):
            project.download_file(stored, "key", path, timeout=random.uniform(0, 0.15))
        if path.exists():
            assert path.read_bytes() == DATA
            path.unlink()
    project.download_file(stored, "key", path)
    assert path.read_bytes() == DATA
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("fault", [{"down": True}, {"corrupting": True}, {"frozen": True}])
def test_two_nodes_that_fail(storj_faults, project, stored, tmp_path, fault):
    with storj_faults.nodes(0, 1, **fault):
        project.download_file(stored, "key", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == DATA


def test_the_satellite_is_away_for_a_moment(storj_faults, storj_access, project, bucket, tmp_path):
    project.put(bucket, "large", LARGE)
    retry = uplink.Retry(attempts=50, delay=0.05, longest_delay=0.1)
    with uplink.open_project(storj_access, config=uplink.Config(retry=retry)) as patient:
        with storj_faults.call("DownloadObject", times=10, code="Unavailable"):
            patient.download_file(bucket, "large", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == LARGE


def test_the_object_is_replaced_meanwhile(storj_faults, storj_access, project, bucket, tmp_path):
    project.put(bucket, "large", LARGE)
    fault = storj_faults.call("DownloadObject", delay=0.5, nth=2)

    def replace():
        while not fault.hits():
            time.sleep(0.01)
        with storj_access.open_project() as other:
            other.put(bucket, "large", LARGE[::-1])

    with ThreadPoolExecutor() as threads:
        replaced = threads.submit(replace)
        project.download_file(bucket, "large", tmp_path / "file")
        replaced.result()
    assert (tmp_path / "file").read_bytes() in (LARGE, LARGE[::-1])
    assert names(tmp_path) == ["file"]


def test_two_downloads_to_the_same_path(storj_access, project, stored, tmp_path):
    other = secrets.token_bytes(len(DATA))
    project.put(stored, "other", other)

    def download(key):
        with storj_access.open_project() as own:
            for _ in range(5):
                own.download_file(stored, key, tmp_path / "file")

    with ThreadPoolExecutor() as threads:
        for done in [threads.submit(download, key) for key in ("key", "other", "key", "other")]:
            done.result()
    assert (tmp_path / "file").read_bytes() in (DATA, other)
    project.download_file(stored, "key", tmp_path / "file")
    assert names(tmp_path) == ["file"]
