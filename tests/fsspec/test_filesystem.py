"""What is stored, as a filesystem shows and transfers it."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime, timezone

import fsspec
import pytest
from fsspec.callbacks import Callback

from uplink.errors import (
    BucketNotFoundError,
    InvalidArgumentError,
    ObjectNotFoundError,
)
from uplink.fsspec import UplinkFileSystem


@pytest.fixture
def project(storj_project):
    return storj_project


def names(entries):
    return {entry["name"].rpartition("/")[2]: entry["type"] for entry in entries}


def test_both_protocols_name_the_filesystem(grant):
    assert fsspec.filesystem("sj", access=grant) is fsspec.filesystem("storj", access=grant)
    with pytest.raises(FileNotFoundError):
        fsspec.open("storj://no-such-bucket/key", access=grant).open()


def test_a_path_may_have_a_protocol_or_a_slash_before_it(fs, bucket):
    fs.pipe(f"sj://{bucket}/key", b"data")
    for path in (f"{bucket}/key", f"/{bucket}/key", f"storj://{bucket}/key", f"sj:///{bucket}/key"):
        assert fs.cat(path) == b"data"
    assert fs.unstrip_protocol(f"{bucket}/key") == f"sj://{bucket}/key"


def test_ls_shows_files_and_directories_with_details(fs, tree):
    entries = fs.ls(tree)
    assert names(entries) == {"a.txt": "file", "sub": "directory", "empty": "directory"}
    [file] = [entry for entry in entries if entry["type"] == "file"]
    assert file["size"] == 1
    assert file["created"] == file["mtime"]
    assert abs((datetime.now(timezone.utc) - file["created"]).total_seconds()) < 600
    assert fs.ls(tree, detail=False) == [f"{tree}/a.txt", f"{tree}/empty", f"{tree}/sub"]


def test_ls_of_a_file_shows_the_file(fs, tree):
    assert fs.ls(f"{tree}/a.txt", detail=False) == [f"{tree}/a.txt"]


def test_ls_of_nothing_raises(fs, bucket):
    with pytest.raises(ObjectNotFoundError):
        fs.ls(f"{bucket}/nothing")
    with pytest.raises(BucketNotFoundError):
        fs.ls("no-such-bucket")
    assert fs.ls(bucket) == []


def test_the_root_has_the_buckets(fs, bucket):
    assert bucket in fs.ls("", detail=False)
    assert bucket in fs.ls("sj://", detail=False)
    assert fs.isdir("")
    assert fs.info(bucket)["type"] == "directory"
    assert fs.created(bucket) == fs.info(bucket)["created"]


def test_the_marker_of_a_directory_is_no_file(fs, tree):
    assert fs.isdir(f"{tree}/empty")
    assert fs.ls(f"{tree}/empty") == []
    assert fs.find(f"{tree}/empty") == []
    assert f"{tree}/empty" in fs.find(tree, withdirs=True)
    assert f"{tree}/empty" not in fs.find(tree)


def test_rmdir_deletes_the_marker_of_an_empty_directory_and_no_other_directory(fs, tree):
    fs.rmdir(f"{tree}/empty")
    assert not fs.exists(f"{tree}/empty")
    with pytest.raises(OSError, match="not empty"):
        fs.rmdir(f"{tree}/sub")
    with pytest.raises(NotADirectoryError):
        fs.rmdir(f"{tree}/a.txt")
    with pytest.raises(FileNotFoundError):
        fs.rmdir(f"{tree}/nothing")


def test_find_walk_glob_and_du(fs, tree):
    files = [f"{tree}/a.txt", f"{tree}/sub/b.txt", f"{tree}/sub/deep/c.txt"]
    assert fs.find(tree) == files
    assert fs.find(tree, maxdepth=2) == files[:2]
    assert fs.find(tree, maxdepth=1, withdirs=True) == [tree, files[0], f"{tree}/empty", f"{tree}/sub"]
    assert fs.find(tree, withdirs=True) == sorted([tree, f"{tree}/empty", f"{tree}/sub", f"{tree}/sub/deep", *files])
    assert fs.find(files[0]) == files[:1]
    assert fs.find(f"{tree}/nothing") == fs.find("no-such-bucket/x") == []
    assert fs.find(tree, detail=True)[files[1]]["size"] == 2
    assert fs.find(tree, prefix="sub/d") == files[2:]
    assert fs.find(tree, prefix="a") == fs.find("", prefix=f"{tree}/a") == files[:1]
    assert [(path, sorted(dirs), files) for path, dirs, files in fs.walk(tree)] == [
        (tree, ["empty", "sub"], ["a.txt"]),
        (f"{tree}/empty", [], []),
        (f"{tree}/sub", ["deep"], ["b.txt"]),
        (f"{tree}/sub/deep", [], ["c.txt"]),
    ]
    assert fs.glob(f"{tree}/*.txt") == files[:1]
    assert fs.glob(f"{tree}/**/*.txt") == files
    assert fs.glob(f"{tree}/nothing/*") == []
    assert fs.du(tree) == 6
    assert fs.du(tree, total=False) == dict(zip(files, (1, 2, 3), strict=True))
    with pytest.raises(ValueError, match="maxdepth"):
        fs.find(tree, maxdepth=0)


def test_find_in_all_buckets(fs, tree, bucket):
    assert f"{tree}/sub/b.txt" in fs.find("")
    assert f"{tree}/a.txt" not in fs.find("", maxdepth=1)
    assert bucket in fs.find("", maxdepth=1, withdirs=True)


def test_a_file_may_have_the_name_of_a_directory(fs, bucket):
    fs.pipe({f"{bucket}/both": b"file", f"{bucket}/both/below": b"data"})
    assert fs.isfile(f"{bucket}/both")
    assert fs.ls(f"{bucket}/both", detail=False) == [f"{bucket}/both/below"]
    assert fs.find(bucket, detail=True)[f"{bucket}/both"]["type"] == "file"
    fs.rm(f"{bucket}/both", recursive=True)
    assert fs.ls(bucket) == []


def test_info_has_what_the_record_has(fs, bucket):
    fs.pipe_file(f"{bucket}/key", b"data", metadata={"camera": "x100"}, content_type="image/jpeg", etag=b"\x01\xab")
    info = fs.info(f"{bucket}/key")
    assert info["metadata"] == {"camera": "x100", "content-type": "image/jpeg"}
    assert (info["type"], info["size"], info["content_type"], info["etag"]) == ("file", 4, "image/jpeg", "01ab")
    assert fs.created(f"{bucket}/key") == fs.modified(f"{bucket}/key") == info["created"]


def test_a_directory_has_no_time(fs, tree):
    with pytest.raises(IsADirectoryError):
        fs.modified(tree)


def test_the_checksum_changes_with_the_object_and_not_with_its_metadata(fs, bucket, project):
    fs.pipe_file(f"{bucket}/key", b"data")
    before = fs.checksum(f"{bucket}/key"), fs.ukey(f"{bucket}/key")
    project.update_object_metadata(bucket, "key", {"camera": "x100"})
    assert (fs.checksum(f"{bucket}/key"), fs.ukey(f"{bucket}/key")) == before
    fs.pipe_file(f"{bucket}/key", b"data")
    assert fs.checksum(f"{bucket}/key") != before[0]
    assert fs.ukey(f"{bucket}/key") != before[1]


DATA = bytes(range(10))


ENDS = (None, 0, 3, 9, 10, 12, -1, -10, -12)


def test_a_range_is_what_a_slice_is(fs, bucket):
    fs.pipe(f"{bucket}/key", DATA)
    cases = [(start, end) for start in ENDS for end in ENDS]
    found = [fs.cat_file(f"{bucket}/key", start, end) for start, end in cases]
    assert found == [DATA[start:end] for start, end in cases]
    with pytest.raises(FileNotFoundError):
        fs.cat_file(f"{bucket}/nothing", 3, 3)


def test_ranges_of_several_files(fs, bucket):
    fs.pipe({f"{bucket}/{number}": DATA * (number + 1) for number in range(3)})
    paths = [f"{bucket}/0", f"{bucket}/1", f"{bucket}/2", f"{bucket}/1"]
    assert fs.cat_ranges(paths, [0, 5, None, -3], [4, 15, 2, None]) == [DATA[:4], (DATA * 2)[5:15], DATA[:2], DATA[-3:]]
    assert fs.cat_ranges(paths[:2], 1, 2) == [DATA[1:2]] * 2
    found = fs.cat_ranges([paths[0], f"{bucket}/nothing"], 0, 2)
    assert found[0] == DATA[:2]
    assert isinstance(found[1], FileNotFoundError)
    with pytest.raises(FileNotFoundError):
        fs.cat_ranges([f"{bucket}/nothing"], 0, 2, on_error="raise")
    with pytest.raises(ValueError, match="starts"):
        fs.cat_ranges(paths, [0], 1)
    with pytest.raises(TypeError):
        fs.cat_ranges(paths[0], 0, 1)


def test_many_ranges_of_one_file_are_got_in_one_call(fs, bucket):
    data = DATA * 20_000
    fs.pipe(f"{bucket}/key", data)
    before = fs._twins.plain.stats()
    cases = [(start, start + 7) for start in range(0, len(data), 201)]
    cases += [(None, 5), (3, 3), (len(data) - 5, None), (-5, None), (5, 2)]
    starts, ends = ([case[index] for case in cases] for index in (0, 1))
    paths = [f"{bucket}/key"] * len(cases)
    assert fs.cat_ranges(paths, starts, ends) == [data[start:end] for start, end in cases]
    after = fs._twins.plain.stats()
    assert after.requests - before.requests < len(cases) // 10
    # A range after the end is empty, as a slice is.
    wanted = [data[:5], data[-5:], b""]
    assert fs.cat_ranges(paths[:3], [0, len(data) - 5, len(data) + 5], [5, None, len(data) + 9], max_gap=0) == wanted
    found = fs.cat_ranges([bucket, bucket, paths[0]], 0, 1)
    assert [type(data) for data in found] == [IsADirectoryError, IsADirectoryError, bytes]
    found = fs.cat_ranges([f"{bucket}/nothing"] * 2, [0, 1], [1, 2])
    assert [type(error) for error in found] == [ObjectNotFoundError] * 2


def test_two_hundred_files_at_once(fs, bucket):
    files = {f"{bucket}/many/{number:03}": f"{number}".encode() * number for number in range(200)}
    fs.pipe(files)
    assert fs.cat(f"{bucket}/many", recursive=True) == files
    assert fs.cat([*files]) == files


def test_pipe_does_not_replace_an_object_if_it_shall_create_one(fs, bucket):
    fs.pipe_file(f"{bucket}/key", b"first", mode="create")
    with pytest.raises(FileExistsError):
        fs.pipe_file(f"{bucket}/key", b"second", mode="create")
    assert fs.cat(f"{bucket}/key") == b"first"
    with pytest.raises(InvalidArgumentError, match="mode"):
        fs.pipe_file(f"{bucket}/key", b"third", mode="append")


@pytest.mark.parametrize("data", [bytearray(b"data"), memoryview(b"data")])
def test_pipe_takes_buffers(fs, bucket, data):
    fs.pipe(f"{bucket}/key", data)
    assert fs.cat(f"{bucket}/key") == b"data"


def test_a_path_without_a_key_is_no_object(fs, bucket):
    for call in (fs.cat_file, lambda path: fs.pipe_file(path, b""), fs.open, fs.sign):
        with pytest.raises(IsADirectoryError):
            call(bucket)


class Steps(Callback):
    """Keeps the size, and the values that it was moved to."""

    def __init__(self):
        super().__init__()
        self.values = []

    def call(self, *_, **__):
        self.values.append(self.value)


def test_files_are_put_and_got_with_progress(fs, bucket, tmp_path):
    data = bytes(3_000_000)
    (tmp_path / "source").write_bytes(data)
    up, down = Steps(), Steps()
    fs.put_file(tmp_path / "source", f"{bucket}/key", callback=up, metadata={"camera": "x100"})
    assert fs.info(f"{bucket}/key")["metadata"] == {"camera": "x100"}
    fs.get_file(f"{bucket}/key", tmp_path / "target", callback=down)
    assert (tmp_path / "target").read_bytes() == data
    for steps in (up, down):
        assert (steps.size, steps.value) == (len(data), len(data))
        assert steps.values == sorted(steps.values)
    with pytest.raises(FileExistsError):
        fs.put_file(tmp_path / "source", f"{bucket}/key", mode="create")
    with pytest.raises(TypeError, match="if_none_match"):
        fs.put_file(tmp_path / "source", f"{bucket}/key", mode="create", if_none_match=None)


def test_a_file_is_got_into_an_open_file(fs, bucket):
    fs.pipe(f"{bucket}/key", b"data")
    target = io.BytesIO()
    fs.get_file(f"{bucket}/key", target)
    assert target.getvalue() == b"data"


def test_a_get_that_fails_leaves_no_file(fs, bucket, tmp_path):
    with pytest.raises(FileNotFoundError):
        fs.get_file(f"{bucket}/nothing", tmp_path / "target")
    assert list(tmp_path.iterdir()) == []
    fs.pipe(f"{bucket}/key", b"data")
    with pytest.raises(IsADirectoryError):
        fs.get_file(f"{bucket}/key", tmp_path)


def test_a_directory_is_got_with_its_empty_directories(fs, tree, tmp_path):
    fs.get(tree, str(tmp_path / "target"), recursive=True)
    found = {path.relative_to(tmp_path / "target").as_posix() for path in (tmp_path / "target").rglob("*")}
    assert found == {"a.txt", "empty", "sub", "sub/b.txt", "sub/deep", "sub/deep/c.txt"}


async def test_awaited_in_the_callers_own_loop(access, bucket):
    fs = UplinkFileSystem(access, asynchronous=True)
    await asyncio.gather(*(fs._pipe_file(f"{bucket}/{number}", b"data") for number in range(20)))
    assert len(await fs._ls(bucket)) == 20
    await fs._mv(f"{bucket}/0", f"{bucket}/moved")
    assert await fs._cat_file(f"{bucket}/moved", 1, 3) == b"at"
    await fs._rm(f"{bucket}/moved")
    assert await fs._find(bucket, maxdepth=1) == sorted(f"{bucket}/{number}" for number in range(1, 20))
    assert [path async for path, _, _ in fs._walk(bucket)] == [bucket]
