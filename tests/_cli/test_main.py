"""The exit status of the command line, and Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib import metadata

import pytest


def test_version_and_help(run):
    assert run("--version").out == f"uplink-cffi {metadata.version('uplink-cffi')}\n"
    assert "sj://BUCKET/KEY" in run("--help").out


def test_wrong_arguments(run):
    assert run("nothing", expected=2).err
    assert run(expected=2).err


@pytest.mark.parametrize("command", ["ls", "access", "cat"])
def test_a_grant_in_the_wrong_place_is_not_printed(run, grant, command):
    assert grant not in run(command, grant, expected=2).err


@pytest.mark.parametrize("columns", ["30", "300"])
def test_help_in_terminals_of_any_width(run, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    for command in ("ls", "tree", "du", "find", "cp", "mv", "pipe", "cat", "mb", "rb", "rm", "head", "share"):
        assert "sj://" in run(command, "--help").out


@pytest.mark.skipif(sys.platform == "win32", reason="pauses the network")
def test_ctrl_c_ends_at_once(own_network):
    own_network.pause()
    program = "import sys; from uplink._cli import main; print('ready', flush=True); sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "ls"],
        env={**os.environ, "UPLINK_ACCESS": own_network.access_grant},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "interrupted\n")
