"""An sdist has all files that an offline build needs, and can build another sdist."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


@pytest.fixture
def check_artifacts(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import check_artifacts

    return check_artifacts


def build_sdist(source, folder):
    """Build an sdist, unpack it, and return the folder."""
    command = [sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / sdist.name.removesuffix(".tar.gz")


@pytest.mark.parametrize("folder", [".", "localnet"])
def test_an_sdist_has_all_that_an_offline_build_needs(folder, tmp_path, check_artifacts):
    unpacked = build_sdist(ROOT / folder, tmp_path / "first")
    (sdist,) = (tmp_path / "first").glob("*.tar.gz")
    assert list(check_artifacts.check_inventory(check_artifacts.read(sdist))) == []
    module = unpacked / ("go" if folder == "." else "")
    assert (unpacked / "build_go.py").is_file()
    environment = {**os.environ, "GOPROXY": "off", "GOMODCACHE": str(tmp_path / "nothing"), "GOFLAGS": "-mod=vendor"}
    packages = ["go", "list", "-deps", "."]
    listed = subprocess.run(packages, cwd=module, env=environment, check=True, capture_output=True, text=True).stdout
    assert "storj.io/common/pb" in listed.split()
    # Some frontends build an sdist from an unpacked sdist.
    again = build_sdist(unpacked, tmp_path / "second")
    assert sorted(path.relative_to(again) for path in again.rglob("*")) == sorted(
        path.relative_to(unpacked) for path in unpacked.rglob("*") if "build" not in path.relative_to(unpacked).parts
    )
