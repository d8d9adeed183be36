"""The exit status of the command line, and Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
from datetime import timedelta
from importlib import metadata

import pytest

import uplink


def test_version_and_help(run):
    assert run("--version").out == f"uplink-cffi {metadata.version('uplink-cffi')}\n"
    assert "sj://BUCKET/KEY" in run("--help").out


def test_wrong_arguments(run):
    assert run("nothing", expected=2).err
    assert run(expected=2).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ls", "-l"], "uplink-py ls: unrecognized arguments: -l\nTry 'uplink-py ls --help'.\n"),
        (["ls", "--acess", "foo"], "uplink-py ls: there is no option --acess; did you mean '--access'?\n"),
        (["meta", "get", "--jsn"], "uplink-py meta get: there is no option --jsn; did you mean '--json'?\n"),
        (["ls", "--timeout", "0"], "'0' is not more than 0; write 30, 30s, 5m or 2h\n"),
    ],
)
def test_wrong_options(run, words, said):
    assert said in run(*words, expected=2).err


@pytest.mark.parametrize(
    "words",
    [
        ["cp", "sj://{}/small", "--no-resume", "to"],
        ["cp", "sj://{}/small", "--transfers", "2", "to", "--no-resume"],
        ["cp", "sj://{}/small", "--no-resume", "--", "to"],
        ["rm", "sj://{}/small", "--dry-run", "sj://{}/large"],
    ],
)
def test_options_between_places(run, bucket, words):
    run(*(word.replace("{}", bucket) for word in words))
    assert "unrecognized arguments: -x\n" in run("cp", "a", "-x", "b", expected=2).err


def test_a_place_that_begins_with_a_minus(run, bucket, tmp_path):
    (tmp_path / "-file").write_bytes(b"data")
    run("cp", "--no-clobber", "--", "-file", f"sj://{bucket}/")
    assert run("cat", f"sj://{bucket}/-file").data == b"data"


def test_a_time_that_begins_with_a_minus(run):
    ways = (["--not-before", "-1h"], ["--not-before=-1h"], ["--not-b", "-1h"])
    grants = [run("share", *words).lines[0] for words in ways]
    before = [uplink.Access.parse(grant).inspect().not_before for grant in grants]
    assert max(before) - min(before) < timedelta(minutes=1)


@pytest.mark.parametrize("command", ["ls", "access", "cat"])
def test_a_grant_in_the_wrong_place_is_not_printed(run, grant, command):
    assert grant not in run(command, grant, expected=2).err


@pytest.mark.parametrize("columns", ["30", "300"])
def test_help_in_terminals_of_any_width(run, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    for command in ("ls", "tree", "du", "find", "cp", "mv", "pipe", "cat", "mb", "rb", "rm", "head", "share"):
        assert "sj://" in run(command, "--help").out


def test_verbose(run, bucket):
    assert run("head", f"sj://{bucket}/small").err == ""
    assert f"{bucket}/small" in run("head", f"sj://{bucket}/small", "-vv").err
    assert run("head", f"sj://{bucket}/small").err == ""


@pytest.mark.parametrize("words", [["--timeout", "0"], ["--timeout", "soon"], ["--timeout", "1e99"]])
def test_time_limits_that_are_none(run, words):
    assert "30s" in run("ls", *words, expected=2).err


GOES_ON = "; the same command goes on from there\n"
OF_TWO = "; of 2, the same command goes on with the rest\n"


@contextlib.contextmanager
def ignored(number):
    """Ignore a signal, also in the children that are started meanwhile."""
    before = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(number, before)


class TestInterrupts:
    """Commands on a frozen network, which Ctrl-C or `--timeout` ends."""

    pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pauses the network")

    @pytest.fixture(autouse=True)
    def network(self, own_network, tmp_path):
        self.network, self.folder = own_network, tmp_path
        with uplink.Access.parse(own_network.access_grant).open_project() as project:
            project.create_bucket("bucket")
            project.put("bucket", "a/large", bytes(100_000))
            project.put("bucket", "a/other", bytes(100_000))
        (tmp_path / "folder").mkdir()
        for number in range(3):
            (tmp_path / "folder" / f"{number}").write_bytes(bytes(100_000))

    def start(self, *words):
        program = "from uplink._cli import run_program; print('ready', flush=True); exit(run_program('uplink-py'))"
        process = subprocess.Popen(
            [sys.executable, "-c", program, *words],
            env={**os.environ, "UPLINK_ACCESS": self.network.access_grant},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )
        assert process.stdout.readline() == "ready\n"
        return process

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            pytest.param(["ls"], "interrupted\n", marks=pytest.mark.heavy),
            (
                ["cp", "folder/0", "folder/1", "sj://bucket/"],
                "interrupted; of 2, the same command goes on with the rest\n",
            ),
            (["cp", "-r", "folder", "sj://bucket/"], f"interrupted{GOES_ON}"),
            pytest.param(
                ["sync", "sj://bucket/a", "to"],
                f"interrupted{GOES_ON}",
                marks=pytest.mark.heavy,
            ),
            pytest.param(["cp", "sj://bucket/a/large", "to"], "interrupted\n", marks=pytest.mark.heavy),
            pytest.param(["mv", "folder/0", "sj://bucket/"], "interrupted\n", marks=pytest.mark.heavy),
            pytest.param(["rm", "-r", "sj://bucket/a"], "interrupted\n", marks=pytest.mark.heavy),
            (["pipe", "sj://bucket/new"], "interrupted; the object is as it was before\n"),
            pytest.param(["cat", "sj://bucket/a/large"], "interrupted\n", marks=pytest.mark.heavy),
        ],
    )
    def test_ctrl_c_ends_at_once(self, words, said):
        self.network.pause()
        process = self.start(*words)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        # On a slow machine, the command has not begun yet.
        assert process.returncode == 130
        assert err in {"interrupted\n", said}

    def test_ctrl_c_with_frozen_nodes_says_what_was_done(self):
        (self.folder / "folder" / "small").write_bytes(b"inline")
        with self.network.faults.nodes(frozen=True):
            process = self.start("cp", *(f"folder/{name}" for name in ("small", "0")), "sj://bucket/")
            assert process.stdout.readline() == "copied folder/small to sj://bucket/small\n"
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (130, f"interrupted: 1 copied (6 B){OF_TWO}")

    def test_ctrl_c_aborts_an_upload_that_is_not_to_be_resumed(self):
        (self.folder / "huge").write_bytes(bytes(100_000_000))
        with uplink.Access.parse(self.network.access_grant).open_project() as project:
            with self.network.faults.nodes(frozen=True), self.network.faults.satellite(delay=0.3):
                process = self.start("cp", "--no-resume", "huge", "sj://bucket/")
                deadline = time.monotonic() + 60
                while not list(project.list_uploads("bucket", "huge")) and time.monotonic() < deadline:
                    time.sleep(0.05)
                process.send_signal(signal.SIGINT)
                _, err = process.communicate(timeout=20)
            assert (process.returncode, err) == (130, "interrupted\n")
            assert list(project.list_uploads("bucket", "huge")) == []

    @pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
    @pytest.mark.parametrize("words", [["cp", "folder/0", "sj://bucket/"], ["pipe", "sj://bucket/new"]])
    def test_a_time_limit_in_the_background_of_a_script(self, words):
        self.network.pause()
        with ignored(signal.SIGINT):
            process = self.start(*words, "--timeout", "0.5")
        with process:  # it closes stdin after the end
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 1
            assert process.stderr.read().startswith("failed: the command took longer than --timeout allows")

    @pytest.mark.parametrize(
        "words",
        [
            pytest.param(["ls"], marks=pytest.mark.heavy),
            pytest.param(["cp", "folder/0", "sj://bucket/"], marks=pytest.mark.heavy),
            ["pipe", "sj://bucket/new"],
        ],
    )
    def test_a_time_limit(self, words):
        self.network.pause()
        process = self.start(*words, "--timeout", "0.3")
        with process:  # it closes stdin after the end
            assert process.wait(timeout=60) == 1
            assert process.stderr.read().startswith("failed: the command took longer than --timeout allows")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")
@pytest.mark.parametrize(("command", "stream"), [("cat", ">&-"), ("cp", ">&-"), ("pipe", "<&-")])
def test_streams_that_the_shell_has_closed(grant, bucket, command, stream):
    words = [sys.executable, "-m", "uplink", command, f"sj://{bucket}/small", *(["-"] if command == "cp" else [])]
    ended = subprocess.run(
        f"{shlex.join(words)} {stream}",
        shell=True,
        env={**os.environ, "UPLINK_ACCESS": grant},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, f"failed: {'stdin' if command == 'pipe' else 'stdout'} is closed\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lss"], "there is no command 'lss'; did you mean 'ls'?\nTry 'uplink-py --help'."),
        (["access", "lst"], "there is no command 'lst'; did you mean 'list'?\nTry 'uplink-py access --help'."),
        (["cp"], "PLACE\nTry 'uplink-py cp --help'."),
        (["mb", "photos"], "begin with sj://\nTry 'uplink-py mb --help'."),
        (["du", "sj://photos", "-d", "x"], "'x' is no number above 0\nTry 'uplink-py du --help'."),
        (["cp", "-r", "a", "b", "sj://photos"], "cp --recursive takes a folder and a place such as sj://"),
        (["mv", "-r", "a", "b", "sj://photos"], "sj://BUCKET/PREFIX; there are 3 places\n"),
        (["cp", "-r", "a", "b"], "sj://BUCKET/PREFIX; neither place is on Storj\n"),
        (["sync", "sj://a", "sj://b"], "sync takes a folder and a place such as sj://BUCKET/PREFIX; both"),
        (
            ["access", "import", "x", "./none"],
            "there is no file ./none; access import takes a file with a grant, or a grant",
        ),
    ],
)
def test_messages_about_wrong_arguments(run, words, said):
    assert said in run(*words, expected=2).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["ls", "--access", "nobody"],
            "failed: 'nobody' is no grant, and no name of an access, of which none is saved\n",
        ),
        (["cp", "none", "sj://{}/"], "failed: none to sj://{}/none: no such file or directory\n"),
        (["sync", "none", "sj://{}/"], "none: no such file or directory\n"),
        (["sync", "sj://{}/none", "to"], "failed: nothing is below sj://{}/none/\n"),
    ],
)
def test_messages_about_what_is_missing(run, bucket, words, said):
    err = run(*(word.replace("{}", bucket) for word in words), expected=1).err
    assert err.startswith("failed: ")
    assert err.endswith(said.replace("{}", bucket))
