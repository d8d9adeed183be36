"""How a transfer's progress is shown."""

from __future__ import annotations

import io
import itertools
import re
import sys
import time

import pytest

from uplink._progress import reporting


class Terminal(io.StringIO):
    """A text file that is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def open_terminal(monkeypatch):
    """A function that makes stderr a terminal and returns it. Pytest replaces stderr after the fixtures have run."""

    def replace():
        monkeypatch.setattr(sys, "stderr", Terminal())
        return sys.stderr

    return replace


@pytest.fixture
def without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)


def test_a_function_gets_the_numbers():
    numbers = []
    with reporting(lambda *counts: numbers.append(counts), "name") as report:
        report(1, 2, 0)
    assert numbers == [(1, 2, 0)]


def test_a_coroutine_function_is_refused():
    async def report(*_):
        pass

    with pytest.raises(TypeError, match="without `async`"), reporting(report, "name"):
        pass


def test_a_name_does_not_change_the_terminal(open_terminal):
    terminal = open_terminal()
    with reporting(True, "a\x1b[2Jb") as report:
        report(1, 2, 0)
    assert "a?[2Jb" in terminal.getvalue()


@pytest.mark.parametrize("progress", [None, False])
def test_nobody_watches(progress, open_terminal):
    terminal = open_terminal()
    with reporting(progress, "name") as report:
        assert report is None
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_there_is_no_bar_without_a_terminal(stream, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream)
    with reporting(True, "name") as report:
        assert report is None


@pytest.mark.parametrize("progress", [1, "yes", object()])
def test_something_else_is_refused(progress):
    with pytest.raises(TypeError, match="progress takes True, False, None or a function, not "):
        reporting(progress, "name").__enter__()


def test_a_plain_bar(open_terminal, without_tqdm, monkeypatch):
    terminal = open_terminal()
    seconds = itertools.count()
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))
    with reporting(True, "a\nb" + 40 * "c") as report:
        report(0, 4096, 0)
        report(2048, 4096, 0)
        report(4096, 4096, 0)
        report(4096, 4096, 4096)
    _, *lines = terminal.getvalue().split("\r")
    assert [line.rstrip(" ") for line in lines] == [
        f"a?b{26 * 'c'}…    0 % 0 B of 4.0 KiB, 0 B/s".replace("% ", "%  "),
        f"a?b{26 * 'c'}…   50 %  2.0 KiB of 4.0 KiB, 1.0 KiB/s, 0:02 left",
        f"a?b{26 * 'c'}…   99 %  4.0 KiB of 4.0 KiB, 1.3 KiB/s",
        f"a?b{26 * 'c'}…  100 %  4.0 KiB of 4.0 KiB, 1.0 KiB/s\n",
    ]


@pytest.mark.parametrize("library", ["tqdm", "plain"])
def test_a_bar_is_full_only_when_all_is_committed(library, open_terminal, request):
    terminal = open_terminal()
    if library == "plain":
        request.getfixturevalue("without_tqdm")
    with reporting(True, "name") as report:
        report(1 << 30, 1 << 30, 0)
        assert "100 %" not in terminal.getvalue().replace("100%", "100 %")
        report(1 << 30, 1 << 30, 1 << 30)
    assert re.search(r"100 ?%", terminal.getvalue())


def test_an_empty_transfer(open_terminal, without_tqdm):
    terminal = open_terminal()
    with reporting(True, "name") as report:
        report(0, 0, 0)
    assert "100 %  0 B of 0 B" in terminal.getvalue()


def test_a_bar_ends_its_line_after_an_error(open_terminal, without_tqdm):
    terminal = open_terminal()
    with pytest.raises(KeyError), reporting(True, "name") as report:
        report(1, 2, 0)
        raise KeyError
    assert terminal.getvalue().endswith("\n")
