"""The command `mv`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import uplink


def keys(project, bucket):
    return sorted(item.key for item in project.list_objects(bucket, recursive=True))


def test_within_storj(run, project, bucket):
    run("mv", f"sj://{bucket}/small", f"sj://{bucket}/moved")
    run("mv", "-r", f"sj://{bucket}/", f"sj://{bucket}/2026/")
    assert keys(project, bucket) == ["2026/large", "2026/moved"]


def test_up_and_down(run, project, bucket, tmp_path):
    (tmp_path / "file").write_bytes(b"data")
    run("mv", "file", f"sj://{bucket}/file")
    assert not (tmp_path / "file").exists()
    run("mv", f"sj://{bucket}/file", "back")
    assert (tmp_path / "back").read_bytes() == b"data"
    assert keys(project, bucket) == ["large", "small"]


def test_folders(run, project, bucket, tmp_path):
    (tmp_path / "folder" / "deep" / "empty").mkdir(parents=True)
    for name in ("a.txt", "deep/b.txt", "deep/c.tmp"):
        (tmp_path / "folder" / name).write_text(name)
    assert run("mv", "-r", "folder", f"sj://{bucket}/to", "--exclude", "*.tmp", "--dry-run").lines[0] == (
        "would skip deep/empty: an empty folder"
    )
    printed = run("mv", "-r", "folder", f"sj://{bucket}/to", "--exclude", "*.tmp")
    assert f"moved {Path('folder', 'a.txt')} to sj://{bucket}/to/a.txt" in printed.lines
    assert keys(project, bucket) == ["large", "small", "to/a.txt", "to/deep/b.txt"]
    assert [path.name for path in (tmp_path / "folder").rglob("*") if path.is_file()] == ["c.tmp"]
    run("mv", "-r", "folder", f"sj://{bucket}/to")
    run("mv", "-r", f"sj://{bucket}/to", "back")
    assert keys(project, bucket) == ["large", "small"]
    assert (tmp_path / "back" / "deep" / "c.tmp").read_text() == "deep/c.tmp"


def test_the_folder_of_a_move_goes_when_it_is_empty(run, project, bucket, tmp_path):
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    (tmp_path / "folder" / "deep" / "file").write_text("data")
    run("mv", "-r", "folder", f"sj://{bucket}/to/")
    assert not (tmp_path / "folder").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="names of files")
def test_what_cannot_be_a_file_stays(run, project, bucket, tmp_path):
    project.put(bucket, "from/../evil", b"")
    project.put(bucket, "from/good", b"")
    printed = run("mv", "-r", f"sj://{bucket}/from", "to", expected=1)
    assert printed.lines[0].startswith("failed ../evil: ")
    assert keys(project, bucket) == ["from/../evil", "large", "small"]


def test_a_file_that_changes_meanwhile_stays(run, project, bucket, tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"old")
    upload = uplink.aio.Project.upload_file

    async def upload_and_change(*arguments, **options):
        item = await upload(*arguments, **options)
        (tmp_path / "file").write_bytes(b"newer")
        return item

    monkeypatch.setattr(uplink.aio.Project, "upload_file", upload_and_change)
    assert "changed" in run("mv", "file", f"sj://{bucket}/file", expected=1).err
    assert (tmp_path / "file").read_bytes() == b"newer"


def test_an_object_that_changes_meanwhile_stays(run, project, bucket, tmp_path, monkeypatch):
    download, copy = uplink.aio.Project.download_file, uplink.aio.Project.copy_object

    def changing(call):
        async def call_and_change(*arguments, **options):
            item = await call(*arguments, **options)
            project.put(bucket, "small", b"newer")
            return item

        return call_and_change

    monkeypatch.setattr(uplink.aio.Project, "download_file", changing(download))
    monkeypatch.setattr(uplink.aio.Project, "copy_object", changing(copy))
    assert "changed" in run("mv", f"sj://{bucket}/small", "file", expected=1).err
    assert "changed" in run("mv", "-n", f"sj://{bucket}/small", f"sj://{bucket}/new", expected=1).err
    assert project.get(bucket, "small") == b"newer"


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_two_names_of_one_file(run, project, bucket, tmp_path):
    """As by names that differ only in case, where the file system does not distinguish them."""
    (tmp_path / "to" / "a").mkdir(parents=True)
    (tmp_path / "to" / "link").symlink_to("a")
    for key in ("p/a/x", "p/link/x"):
        project.put(bucket, key, key.encode())
    assert " already" in run("mv", f"sj://{bucket}/p/**", "to/", expected=1).err
    [left] = {"p/a/x", "p/link/x"}.intersection(keys(project, bucket))
    assert {(tmp_path / "to" / "a" / "x").read_text(), left} == {"p/a/x", "p/link/x"}

    project.put(bucket, "p/a/x", b"a")
    project.put(bucket, "p/link/x", b"link")
    assert "the same file" in run("mv", f"sj://{bucket}/p/**", "to/", expected=2).err
    assert {"p/a/x", "p/link/x"}.issubset(keys(project, bucket))
    (tmp_path / "to" / "link").unlink()
    run("mv", f"sj://{bucket}/p/**", "to/")
    assert (tmp_path / "to" / "a" / "x").read_bytes() == b"a"
    assert (tmp_path / "to" / "link" / "x").read_bytes() == b"link"


@pytest.mark.parametrize(
    "words",
    [
        ["{}/small", "{}/small"],
        ["{}/small", "{}/"],
        ["-r", "{}/a", "{}/a/"],
        ["-r", "{}/a", "{}/a/a/"],
        ["{}/a/x", "{}/b/x", "{}/c/"],
        ["{}/**/x", "{}/"],
    ],
)
def test_nothing_is_lost_where_places_overlap(run, project, bucket, words):
    for key in ("a/x", "a/a/x", "b/x"):
        project.put(bucket, key, key.encode())
    before = keys(project, bucket)
    run("mv", *(word.format(f"sj://{bucket}") for word in words), expected=2)
    assert keys(project, bucket) == before


@pytest.mark.parametrize("command", ["mv", "cp"])
def test_a_prefix_without_objects(run, bucket, tmp_path, command):
    words = [command, "-r", "--verify", f"sj://{bucket}/typo", "to"]
    assert "nothing is below" in run(*words, expected=1).err
    assert not (tmp_path / "to").exists()


def test_a_source_stays_if_the_copy_fails(run, tmp_path):
    (tmp_path / "file").write_bytes(b"data")
    run("mv", "file", "sj://no-such-bucket-here/file", expected=1)
    assert (tmp_path / "file").exists()
