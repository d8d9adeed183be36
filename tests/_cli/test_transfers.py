"""The commands `cp`, `mv`, `sync`, `pipe` and `cat`."""

from __future__ import annotations

import io
import os
import sys
import types
from pathlib import Path

import pytest

import uplink


def keys(project, bucket):
    return sorted(item.key for item in project.list_objects(bucket, recursive=True))


class TestCp:
    def test_a_file_up_and_down(self, run, project, bucket, tmp_path):
        (tmp_path / "cat.jpg").write_bytes(b"meow")
        assert run("cp", "cat.jpg", f"sj://{bucket}/2026/").lines == [f"copied cat.jpg to sj://{bucket}/2026/cat.jpg"]
        assert run.objects("cp", "cat.jpg", f"sj://{bucket}") == [
            {"source": "cat.jpg", "target": f"sj://{bucket}/cat.jpg"}
        ]
        assert project.get(bucket, "2026/cat.jpg") == b"meow"
        run("cp", f"sj://{bucket}/2026/cat.jpg", "copy.jpg")
        assert (tmp_path / "copy.jpg").read_bytes() == b"meow"
        (tmp_path / "folder").mkdir()
        run("cp", f"sj://{bucket}/2026/cat.jpg", "folder")
        assert (tmp_path / "folder" / "cat.jpg").read_bytes() == b"meow"

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
    def test_a_named_pipe_is_for_the_command_pipe(self, run, bucket, tmp_path):
        os.mkfifo(tmp_path / "fifo")
        err = run("cp", "fifo", f"sj://{bucket}/", expected=2).err
        assert err == "failed: fifo is no regular file; uplink-py pipe uploads what can be read from stdin\n"

    def test_within_storj(self, run, project, bucket):
        run("cp", f"sj://{bucket}/small", f"sj://{bucket}/copy")
        run("cp", "-r", f"sj://{bucket}/", f"sj://{bucket}/backup/")
        assert keys(project, bucket) == ["backup/copy", "backup/large", "backup/small", "copy", "large", "small"]

    def test_options_of_an_upload(self, run, project, bucket, tmp_path):
        (tmp_path / "file").write_bytes(b"data")
        words = ["cp", "file", f"sj://{bucket}/file", "--content-type", "text/plain", "--expires", "+1d"]
        run(*words, "--metadata", '{"a": "b"}', "-n")
        item = project.stat_object(bucket, "file")
        assert item.metadata == {"a": "b", "content-type": "text/plain"}
        assert item.expires is not None
        assert "--no-clobber" in run(*words, "-n", expected=1).err
        run(*words, "--metadata", "c=d,e=f")
        assert project.stat_object(bucket, "file").metadata == {"c": "d", "e": "f", "content-type": "text/plain"}
        for wrong in ("{", "name", '{"a": 1}'):
            assert "--metadata" in run(*words, "--metadata", wrong, expected=2).err

    def test_patterns(self, run, project, bucket, tmp_path):
        for key in ("2026/a.jpg", "2026/deep/b.jpg", "2026/c.txt"):
            project.put(bucket, key, key.encode())
        run("cp", f"sj://{bucket}/2026/**/*.jpg", tmp_path / "to")
        assert (tmp_path / "to" / "a.jpg").read_bytes() == b"2026/a.jpg"
        assert (tmp_path / "to" / "deep" / "b.jpg").read_bytes() == b"2026/deep/b.jpg"
        assert not (tmp_path / "to" / "c.txt").exists()
        assert "nothing matches" in run("cp", f"sj://{bucket}/*.gif", tmp_path, expected=1).err

    def test_a_pattern_with_recursive_is_also_of_prefixes(self, run, project, bucket):
        project.put(bucket, "small/deep/file", b"deep")
        run("cp", f"sj://{bucket}/sm*", f"sj://{bucket}/one/")
        run("cp", "-r", f"sj://{bucket}/sm*", f"sj://{bucket}/all/")
        copies = {key for key in keys(project, bucket) if key.startswith(("one/", "all/"))}
        assert copies == {"one/small", "all/small", "all/small/deep/file"}
        assert "takes --include" in run("cp", "-r", f"sj://{bucket}/sm*", "folder", expected=1).err

    @pytest.mark.parametrize("key", ["a/../../evil.jpg", "a/..\\evil.jpg", "a//evil.jpg", "a/./evil.jpg"])
    def test_no_key_leads_out_of_the_folder(self, run, project, bucket, tmp_path, key):
        project.put(bucket, key, b"")
        (tmp_path / "to").mkdir()
        assert "no name for a file" in run("cp", f"sj://{bucket}/a/**/*.jpg", tmp_path / "to", expected=2).err
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    def test_a_source_that_is_the_target(self, run, project, bucket):
        for command in ("cp", "mv"):
            for target in ("small", ""):
                err = run(command, f"sj://{bucket}/small", f"sj://{bucket}/{target}", expected=2).err
                assert "is a source and a target" in err
            assert "is a source" in run(command, "-r", f"sj://{bucket}/", f"sj://{bucket}/", expected=2).err
        assert keys(project, bucket) == ["large", "small"]

    def test_two_sources_with_one_target(self, run, project, bucket, tmp_path):
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "file").write_text(folder)
        assert "another source" in run("mv", "a/file", "b/file", f"sj://{bucket}/", expected=2).err
        assert (tmp_path / "a" / "file").exists()
        assert keys(project, bucket) == ["large", "small"]

    def test_nothing_is_replaced(self, run, project, bucket, tmp_path):
        (tmp_path / "there").write_text("old")
        for command in ("cp", "mv"):
            assert "failed" in run(command, "-n", f"sj://{bucket}/small", "there", expected=1).err
            assert "failed" in run(command, "-n", f"sj://{bucket}/small", f"sj://{bucket}/large", expected=1).err
        assert (tmp_path / "there").read_text() == "old"
        assert len(project.get(bucket, "large")) == 100_000
        run("mv", "-n", f"sj://{bucket}/small", f"sj://{bucket}/new")
        assert keys(project, bucket) == ["large", "new"]

    def test_a_dry_run_copies_nothing(self, run, project, bucket):
        assert run("cp", f"sj://{bucket}/small", f"sj://{bucket}/copy", "--dry-run").lines == [
            f"would copy sj://{bucket}/small to sj://{bucket}/copy"
        ]
        assert keys(project, bucket) == ["large", "small"]

    def test_what_fails_is_said_and_the_rest_is_copied(self, run, project, bucket, tmp_path):
        (tmp_path / "there").write_bytes(b"")
        printed = run("cp", "there", "missing", f"sj://{bucket}/", expected=1)
        assert "missing" in printed.err
        assert keys(project, bucket) == ["large", "small", "there"]

    @pytest.mark.parametrize(
        "words",
        [
            ["a"],
            ["a", "b"],
            ["sj://bucket/", "b"],
            ["a", "-", "b"],
            ["-r", "a", "b", "sj://bucket"],
            ["-r", "a", "-"],
            ["-r", "a", "b"],
            ["-", "-"],
            ["-", "sj://bucket"],
            ["-", "sj://bucket/prefix/"],
            ["sj://bucket/a", "sj://bucket/b", "--range", "0-1"],
            ["a", "sj://bucket/b", "--range", "0-1"],
            ["a", "sj://bucket/b", "--include", "*"],
            [".", "sj://bucket/b"],
        ],
    )
    def test_places_that_do_not_go_together(self, run, words):
        assert run("cp", *words, expected=2).err.startswith("failed: ")

    def test_no_clobber_holds_in_each_direction(self, run, project, bucket, tmp_path):
        (tmp_path / "file").write_bytes(b"kept")
        for verb in ("cp", "mv"):
            run(verb, "-n", f"sj://{bucket}/small", f"sj://{bucket}/large", expected=1)
            run(verb, "-n", f"sj://{bucket}/small", "file", expected=1)
        assert project.stat_object(bucket, "large").size == 100_000
        assert (tmp_path / "file").read_bytes() == b"kept"
        assert keys(project, bucket) == ["large", "small"]
        run("mv", "-n", f"sj://{bucket}/small", f"sj://{bucket}/moved")
        assert keys(project, bucket) == ["large", "moved"]

    @pytest.mark.parametrize("target", ["copy", "sj://{}/copy"])
    def test_options_of_uploads_are_refused_elsewhere(self, run, bucket, target):
        words = ["cp", f"sj://{bucket}/small", target.format(bucket)]
        assert "--expires" in run(*words, "--expires", "+1d", expected=2).err

    def test_folders_with_options_of_uploads(self, run, project, bucket, tmp_path):
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "a.txt").write_text("a")
        run("cp", "-r", "folder", f"sj://{bucket}/to", "--metadata", "a=b", "--content-type", "auto")
        assert project.stat_object(bucket, "to/a.txt").metadata == {"a": "b", "content-type": "text/plain"}
        (tmp_path / "folder" / "a.txt").write_text("new")
        (tmp_path / "folder" / "b").write_text("b")
        printed = run("cp", "-r", "-n", "folder", f"sj://{bucket}/to", expected=1)
        assert "to/a.txt already" in printed.err
        assert project.get(bucket, "to/a.txt") == b"a"
        assert project.get(bucket, "to/b") == b"b"
        printed = run("cp", "-r", "-n", f"sj://{bucket}/to", "folder", expected=1)
        assert (tmp_path / "folder" / "a.txt").read_text() == "new"
        run("cp", "-r", "--no-resume", f"sj://{bucket}/to", "back")
        assert (tmp_path / "back" / "b").read_text() == "b"

    def test_modification_times(self, run, project, bucket, tmp_path):
        (tmp_path / "file").write_text("data")
        moment = 1_700_000_000_123_456_000
        os.utime(tmp_path / "file", ns=(moment, moment))
        run("cp", "file", f"sj://{bucket}/file")
        assert project.stat_object(bucket, "file").metadata == {"rclone:mtime": "2023-11-14T22:13:20.123456Z"}
        run("cp", f"sj://{bucket}/file", "back")
        assert abs((tmp_path / "back").stat().st_mtime_ns - moment) < 1000
        assert (
            run("sync", "--dry-run", tmp_path, f"sj://{bucket}/", "--include", "file")
            .lines[-1]
            .startswith("0 copied (0 B), 1 unchanged")
        )

    def test_a_range(self, run, bucket, tmp_path):
        run("cp", "--range", "1-2", f"sj://{bucket}/small", "part")
        assert (tmp_path / "part").read_bytes() == b"at"
        assert run("cp", "--range", "-1", f"sj://{bucket}/small", "-").data == b"a"
        assert "--no-clobber" in run("cp", "-n", "--range", "0-0", f"sj://{bucket}/small", "part", expected=1).err
        run("cp", "--range", "0-0", f"sj://{bucket}/none", "other", expected=1)
        assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["part"]

    def test_a_range_is_of_one_object(self, run, project, bucket, tmp_path):
        for key in ("2026/a.jpg", "2026/b.jpg"):
            project.put(bucket, key, b"data")
        (tmp_path / "to").mkdir()
        assert "stands for 2" in run("cp", "--range", "1-2", f"sj://{bucket}/2026/*.jpg", "to", expected=2).err
        run("cp", "--range", "1-2", f"sj://{bucket}/2026/a*.jpg", "to")
        assert (tmp_path / "to" / "a.jpg").read_bytes() == b"at"

    def test_compressed_files_have_the_type_of_the_compression(self, run, project, bucket, tmp_path):
        (tmp_path / "a.txt.gz").write_bytes(b"data")
        run("cp", "a.txt.gz", f"sj://{bucket}/", "--content-type", "auto")
        assert project.stat_object(bucket, "a.txt.gz").metadata["content-type"] == "application/gzip"

    def test_checksums(self, run, project, bucket, tmp_path):
        (tmp_path / "file").write_bytes(b"data")
        run("cp", "file", f"sj://{bucket}/file", "--checksum", "sha256")
        run("cp", "--verify", f"sj://{bucket}/file", "back")
        assert run("cp", "--verify", f"sj://{bucket}/file", "-").data == b"data"
        assert "checksum" in run("cp", "--verify", f"sj://{bucket}/small", "other", expected=1).err
        for words in (["file", f"sj://{bucket}/x", "--verify"], [f"sj://{bucket}/file", "y", "--checksum", "sha256"]):
            run("cp", *words, expected=2)

    def test_options_of_storjs_command(self, run, project, bucket, tmp_path):
        (tmp_path / "file").write_text("data")
        run("cp", "file", f"sj://{bucket}/a", "-p", "4", "-t", "2", "--progress=false")
        run("mv", f"sj://{bucket}/a", f"sj://{bucket}/b", "-p", "4", "--progress")
        assert keys(project, bucket) == ["b", "large", "small"]
        assert "above 0" in run("cp", "file", f"sj://{bucket}/a", "-t", "0", expected=2).err

    def test_stdin_and_stdout(self, run, project, bucket, monkeypatch):
        monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(b"from a pipe")))
        run("cp", "-", f"sj://{bucket}/new")
        assert project.get(bucket, "new") == b"from a pipe"
        assert run("cp", f"sj://{bucket}/new", "-").data == b"from a pipe"


def test_pipe_and_cat(run, project, bucket, monkeypatch):
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(b"\x00\xffbytes")))
    run("pipe", f"sj://{bucket}/new", "--content-type", "application/octet-stream")
    assert run("cat", f"sj://{bucket}/small", f"sj://{bucket}/new").data == b"data\x00\xffbytes"
    assert run("cat", "--range", "1-2", f"sj://{bucket}/small").data == b"at"
    assert run("cat", "--range", "-2", f"sj://{bucket}/small").data == b"ta"
    printed = run("cat", f"sj://{bucket}/none", f"sj://{bucket}/small", expected=1)
    assert "no such object" in printed.err
    assert printed.data == b"data"


class TestTrees:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path):
        self.folder = tmp_path / "folder"
        (self.folder / "deep").mkdir(parents=True)
        (self.folder / "a.txt").write_bytes(b"a")
        (self.folder / "deep" / "b.tmp").write_bytes(b"b")

    def test_cp_copies_what_differs(self, run, project, bucket, tmp_path):
        place = f"sj://{bucket}/tree/"
        assert run("cp", "-r", "folder", place, "--dry-run").lines[-1].startswith("2 copied")
        assert keys(project, bucket) == ["large", "small"]
        assert run("cp", "-r", "folder", place).lines == [
            "copied a.txt",
            "copied deep/b.tmp",
            "2 copied (2 B), 0 unchanged, 0 removed, 0 skipped, 0 failed",
        ]
        assert run("cp", "-r", "folder", place).lines[-1].startswith("0 copied (0 B), 2 unchanged")
        run("cp", "-r", place, "back", "--exclude", "*.tmp")
        assert [path.name for path in (tmp_path / "back").rglob("*") if path.is_file()] == ["a.txt"]

    def test_sync(self, run, project, bucket):
        place = f"sj://{bucket}/tree"
        run("sync", "folder", place)
        (self.folder / "a.txt").unlink()
        run("sync", "folder", place)
        assert "tree/a.txt" in keys(project, bucket)
        assert run.objects("sync", "folder", place, "--delete") == [
            {"action": "deleted", "path": "a.txt", "key": "tree/a.txt", "size": 1}
        ]
        assert keys(project, bucket) == ["large", "small", "tree/deep/b.tmp"]
        assert "folder and a place" in run("sync", "folder", "other", expected=2).err

    def test_a_source_without_objects_removes_nothing(self, run, bucket):
        for wrong in ("typo", "small", "typo/"):
            assert "nothing is below" in run("sync", "--delete", f"sj://{bucket}/{wrong}", "folder", expected=1).err
        assert (self.folder / "a.txt").exists()

    @pytest.mark.skipif(sys.platform == "win32", reason="names of files")
    def test_what_fails_is_said(self, run, project, bucket):
        project.put(bucket, "tree/../evil", b"")
        project.put(bucket, "tree/good", b"")
        printed = run("sync", f"sj://{bucket}/tree/", "to", expected=1)
        assert any(line.startswith("failed ../evil: ") for line in printed.lines)
        assert Path("to/good").exists()


def test_a_copy_that_ended_early_is_a_failure(run, bucket, monkeypatch, tmp_path):
    error = uplink.errors.TreeError("the copying ended early: no space is left", bucket=bucket)
    error.result = uplink.TreeResult(bucket, "", str(tmp_path), False, 1, 0, 0, 0, 0, 0, 4, ())

    def sync_tree(*_, **__):
        raise error

    monkeypatch.setattr(uplink.Project, "sync_tree", sync_tree)
    assert "no space" in run("sync", tmp_path, f"sj://{bucket}/tree", expected=1).err


def test_accesses_that_may_only_read(run, access, bucket, tmp_path):
    shared = access.share(uplink.Permission.read_only(), uplink.SharePrefix(bucket)).serialize()
    run("cp", f"sj://{bucket}/small", "small", "--access", shared)
    assert "does not allow to upload" in run("cp", "small", f"sj://{bucket}/x", "--access", shared, expected=1).err
