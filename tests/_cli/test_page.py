"""The transcripts of docs/command-line.md."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "command-line.md"
pytestmark = pytest.mark.source_tree


def commands():
    """Yield each command of the page, the lines it prints, and its exit status."""
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL):
        for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            words, *lines = command.splitlines()
            status = int(lines.pop()[1:-1]) if lines and re.fullmatch(r"\[\d\]", lines[-1]) else 0
            yield shlex.split(words), lines, status


def test_each_command_prints_what_the_page_shows(run, access, tmp_path):
    (tmp_path / "cat.jpg").write_text("meow")
    (tmp_path / "dog.jpg").write_text("woof")
    with access.open_project() as project:
        project.ensure_bucket("photos")
        project.delete_bucket("photos", with_objects=True)
    ran = 0
    for (program, *words), lines, status in commands():
        if program != "uplink-py" or "completion" in words:
            continue  # pip, and the lines of a shell, which test_completion tries
        printed = run(*words, expected=status)
        shown = (printed.out + printed.err).rstrip("\n").splitlines()
        assert len(shown) == len(lines), (words, shown)
        # Listings are in the order of encrypted keys, and copies run at the same time.
        for line, expected in zip(sorted(shown), sorted(lines), strict=True):
            pattern = ".*".join(map(re.escape, expected.split("...")))
            assert re.fullmatch(pattern, line), (words, line, expected)
        ran += 1
    assert ran > 10
    with access.open_project() as project:
        project.delete_bucket("photos", with_objects=True)
