"""Runs the examples of pages about frameworks, as programs, with what `make test-frameworks` installs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.test_docs import examples

import uplink

DOCS = Path(__file__).resolve().parents[2] / "docs"

PAGES = {"airflow.md": ("airflow.sdk",), "machine-learning.md": ("torch", "datasets", "pandas", "pyarrow")}


@pytest.mark.heavy
@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_a_page(page, access, grant, tmp_path):
    for name in PAGES[page]:
        # Not imported here, since each begins threads and takes memory.
        if subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, check=False).returncode:
            pytest.skip(f"make test-frameworks installs {name}")
    # A block that begins with the name of a file is a program of its own, which follows the others.
    programs: dict[str, str] = {"page.py": ""}
    for source in examples((DOCS / page).read_text(encoding="utf-8")):
        named = re.match(r"# (\w+\.py)\n", source)
        name = named[1] if named else "page.py"
        programs[name] = programs.get(name, "") + source
    home = {
        "HF_HOME": str(tmp_path / "hub"),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
    }
    with uplink.open_project(access) as project:
        project.ensure_bucket("photos")
        try:
            for name, program in programs.items():
                (tmp_path / name).write_text(program)
                result = subprocess.run(
                    [sys.executable, name],
                    cwd=tmp_path,
                    env={**os.environ, **home, "UPLINK_ACCESS": grant},
                    capture_output=True,
                    text=True,
                    timeout=500,
                    check=False,
                )
                assert result.returncode == 0, result.stderr[-4000:]
                assert grant not in result.stdout + result.stderr
        finally:
            project.delete_bucket("photos", with_objects=True)
