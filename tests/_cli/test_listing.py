"""The commands `ls`, `tree`, `du` and `find`."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink._cli import listing


@pytest.fixture
def place(access, bucket):
    """A bucket with five objects, as a place."""
    with access.open_project() as project:
        for key, size in (("2026/01/a.jpg", 10), ("2026/02/b.jpg", 2000), ("2026/c.txt", 3)):
            project.put(bucket, key, bytes(size))
    return f"sj://{bucket}"


def keys(found):
    return sorted(item["key"] for item in found)


def test_ls_of_buckets(run, bucket):
    assert bucket in [item["bucket"] for item in run.objects("ls")]
    assert run("ls").lines[0].split() == ["CREATED", "NAME"]


def test_ls_of_a_prefix(run, place):
    assert keys(run.objects("ls", place)) == ["2026/", "large", "small"]
    assert keys(run.objects("ls", "-r", f"{place}/2026/")) == ["2026/01/a.jpg", "2026/02/b.jpg", "2026/c.txt"]
    heading, *lines = run("ls", f"{place}/2026/").lines
    assert heading.split() == ["KIND", "CREATED", "SIZE", "KEY"]
    assert sorted(line.split()[0] + line.split()[-1] for line in lines) == ["OBJc.txt", "PRE01/", "PRE02/"]


def test_ls_of_a_pattern(run, place):
    assert keys(run.objects("ls", f"{place}/*/c.txt")) == ["2026/c.txt"]
    assert keys(run.objects("ls", f"{place}/20*/c.txt")) == ["2026/c.txt"]
    assert keys(run.objects("ls", f"{place}/2026/*/*.jpg")) == ["2026/01/a.jpg", "2026/02/b.jpg"]


def test_a_wildcard_stands_for_no_slash(run, place):
    assert "nothing matches" in run("ls", f"{place}/2026/*.jpg", expected=1).err
    assert keys(run.objects("ls", f"{place}/**/*.jpg")) == ["2026/01/a.jpg", "2026/02/b.jpg"]


def test_a_key_with_wildcards(run, access, bucket):
    with access.open_project() as project:
        project.put(bucket, "photo [1].jpg", b"1")
        project.put(bucket, "photo 1.jpg", b"2")
    assert keys(run.objects("ls", f"sj://{bucket}/photo [1].jpg")) == ["photo [1].jpg"]
    run("rm", f"sj://{bucket}/photo [1].jpg")
    assert keys(run.objects("ls", f"sj://{bucket}/photo [1].jpg")) == ["photo 1.jpg"]


def test_commands_on_all_below_a_prefix_need_no_slash(run, access, bucket):
    with access.open_project() as project:
        for key in ("d", "d/1", "d2/1"):
            project.put(bucket, key, b"data")
    assert run.objects("du", f"sj://{bucket}/d")[-1]["objects"] == 1
    assert keys(run.objects("tree", f"sj://{bucket}/d")) == ["d/1"]


def test_ls_of_pending_uploads(run, access, bucket):
    with access.open_project() as project:
        pending = project.begin_upload(bucket, "movie")
        [found] = run.objects("ls", "--pending", f"sj://{bucket}")
        assert (found["key"], found["upload_id"]) == ("movie", pending.upload_id)
        other = project.begin_upload(bucket, "movie")
        printed = run("ls", "--pending", f"sj://{bucket}").out
        assert pending.upload_id[-10:] + "  movie" in printed
        assert other.upload_id[-10:] + "  movie" in printed
        pending.abort()
        other.abort()


def test_characters_that_would_change_the_terminal_are_escaped(run, access, bucket):
    with access.open_project() as project:
        project.put(bucket, "a\x1b[2Jb\n", b"")
    assert "a\\x1b[2Jb\\n" in run("ls", f"sj://{bucket}").out
    assert "a\x1b[2Jb\n" in keys(run.objects("ls", f"sj://{bucket}"))


def test_tree(run, place):
    lines = run("tree", place).lines
    assert lines[:-1] == [
        f"{place}/",
        "├── 2026/",
        "│   ├── 01/",
        "│   │   └── a.jpg  10 B",
        "│   ├── 02/",
        "│   │   └── b.jpg  2.0 KiB",
        "│   └── c.txt  3 B",
        "├── large  97.7 KiB",
        "└── small  4 B",
        "",
    ]
    assert lines[-1] == "3 prefixes, 5 objects, 99.6 KiB"
    assert len(run.objects("tree", place)) == 8


def test_du(run, place):
    assert [(found["prefix"], found["size"], found["objects"]) for found in run.objects("du", "-d", 1, place)] == [
        ("2026/", 2013, 3),
        ("", 102_017, 5),
    ]
    [line] = run("du", f"{place}/2026/").lines
    assert line.split() == ["2.0", "KiB", "3", "objects", f"{place}/2026/"]
    [line] = run("du", f"{place}/small*").lines
    assert line.split() == ["4", "B", "1", "object", f"{place}/small*"]


def test_du_of_a_pattern(run, place):
    def sums(*words):
        return [(found["prefix"], found["size"], found["objects"]) for found in run.objects("du", *words)]

    assert sums(f"{place}/s*") == [("s*", 4, 1)]
    assert sums(f"{place}/20*") == [("20*", 2013, 3)]
    assert sums(f"{place}/*/0*/") == [("*/0*/", 2010, 2)]
    assert sums("-d", "1", f"{place}/20*") == [("2026/", 2013, 3), ("20*", 2013, 3)]
    assert run("du", f"{place}/none*", expected=1).err == f"failed: nothing matches {place}/none*\n"
    assert run("du", "--human", place).lines == run("du", place).lines


def test_a_literal_wildcard(run, access, bucket):
    with access.open_project() as project:
        for key in ("a*/1", "ab/1"):
            project.put(bucket, key, b"data")
    assert keys(run.objects("tree", f"sj://{bucket}/a*")) == ["a*/1"]
    assert keys(run.objects("find", f"sj://{bucket}/a[*]/")) == ["a*/1"]
    assert keys(run.objects("find", f"sj://{bucket}/a*/")) == ["a*/1", "ab/1"]
    assert "--recursive" in run("cp", f"sj://{bucket}/a*/", "to", expected=2).err
    assert len(run("cp", "-r", f"sj://{bucket}/a*", "to").lines) == 2
    assert "tree takes no wildcards" in run("tree", f"sj://{bucket}/s*", expected=1).err
    assert "versions takes no wildcards" in run("versions", f"sj://{bucket}/s*", expected=1).err


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], ["2026/01/a.jpg", "2026/02/b.jpg", "2026/c.txt"]),
        (["--name", "*.jpg"], ["2026/01/a.jpg", "2026/02/b.jpg"]),
        (["--larger-than", "1KB"], ["2026/02/b.jpg"]),
        (["--smaller-than", "10"], ["2026/c.txt"]),
        (["--older-than", "1d"], []),
        (["--newer-than", "1d", "--smaller-than", "10"], ["2026/c.txt"]),
    ],
)
def test_find(run, place, conditions, expected):
    assert keys(run.objects("find", f"{place}/2026", *conditions)) == expected
    assert sorted(run("find", f"{place}/2026", *conditions).lines) == [f"{place}/{key}" for key in expected]


@pytest.mark.parametrize("word", ["photos", "sj:///key", "s3://photos"])
def test_places_that_are_none(run, word):
    assert "sj://" in run("ls", word, expected=2).err


def test_a_bucket_that_is_missing(run):
    for command in ("ls", "tree", "versions"):
        printed = run(command, "sj://no-such-bucket-here", expected=1)
        assert "no such bucket" in printed.err
        assert printed.out == ""


def test_tree_of_one_object(run, access, bucket):
    with access.open_project() as project:
        project.put(bucket, "a/b/c", b"")
    assert run("tree", f"sj://{bucket}/a").lines[-1] == "1 prefix, 1 object, 0 B"


def test_output_to_a_pipe_that_is_closed(place, grant):
    program = "import sys; from uplink._cli import main; sys.exit(main(sys.argv[1:]))"
    read, write = os.pipe()
    os.close(read)
    result = subprocess.run(
        [sys.executable, "-c", program, "ls", place],
        env={**os.environ, "UPLINK_ACCESS": grant},
        stdout=write,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(write)
    assert (result.returncode, result.stderr) == (1, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
def test_no_output_at_all(place, grant):
    command = f"{sys.executable} -m uplink ls {place} >&-"
    result = subprocess.run(
        ["/bin/sh", "-c", command],
        env={**os.environ, "UPLINK_ACCESS": grant},
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert result.stderr == b""


def test_an_access_that_may_not_list(run, access, bucket):
    shared = access.share(uplink.Permission(allow_upload=True), uplink.SharePrefix(bucket))
    assert "does not allow to list" in run("ls", f"sj://{bucket}", "--access", shared.serialize(), expected=1).err


class TestOrder:
    def test_keys_are_sorted(self, run, place):
        for words in ([], ["--sort", "key"]):
            assert [item["key"] for item in run.objects("ls", "-r", place, *words)] == [
                "2026/01/a.jpg",
                "2026/02/b.jpg",
                "2026/c.txt",
                "large",
                "small",
            ]

    def test_other_orders(self, run, place):
        sizes = [item["size"] for item in run.objects("ls", "-r", place, "--sort", "size")]
        assert sizes == sorted(sizes)
        assert [item["size"] for item in run.objects("ls", "-r", place, "--sort", "size", "--reverse")] == sizes[::-1]
        times = [item["created"] for item in run.objects("ls", "-r", place, "--sort", "created")]
        assert times == sorted(times)
        assert "--sort" in run("ls", place, "--reverse", expected=2).err

    def test_a_long_listing_is_printed_as_it_comes(self, run, place, monkeypatch):
        monkeypatch.setattr(listing, "_FEW", 2)
        assert keys(run.objects("ls", "-r", place)) == keys(run.objects("ls", "-r", place, "--sort", "key"))


def test_columns(run, access, bucket):
    tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
    with access.open_project() as project:
        project.put(bucket, "a", bytes(1536), metadata={"a": "b"}, expires=tomorrow)
    heading, *lines = run("ls", "-H", "-x", "--utc", f"sj://{bucket}").lines
    assert heading.split() == ["KIND", "CREATED", "SIZE", "EXPIRES", "METADATA", "KEY"]
    [line] = [line for line in lines if line.endswith("a")]
    assert "1.5 KiB" in line
    assert line.split()[-2:] == ["yes", "a"]
    assert tomorrow.strftime("%Y-%m-%d") in line


def test_output_that_shows_only_ascii(run, access, bucket, grant):
    with access.open_project() as project:
        project.put(bucket, "a/日本", b"")
    result = subprocess.run(
        [sys.executable, "-m", "uplink", "tree", f"sj://{bucket}"],
        env={**os.environ, "UPLINK_ACCESS": grant, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert b"|-- a/\n|   `-- \\u65e5\\u672c  0 B" in result.stdout.replace(b"\r\n", b"\n")


def test_a_pipe_gets_no_escape_codes(run, grant, bucket, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(b"data")
    for words in (["--help"], ["cp", "-r", "folder", f"sj://{bucket}/"], ["ls", f"sj://{bucket}"]):
        result = subprocess.run(
            [sys.executable, "-m", "uplink", *words],
            env={**os.environ, "UPLINK_ACCESS": grant, "TERM": "xterm-256color"},
            capture_output=True,
            timeout=60,
            check=True,
        )
        assert b"\x1b" not in result.stdout + result.stderr
        assert b"\r" not in (result.stdout + result.stderr).replace(b"\r\n", b"")
