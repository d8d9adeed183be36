"""The versions of Python that the workflows test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


def test_the_workflow_gets_each_version_of_python():
    command = [sys.executable, str(ROOT / "tools/list_pythons.py")]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    versions = [f"3.{minor}" for minor in range(10, 16)]
    assert listed == [f"all={json.dumps(versions)}", "newest=3.15"]
