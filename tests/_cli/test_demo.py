"""The output of `python -m uplink demo`."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest


def test_the_demo_takes_a_file_and_reports_what_fails(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(os.urandom(100))
    command = [sys.executable, "-m", "uplink", "demo"]
    result = subprocess.run([*command, str(path)], capture_output=True, text=True, timeout=300, check=False)
    assert "The file is file, 100 bytes." in result.stdout
    result = subprocess.run(
        [*command, str(tmp_path / "none")], capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 1
    assert "none" in result.stderr


@pytest.mark.heavy
def test_the_demo_in_json():
    command = [sys.executable, "-m", "uplink", "demo", "--json"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    steps = [json.loads(line) for line in result.stdout.splitlines()]
    assert len({step["sha256"] for step in steps if "sha256" in step}) == 1
