# Generated from tests/aio/test_tree_faults.py by tools/generate_sync.py; change that instead.
"""Trees on a network that fails."""

from __future__ import annotations

import secrets
import shutil
import threading
import time

import pytest

import uplink
from uplink import errors


def fill(folder, files):
    """Make a folder have these files and no others, and return it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def content(folder):
    """Return the files of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stored(project, bucket, prefix=""):
    """Return the objects below a prefix, whose keys are relative to it."""
    keys = [item.key for item in project.list_objects(bucket, prefix=prefix, recursive=True)]
    return {key[len(prefix) :]: project.get(bucket, key) for key in keys}


def numbers(result):
    return result.copied, result.unchanged, result.deleted, result.skipped, result.failed


def test_errors_that_end_the_call(project, bucket, tmp_path, access):
    folder = fill(tmp_path / "folder", {f"{number}": b"" for number in range(20)})
    for call in (
        lambda: project.upload_tree("no-such-bucket", "", folder),
        lambda: project.download_tree("no-such-bucket", "", folder),
        lambda: project.sync_tree("no-such-bucket", "", folder, direction="up"),
    ):
        with pytest.raises(errors.BucketNotFoundError) as caught:
            call()
        assert caught.value.bucket == "no-such-bucket"
    reader = uplink.Access.parse(access.share(uplink.Permission.read_only()).serialize())
    with uplink.open_project(reader) as limited:
        with pytest.raises(errors.PermissionDeniedError, match="upload") as caught:
            limited.upload_tree(bucket, "", folder)
        assert caught.value.results
        assert {entry.action for entry in caught.value.results} == {"failed"}


def test_a_timeout_and_what_goes_on_after_it(own_network, tmp_path):
    folder = fill(tmp_path / "folder", {f"{number}": secrets.token_bytes(10_000) for number in range(30)})
    with uplink.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        project.create_bucket("bucket")
        project.upload_tree("bucket", "", folder, include=["1*"])
        own_network.pause()
        for call in (
            lambda: project.upload_tree("bucket", "", folder, timeout=0.2),
            lambda: project.download_tree("bucket", "", tmp_path / "to", timeout=0.2),
        ):
            start = time.monotonic()
            with pytest.raises(errors.DeadlineExceededError):
                call()
            assert time.monotonic() - start < 2
        own_network.resume()
        result = project.sync_tree("bucket", "", folder, direction="up")
        assert result.copied + result.unchanged == 30
        assert result.unchanged >= 11
        project.download_tree("bucket", "", tmp_path / "to")
        assert content(tmp_path / "to") == content(folder)


def test_one_file_fails(project, bucket, tmp_path, storj_faults):
    files = {f"{number}": b"data" for number in range(20)}
    folder = fill(tmp_path / "folder", files)
    with storj_faults.call("CommitObject", nth=5, code="Internal"), pytest.raises(errors.TreeError) as caught:
        project.upload_tree(bucket, "", folder)
    assert numbers(caught.value.result) == (19, 0, 0, 0, 1)
    (failure,) = caught.value.result.failures
    assert isinstance(failure.error, errors.InternalError)
    assert failure.path in str(caught.value)
    assert stored(project, bucket) == {path: data for path, data in files.items() if path != failure.path}
    result = project.sync_tree(bucket, "", folder, direction="up")
    assert [entry.path for entry in result.entries] == [failure.path]
    assert numbers(result) == (1, 19, 0, 0, 0)


def test_lost_connections(project, bucket, tmp_path, storj_faults):
    files = {f"{number}": secrets.token_bytes(10_000 * (number % 2)) for number in range(20)}
    folder = fill(tmp_path / "folder", files)
    with storj_faults.call("CommitObject", nth=3, times=2, cut_after=0):
        project.upload_tree(bucket, "", folder)
    assert stored(project, bucket) == files
    with (
        storj_faults.call("ListObjects", cut_after=0),
        storj_faults.call("DownloadObject", nth=3, times=2, cut_after=0),
        storj_faults.nodes(0, 1, corrupting=True),
    ):
        project.download_tree(bucket, "", tmp_path / "to")
    assert content(tmp_path / "to") == files


def test_the_satellite_is_gone(own_network, tmp_path):
    folder = fill(tmp_path / "folder", {f"{number:03}": b"data" for number in range(200)})
    with uplink.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        project.create_bucket("bucket")

        def kill(transferred, total, committed):
            if committed:
                own_network.kill()

        with (
            own_network.faults.call("CommitObject", nth=10, times=None, delay=60),
            pytest.raises(errors.ConnectionFailedError) as caught,
        ):
            project.upload_tree("bucket", "", folder, progress=kill)
        done = {entry.path for entry in caught.value.results if entry.action == "copied"}
        assert 0 < len(done) < 10
        assert len(caught.value.results) < 200
        with pytest.raises(errors.ConnectionFailedError):
            project.download_tree("bucket", "", tmp_path / "to")
        assert content(tmp_path / "to") == {}


def test_an_error_of_the_progress_function_ends_the_call(project, bucket, tmp_path):
    folder = fill(tmp_path / "folder", {f"{number}": b"data" for number in range(20)})

    def fail(*counts):
        raise LookupError

    with pytest.raises(LookupError):
        project.upload_tree(bucket, "", folder, progress=fail)


def test_locked_objects_are_not_deleted(project, bucket, tmp_path, storj_faults):
    folder = fill(tmp_path / "folder", {"a": b"", "b": b""})
    project.upload_tree(bucket, "", folder)
    fill(folder, {})
    with storj_faults.call("DeleteObjects", code="PermissionDenied"), pytest.raises(errors.PermissionDeniedError):
        project.sync_tree(bucket, "", folder, direction="up", delete=True)
    assert set(stored(project, bucket)) == {"a", "b"}


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_call_that_is_cancelled(own_network, tmp_path, direction):
    folder = fill(tmp_path / "folder", {f"{number}": b"x" * 10_000 for number in range(20)})
    with uplink.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        project.create_bucket("bucket")
        project.upload_tree("bucket", "", folder)
        target = folder if direction == "up" else tmp_path / "to"
        own_network.pause()
        threading.Timer(0.1, project._free).start()
        with pytest.raises(errors.CancelledError):
            project.sync_tree("bucket", "", target, direction=direction, compare="checksum", delete=True)
        own_network.resume()
    assert len(list(folder.iterdir())) == 20
    if direction == "down":
        assert list(target.iterdir()) == []
