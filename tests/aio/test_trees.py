"""`upload_tree`, `download_tree` and `sync_tree`."""

from __future__ import annotations

import os
import pickle
import secrets
import shutil
import sys
import tempfile
from asyncio import to_thread
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


async def stored(project, bucket, prefix=""):
    """Return the objects below a prefix, whose keys are relative to it."""
    keys = [item.key async for item in project.list_objects(bucket, prefix=prefix, recursive=True)]
    return {key[len(prefix) :]: await project.get(bucket, key) for key in keys}


def numbers(result):
    return result.copied, result.unchanged, result.deleted, result.skipped, result.failed


FILES = {"empty": b"", "small": b"four", "a/b/deep": b"x" * 5000, "a/large": secrets.token_bytes(300_000)}


@pytest.mark.parametrize("prefix", ["", "tree", "tree/", "a//b/", "/"])
async def test_there_and_back(project, bucket, tmp_path, prefix):
    folder = fill(tmp_path / "from", FILES)
    up = await project.upload_tree(bucket, prefix, folder)
    key = prefix if prefix.endswith("/") or not prefix else f"{prefix}/"
    assert await stored(project, bucket, key) == FILES
    assert numbers(up) == (4, 0, 0, 0, 0)
    assert (up.bucket, up.prefix, up.folder, up.dry_run, up.excluded) == (bucket, key, str(folder), False, 0)
    assert up.bytes_copied == sum(map(len, FILES.values()))
    assert [entry.path for entry in up.entries] == sorted(FILES)
    assert up.entries[-1] == uplink.TreeEntry("copied", "small", f"{key}small", 4)
    down = await project.download_tree(bucket, prefix, str(tmp_path / "new" / "to"))
    assert content(tmp_path / "new" / "to") == FILES
    assert (numbers(down), down.bytes_copied) == (numbers(up), up.bytes_copied)
    for path in FILES:
        times = [(tmp_path / where / path).stat().st_mtime for where in ("from", "new/to")]
        assert times[0] == pytest.approx(times[1], abs=2e-6)
    assert pickle.loads(pickle.dumps(up)) == up


async def test_the_metadata_of_the_objects(project, bucket, tmp_path):
    folder = fill(tmp_path / "folder", {"file": b"data"})
    os.utime(folder / "file", ns=(0, 1_700_000_000_123_456_000))
    await project.upload_tree(bucket, "", folder)
    assert (await project.stat_object(bucket, "file")).metadata == {
        "rclone:mtime": "2023-11-14T22:13:20.123456Z",
        "sha256": "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7",
    }
    # Times that others store are used, too.
    for number, metadata in enumerate(({"rclone:mtime": "2024-02-03T04:05:06+01:00"}, {"mtime": "1706929506.5"})):
        await project.put(bucket, f"{number}", b"", metadata=metadata)
    await project.download_tree(bucket, "", folder)
    assert [(folder / name).stat().st_mtime for name in "01"] == [1706929506, 1706929506.5]


names = st.sampled_from(["a", "b", "c", "ä", "x y", "-", "~", "a.b", "%41", "*", "a\nb", "\udcff"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
trees = st.dictionaries(paths, st.binary(max_size=3) | st.sampled_from([b"z" * 4097]), max_size=8).map(
    # No path is below a file.
    lambda tree: {path: data for path, data in tree.items() if not any(o.startswith(f"{path}/") for o in tree)}
)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow all of these names")
@settings(max_examples=15)
@given(versions=st.lists(trees, min_size=1, max_size=3), compare=st.sampled_from(["size-time", "checksum"]))
async def test_against_a_model(project, versions, compare):
    bucket = f"test-{secrets.token_hex(8)}"
    await project.create_bucket(bucket)
    try:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "source"), Path(folder, "target")
            for version in versions:
                fill(source, version)
                for _ in range(2):
                    up = await project.sync_tree(bucket, "p", source, direction="up", compare=compare, delete=True)
                    assert await stored(project, bucket, "p/") == version
                    down = await project.sync_tree(bucket, "p", target, direction="down", compare=compare, delete=True)
                    assert content(target) == version
                assert (numbers(up), numbers(down)) == ((0, len(version), 0, 0, 0),) * 2
    finally:
        await project.delete_bucket(bucket, with_objects=True)


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_a_dry_run_changes_nothing(project, bucket, tmp_path, direction):
    folder = fill(tmp_path / "folder", {"same": b"1", "changed": b"22", "file": b"3"})
    await project.upload_tree(bucket, "", folder)
    await project.put(bucket, "changed", b"4444")
    await project.put(bucket, "object", b"5")
    await project.delete_objects(bucket, ["file"])
    before = content(folder), await stored(project, bucket)
    options = {"direction": direction, "delete": True, "compare": "size"}
    planned = await project.sync_tree(bucket, "", folder, dry_run=True, **options)
    assert (content(folder), await stored(project, bucket)) == before
    assert planned.dry_run
    assert numbers(planned) == (2, 1, 1, 0, 0)
    done = await project.sync_tree(bucket, "", folder, **options)
    assert done.entries == planned.entries
    assert content(folder) == await stored(project, bucket) == before[direction == "down"]


async def test_a_dry_run_creates_no_folder(project, bucket, tmp_path):
    await project.put(bucket, "key", b"data")
    result = await project.sync_tree(bucket, "", tmp_path / "new", direction="down", dry_run=True, delete=True)
    assert result.copied == 1
    assert not (tmp_path / "new").exists()


async def test_patterns(project, bucket, tmp_path):
    files = dict.fromkeys(["a.txt", "a.jpg", "b/a.txt", "b/c/d.jpg", "tmp/a.txt", "b/tmp/a.txt"], b"")
    folder = fill(tmp_path / "folder", files)
    result = await project.upload_tree(bucket, "", folder, include=["*.txt", "/b/**/*.jpg"], exclude=["tmp"])
    assert [entry.path for entry in result.entries] == ["a.txt", "b/a.txt", "b/c/d.jpg"]
    assert result.excluded == 3  # two folders and a file
    # What is excluded is not deleted.
    options = {"compare": "size", "delete": True, "exclude": iter(["*.txt"])}
    fill(folder, {})
    result = await project.sync_tree(bucket, "", folder, direction="up", **options)
    assert [entry.path for entry in result.entries] == ["b/c/d.jpg"]
    fill(folder, {"a.txt": b"own", "gone": b""})
    options["exclude"] = ("*.txt",)
    result = await project.sync_tree(bucket, "", folder, direction="down", **options)
    assert (result.excluded, result.deleted, content(folder)) == (2, 1, {"a.txt": b"own"})


async def test_keys_that_would_escape(project, bucket, tmp_path):
    unsafe = ["../escaped", "/absolute", "a/../../escaped", "a//b", "./c", "a\0b", "..", ".uplink-1.part"]
    for key in [*unsafe, "fine"]:
        await project.put(bucket, f"p/{key}", b"data")
    folder = tmp_path / "outer" / "folder"
    with pytest.raises(errors.TreeError) as caught:
        await project.download_tree(bucket, "p", folder)
    assert content(tmp_path / "outer") == {"folder/fine": b"data"}
    result = caught.value.result
    assert numbers(result) == (1, 0, 0, 0, len(unsafe))
    assert caught.value.results == result.entries
    assert {entry.key for entry in result.failures} == {f"p/{key}" for key in unsafe}
    for entry in result.failures:
        assert isinstance(entry.error, errors.UnsafeKeyError)
        assert (entry.error.bucket, entry.error.key, entry.size) == (bucket, entry.key, 4)
    assert caught.value.__cause__ is result.failures[0].error
    assert isinstance(caught.value, OSError)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.result, copy.results, str(copy)) == (result, result.entries, str(caught.value))
    # No file can have their names, so an upload does not delete them.
    result = await project.sync_tree(bucket, "p", folder, direction="up", delete=True)
    assert numbers(result) == (0, 1, 0, len(unsafe), 0)


async def test_names_that_are_taken(project, bucket, tmp_path):
    folder = fill(tmp_path / "folder", {"file": b"own", "folder/file": b"own"})
    for key in ("file/below", "folder", "a", "a/b", "marker/", "slash/"):
        await project.put(bucket, key, b"" if key == "marker/" else b"data")
    with pytest.raises(errors.TreeError) as caught:
        await project.download_tree(bucket, "", folder)
    failures = {entry.path: entry.error for entry in caught.value.result.failures}
    assert set(failures) in ({"file/below", "folder", "slash/", "a"}, {"file/below", "folder", "slash/", "a/b"})
    for error in failures.values():
        assert isinstance(error, errors.NameTakenError)
        assert isinstance(error, FileExistsError)
    assert content(folder).items() >= {"file": b"own", "folder/file": b"own"}.items()
    assert (folder / "marker").is_dir()
    # After a failure, nothing is deleted.
    (folder / "own").write_bytes(b"")
    with pytest.raises(errors.TreeError):
        await project.sync_tree(bucket, "", folder, direction="down", delete=True)
    assert (folder / "own").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
async def test_links_and_special_files(project, bucket, tmp_path):
    folder = fill(tmp_path / "folder", {"file": b"1", "a/b": b"2"})
    fill(tmp_path / "outer", {"secret": b"3"})
    for name, target in {"link": "../outer/secret", "a-link": "a", "out": "../outer", "loop": "."}.items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe")
    (folder / "empty").mkdir()
    result = await project.upload_tree(bucket, "p", folder)
    assert numbers(result) == (2, 0, 0, 6, 0)
    reasons = {entry.path: entry.reason for entry in result.entries if entry.action == "skipped"}
    assert reasons == {
        **dict.fromkeys(["link", "a-link", "out", "loop"], "a symbolic link"),
        "pipe": "not a regular file",
        "empty": "an empty folder",
    }
    result = await project.upload_tree(bucket, "q", folder, follow_symlinks=True)
    assert await stored(project, bucket, "q/") == {
        "file": b"1", "a/b": b"2", "link": b"3", "a-link/b": b"2", "out/secret": b"3"
    }  # fmt: skip
    assert {entry.path: entry.reason for entry in result.entries if entry.reason} == {
        "loop": "a symbolic link to a folder above it",
        "pipe": "not a regular file",
        "empty": "an empty folder",
    }
    # A download goes through no link, and replaces none.
    for key in ("out/secret", "link", "new"):
        await project.put(bucket, f"p/{key}", b"evil")
    with pytest.raises(errors.TreeError) as caught:
        await project.download_tree(bucket, "p", folder)
    assert [entry.path for entry in caught.value.result.failures] == ["link", "out/secret"]
    assert content(tmp_path / "outer") == {"secret": b"3"}
    assert (folder / "link").is_symlink()
    # Below a link nothing is deleted.
    await project.put(bucket, "p/out/more", b"")
    result = await project.sync_tree(bucket, "p", folder, direction="up", delete=True)
    assert [entry.path for entry in result.entries if entry.action == "deleted"] == []
    assert "p/out/more" in [item.key async for item in project.list_objects(bucket, recursive=True)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
async def test_a_replaced_file_keeps_its_permissions(project, bucket, tmp_path):
    folder = fill(tmp_path / "folder", {"file": b"1"})
    (folder / "file").chmod(0o640)
    await project.put(bucket, "file", b"new")
    await project.download_tree(bucket, "", folder)
    assert (folder / "file").read_bytes() == b"new"
    assert (folder / "file").stat().st_mode & 0o777 == 0o640


async def test_files_that_are_not_complete_are_left_alone(project, bucket, tmp_path):
    folder = fill(tmp_path / "folder", {".uplink-0123.part": b"1", "file": b"2"})
    result = await project.sync_tree(bucket, "", folder, direction="up")
    assert [entry.path for entry in result.entries] == ["file"]
    await project.sync_tree(bucket, "", folder, direction="down", delete=True)
    assert (folder / ".uplink-0123.part").exists()


async def test_arguments(project, bucket, tmp_path):
    folder = fill(tmp_path / "folder", {"file": b""})
    with pytest.raises(FileNotFoundError) as caught:
        await project.upload_tree(bucket, "", tmp_path / "missing")
    assert caught.value.filename == str(tmp_path / "missing")
    with pytest.raises(NotADirectoryError):
        await project.upload_tree(bucket, "", folder / "file")
    with pytest.raises(OSError):  # noqa: PT011 - its type depends on the system
        await project.download_tree(bucket, "", folder / "file")
    for bad in ("[", "", "a//b"):
        with pytest.raises(errors.InvalidArgumentError, match="not a pattern"):
            await project.upload_tree(bucket, "", folder, include=[bad])
    with pytest.raises(TypeError, match="iterable of patterns"):
        await project.download_tree(bucket, "", folder, exclude="*.txt")
    with pytest.raises(TypeError):
        await project.download_tree(bucket, "", folder, exclude=[1])
    with pytest.raises(TypeError):
        await project.upload_tree(bucket, "", None)
    with pytest.raises(TypeError):
        await project.upload_tree(bucket, "", os.fsencode(folder))
    with pytest.raises(TypeError):
        await project.upload_tree(bucket, 1, folder)
    with pytest.raises(TypeError):
        await project.sync_tree(bucket, "", folder)
    with pytest.raises(TypeError):
        await project.sync_tree(bucket, "", folder, direction="up", delete="no")
    with pytest.raises(TypeError):
        await project.upload_tree(bucket, "", folder, progress=3)
    for options in ({"direction": "left"}, {"direction": "up", "compare": "time"}):
        with pytest.raises(errors.InvalidArgumentError):
            await project.sync_tree(bucket, "", folder, **options)
    with pytest.raises(errors.InvalidArgumentError, match="links"):
        await project.sync_tree(bucket, "", folder, direction="down", follow_symlinks=True)
    with pytest.raises(errors.InvalidArgumentError):
        await project.upload_tree(bucket, "", "")
    with pytest.raises(ValueError, match="null byte"):
        await project.upload_tree(bucket, "", "a\0b")


async def test_progress(project, bucket, tmp_path):
    folder = fill(tmp_path / "folder", FILES)
    size = sum(map(len, FILES.values()))
    reports = []
    await project.upload_tree(bucket, "", folder, progress=lambda *counts: reports.append(counts))
    assert reports[-1] == (size, size, size)
    await project.download_tree(bucket, "", tmp_path / "to", progress=lambda *counts: reports.append(counts))
    assert reports[-1] == (size, size, size)
    await project.sync_tree(bucket, "", folder, direction="up", progress=lambda *counts: reports.append(counts))
    assert reports[-1] == (0, 0, 0)


async def test_entries_as_they_are_done(project, bucket, tmp_path):
    folder = fill(tmp_path / "from", FILES)
    (folder / "nothing").mkdir()
    for direction in ("up", "down"):
        seen = []
        for dry_run in (True, False):
            seen.clear()
            result = await project.sync_tree(
                bucket, "tree", folder, direction=direction, dry_run=dry_run, on_entry=seen.append
            )
            assert sorted(seen, key=lambda entry: entry.path) == list(result.entries)
        assert len(seen) == (5 if direction == "up" else 4)
        folder = tmp_path / "to"
    seen.clear()
    await project.upload_tree(bucket, "tree/", tmp_path / "from", on_entry=seen.append)
    assert {entry.key for entry in seen} == {f"tree/{path}" for path in (*FILES, "nothing")}
    seen.clear()
    await project.download_tree(bucket, "tree", tmp_path / "to", on_entry=seen.append)
    assert {entry.path for entry in seen} == set(FILES)


async def test_a_function_that_raises_ends_the_copying(project, bucket, tmp_path):
    folder = fill(tmp_path / "from", FILES)

    def refuse(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await project.upload_tree(bucket, "tree", folder, on_entry=refuse)
    with pytest.raises(TypeError, match="on_entry"):
        await project.upload_tree(bucket, "tree", folder, on_entry="yes")
    with pytest.raises(TypeError, match="on_entry takes a function without `async`"):
        await project.upload_tree(bucket, "tree", folder, on_entry=to_thread)
