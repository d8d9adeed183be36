"""Fixtures: the modules that build the distributions, and their inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def build_go(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    import build_go

    monkeypatch.delenv(build_go.VARIABLE, raising=False)
    return build_go


@pytest.fixture
def build_ffi(build_go):
    import build_ffi

    return build_ffi


@pytest.fixture
def hatch_build(build_ffi):
    import hatch_build

    return hatch_build


@pytest.fixture
def path(monkeypatch, tmp_path):
    """An empty folder, the only one on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def program():
    """Write a program that prints one line."""

    def program(path, output=""):
        path.write_text(f"#!/bin/sh\necho '{output}'\n", encoding="utf-8")
        path.chmod(0o755)

    return program
