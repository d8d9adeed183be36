"""A program that was packed with PyInstaller has all modules that it needs, without configuration."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata

import pytest

pytest.importorskip("PyInstaller", reason="needs PyInstaller; make test-packed installs it")

PROGRAM = """
import asyncio, os, sys
import uplink

access = uplink.Access.from_env()
bucket = sys.argv[1]
with access.open_project() as project:
    project.put(bucket, "key", b"data")
    print(project.get(bucket, "key"), flush=True)
    if hasattr(os, "fork"):
        child = os.fork()
        if not child:
            os._exit(0 if project.get(bucket, "key") == b"data" else 1)
        assert os.waitpid(child, 0)[1] == 0

async def main():
    async with uplink.aio.open_project(access) as project:
        print(await project.get(bucket, "key"))

asyncio.run(main())
print(uplink.__version__, sys.frozen)
"""


def test_with_pyinstaller(tmp_path, grant, storj_bucket):
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    pack = [sys.executable, "-m", "PyInstaller", "--log-level", "ERROR", "program.py"]
    subprocess.run(pack, cwd=tmp_path, check=True, timeout=170)
    result = subprocess.run(
        [tmp_path / "dist/program/program", storj_bucket],
        env={**os.environ, "UPLINK_ACCESS": grant, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["b'data'", "b'data'", f"{metadata.version('uplink-cffi')} True"]
