"""What a terminal shows: bars, Ctrl-C, names of all characters, and completion, in tmux."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import uplink

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")

SCRIPTS = Path(sys.executable).parent
# Seconds that something on the screen may take on a slow machine.
PATIENCE = 90


class Terminal:
    """A terminal of tmux with a shell in it."""

    def __init__(self, folder, environment, shell="sh", columns=40, rows=20):
        self._socket = str(folder / "tmux")
        variables = {
            "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "PS1": "$ ",
            "TERM": "screen",
            **environment,
        }
        self._environment = {name: value for name, value in os.environ.items() if name != "TMUX"} | variables
        size = ["-x", str(columns), "-y", str(rows)]
        self._tmux("-f", os.devnull, "new-session", "-d", *size, "-c", str(folder), shell)

    def _tmux(self, *words):
        command = ["tmux", "-u", "-S", self._socket, *words]
        return subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=PATIENCE, check=True
        ).stdout

    def type(self, text):
        self._tmux("send-keys", "-l", text)

    def press(self, *names):
        self._tmux("send-keys", *names)

    def run(self, *words):
        """Run a command, and print its exit status afterwards."""
        self.type(shlex.join(map(str, words)) + "; echo status $?")
        self.press("Enter")

    def resize(self, columns, rows):
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self):
        """Return the lines of the screen and of what has left it."""
        return [line.rstrip() for line in self._tmux("capture-pane", "-p", "-S", "-").rstrip().splitlines()]

    def wait_for(self, condition):
        """Wait until the lines meet a condition, and return them."""
        end = time.monotonic() + PATIENCE
        while not condition(lines := self.screen()):
            assert time.monotonic() < end, lines
            time.sleep(0.05)
        return lines

    def wait_for_status(self, status):
        return self.wait_for(lambda lines: f"status {status}" in lines)

    def close(self):
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, timeout=PATIENCE, check=False)


@pytest.fixture
def open_terminal(tmp_path, grant):
    """A function that opens a terminal."""
    terminals = []

    def call(environment=None, **options):
        terminals.append(Terminal(tmp_path, {"UPLINK_ACCESS": grant, **(environment or {})}, **options))
        return terminals[-1]

    yield call
    for terminal in terminals:
        terminal.close()


def shows_bar(lines):
    return any("%" in line or "?B/s" in line for line in lines[1:])


@pytest.mark.parametrize("extra", ["tqdm", "plain"])
def test_a_bar_in_a_terminal_that_becomes_narrower(open_terminal, own_network, tmp_path, extra):
    if extra == "plain":
        (tmp_path / "without" / "tqdm").mkdir(parents=True)
        (tmp_path / "without" / "tqdm" / "__init__.py").write_text("raise ImportError")
    folder = tmp_path / "f"
    folder.mkdir()
    for name in ("日本語の写真の名前", "b"):
        (folder / name).write_bytes(b"x" * 100_000)
    access = uplink.Access.parse(own_network.access_grant)
    with access.open_project() as project:
        project.create_bucket("bucket")
    terminal = open_terminal(
        {"UPLINK_ACCESS": own_network.access_grant, "PYTHONPATH": str(tmp_path / "without"), "TQDM_MININTERVAL": "0"},
        columns=60,
    )
    own_network.pause()
    terminal.run("uplink-py", "cp", *(f"f/{name}" for name in ("日本語の写真の名前", "b")), "sj://bucket/")
    terminal.wait_for(shows_bar)
    terminal.resize(30, 20)
    time.sleep(0.3)
    own_network.resume()
    lines = terminal.wait_for_status(0)
    # Lines that are wider than the terminal go on in the next one.
    text = "".join(lines)
    assert "copied f/日本語の写真の名前 to sj://bucket/日本語の写真の名前" in text
    assert "copied f/b to sj://bucket/b" in text
    after = lines[next(number for number, line in enumerate(lines) if line.startswith("copied")) :]
    assert not any("%" in line or "B/s" in line for line in after)


def test_ctrl_c_says_what_was_done(open_terminal, own_network, tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 100_000)
    access = uplink.Access.parse(own_network.access_grant)
    with access.open_project() as project:
        project.create_bucket("bucket")
    terminal = open_terminal({"UPLINK_ACCESS": own_network.access_grant})
    own_network.pause()
    terminal.run("uplink-py", "cp", "file", "sj://bucket/")
    terminal.wait_for(shows_bar)
    terminal.press("C-c")
    lines = terminal.wait_for_status(130)
    assert "interrupted" in lines
    assert not shows_bar(lines[lines.index("interrupted") :])


def test_keys_that_would_change_the_terminal(open_terminal, access, bucket):
    with access.open_project() as project:
        project.put(bucket, "a\x1b[2J\x1b]0;title\x07b", b"")
        project.put(bucket, "日本", b"")
    terminal = open_terminal(columns=100)
    terminal.run("uplink-py", "ls", f"sj://{bucket}")
    lines = terminal.wait_for_status(0)
    assert any(line.endswith("a\\x1b[2J\\x1b]0;title\\x07b") for line in lines)
    assert any(line.endswith("日本") for line in lines)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("shell", "start"),
    [
        ("bash --norc", 'eval "$(uplink-py completion bash)"'),
        ("zsh -f", 'autoload -U compinit; compinit -u; eval "$(uplink-py completion zsh)"'),
        ("fish --no-config", "uplink-py completion fish | source"),
    ],
)
def test_completion(open_terminal, bucket, shell, start):
    if shutil.which(shell.split()[0]) is None:
        pytest.skip(f"needs {shell.split()[0]}")
    terminal = open_terminal(shell=shell, columns=120)
    terminal.type(f"{start}; echo ready")
    terminal.press("Enter")
    terminal.wait_for(lambda lines: any(line == "ready" for line in lines))
    for typed, completed in (
        ("uplink-py vers", "uplink-py versions"),
        ("uplink-py ls --recurs", "uplink-py ls --recursive"),
        (f"uplink-py cat sj://{bucket[:-2]}", f"uplink-py cat sj://{bucket}/"),
        (f"uplink-py cat sj://{bucket}/sm", f"uplink-py cat sj://{bucket}/small"),
    ):
        terminal.type(typed)
        terminal.press("Tab")
        terminal.wait_for(lambda lines, completed=completed: any(completed in line for line in lines))
        terminal.press("C-a", "C-k")
