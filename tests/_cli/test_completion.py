"""Completion by the shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")

# What bash does when the tab key is pressed.
TAB = """
eval "$(uplink-py completion bash)"
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_WORDS=($1) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_python_argcomplete uplink-py
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def complete(grant, tmp_path):
    """A function that returns the completions of a line."""

    def call(line):
        folder = str(Path(sys.executable).parent)
        result = subprocess.run(
            ["bash", "-c", TAB, "bash", line],
            env={
                **os.environ,
                "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
                "UPLINK_ACCESS": grant,
                "XDG_CONFIG_HOME": str(tmp_path),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return [text.strip() for text in result.stdout.split()]

    return call


def test_commands_and_options(complete):
    assert complete("uplink-py ver") == ["versions"]
    assert "--recursive" in complete("uplink-py ls --rec")


# Bash splits words at colons, so completions begin after that of "sj:".
def test_buckets_and_keys(complete, bucket):
    assert any(found.endswith(f"{bucket}/") for found in complete(f"uplink-py ls sj://{bucket[:-1]}"))
    assert [found.rpartition("/")[2] for found in complete(f"uplink-py cat sj://{bucket}/sm")] == ["small"]
    assert complete("uplink-py ls sj://no-such-bucket/a") == [""][:0]


def test_keys_that_a_shell_cannot_take(complete, access, bucket):
    with access.open_project() as project:
        project.put(bucket, "x\udcff", b"")
        project.put(bucket, "xy", b"")
    assert [found.rpartition("/")[2] for found in complete(f"uplink-py cat sj://{bucket}/x")] == ["xy"]


def test_saved_accesses(complete, run, grant, tmp_path):
    folder = tmp_path / "storj" / "uplink"
    run("access", "import", "reader", grant, "--config-dir", folder)
    assert "reader" in complete("uplink-py access use re")


def test_without_the_extra(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "argcomplete", None)
    monkeypatch.delitem(sys.modules, "uplink._cli.completion", raising=False)
    monkeypatch.delattr("uplink._cli.completion", raising=False)
    printed = run("completion", "bash", expected=1)
    assert printed.err == "failed: there is no module 'argcomplete'; install it with: pip install 'uplink-cffi[cli]'\n"
