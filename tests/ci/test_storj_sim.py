"""`.ci/storj-sim`, with substitutes for the programs that it runs."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".ci/storj-sim"
PROGRAMS = ("storj-sim", "psql", "redis-server", "gateway", "make")

pytestmark = [
    pytest.mark.source_tree,
    pytest.mark.skipif(sys.platform != "linux", reason="the runner with storj-sim is a Linux machine"),
]


@pytest.fixture
def programs(tmp_path):
    """A folder for PATH with programs that record their arguments. The network runs until it is stopped."""
    for name in PROGRAMS:
        lines = ["#!/bin/sh", f'echo "{name} $*" >> {tmp_path}/calls']
        if name == "storj-sim":
            lines.append('case "$*" in *" test "*) exec sleep 100;; esac')
        program = tmp_path / name
        program.write_text("\n".join(lines) + "\n")
        program.chmod(0o755)
    return tmp_path


@contextlib.contextmanager
def running(programs):
    environment = {**os.environ, "PATH": f"{programs}:/usr/bin:/bin", "TMPDIR": str(programs)}
    options = {"env": environment, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen([SCRIPT], **options) as script:
        try:
            yield script
        finally:
            if script.poll() is None:
                os.killpg(script.pid, signal.SIGKILL)


def test_it_names_what_is_missing(programs):
    for name in ("redis-server", "gateway"):
        (programs / name).unlink()
    with running(programs) as script:
        _, printed = script.communicate(timeout=60)
    assert script.returncode == 1
    assert printed.startswith("not on PATH of this runner: ")
    assert printed.endswith("redis-server gateway\n")
    assert not (programs / "calls").exists()


def test_an_interrupt_ends_the_network_and_removes_the_database(programs):
    calls = programs / "calls"
    with running(programs) as script:
        deadline = time.monotonic() + 60
        while not (calls.exists() and " network test " in calls.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        # Signal the whole process group, as a terminal does.
        os.killpg(script.pid, signal.SIGINT)
        script.communicate(timeout=30)
    assert script.returncode != 0
    created, dropped = [line for line in calls.read_text().splitlines() if "database" in line and "psql" in line]
    assert "create database uplink_cffi_" in created
    assert "drop database uplink_cffi_" in dropped
