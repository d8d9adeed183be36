"""Finding and running the installed executable."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from typing import TYPE_CHECKING

import pytest

from uplink_localnet import LocalNetwork, LocalNetworkError, executable

if TYPE_CHECKING:
    from pathlib import Path


def test_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda *_: str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalNetworkError, match="install the distribution uplink-localnet"):
        LocalNetwork().start()


def test_found_on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = executable()
    monkeypatch.setattr(sysconfig, "get_path", lambda *_: str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(found.parent))
    assert executable() == found


def test_runs_as_a_script() -> None:
    done = subprocess.run([executable(), "--help"], capture_output=True, text=True, check=True)
    assert "usage: uplink-localnet run" in done.stdout
    done = subprocess.run([executable(), "run", "--nodes", "x"], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
